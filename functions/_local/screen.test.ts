/** The screen of a local exchange: there from the first moment, whatever else is still opening, and built when it must be. */
import { request as httpRequest } from "node:http";
import { afterEach, expect, test } from "vitest";
import { NO_PROXIES } from "../../engine/api/client-address.ts";
import type { Screen } from "../web/handler.ts";
import { DOCUMENT, SMALL } from "../web/testing/small-site.ts";
import { type LocalHttpServer, openHttpServer } from "./http-server.ts";
import { openScreen, type Workshop } from "./screen.ts";

let server: LocalHttpServer | null = null;
afterEach(async () => {
  await server?.drain();
  server = null;
});

/** Nothing is open but the socket. */
async function open(): Promise<LocalHttpServer> {
  server = await openHttpServer("127.0.0.1", 0, {
    edge: () => null,
    deadLetters: () => null,
    funding: () => null,
    web: SMALL,
    readiness: () => ({ ready: false, engine: "opening", stream: "opening", history: "opening" }),
    upgrade: () => false,
    proxies: NO_PROXIES,
    reportFault: ({ error }) => {
      throw error;
    },
  });
  return server;
}

function ask(origin: string, method: string, path: string, headers: Record<string, string> = {}): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(origin + path, { method, headers: { connection: "close", ...headers } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      answer.on("end", () => resolve([answer.statusCode, answer.headers["content-length"] ?? null, body]));
    });
    call.on("error", reject);
    call.end();
  });
}

test("pages are answered before the engine is open; a 304 has no length, and HEAD the file's", async () => {
  const { origin } = await open();
  const tag = { "if-none-match": '"d0c"' };
  expect([
    await ask(origin, "GET", "/"),
    await ask(origin, "HEAD", "/account"),
    await ask(origin, "GET", "/", tag),
    (await ask(origin, "GET", "/api/v3/ping"))[0],
    (await ask(origin, "GET", "/ops/v1/status"))[0],
  ]).toEqual([[200, "15", "<!doctype html>"], [200, "15", ""], [304, null, ""], 503, 503]);
});

interface Played {
  readonly told: readonly unknown[];
  /** Of each that was begun, whether it is made again. */
  readonly builds: readonly boolean[];
  readonly screen: () => Screen["outcome"];
  readonly why: () => string | null;
  readonly end: (words: string | null) => void;
  readonly close: () => void;
  readonly isEnded: () => boolean;
}

function play(change: Partial<Workshop>): Played {
  const told: unknown[] = [];
  const builds: boolean[] = [];
  let end: (words: string | null) => void = () => {};
  let isEnded = false;
  const screen = openScreen(false, (line) => told.push(line), {
    found: () => "missing",
    canBuild: () => true,
    read: () => new Map([["/", DOCUMENT]]),
    build: (isAgain, onEnd) => {
      builds.push(isAgain);
      end = onEnd;
      return () => {
        isEnded = true;
      };
    },
    ...change,
  });
  return {
    told,
    builds,
    screen: () => screen.screen().outcome,
    why: () => {
      const now = screen.screen();
      return now.outcome === "not_built" ? now.why : null;
    },
    end: (words) => end(words),
    close: () => screen.close(),
    isEnded: () => isEnded,
  };
}

test("a build of these very sources is served at once, and none is begun", () => {
  const build = (): never => {
    throw new Error("nothing is to build");
  };
  expect(play({ found: () => "built", build }).screen()).toBe("built");
});

test("what is missing or older is built beside, and served when it is there", () => {
  for (const found of ["missing", "older"] as const) {
    const { screen, end } = play({ found: () => found });
    const before = screen();
    end(null);
    expect([before, screen()]).toEqual(["being_built", "built"]);
  }
});

test("what is away for a moment is read again by whoever asks next, and ends nothing", () => {
  let reads = 0;
  const read = (): ReturnType<Workshop["read"]> => {
    reads += 1;
    if (reads < 3) throw new Error("ENOENT");
    return new Map([["/", DOCUMENT]]);
  };
  const { screen, told } = play({ found: () => "built", read });
  expect([screen(), screen(), told]).toEqual([
    "being_built",
    "built",
    [{ at: "web", outcome: "not_read", error: "Error: ENOENT" }],
  ]);
});

test("what is of these sources and damaged is built again", () => {
  let isWhole = false;
  const read = (): ReturnType<Workshop["read"]> => {
    if (!isWhole) throw new Error("assets/index.js is not what the list says");
    return new Map([["/", DOCUMENT]]);
  };
  const { screen, end, builds } = play({ found: () => "built", read });
  const before = screen();
  isWhole = true;
  end(null);
  expect([before, screen(), builds]).toEqual(["being_built", "built", [true]]);
  expect(play({ found: () => "older" }).builds).toEqual([false]);
});

test("a build that fails is told with its words to the operator, and without them on the page", () => {
  const { told, why, end } = play({});
  end("main.tsx: unexpected token");
  expect(told).toEqual([{ at: "web", outcome: "build_failed", words: "main.tsx: unexpected token" }]);
  expect(why()).toBe("Its build failed: the log of this exchange has why.");
});

test("without Vite an older build is better than none, and none says what to do", () => {
  const canBuild = (): boolean => false;
  expect(play({ found: () => "older", canBuild }).screen()).toBe("built");
  const none = play({ canBuild });
  expect([none.why(), none.told]).toEqual([
    "Vite is not installed here: npm ci, and start the exchange again.",
    [{ at: "web", outcome: "cannot_build", found: "missing", why: "Vite is not installed" }],
  ]);
});

test("the end of the exchange ends a build that is under way", () => {
  const { close, isEnded } = play({});
  close();
  expect(isEnded()).toBe(true);
});
