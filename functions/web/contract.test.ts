/**
 * The contract of web/ over real sockets, through the Functions Framework: what goes on the wire for GET, HEAD and the
 * conditional GET, and what no client library would send.
 */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import { installWeb } from "./deps.ts";
import "./index.ts";
import { SMALL } from "./testing/small-site.ts";

let server: ServedFunction;

beforeAll(async () => {
  installWeb(SMALL);
  server = await serveFunction("web", null);
});
afterAll(async () => {
  await server.close();
  installWeb(null);
});

interface Wire {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** The path goes out as it is: no library makes it tidy. */
function send(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      server.origin,
      { method, path, headers: { connection: "close", ...headers } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

const LENGTHS = ["content-length", "transfer-encoding", "content-encoding", "etag"];
function shown({ status, headers, body }: Wire): unknown[] {
  return [status, ...LENGTHS.map((name) => headers[name] ?? null), body];
}

test("GET gives the file with its length, HEAD the same headers and no body, the conditional GET nothing but its tag", async () => {
  const br = { "accept-encoding": "br" };
  const [got, head] = [await send("GET", "/ops?a=b", br), await send("HEAD", "/ops", br)];
  const again = await send("GET", "/ops", { ...br, "if-none-match": '"d0c-br"' });
  expect([got, head, again].map(shown)).toEqual([
    [200, "18", null, "br", '"d0c-br"', "br of the document"],
    [200, "18", null, "br", '"d0c-br"', ""],
    [304, null, null, null, '"d0c-br"', ""],
  ]);
  expect(
    Object.keys(got.headers)
      .filter((name) => !["date", "connection"].includes(name))
      .sort(),
  ).toEqual([
    "cache-control",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "etag",
    "permissions-policy",
    "referrer-policy",
    "vary",
    "x-content-type-options",
  ]);
});

test("no spelling of a path reaches anything but what the build has listed", async () => {
  const paths = [
    "/assets/..%2f..%2fpackage.json",
    "/assets/../../package.json",
    "/%2e%2e/package.json",
    "/assets//main-1a.js",
  ];
  for (const path of paths) expect((await send("GET", path)).status).toBe(404);
});

test("what is sent to it is refused, small or large, and answered once", async () => {
  const posted = await send("POST", "/", {}, "a=b");
  const large = await send("POST", "/", {}, "a".repeat(20_000));
  expect([posted.status, posted.headers.allow, large.status]).toEqual([405, "GET, HEAD", 413]);
});
