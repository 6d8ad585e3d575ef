/**
 * What every function does under the Functions Framework, whatever its endpoints: limits, unknown paths, no engine.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { proxyTrust } from "../../engine/api/client-address.ts";
import "../orders/index.ts";
import { installDeps } from "./deps.ts";
import { addKey, type FakeEdge, fakeEdge, signedQuery, type Trader } from "./testing/fake-edge.ts";
import { type Answer, call, type ServedFunction, serveFunction } from "./testing/framework-server.ts";

let server: ServedFunction;
let edge: FakeEdge;

beforeAll(async () => {
  server = await serveFunction("orders", null);
});
afterAll(() => server.close());
beforeEach(() => {
  edge = fakeEdge();
  installDeps(() => edge.deps);
});

function ask(method: string, path: string, query = "", trader: Trader = edge.alice, headers = {}): Promise<Answer> {
  const target = `/api/v3/${path}?${signedQuery(trader, query)}`;
  return call(server.origin, method, target, { headers: { "X-MBX-APIKEY": trader.apiKey, ...headers } });
}

test("an unknown path, a wrong method, a missing key, a bad unit each have their JSON", async () => {
  const answers = [
    await ask("GET", "orders"),
    await call(server.origin, "PATCH", "/api/v3/order"),
    await call(server.origin, "GET", `/api/v3/order?${signedQuery(edge.alice, "symbol=BTCUSDT&orderId=1")}`),
    await ask("GET", "openOrders", "", edge.alice, { "X-MBX-TIME-UNIT": "DAYS" }),
    await call(server.origin, "GET", "/api/v3/account"),
  ];
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [404, { code: -1020, msg: "This operation is not supported." }],
    [405, { code: -1020, msg: "This operation is not supported." }],
    [401, { code: -2014, msg: "API-key format invalid." }],
    [400, { code: -1194, msg: "Invalid value for time unit; expected either MICROSECOND or MILLISECOND." }],
    [404, { code: -1020, msg: "This operation is not supported." }],
  ]);
});

test("more than 16 KiB, announced, chunked or compressed, never reaches the handler", async () => {
  const tooLarge = { code: -1100, msg: "The request body is larger than 16 KiB." };
  const large = "a".repeat(16 * 1024 + 1);
  const announced = await call(server.origin, "POST", "/api/v3/order", { body: large });
  const chunks = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 20; i++) controller.enqueue(Buffer.alloc(1_024, 97));
      // It never ends: only an answer before the end of the body can come.
    },
  });
  const chunked = await call(server.origin, "POST", "/api/v3/order", { body: chunks, duplex: "half" } as RequestInit);
  const compressed = await call(server.origin, "POST", "/api/v3/order", {
    body: "xx",
    headers: { "content-encoding": "gzip" },
  });
  expect([announced, chunked, compressed].map(({ status, body }) => [status, body])).toEqual([
    [413, tooLarge],
    [413, tooLarge],
    [415, { code: -1100, msg: "Illegal characters found in parameter 'Content-Encoding'; legal range is 'identity'." }],
  ]);
  expect((await ask("GET", "openOrders")).status).toBe(200);
});

test("a key's list of addresses is compared with whom our own proxies heard, not with what a client claims", async () => {
  const listed = { account: 1, apiKey: "listed-key-0123456789", secret: "listed-secret" };
  addKey(edge.engine, listed, { ipAllowList: ["203.0.113.9"] });
  installDeps(() => ({ ...edge.deps, proxies: proxyTrust(3, []) }));
  const from = async (chain: string): Promise<number> =>
    (await ask("GET", "openOrders", "", listed, { "X-Forwarded-For": chain })).status;
  expect([
    await from("203.0.113.9, 10.0.0.7, 10.0.0.8"),
    await from("203.0.113.9, 198.51.100.1, 10.0.0.7, 10.0.0.8"),
    await from("203.0.113.9"),
  ]).toEqual([200, 401, 401]);
});

test("without an engine every request is a clear 503", async () => {
  installDeps(null);
  expect(await call(server.origin, "GET", "/api/v3/order")).toEqual({
    status: 503,
    contentType: "application/json;charset=UTF-8",
    body: { code: -1008, msg: "engine not configured: this process has no engine to ask" },
  });
});
