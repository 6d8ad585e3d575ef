/** Own orders by the rung of the ladder that shows them. */
import { expect, test } from "vitest";
import type { Order } from "../exchange/contract.ts";
import { scaleOf } from "../trade/scale.ts";
import { ownLevels } from "./own-levels.ts";

/** A tick that is no power of ten. */
const SCALE = scaleOf({ tickSize: "0.05000000", stepSize: "0.00100000", pricePlaces: 2, quantityPlaces: 3 });

function order(of: Partial<Order>): Order {
  return {
    symbol: "AB",
    side: "BUY",
    isWorking: true,
    price: "1.05",
    origQty: "2",
    executedQty: "0.5",
    ...of,
  } as Order;
}

test("own orders are added up at the rung that shows them: working ones of this side and symbol alone", () => {
  const orders = [
    order({}),
    order({ price: "1.10", executedQty: "0" }),
    order({ isWorking: false }),
    order({ side: "SELL" }),
    order({ symbol: "CD" }),
    order({ price: "0.00000000" }),
  ];
  expect([...ownLevels(orders, "AB", "bids", 1, SCALE)]).toEqual([
    [21, { orders: 1, lots: 1500n }],
    [22, { orders: 1, lots: 2000n }],
  ]);
  expect([...ownLevels(orders, "AB", "bids", 10, SCALE)]).toEqual([[20, { orders: 2, lots: 3500n }]]);
  expect([...ownLevels(orders, "AB", "asks", 10, SCALE)]).toEqual([[30, { orders: 1, lots: 1500n }]]);
});
