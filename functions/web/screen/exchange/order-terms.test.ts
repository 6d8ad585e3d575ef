/** What is sent to replace an order at another price. */
import { expect, test } from "vitest";
import type { Order } from "./contract.ts";
import { termsOf } from "./order-terms.ts";

const LIMIT: Order = {
  symbol: "BTCUSDT",
  orderId: 1,
  orderListId: -1,
  clientOrderId: "a",
  price: "20000.00000000",
  origQty: "1.00000000",
  executedQty: "0.30000000",
  cummulativeQuoteQty: "6000.00000000",
  status: "PARTIALLY_FILLED",
  timeInForce: "GTC",
  type: "LIMIT",
  side: "BUY",
  stopPrice: "0.00000000",
  icebergQty: "0.00000000",
  trailingDelta: 0,
  isWorking: true,
  time: 1,
  updateTime: 1,
};

test("an order is replaced by what is left of it, with the terms that its type has and no others", () => {
  const base = { symbol: "BTCUSDT", side: "BUY", quantity: "0.70000000" };
  const price = "20000.00000000";
  const stopPrice = "19000.00000000";
  expect([
    termsOf(LIMIT),
    termsOf({ ...LIMIT, type: "LIMIT_MAKER", icebergQty: "0.10000000" }),
    termsOf({ ...LIMIT, type: "STOP_LOSS_LIMIT", stopPrice, trailingDelta: 50 }),
    termsOf({ ...LIMIT, type: "TAKE_PROFIT", stopPrice }),
    termsOf({ ...LIMIT, executedQty: "1.00000000" }),
  ]).toEqual([
    { ...base, type: "LIMIT", price, timeInForce: "GTC" },
    { ...base, type: "LIMIT_MAKER", price, icebergQty: "0.10000000" },
    { ...base, type: "STOP_LOSS_LIMIT", price, timeInForce: "GTC", stopPrice, trailingDelta: 50 },
    { ...base, type: "TAKE_PROFIT", stopPrice },
    null,
  ]);
});
