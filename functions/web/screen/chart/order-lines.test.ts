/** Own orders as lines: at which price, which may be moved and to where, and that no chip covers another. */
import { expect, test } from "vitest";
import type { Market, Order } from "../exchange/contract.ts";
import {
  changeOf,
  columnsOf,
  orderLines,
  priceOfTicks,
  restOf,
  takesAtOnce,
  ticksNear,
  ticksOf,
} from "./order-lines.ts";

const market: Market = {
  ...{
    symbol: "BTCUSDT",
    base: "BTC",
    quote: "USDT",
    status: "TRADING",
    filters: {},
    orderTypes: [],
    selfTradeModes: [],
  },
  ...{ tickSize: "0.05000000", stepSize: "0.00100000", pricePlaces: 2, quantityPlaces: 3 },
};

function order(changes: Partial<Order>): Order {
  return {
    ...{ symbol: "BTCUSDT", orderId: 1, orderListId: -1, clientOrderId: "c", price: "100.00000000" },
    ...{ origQty: "1.00000000", executedQty: "0.00000000", cummulativeQuoteQty: "0.00000000", status: "NEW" },
    ...{ timeInForce: "GTC", type: "LIMIT", side: "BUY", stopPrice: "0.00000000", icebergQty: "0.00000000" },
    ...{ trailingDelta: 0, isWorking: true, time: 0, updateTime: 0 },
    ...changes,
  };
}

const said = (orders: readonly Order[]): string[] =>
  orderLines(orders, "BTCUSDT").map(({ key, price, fixed }) => `${key} ${price} ${fixed ?? "moves"}`);

test("a limit draws its price, a stop its trigger, a stop with a limit both until it is triggered", () => {
  const stop = { stopPrice: "90.00000000", isWorking: false, type: "STOP_LOSS_LIMIT" };
  expect(
    said([
      order({ orderId: 1 }),
      order({ ...stop, orderId: 2, price: "0.00000000", type: "STOP_LOSS" }),
      order({ ...stop, orderId: 3, price: "89.00000000" }),
      order({ ...stop, orderId: 4, price: "89.00000000", isWorking: true }),
      order({ orderId: 5, symbol: "ETHUSDT" }),
    ]),
  ).toEqual([
    "1:price 100.00000000 moves",
    "2:stopPrice 90.00000000 moves",
    "3:stopPrice 90.00000000 moves",
    "3:price 89.00000000 moves",
    "4:price 89.00000000 moves",
  ]);
});

test("a leg of a list and a trigger that trails the market do not move", () => {
  const trailing = { stopPrice: "90", isWorking: false, price: "0", trailingDelta: 100 };
  expect(said([order({ orderListId: 7 }), order({ ...trailing, orderId: 2 })])).toEqual([
    "1:price 100.00000000 list",
    "2:stopPrice 90 trailing",
  ]);
});

test("moving a line changes what it stands for, and nothing else", () => {
  const lines = orderLines([order({ stopPrice: "90", isWorking: false })], "BTCUSDT");
  expect(lines.map((line) => changeOf(line, "95.00"))).toEqual([{ stopPrice: "95.00" }, { price: "95.00" }]);
});

test("prices step by the tick, exactly, and never below one tick", () => {
  expect([ticksOf("100.05000000", market), ticksOf("100.01", market), ticksOf("x", market)]).toEqual([
    2001n,
    null,
    null,
  ]);
  expect([2001n, 1n, 0n, -5n].map((ticks) => priceOfTicks(ticks, market))).toEqual(["100.05", "0.05", "0.05", "0.05"]);
  expect([100.074, 100.076, -3, Number.NaN].map((price) => ticksNear(price, market))).toEqual([2001n, 2002n, 1n, 1n]);
});

test("what is left of an order is what was asked less what was filled", () => {
  expect(restOf(order({ origQty: "1.00000000", executedQty: "0.99900000" }), market)).toBe("0.001");
});

test("a bid above the last price or an offer below it takes at once; at it, or as a waiting stop, it does not", () => {
  const [bid, offer] = orderLines([order({}), order({ orderId: 2, side: "SELL" })], "BTCUSDT");
  const stops = orderLines([order({ stopPrice: "90", isWorking: false })], "BTCUSDT");
  const asked = [bid, offer, ...stops].flatMap((line) =>
    line === undefined ? [] : [[99n, 100n, 101n].map((ticks) => takesAtOnce(line, ticks, 100n))],
  );
  expect(asked).toEqual([
    [false, false, true],
    [true, false, false],
    [false, false, false],
    [false, false, false],
  ]);
});

test("chips that would cover each other stand in columns, and come back to the first as soon as there is room", () => {
  const tops = new Map([
    ["d", 60],
    ["a", 10],
    ["b", 15],
    ["c", 20],
    ["e", 35],
  ]);
  expect(Object.fromEntries(columnsOf(tops, 20, 2))).toEqual({ a: 0, b: 1, c: 1, e: 0, d: 0 });
});
