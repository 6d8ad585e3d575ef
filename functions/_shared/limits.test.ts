/**
 * Limits by address as a REST client meets them: what is counted, which headers say so, what is refused and in which words.
 */
import { beforeEach, expect, test } from "vitest";
import { DEFAULT_LIMITS, type Limits, type RateLimiter } from "../../engine/api/limits/limiter.ts";
import { MemoryLimiter } from "../../engine/api/limits/memory-limiter.ts";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import { handleAccount } from "../account/handler.ts";
import { handleMarketData } from "../market-data/handler.ts";
import { handleOrders } from "../orders/handler.ts";
import { type HttpReply, splitTarget } from "./http.ts";
import { type FakeEdge, fakeEdge, request, send, shown } from "./testing/fake-edge.ts";

const MINUTE_MS = 60_000;
/** 20 seconds into a minute, and into five minutes. */
const START_MS = 5_890_752 * 300_000 + 20_000;
const LIMIT_ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=20000";

let edge: FakeEdge;
let nowMs: number;
beforeEach(() => {
  edge = fakeEdge();
  nowMs = START_MS;
  limitTo({});
});

function limitTo(limits: Partial<Limits>): void {
  const limiter = new MemoryLimiter({ limits: { ...DEFAULT_LIMITS, ...limits }, nowMs: () => nowMs });
  edge.deps = { ...edge.deps, limiter };
}
function market(target: string, remoteAddress = "203.0.113.9"): Promise<HttpReply> {
  return handleMarketData(request({ ...splitTarget(`/api/v3/${target}`), remoteAddress }), edge.deps);
}
const used = ({ headers }: HttpReply): string | undefined => headers["x-mbx-used-weight-1m"];
const place = (query = LIMIT_ORDER): Promise<HttpReply> =>
  send(handleOrders, edge, edge.alice, "POST", "/api/v3/order", query);
const cancel = (query: string): Promise<HttpReply> =>
  send(handleOrders, edge, edge.alice, "DELETE", "/api/v3/order", query);

test("every answer says what its address has used in the minute; the next minute begins at 0", async () => {
  const replies = [
    await market("time"),
    await market("exchangeInfo"),
    await market("depth?symbol=BTCUSDT&limit=1000"),
    await market("depth?symbol=NONE"),
    await market("nothing"),
    await market("time", "203.0.113.10"),
    await send(handleAccount, edge, edge.alice, "GET", "/api/v3/account"),
  ];
  expect(replies.map(used)).toEqual(["1", "21", "71", "76", "77", "1", "20"]);
  expect(replies[0]?.headers["x-mbx-used-weight"]).toBe("1");
  nowMs += 40_000;
  expect(used(await market("time"))).toBe("1");
});

test("a successful placement or cancel costs nothing, a failed one its weight; placements tell the account's counts", async () => {
  await place();
  const [order] = edge.engine.orders;
  const orderCounts = { per10s: 3, perDay: 40 };
  edge.engine.answers.push({ outcome: "placed", order: order!, fills: [], seq: 1, timeUs: 1, orderCounts });
  const accepted = await place();
  expect([accepted.status, used(accepted)]).toEqual([200, "0"]);
  expect(accepted.headers).toMatchObject({ "x-mbx-order-count-10s": "3", "x-mbx-order-count-1d": "40" });
  expect(used(await place("symbol=BTCUSDT"))).toBe("1");
  expect(used(await place(LIMIT_ORDER.replace("BUY", "NONE")))).toBe("2");
  expect(used(await cancel("symbol=BTCUSDT&orderId=99"))).toBe("3");
});

test("what is over the weight is refused with 429 until the minute ends, and uses nothing up", async () => {
  limitTo({ weightPerMinute: 50 });
  await market("exchangeInfo");
  await market("exchangeInfo");
  const refused = await market("exchangeInfo");
  expect(shown(refused)).toEqual({
    status: 429,
    body: {
      code: -1003,
      msg: "Too much request weight used; current limit is 50 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.",
    },
  });
  expect(refused.headers).toMatchObject({ "retry-after": "40", "x-mbx-used-weight-1m": "40" });
  expect(used(await market("depth?symbol=BTCUSDT"))).toBe("45");
  nowMs += 40_000;
  expect((await market("exchangeInfo")).status).toBe(200);
});

test("who goes on after 429 is banned with 418: two minutes, then four; cancels pass all the same", async () => {
  limitTo({ weightPerMinute: 1 });
  const goOn = async (): Promise<HttpReply> => {
    let last = await market("exchangeInfo");
    for (let count = 1; count < 100; count++) last = await market("exchangeInfo");
    return last;
  };
  const first = await goOn();
  const untilMs = START_MS + 2 * MINUTE_MS;
  expect(shown(first)).toEqual({
    status: 418,
    body: {
      code: -1003,
      msg: `Way too much request weight used; IP banned until ${untilMs}. Please use WebSocket Streams for live updates to avoid bans.`,
    },
  });
  expect(first.headers["retry-after"]).toBe("120");
  expect((await market("time")).status).toBe(418);
  expect((await market("time", "203.0.113.10")).status).toBe(200);
  nowMs = untilMs;
  expect((await market("time")).status).toBe(200);
  expect((await goOn()).headers["retry-after"]).toBe("240");
});

test("I37: a cancel is counted and never limited away, for a banned address neither", async () => {
  limitTo({ weightPerMinute: 1 });
  await place();
  for (let count = 0; count < 100; count++) await send(handleAccount, edge, edge.alice, "GET", "/api/v3/account");
  expect((await place()).status).toBe(418);
  const canceled = await cancel("symbol=BTCUSDT&orderId=1");
  expect([canceled.status, used(canceled)]).toEqual([200, "0"]);
  const unknown = await cancel("symbol=BTCUSDT&orderId=1");
  expect([unknown.status, used(unknown)]).toEqual([400, "1"]);
});

test("while nobody can count, orders are refused with -1008, cancels and reads go on, and nothing is told of weight", async () => {
  await place();
  const away = (): Promise<never> => Promise.reject(new OperationalError("not_sent", "no counters"));
  const limiter: RateLimiter = {
    limits: DEFAULT_LIMITS,
    admit: away,
    count: away,
    charge: away,
    admitConnection: away,
    followBans: () => () => {},
  };
  edge.deps = { ...edge.deps, limiter };
  const replies = [
    await place(),
    await cancel("symbol=BTCUSDT&orderId=1"),
    await cancel("symbol=BTCUSDT&orderId=1"),
    await market("time"),
    await send(handleAccount, edge, edge.alice, "GET", "/api/v3/account"),
  ];
  expect(replies.map((reply) => [reply.status, JSON.parse(reply.body).code, used(reply)])).toEqual([
    [503, -1008, undefined],
    [200, undefined, undefined],
    [400, -2011, undefined],
    [200, undefined, undefined],
    [200, undefined, undefined],
  ]);
  expect(edge.engine.received.filter(({ command }) => command.type === "place_order")).toHaveLength(1);
});
