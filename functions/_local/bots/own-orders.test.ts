/** What a bot believes to have open, by what it has sent and heard. */
import { expect, test } from "vitest";
import { INSTRUMENT_PLANS } from "./instrument-plans.ts";
import { OwnOrders } from "./own-orders.ts";

const [PLAN] = INSTRUMENT_PLANS;
if (PLAN === undefined) throw new Error("there is an instrument");

function sent(...ids: readonly string[]): OwnOrders {
  const orders = new OwnOrders();
  for (const id of ids) orders.sent(PLAN!, { id, side: "buy", priceTicks: 100, lots: 500 });
  return orders;
}
const shown = (orders: OwnOrders): readonly (readonly [string, number])[] =>
  orders.of("BTCUSDT").map(({ id, lots }) => [id, lots]);

test("an order counts from the moment it is sent, with what is left of it, until it is gone", () => {
  const orders = sent("a", "b");
  orders.heard({ x: "NEW", X: "NEW", c: "a", C: "", q: "0.00500000", z: "0.00000000" });
  orders.heard({ x: "TRADE", X: "PARTIALLY_FILLED", c: "a", C: "", q: "0.00500000", z: "0.00400000" });
  expect(shown(orders)).toEqual([
    ["a", 100],
    ["b", 500],
  ]);
  orders.heard({ x: "TRADE", X: "FILLED", c: "a", C: "", q: "0.00500000", z: "0.00500000" });
  orders.heard({ x: "TRADE_PREVENTION", X: "EXPIRED_IN_MATCH", c: "b", C: "", q: "0.00500000", z: "0.00000000" });
  expect(shown(orders)).toEqual([]);
});

test("of a cancel, the order's own id is the original one", () => {
  const orders = sent("a", "b");
  orders.heard({ x: "CANCELED", X: "CANCELED", c: "b", C: "a", q: "0.00500000", z: "0.00000000" });
  expect(shown(orders)).toEqual([["b", 500]]);
});

test("an order that is being canceled does not count, and one of another instrument never did", () => {
  const orders = sent("a");
  orders.leaving("a");
  expect([shown(orders), orders.of("ETHUSDT")]).toEqual([[], []]);
  orders.heard({ x: "NEW", X: "NEW", c: "stranger", C: "", q: "1", z: "0" });
  expect(shown(orders)).toEqual([]);
});
