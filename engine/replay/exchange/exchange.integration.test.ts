/** The whole way: a real exchange process, a hand-made stream through its public API, and every comparison. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseReplayArguments } from "../arguments.ts";
import { JavaRandom } from "../java-random.ts";
import { SILENT } from "../progress.ts";
import { type PlainMessage, streamBytes } from "../testing-streams.ts";
import { replayThroughExchange } from "./replay.ts";

const PROJECT_ROOT = resolve(import.meta.dirname, "..", "..", "..");
const MESSAGES = 400;

const folder = mkdtempSync(join(tmpdir(), "replay-exchange-"));
let exchange: ChildProcess;
let origin = "";

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  exchange = spawn(process.execPath, ["functions/_local/main.ts"], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, PORT: String(port), TIDEBOOK_DATA_DIR: join(folder, "data"), TIDEBOOK_BOTS: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { promise, resolve: ready, reject } = Promise.withResolvers<void>();
  exchange.once("exit", (code) => reject(new Error(`the exchange ended with ${code}`)));
  let said = "";
  exchange.stdout!.on("data", (text: Buffer) => {
    said += text.toString();
    if (said.includes(origin)) ready();
  });
  await promise;
});

afterAll(async () => {
  exchange.kill("SIGTERM");
  if (exchange.exitCode === null) await once(exchange, "exit");
  rmSync(folder, { recursive: true });
});

/** New orders, cancels and modifies of ids that may or may not rest, near one price. */
function drawn(seed: number): PlainMessage[] {
  const random = new JavaRandom(seed);
  return Array.from({ length: MESSAGES }, (): PlainMessage => {
    const type = [0, 0, 0, 1, 2][random.below(5)]!;
    const immediate = random.below(6) === 0 ? 1 : 0;
    return [type, random.below(2), immediate, 1 + random.below(30), random.below(60), 990 + random.below(20)];
  });
}

test("a stream through the running exchange is answered, listed and streamed as the core's book says", async () => {
  const file = join(folder, "drawn.bin");
  writeFileSync(file, streamBytes(drawn(11)));
  const words = [
    "matching-reports",
    file,
    "--through",
    "exchange",
    "--origin",
    origin,
    "--data-dir",
    join(folder, "data"),
  ];
  const outcome = await replayThroughExchange(parseReplayArguments(words), SILENT);
  expect(outcome.bounds.filter((bound) => !bound.holds)).toEqual([]);
  expect(outcome).toMatchObject({ rowsRead: MESSAGES, matched: MESSAGES, contradicted: 0, excluded: {} });
  expect(outcome.figures.tradesOnTheExchange).toBeGreaterThan(20);
});

test("where no exchange answers, the message names the address", async () => {
  const file = join(folder, "drawn.bin");
  const words = ["matching-reports", file, "--through", "exchange", "--origin", `http://127.0.0.1:${await freePort()}`];
  const request = { ...parseReplayArguments(words), dataDir: join(folder, "data") };
  await expect(replayThroughExchange(request, SILENT)).rejects.toMatchObject({ code: "exchange_unreachable" });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a listening server has a port");
  return address.port;
}
