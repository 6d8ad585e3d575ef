/**
 * When candles open and close: one calendar for the stream, persistence and the edges.
 *
 * Buckets are aligned to UTC; a week opens on Monday, a month on the 1st, three days are counted from 1970-01-01. With a
 * time zone (trading-api.md §1.10), buckets of a day and longer shift by its offset; shorter ones do not.
 */

import { assert } from "../domain/assert.ts";

export const KLINE_INTERVALS = [
  "1s",
  "1m",
  "3m",
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "3d",
  "1w",
  "1M",
] as const;
export type KlineInterval = (typeof KLINE_INTERVALS)[number];

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 1970-01-01 was a Thursday; the first Monday came four days later. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Fixed lengths; null: the calendar decides. */
const LENGTH_MS: Readonly<Record<KlineInterval, number | null>> = {
  "1s": SECOND_MS,
  "1m": MINUTE_MS,
  "3m": 3 * MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "30m": 30 * MINUTE_MS,
  "1h": HOUR_MS,
  "2h": 2 * HOUR_MS,
  "4h": 4 * HOUR_MS,
  "6h": 6 * HOUR_MS,
  "8h": 8 * HOUR_MS,
  "12h": 12 * HOUR_MS,
  "1d": DAY_MS,
  "3d": 3 * DAY_MS,
  "1w": 7 * DAY_MS,
  "1M": null,
};

export function shiftsWithTimeZone(interval: KlineInterval): boolean {
  const lengthMs = LENGTH_MS[interval];
  return lengthMs === null || lengthMs >= DAY_MS;
}

/** The opening time of the candle that a moment falls into. @param offsetMs east of UTC, −12 h … +14 h. */
export function candleOpenMs(interval: KlineInterval, timeMs: number, offsetMs = 0): number {
  assert(Number.isSafeInteger(timeMs), "a time in ms is a whole number");
  const shiftMs = shiftsWithTimeZone(interval) ? offsetMs : 0;
  const localMs = timeMs + shiftMs;
  const lengthMs = LENGTH_MS[interval];
  if (lengthMs === null) {
    const local = new Date(localMs);
    return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - shiftMs;
  }
  const phaseMs = interval === "1w" ? FIRST_MONDAY_MS : 0;
  return Math.floor((localMs - phaseMs) / lengthMs) * lengthMs + phaseMs - shiftMs;
}

/** The opening time of the candle after the one that opens at `openMs`. Its own last millisecond is one less. */
export function nextCandleOpenMs(interval: KlineInterval, openMs: number, offsetMs = 0): number {
  const lengthMs = LENGTH_MS[interval];
  if (lengthMs !== null) return openMs + lengthMs;
  const local = new Date(openMs + offsetMs);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) - offsetMs;
}
