/** The lengths a candle can have, and which of them a first visit starts with. */
import type { Candle, Interval } from "../exchange/contract.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A month is its longest: only ever asked whether a time may still be inside. */
const LENGTH_MS: Readonly<Record<string, number>> = {
  "1s": SECOND,
  "1m": MINUTE,
  "3m": 3 * MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": HOUR,
  "2h": 2 * HOUR,
  "4h": 4 * HOUR,
  "6h": 6 * HOUR,
  "8h": 8 * HOUR,
  "12h": 12 * HOUR,
  "1d": DAY,
  "3d": 3 * DAY,
  "1w": 7 * DAY,
  "1M": 31 * DAY,
};

/** Beside the tabs; the others are in the menu. */
export const SHOWN_INTERVALS: readonly Interval[] = ["1s", "1m", "5m", "15m", "1h", "4h", "1d"];

/** What a first visit asks for to see how old the market is, and what it sees until then. */
export const PROBE_INTERVAL: Interval = "1m";

/** Coarsest first. Nothing coarser: a page of the probe does not reach further back. */
const FIRST_CHOICES: readonly Interval[] = ["15m", "5m", "1m"];

/** So many candles make a picture. */
const TELLING_CANDLES = 30;

export function lengthOf(interval: Interval): number {
  return LENGTH_MS[interval] ?? DAY;
}

export function isDaily(interval: Interval): boolean {
  return lengthOf(interval) >= DAY;
}

/**
 * The coarsest of the usual lengths that already makes a picture: a market of some minutes is seen by seconds, not as one
 * lonely candle of an hour.
 *
 * @param probe candles of PROBE_INTERVAL, oldest first; those without trades before the first trade do not count.
 */
export function firstInterval(probe: readonly Candle[], nowMs: number): Interval {
  const first = probe.find((candle) => candle.volume > 0);
  if (first === undefined) return "1s";
  const age = nowMs - first.time;
  return FIRST_CHOICES.find((interval) => age >= TELLING_CANDLES * lengthOf(interval)) ?? "1s";
}
