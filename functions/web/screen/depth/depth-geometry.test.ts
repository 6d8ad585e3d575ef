/** The depth chart's shapes, frames and readings, before anything is drawn. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Level, Market } from "../exchange/contract.ts";
import { priceOf, quantityOf, scaleOf } from "../trade/scale.ts";
import {
  type DepthFrame,
  distanceText,
  fittingHalfWidth,
  hillsOf,
  levelAt,
  levelsWithin,
  midOf,
  pointedAt,
  priceMarks,
  roundUp,
  stairsOf,
  steadyHalfWidth,
  ticksAt,
  topLots,
  totalUpTo,
  xOf,
} from "./depth-geometry.ts";

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

const level = ([ticks, lots]: readonly [number, number]): Level => ({ ticks, lots, price: "", quantity: "" });
const bids = (
  [
    [98, 10],
    [96, 20],
    [90, 30],
  ] as const
).map(level);
const asks = (
  [
    [102, 5],
    [104, 5],
    [120, 100],
  ] as const
).map(level);

function book(): NonNullable<ReturnType<typeof hillsOf>> {
  const hills = hillsOf(bids, asks);
  if (hills === null) throw new Error("both sides are there");
  return hills;
}

const FRAME: DepthFrame = { widthPx: 200, heightPx: 100, halfWidth: 10, topLots: 100 };

test("each hill adds up from the middle outwards, and without both sides there is no middle", () => {
  expect(book()).toEqual({
    bids: { ticks: [98, 96, 90], lots: [10, 30, 60] },
    asks: { ticks: [102, 104, 120], lots: [5, 10, 110] },
    midTicks: 100,
  });
  expect([hillsOf([], asks), hillsOf(bids, [])]).toEqual([null, null]);
});

test("stairs rise at each level, go on to the edge where more lies beyond it, and end at the last level that is known", () => {
  expect(stairsOf("asks", book(), FRAME)).toEqual([120, 100, 120, 95, 140, 95, 140, 90, 200, 90]);
  expect(stairsOf("bids", book(), FRAME)).toEqual([80, 100, 80, 90, 60, 90, 60, 70, 0, 70, 0, 40]);
  expect(stairsOf("bids", book(), { ...FRAME, halfWidth: 20 }).slice(-4)).toEqual([50, 70, 50, 40]);
  expect(stairsOf("bids", book(), { ...FRAME, halfWidth: 1 })).toEqual([]);
});

test("the pointer reads the last level between the middle and itself, the best where it is nearer than that", () => {
  const hills = book();
  expect([0, 61, 79, 99, 101, 139, 140, 199].map((x) => Object.values(levelAt(x, hills, FRAME)).join(" "))).toEqual([
    "bids 2 90 60",
    "bids 0 98 10",
    "bids 0 98 10",
    "bids 0 98 10",
    "asks 0 102 5",
    "asks 0 102 5",
    "asks 1 104 10",
    "asks 1 104 10",
  ]);
  expect([pointedAt("asks", -4, hills).ticks, pointedAt("asks", 9, hills).ticks]).toEqual([102, 120]);
});

test("pixels and prices are each other's inverse, and what lies within a width is counted as by looking at each level", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 40 }), (ticks, halfWidth) => {
      const hills = book();
      const frame = { ...FRAME, halfWidth };
      expect(ticksAt(xOf(ticks, hills, frame), hills, frame)).toBeCloseTo(ticks, 9);
      expect(levelsWithin(hills.asks, 100, halfWidth)).toBe(
        asks.filter((each) => each.ticks - 100 <= halfWidth).length,
      );
      expect(levelsWithin(hills.bids, 100, halfWidth)).toBe(
        bids.filter((each) => 100 - each.ticks <= halfWidth).length,
      );
    }),
  );
});

test("the width fits the hill that reaches less far, without its last tenth, and is kept while it nearly fits", () => {
  const deep = hillsOf(
    Array.from({ length: 20 }, (_, i) => level([i === 19 ? 100 : 999 - i, 1])),
    Array.from({ length: 10 }, (_, i) => level([1001 + 50 * i, 1])),
  );
  expect(deep && fittingHalfWidth(deep)).toBeCloseTo(18 * 1.02, 9);
  expect([steadyHalfWidth(null, 10), steadyHalfWidth(10, 12), steadyHalfWidth(10, 13), steadyHalfWidth(10, 7)]).toEqual(
    [10, 10, 13, 7],
  );
});

test("the top is a round number above both hills as far as they are seen", () => {
  expect([topLots(book(), 5), topLots(book(), 20)]).toEqual([40, 120]);
  expect([0.9, 1, 1.1, 9.9, 101, 7000].map(roundUp)).toEqual([1, 1, 1.2, 10, 120, 8000]);
});

test("marks stand at round prices within the frame, as many as there is room for or fewer, and never below zero", () => {
  expect([priceMarks(book(), FRAME, 5), priceMarks(book(), { ...FRAME, halfWidth: 120 }, 4)]).toEqual([
    [90, 95, 100, 105, 110],
    [0, 100, 200],
  ]);
  expect(priceMarks(book(), { ...FRAME, halfWidth: 1 }, 8)).toEqual([99, 100, 101]);
});

test("prices, quantities and totals are exact decimals; the middle may have half a tick", () => {
  expect([priceOf(scaleOf(market), 98), quantityOf(scaleOf(market), 30n), midOf(book(), market)]).toEqual([
    "4.90",
    "0.030",
    "5.00",
  ]);
  expect(midOf({ ...book(), midTicks: 100.5 }, market)).toBe("5.025");
  expect(totalUpTo(bids, 1, market)).toBe("0.14500");
  const huge = [level([2_147_483_647, 9_007_199_254_740_991])];
  expect(totalUpTo(huge, 0, market)).toBe(
    (2_147_483_647n * 9_007_199_254_740_991n * 5n).toString().replace(/(.{5})$/, ".$1"),
  );
});

test("a distance says its side, with a place more where it is small", () => {
  expect([distanceText(99, 100), distanceText(100.05, 100), distanceText(120, 100)]).toEqual([
    "−1.00%",
    "+0.050%",
    "+20.00%",
  ]);
});
