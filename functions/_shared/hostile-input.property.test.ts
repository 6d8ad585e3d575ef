/**
 * Hostile input against all handlers: whatever arrives, an answer comes back that clients can read, nothing throws,
 * nothing is a fault of ours, and nobody sees another account. The engine behind is a fake; the seed is in the title.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ROUTES, type Route } from "../../engine/api/routes.ts";
import { hmacSha256 } from "../../engine/api/signature.ts";
import { handleAccount } from "../account/handler.ts";
import { handleMarketData } from "../market-data/handler.ts";
import { handleOrders } from "../orders/handler.ts";
import { handleUsers } from "../users/handler.ts";
import type { EdgeDeps } from "./deps.ts";
import type { Handler, HttpReply, HttpRequest } from "./http.ts";
import { type FakeEdge, fakeEdge, OPERATOR_TOKEN, request, send } from "./testing/fake-edge.ts";
import { FAKE_NOW_US } from "./testing/fake-engine.ts";

const SEED = Number(process.env.SEED ?? "20260101");
const REQUESTS = 10_000;
const HANDLERS: readonly Handler<EdgeDeps>[] = [handleOrders, handleAccount, handleMarketData, handleUsers];
/** What only alice's rows contain. */
const MARK = "alice-secret-order";

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString("latin1"));
const plausible = fc.constantFrom(
  "BTCUSDT",
  "ETHUSDT",
  "BUY",
  "SELL",
  "LIMIT",
  "MARKET",
  "LIMIT_MAKER",
  "STOP_LOSS",
  "GTC",
  "IOC",
  "1",
  "0",
  "0.5",
  "20000",
  "-1",
  "1e9",
  "99999999999999999999",
  "0.000000001",
  "1m",
  "1d",
  "1M",
  "true",
  '["BTCUSDT"]',
  "[]",
  '["',
  "%",
  "%00",
  "%ff",
  "%F0%9F%98%80",
  "+",
  "NaN",
  "__proto__",
  "constructor",
  "ALLOW_FAILURE",
  "FULL",
  String(FAKE_NOW_US),
  "",
);
const value = fc.oneof({ weight: 4, arbitrary: plausible }, { weight: 1, arbitrary: bytes });
const strangeName = fc.oneof(bytes, fc.constantFrom("__proto__", "toString", "signature", "timestamp", "recvWindow"));
/** What a well-formed request says, so that ill-formed parts are reached behind it. */
const WELL_FORMED: Readonly<Record<string, string>> = {
  symbol: "BTCUSDT",
  side: "SELL",
  type: "LIMIT",
  interval: "1m",
  newQty: "1",
  cancelReplaceMode: "ALLOW_FAILURE",
};
const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  bytes,
  fc.constantFrom('{"symbol":"BTCUSDT","status":"halt"}', "null", "[]"),
);

