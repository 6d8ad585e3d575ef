/** An order's prices and how far it is filled, as the tables say them. */
import { expect, test } from "vitest";
import { averagePriceText, filledPercent, priceText, quantityText, triggerText } from "./order-texts.ts";

test("a market order has no price, a stop its trigger, a trailing one its distance in per cent", () => {
  expect([
    priceText({ price: "0.00000000" }, null),
    triggerText({ stopPrice: "95.50000000", trailingDelta: 0 }, null),
    triggerText({ stopPrice: "0.00000000", trailingDelta: 150 }, null),
    triggerText({ stopPrice: "0.00000000", trailingDelta: 0 }, null),
  ]).toEqual(["–", "95.50000000", "1.50%", "–"]);
});

test("an order is filled to 100 per cent only when all of it is", () => {
  expect([
    filledPercent({ executedQty: "0.99999999", origQty: "1.00000000" }),
    filledPercent({ executedQty: "1.00000000", origQty: "1.00000000" }),
    filledPercent({ executedQty: "0.00000000", origQty: "0.00000000" }),
  ]).toEqual([99, 100, 0]);
});

test("the average price is exact beyond a double's digits", () => {
  expect([
    averagePriceText({ executedQty: "3.00000000", cummulativeQuoteQty: "90071992547409.93000003" }, null),
    averagePriceText({ executedQty: "0", cummulativeQuoteQty: "0" }, null),
    quantityText("1234.50000000"),
    quantityText("0.00000000"),
  ]).toEqual(["30,023,997,515,803.31000001", "–", "1,234.5", "–"]);
});
