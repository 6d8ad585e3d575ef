/** Ticks and lots as text, the average price of a walk, and own orders by rung: all exact. */
import { expect, test } from "vitest";
import type { Order } from "../exchange/contract.ts";
import { ownLevels } from "./own-levels.ts";
import { averagePrice, priceOf, quantityOf, quoteOf, scaleOf } from "./scale.ts";

/** A tick that is no power of ten. */
const SCALE = scaleOf({ tickSize: "0.05000000", stepSize: "0.00100000", pricePlaces: 2, quantityPlaces: 3 });

test("ticks and lots become decimals exactly, beyond a double's digits too", () => {
  expect([priceOf(SCALE, 2_147_483_647), quantityOf(SCALE, 90_071_992_547_409_931n), quoteOf(SCALE, 3n)]).toEqual([
    "107374182.35",
    "90071992547409.931",
    "0.00015",
  ]);
});

test("an average price is that of the walk, halves up, and of nothing it is 0", () => {
  // One lot at 1.00 (20 ticks) and two at 1.05: 3.10 / 3 = 1.0333…; one of each: 1.025.
  expect([averagePrice(SCALE, 62n, 3n), averagePrice(SCALE, 41n, 2n), averagePrice(SCALE, 0n, 0n)]).toEqual([
    "1.03",
    "1.03",
    "0",
  ]);
});

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
