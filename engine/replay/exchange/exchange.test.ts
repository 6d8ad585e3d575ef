/** Plans, decimals, checks and whole runs against an exchange. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CoreVenue } from "../core-venue.ts";
import { foldMinutes } from "./checks.ts";
import { decimalOf, integerOf, unitsOn } from "./market.ts";
import { RecordingVenue } from "./plan.ts";

test("a plan holds every step with the core's fills, and numbers placements though a source uses an id again", () => {
  const venue = new RecordingVenue(new CoreVenue());
  venue.place({ id: 5, side: "sell", priceTicks: 101, quantityLots: 10, timeInForce: "gtc" });
  venue.place({ id: 6, side: "buy", priceTicks: 101, quantityLots: 3, timeInForce: "ioc" });
  // 3 of 10 are executed: lowered to 2 open, the order is one of 5.
  venue.reduce(5, 2);
  venue.replace(5, 102, 4);
  venue.observe();
  venue.cancel(5);
  venue.place({ id: 5, side: "buy", priceTicks: 90, quantityLots: 1, timeInForce: "gtc" });
  expect(venue.cancel(77)).toBeNull();
  expect(venue.steps).toEqual([
    { type: "place", placement: 1, side: "sell", priceTicks: 101, quantityLots: 10, timeInForce: "gtc", fills: [] },
    {
      type: "place",
      placement: 2,
      side: "buy",
      priceTicks: 101,
      quantityLots: 3,
      timeInForce: "ioc",
      fills: [{ priceTicks: 101, quantityLots: 3 }],
    },
    { type: "reduce", placement: 1, quantityLots: 5 },
    { type: "replace", cancelled: 1, placement: 3, side: "sell", priceTicks: 102, quantityLots: 4, fills: [] },
    { type: "observe", bid: 0, ask: 102 },
    { type: "cancel", placement: 3 },
    { type: "place", placement: 4, side: "buy", priceTicks: 90, quantityLots: 1, timeInForce: "gtc", fills: [] },
  ]);
});

test("integer to decimal and back is the same integer, at any number of decimals", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat({ max: 8 }), (value, decimals) => {
      expect(integerOf(decimalOf(value, decimals), decimals)).toBe(value);
    }),
  );
  expect(decimalOf(5, 3)).toBe("0.005");
  expect(integerOf("1.50000000", 1)).toBe(15);
  expect(integerOf("1.55000000", 1)).toBeNaN();
});

test("prices are written in ticks where the source's decimals would need more than eight places of money", () => {
  expect(unitsOn({ priceDecimals: 2, lotDecimals: 6 })).toEqual({ priceDecimals: 2, lotDecimals: 6 });
  expect(unitsOn({ priceDecimals: 2, lotDecimals: 8 })).toEqual({ priceDecimals: 0, lotDecimals: 8 });
});

test("a tape folds into one candle for each minute in which it traded", () => {
  const row = (timeMs: number, priceTicks: number, lots: number) => ({
    tradeId: 1,
    timeMs,
    priceTicks,
    lots,
    buyerIsMaker: true,
  });
  expect(foldMinutes([row(60_001, 10, 2), row(60_002, 12, 1), row(119_999, 9, 1), row(240_000, 11, 5)])).toEqual([
    { openTimeMs: 60_000, open: 10, high: 12, low: 9, close: 9, lots: 4n, turnover: 41n, trades: 3 },
    { openTimeMs: 240_000, open: 11, high: 11, low: 11, close: 11, lots: 5n, turnover: 55n, trades: 1 },
  ]);
});
