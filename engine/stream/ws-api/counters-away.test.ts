/** The WebSocket API while nobody can count who asks how much: what it refuses then, and what passes. */
import { afterEach, expect, test } from "vitest";
import { DEFAULT_LIMITS, type RateLimiter } from "../../api/limits/limiter.ts";
import { OperationalError } from "../../bus/engine-client.ts";
import { place } from "../../sim/small-exchange.ts";
import { type ApiHarness, startApi } from "./api-harness.ts";

let harness: ApiHarness | null = null;
afterEach(async () => {
  await harness?.stop();
  harness = null;
});

const away = (): Promise<never> => Promise.reject(new OperationalError("not_sent", "no counters"));
const COUNTERS_AWAY: RateLimiter = {
  limits: DEFAULT_LIMITS,
  admit: away,
  count: away,
  charge: away,
  admitConnection: away,
  followBans: () => () => {},
};
const ORDER = { symbol: "A0A1", side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: "10", price: "100" };

test("I37: without counters an order is refused and reaches no book; cancels and reads go on", async () => {
  harness = await startApi({ limiter: COUNTERS_AWAY });
  const { connect, exchange, trader } = harness;
  await exchange.send(place(1, { side: "sell", quantityLots: 1, priceTicks: 100, clientOrderId: "before" }));
  const alice = await trader(1);
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  const cancel = (): Promise<{ status: number; error?: { code: number } }> =>
    client.call("order.cancel", alice.signed({ symbol: "A0A1", origClientOrderId: "before" }));
  const answers = [
    await client.call("order.place", alice.signed(ORDER)),
    await client.call("time"),
    await client.call("openOrders.status", alice.signed()),
    await cancel(),
    await cancel(),
  ];
  expect(answers.map(({ status, error }) => [status, error?.code])).toEqual([
    [503, -1008],
    [200, undefined],
    [200, undefined],
    [200, undefined],
    [400, -2011],
  ]);
  expect(answers[2].result.map(({ clientOrderId }: { clientOrderId: string }) => clientOrderId)).toEqual(["before"]);
});