/** A request near a route: mostly its method, path and parameters, with something wrong somewhere. */
function nearRoute(route: Route) {
  const own = [...route.mandatory, ...route.optional, "timestamp"];
  const name = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...own) }, { weight: 1, arbitrary: strangeName });
  const pairs = fc
    .array(fc.tuple(name, value), { maxLength: 5 })
    .map((list) => list.map(([n, v]) => `${n}=${v}`).join("&"));
  const good = fc.subarray(route.mandatory.slice(), { minLength: Math.max(0, route.mandatory.length - 1) });
  const near = fc.tuple(good, fc.constantFrom("", "timeInForce=GTC&quantity=1&price=20000"), pairs);
  const query = fc.oneof(
    {
      weight: 6,
      arbitrary: near.map(([names, terms, rest]) =>
        joinPairs([...names.map((n) => `${n}=${WELL_FORMED[n]}`), terms, rest]),
      ),
    },
    { weight: 1, arbitrary: bytes },
  );
  return fc.record({
    method: fc.oneof({ weight: 6, arbitrary: fc.constant(route.method) }, { weight: 1, arbitrary: methods }),
    path: fc.oneof(
      { weight: 9, arbitrary: fc.constant(route.path.replace("*", "1")) },
      { weight: 1, arbitrary: strangePath },
    ),
    query,
    body: fc.oneof({ weight: 2, arbitrary: fc.constant("") }, query, json),
    sign: fc.oneof({ weight: 4, arbitrary: fc.constant("bob") }, fc.constantFrom("operator", "nobody", "wrong")),
    unit: fc.constantFrom("", "", "", "", "", "MICROSECOND", "weeks"),
  });
}
const methods = fc.constantFrom<string>("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "get");
const strangePath = fc.oneof(bytes, fc.constantFrom("/", "", "/api/v3", "/ops/v1/keys/%zz", "/api/v3/order/"));
const joinPairs = (parts: readonly string[]): string => parts.filter((part) => part !== "").join("&");

const hostile = fc.constantFrom<Route>(...ROUTES).chain(nearRoute);
type Hostile = typeof hostile extends fc.Arbitrary<infer T> ? T : never;

function requestOf(edge: FakeEdge, input: Hostile): HttpRequest {
  const payload = `${input.query}${input.query === "" ? "" : "&"}timestamp=${Math.floor(FAKE_NOW_US / 1_000)}`;
  const signature = hmacSha256(Buffer.from(edge.bob.secret), payload + input.body).toString("hex");
  const rawQuery =
    input.sign === "bob" || input.sign === "operator" ? `${payload}&signature=${signature}` : `${payload}&signature=00`;
  return request({
    method: input.method,
    path: input.path,
    rawQuery: input.sign === "nobody" ? input.query : rawQuery,
    rawBody: Buffer.from(input.body, "latin1"),
    headers: {
      ...(input.sign === "nobody" ? {} : { "x-mbx-apikey": input.sign === "wrong" ? "%%" : edge.bob.apiKey }),
      ...(input.sign === "operator" ? { authorization: `Bearer ${OPERATOR_TOKEN}` } : {}),
      ...(input.unit === "" ? {} : { "x-mbx-time-unit": input.unit }),
    },
  });
}

/** What is wrong with an answer; "" when a client can read it. */
function faultOf(reply: HttpReply): string {
  const parsed: unknown = JSON.parse(reply.body);
  if (reply.status >= 500) return `a ${reply.status}`;
  if (reply.status === 200) return typeof parsed === "object" && parsed !== null ? "" : "a 200 without an object";
  const refusal = parsed as { code?: unknown; msg?: unknown };
  return Number.isInteger(refusal.code) && Number(refusal.code) < 0 && typeof refusal.msg === "string"
    ? ""
    : "no {code, msg}";
}

async function edgeWithAlice(): Promise<FakeEdge> {
  const edge = fakeEdge();
  const order = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=20000&newClientOrderId=${MARK}`;
  await send(handleOrders, edge, edge.alice, "POST", "/api/v3/order", order);
  return edge;
}

test(`10,000 malformed requests: an answer each, no fault of ours, nobody else's data SEED=${SEED}`, async () => {
  let edge = await edgeWithAlice();
  let seen = 0;
  const statuses = new Map<number, number>();
  for (const input of fc.sample(hostile, { seed: SEED, numRuns: REQUESTS })) {
    // The fake keeps every order it is given; a new one now and then keeps lists short.
    if (++seen % 1_000 === 0) edge = await edgeWithAlice();
    for (const handler of HANDLERS) {
      const reply = await handler(requestOf(edge, input), edge.deps);
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      const fault = faultOf(reply);
      const leaks = handler !== handleUsers && reply.body.includes(MARK);
      if (fault !== "" || leaks)
        expect({ input, body: reply.body, fault, leaks }).toBe("a readable answer of one's own");
    }
  }
  expect(edge.faults).toEqual([]);
  // The requests reach all kinds of answers, good ones among them.
  expect([200, 400, 401, 404, 405].filter((status) => (statuses.get(status) ?? 0) < 50)).toEqual([]);
});
