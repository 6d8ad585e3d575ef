/**
 * A function's process from its start to its end, with nothing behind it: settings, garbage, signals, faults.
 */
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type FunctionChild, runFunctionChild, startFunctionChild } from "./testing/function-child.ts";

const MAIN = "functions/_shared/function-main.ts";
const SLOW = ["functions/_shared/testing/slow-function.ts"];
const ORDERS = {
  // Nobody listens there: nothing here asks.
  REDIS_URL: "redis://127.0.0.1:1",
  TIDEBOOK_ENGINE_URL: "http://127.0.0.1:1",
  TIDEBOOK_INTERNAL_TOKEN: "token-of-the-tests-0",
  TIDEBOOK_SEAL_KEY: "00".repeat(32),
};
const children: FunctionChild[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.signal("SIGKILL");
    await child.exited;
  }
});

async function started(program: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = await startFunctionChild(program, environment);
  children.push(child);
  return child;
}

/** Everything that comes back for these bytes, but the date. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer.replace(/^Date: .*\r\n/im, "")));
    socket.on("error", reject);
  });
}

test("every mistake of the settings is said at once, without a value, and nothing listens", async () => {
  const ended = await runFunctionChild([MAIN, "users"], {
    PORT: "70000",
    REDIS_URL: "http://secret-host",
    TIDEBOOK_SEAL_KEY: "secret",
    TIDEBOOK_INTERNAL_TOKEN: "",
    TIDEBOOK_ENGINE_URL: "http://engine:8081",
  });
  expect(ended).toEqual({
    code: 1,
    errors: `${[
      "The function users cannot start: 5 mistake(s) in the environment",
      "  PORT is a whole number from 0 to 65535",
      "  REDIS_URL is an address like redis://user:password@host:6379, or rediss:// for TLS",
      "  TIDEBOOK_INTERNAL_TOKEN is not set",
      "  TIDEBOOK_SEAL_KEY is 32 bytes as 64 hexadecimal digits",
      "  TIDEBOOK_OPERATOR_TOKEN is not set",
    ].join("\n")}\n`,
  });
});

test("a name that is no function's is answered with those that are", async () => {
  expect(await runFunctionChild([MAIN, "order"], {})).toEqual({
    code: 1,
    errors:
      "npm run function -- <name>, which is one of: orders, account, market-data, users, funding, persistence, dead-letters, web\n",
  });
});

test("garbage gets an answer of ours and no stack, whatever NODE_ENV says", async () => {
  const requests = [
    "GARBAGE\r\n\r\n",
    "GET /%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 16385\r\n\r\n",
    "POST /api/v3/order/test HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1\r\nConnection: close\r\n\r\n{",
    "POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx",
    `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(17_000)}\r\n\r\n`,
  ];
  const answersIn = async (environment: string): Promise<string[]> => {
    const { port } = await started([MAIN, "orders"], { ...ORDERS, NODE_ENV: environment });
    return Promise.all(requests.map((text) => raw(port, text)));
  };
  const [inProduction, inDevelopment] = await Promise.all([answersIn("production"), answersIn("development")]);
  expect(inDevelopment).toEqual(inProduction);
  expect(inProduction.map((text) => [text.split("\r\n", 1)[0], /\{.*\}/.exec(text)?.[0]])).toEqual([
    ["HTTP/1.1 400 Bad Request", '{"code":-1100,"msg":"The request is not well-formed HTTP."}'],
    ["HTTP/1.1 400 Bad Request", '{"code":-1100,"msg":"The request is not well-formed HTTP."}'],
    ["HTTP/1.1 404 Not Found", '{"code":-1020,"msg":"This operation is not supported."}'],
    ["HTTP/1.1 413 Payload Too Large", '{"code":-1100,"msg":"The request body is larger than 16 KiB."}'],
    // The body was kept from the framework's own parser.
    [
      "HTTP/1.1 400 Bad Request",
      `{"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."}`,
    ],
    [
      "HTTP/1.1 415 Unsupported Media Type",
      `{"code":-1100,"msg":"Illegal characters found in parameter 'Content-Encoding'; legal range is 'identity'."}`,
    ],
    ["HTTP/1.1 431 Request Header Fields Too Large", '{"code":-1100,"msg":"The headers are larger than 16 KiB."}'],
  ]);
});

test("a refused body that expects a word first, or comes without a host, is refused once and ends nothing", async () => {
  const { port, origin, lines } = await started([MAIN, "orders"], ORDERS);
  const heads = [
    "Host: x\r\nContent-Length: 16385\r\nExpect: 100-continue",
    "Host: x\r\nContent-Length: 16385\r\nExpect: something",
    "Content-Length: 16385",
    "Host: x\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\nExpect: 100-continue",
  ];
  const statuses: (string | undefined)[] = [];
  for (const head of heads) {
    const answer = await raw(port, `POST /api/v3/order HTTP/1.1\r\n${head}\r\n\r\n`);
    statuses.push(...(answer.match(/^HTTP.*$/gm) ?? []).map((line) => line.trim()));
  }
  expect(statuses).toEqual([
    "HTTP/1.1 413 Payload Too Large",
    "HTTP/1.1 413 Payload Too Large",
    "HTTP/1.1 413 Payload Too Large",
    "HTTP/1.1 415 Unsupported Media Type",
  ]);
  expect([(await fetch(`${origin}/livez`)).status, lines.filter(({ outcome }) => outcome === "fault")]).toEqual([
    200,
    [],
  ]);
});

test("probes are answered before the function, and what was answered is counted once for the scrape", async () => {
  const { origin, lines } = await started([MAIN, "orders"], ORDERS);
  const ready = await (await fetch(`${origin}/readyz`)).json();
  expect([(await fetch(`${origin}/livez`)).status, ready]).toEqual([
    200,
    { ready: true, function: "orders", commandsPending: 0, redis: "not_asked", intake: "unknown", epoch: 0 },
  ]);
  expect(lines.some(({ outcome }) => outcome === "first_request")).toBe(false);
  await fetch(`${origin}/api/v3/order`, { method: "POST", body: "a".repeat(20_000) });
  await fetch(`${origin}/api/v3/order`, { method: "POST", body: "a".repeat(20_000) });
  const text = await (await fetch(`${origin}/metrics`)).text();
  const numbers = text.split("\n").filter((line) => /^tidebook_function_(requests|refused|running)/.test(line));
  expect(numbers.filter((line) => !line.endsWith(" 0"))).toEqual([
    'tidebook_function_requests_total{status="4xx"} 2',
    'tidebook_function_refused_total{reason="body_too_large"} 2',
  ]);
  expect(lines.filter(({ outcome }) => outcome === "first_request").length).toBe(1);
});

/** A request whose last line comes later: its connection is neither idle nor asked yet. */
async function begin(port: number, path: string): Promise<{ finish(): Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve) => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n`, () => resolve()));
  return {
    finish: () =>
      new Promise((resolve, reject) => {
        let answer = "";
        socket.setEncoding("utf8").on("data", (chunk: string) => {
          answer += chunk;
        });
        socket.on("end", () => resolve(answer));
        socket.on("error", reject);
        socket.write("\r\n");
      }),
  };
}

/** Status and body, of an answer that closes its connection. */
function closing(answer: string): readonly unknown[] {
  return [answer.split("\r\n", 1)[0], /^connection: close\r$/im.test(answer), answer.split("\r\n\r\n")[1]];
}

test("at SIGTERM what is under way is answered and closes its connection, nobody new comes in, and it exits 0", async () => {
  const child = await started(SLOW);
  const slow = (await begin(child.port, "/slow")).finish();
  await child.line("waits");
  const go = await begin(child.port, "/go");
  child.signal("SIGTERM");
  await child.line("stopping");
  await expect(raw(child.port, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")).rejects.toThrow(
    // Reset: it came in the very moment of the end.
    /ECONNREFUSED|ECONNRESET/,
  );
  expect([closing(await go.finish()), closing(await slow)]).toEqual([
    ["HTTP/1.1 200 OK", true, "gone"],
    ["HTTP/1.1 200 OK", true, "answered"],
  ]);
  expect(await child.exited).toBe(0);
});

test("a second signal does not wait", async () => {
  const child = await started(SLOW);
  const stuck = (await begin(child.port, "/stuck")).finish().catch(() => "cut off");
  await child.line("stuck");
  child.signal("SIGTERM");
  await child.line("stopping");
  child.signal("SIGINT");
  expect([await child.exited, await stuck]).toEqual([130, ""]);
});

test("a fault that nobody caught: what is under way is answered, and it exits 1", async () => {
  const child = await started(SLOW);
  const slow = (await begin(child.port, "/slow")).finish();
  await child.line("waits");
  const go = await begin(child.port, "/go");
  expect(await raw(child.port, "GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toContain("thrown");
  const { at, error } = await child.line("fault");
  expect([at, String(error).split("\n", 1)[0]]).toEqual(["slow", "Error: nobody catches this"]);
  expect([closing(await go.finish()), closing(await slow)]).toEqual([
    ["HTTP/1.1 200 OK", true, "gone"],
    ["HTTP/1.1 200 OK", true, "answered"],
  ]);
  expect(await child.exited).toBe(1);
});
