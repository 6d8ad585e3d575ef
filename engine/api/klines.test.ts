/** Klines: which candles a request names, and what stands in the gaps. */
import { expect, test } from "vitest";
import type { Candle } from "../bus/stream-client.ts";
import { candleSpan, readTimeZoneMs, rolledUp, sourceInterval, withoutGaps } from "./klines.ts";
import { percentChange } from "./market-shapes.ts";
import { Parameters } from "./parameters.ts";

const HOUR = 3_600_000;
/** A Friday. */
const DAY0 = Date.UTC(2026, 0, 2);
const OPEN_WINDOW = { startUs: null, endUs: null };

function candle(openTimeMs: number, ticks: number, trades = 1, lengthMs = 60_000): Candle {
  return {
    openTimeMs,
    closeTimeMs: openTimeMs + lengthMs - 1,
    openTicks: ticks,
    highTicks: ticks + 5,
    lowTicks: ticks - 5,
    closeTicks: ticks + 1,
    volumeLots: 10n,
    quoteAtoms: 100n,
    takerBuyLots: 4n,
    takerBuyQuoteAtoms: 40n,
    firstTradeId: ticks,
    lastTradeId: ticks + trades - 1,
    trades,
  };
}

const brief = (rows: readonly Candle[]): string[] =>
  rows.map((row) => `${(row.openTimeMs - DAY0) / 60_000} ${row.openTicks}-${row.closeTicks} x${row.trades}`);

test("gaps between trades are flat at the previous close, the running candle too", () => {
  const span = candleSpan("1m", 0, OPEN_WINDOW, 5, DAY0 + 4 * 60_000 + 1);
  const rows = span && withoutGaps(span, [candle(DAY0 + 60_000, 100), candle(DAY0 + 3 * 60_000, 200)], null);
  expect(brief(rows ?? [])).toEqual(["1 100-101 x1", "2 101-101 x0", "3 200-201 x1", "4 201-201 x0"]);
});

test("what traded before the first candle asked for fills it; nothing before means it begins with the first trade", () => {
  const span = candleSpan("1m", 0, { startUs: DAY0 * 1_000, endUs: null }, 3, DAY0 + 9 * 60_000);
  const traded = [candle(DAY0 + 2 * 60_000, 100)];
  expect(brief(withoutGaps(span!, traded, candle(DAY0 - 60_000, 50)))).toEqual([
    "0 51-51 x0",
    "1 51-51 x0",
    "2 100-101 x1",
  ]);
  expect(brief(withoutGaps(span!, traded, null))).toEqual(["2 100-101 x1", "3 101-101 x0", "4 101-101 x0"]);
  expect(withoutGaps(span!, [], null)).toEqual([]);
});

test("a start inside a candle names the next one; a window without an opening names none", () => {
  const opens = (startMs: number, endMs: number): number[] => {
    const span = candleSpan("1m", 0, { startUs: startMs * 1_000, endUs: endMs * 1_000 }, 10, DAY0 + HOUR);
    return span === null ? [] : [(span.firstOpenMs - DAY0) / 60_000, (span.lastOpenMs - DAY0) / 60_000];
  };
  expect([
    opens(DAY0, DAY0),
    opens(DAY0 + 1, DAY0 + 60_000),
    opens(DAY0 + 1, DAY0 + 59_999),
    opens(DAY0 + 9 * HOUR, DAY0 + 10 * HOUR),
  ]).toEqual([[0, 0], [1, 1], [], []]);
});

test("under a time zone a day opens at local midnight and is rolled up from hours; shorter candles stay", () => {
  const now = DAY0 + 30 * HOUR;
  const span = candleSpan("1d", 2 * HOUR, OPEN_WINDOW, 2, now)!;
  expect([span.firstOpenMs - DAY0, span.lastOpenMs - DAY0].map((ms) => ms / HOUR)).toEqual([-2, 22]);
  const hours = [-2, 0, 21, 22, 29].map((hour, index) => candle(DAY0 + hour * HOUR, 100 * (index + 1), 1, HOUR));
  expect(withoutGaps(span, rolledUp(span, hours), null)).toEqual([
    {
      openTimeMs: DAY0 - 2 * HOUR,
      closeTimeMs: DAY0 + 22 * HOUR - 1,
      openTicks: 100,
      highTicks: 305,
      lowTicks: 95,
      closeTicks: 301,
      volumeLots: 30n,
      quoteAtoms: 300n,
      takerBuyLots: 12n,
      takerBuyQuoteAtoms: 120n,
      firstTradeId: 100,
      lastTradeId: 300,
      trades: 3,
    },
    {
      openTimeMs: DAY0 + 22 * HOUR,
      closeTimeMs: DAY0 + 46 * HOUR - 1,
      openTicks: 400,
      highTicks: 505,
      lowTicks: 395,
      closeTicks: 501,
      volumeLots: 20n,
      quoteAtoms: 200n,
      takerBuyLots: 8n,
      takerBuyQuoteAtoms: 80n,
      firstTradeId: 400,
      lastTradeId: 500,
      trades: 2,
    },
  ]);
  expect(["1h", "30m", "15m", "1d"]).toEqual([
    sourceInterval({ interval: "1w", offsetMs: -5 * HOUR }),
    sourceInterval({ interval: "1w", offsetMs: 5.5 * HOUR }),
    sourceInterval({ interval: "1w", offsetMs: 5.75 * HOUR }),
    sourceInterval({ interval: "1d", offsetMs: 0 }),
  ]);
  expect(candleSpan("1h", 2 * HOUR, OPEN_WINDOW, 1, now)?.offsetMs).toBe(0);
});

test("a time zone is -12:00 to +14:00 on quarters of an hour", () => {
  const read = (timeZone: string): number | string => {
    try {
      return readTimeZoneMs(new Parameters(new Map([["timeZone", timeZone]]), [], [], [])) / HOUR;
    } catch {
      return "refused";
    }
  };
  expect(
    ["", "0", "8", "+8", " 8", "-3:30", "05:45", "14", "-12", "14:15", "-12:15", "3:20", "3:60", "x"].map(read),
  ).toEqual([0, 0, 8, 8, 8, -3.5, 5.75, 14, -12, "refused", "refused", "refused", "refused", "refused"]);
});

test("a change in percent has three places, rounded half away from zero", () => {
  expect([
    percentChange(10_000, 404),
    percentChange(3, 4),
    percentChange(200_000, 200_001),
    percentChange(200_000, 199_999),
    percentChange(0, 5),
    percentChange(9_999_999, 9_999_998),
  ]).toEqual(["-95.960", "33.333", "0.001", "-0.001", "0.000", "0.000"]);
});
