/** Own fills as marks on the candles they fell into. */
import { expect, test } from "vitest";
import type { Fill } from "../exchange/contract.ts";
import { fillMarks } from "./fill-markers.ts";

function fill(time: number, side: "BUY" | "SELL", quantity: string, symbol = "BTCUSDT"): Fill {
  return {
    ...{ symbol, time, side, quantity, tradeId: time, orderId: 1, price: "1", quoteQuantity: "1" },
    ...{ commission: "0", commissionAsset: "BTC", isMaker: true },
  };
}

test("fills of one candle and side are one mark with their exact sum; those of other markets and times are none", () => {
  const fills = [
    fill(27, "SELL", "0.50000000"),
    fill(25, "BUY", "0.10000000"),
    fill(21, "BUY", "0.20000000"),
    fill(11, "BUY", "1.00000000"),
    fill(12, "BUY", "1.00000000", "ETHUSDT"),
    fill(99, "BUY", "1.00000000"),
  ];
  expect(fillMarks(fills, "BTCUSDT", 3, (time) => (time < 30 ? Math.floor(time / 10) : -1))).toEqual([
    { index: 1, side: "BUY", quantity: "1.000", fills: 1 },
    { index: 2, side: "BUY", quantity: "0.300", fills: 2 },
    { index: 2, side: "SELL", quantity: "0.500", fills: 1 },
  ]);
});
