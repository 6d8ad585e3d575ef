/** The intervals, and the one that a first visit sees. */
import { expect, test } from "vitest";
import { type Candle, INTERVALS } from "../exchange/contract.ts";
import { firstInterval, isDaily, lengthOf, SHOWN_INTERVALS } from "./intervals.ts";

const NOW = Date.UTC(2026, 0, 2);
const MINUTE = 60_000;

function minutes(count: number, volume = 1): Candle[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ time: NOW - (count - index) * MINUTE, open: 1, high: 1, low: 1, close: 1, isClosed: true },
    volume,
  }));
}

test("a first visit sees seconds while a market is younger than half an hour, and quarters of an hour from half a day on", () => {
  const seen = [0, 1, 29, 30, 149, 150, 449, 450, 1000].map((age) => firstInterval(minutes(age), NOW));
  expect(seen).toEqual(["1s", "1s", "1s", "1m", "1m", "5m", "5m", "15m", "15m"]);
});

test("candles without trades before the first trade do not make a market older", () => {
  expect(firstInterval([...minutes(500, 0).slice(0, 490), ...minutes(10)], NOW)).toBe("1s");
});

test("every interval of the exchange has a length, each longer than the one before, and days begin at 1d", () => {
  const lengths = INTERVALS.map(lengthOf);
  expect(lengths).toEqual([...new Set(lengths)].sort((a, b) => a - b));
  expect(INTERVALS.filter(isDaily)).toEqual(["1d", "3d", "1w", "1M"]);
  expect(SHOWN_INTERVALS.filter((interval) => !(INTERVALS as readonly string[]).includes(interval))).toEqual([]);
});
