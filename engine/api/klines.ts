/**
 * Klines: which candles a request names, flat ones where nothing traded, the running one included.
 *
 * Candles of a day and longer under a time zone are rolled up from shorter ones. Nothing is invented before the first
 * trade of an instrument.
 */
import { type Candle, flatCandle, KLINE_INTERVALS, type KlineInterval } from "../bus/stream-client.ts";
import { candleOpenMs, nextCandleOpenMs, shiftsWithTimeZone } from "../protocol/candle-time.ts";
import type { Window } from "./lists.ts";
import type { Parameters } from "./parameters.ts";
import { intervalInvalid, parameterInvalid } from "./refusal.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Earlier than any candle: keeps the calendar within the range of Date. */
const EARLIEST_MS = 0;
/** Shorter candles read for one answer under a time zone. */
const SOURCE_CANDLES_MAX = 50_000;

/** @throws Refusal -1120 */
export function readInterval(parameters: Parameters): KlineInterval {
  const sent = parameters.text("interval");
  const interval = KLINE_INTERVALS.find((known) => known === sent);
  if (interval === undefined) throw intervalInvalid();
  return interval;
}

/** East of UTC, in ms; −12:00 … +14:00. A `+` that was not encoded arrives as a space. @throws Refusal -1130 */
export function readTimeZoneMs(parameters: Parameters): number {
  const parts = /^([+ -]?)([0-9]{1,2})(?::([0-9]{2}))?$/.exec(parameters.text("timeZone") || "0");
  if (parts === null) throw parameterInvalid("timeZone");
  const minutes = Number(parts[3] ?? "0");
  const offsetMs = (parts[1] === "-" ? -1 : 1) * (Number(parts[2]) * HOUR_MS + minutes * MINUTE_MS);
  // Every zone there is lies on a quarter of an hour.
  const inRange = offsetMs >= -12 * HOUR_MS && offsetMs <= 14 * HOUR_MS && minutes < 60 && minutes % 15 === 0;
  if (!inRange) throw parameterInvalid("timeZone");
  return offsetMs;
}

/** Which candles a request names: opens `firstOpenMs` … `lastOpenMs`, and which end the limit is counted from. */
export interface CandleSpan {
  readonly interval: KlineInterval;
  readonly offsetMs: number;
  readonly firstOpenMs: number;
  readonly lastOpenMs: number;
  readonly limit: number;
  readonly fromTheOldest: boolean;
}

/** null: no candle opens within the window. */
export function candleSpan(
  interval: KlineInterval,
  offsetMs: number,
  window: Window,
  limit: number,
  nowMs: number,
): CandleSpan | null {
  const offset = shiftsWithTimeZone(interval) ? offsetMs : 0;
  const endMs = Math.min(nowMs, window.endUs === null ? nowMs : Math.floor(window.endUs / 1_000));
  const lastOpenMs = candleOpenMs(interval, endMs, offset);
  const kept =
    offset === 0 ? limit : Math.min(limit, Math.floor(SOURCE_CANDLES_MAX / sourcesPerCandle(interval, offset)));
  if (window.startUs !== null) {
    const startMs = Math.min(Math.ceil(window.startUs / 1_000), endMs + DAY_MS);
    const opensAt = candleOpenMs(interval, startMs, offset);
    const firstOpenMs = opensAt < startMs ? nextCandleOpenMs(interval, opensAt, offset) : opensAt;
    if (firstOpenMs > lastOpenMs) return null;
    return { interval, offsetMs: offset, firstOpenMs, lastOpenMs, limit: kept, fromTheOldest: true };
  }
  let firstOpenMs = lastOpenMs;
  for (let count = 1; count < kept && firstOpenMs > EARLIEST_MS; count++) {
    firstOpenMs = candleOpenMs(interval, firstOpenMs - 1, offset);
  }
  return { interval, offsetMs: offset, firstOpenMs, lastOpenMs, limit: kept, fromTheOldest: false };
}

/** The interval that a span's candles are read in: its own, or the longest that a time zone leaves whole. */
export function sourceInterval(span: Pick<CandleSpan, "interval" | "offsetMs">): KlineInterval {
  if (span.offsetMs === 0) return span.interval;
  if (span.offsetMs % HOUR_MS === 0) return "1h";
  return span.offsetMs % (30 * MINUTE_MS) === 0 ? "30m" : "15m";
}

function sourcesPerCandle(interval: KlineInterval, offsetMs: number): number {
  const days: Partial<Record<KlineInterval, number>> = { "1d": 1, "3d": 3, "1w": 7, "1M": 31 };
  const perDay: Partial<Record<KlineInterval, number>> = { "1h": 24, "30m": 48, "15m": 96 };
  return (days[interval] ?? 1) * (perDay[sourceInterval({ interval, offsetMs })] ?? 1);
}

/** The most source candles that an answer can need. */
export function sourceLimit(span: CandleSpan): number {
  return span.offsetMs === 0 ? span.limit : span.limit * sourcesPerCandle(span.interval, span.offsetMs);
}

/** Source candles (oldest first) rolled up into the span's own, where a time zone shifts them. */
export function rolledUp(span: CandleSpan, sources: readonly Candle[]): readonly Candle[] {
  if (span.offsetMs === 0) return sources;
  const rolled: Candle[] = [];
  for (const source of sources) {
    const openTimeMs = candleOpenMs(span.interval, source.openTimeMs, span.offsetMs);
    const running = rolled.at(-1);
    if (running === undefined || running.openTimeMs !== openTimeMs) {
      rolled.push({
        ...source,
        openTimeMs,
        closeTimeMs: nextCandleOpenMs(span.interval, openTimeMs, span.offsetMs) - 1,
      });
    } else {
      rolled[rolled.length - 1] = joined(running, source);
    }
  }
  return rolled;
}

function joined(running: Candle, next: Candle): Candle {
  // A flat candle has no trade ids of its own to tell.
  const [first, last] = [running.trades > 0 ? running : next, next.trades > 0 ? next : running];
  return {
    openTimeMs: running.openTimeMs,
    closeTimeMs: running.closeTimeMs,
    openTicks: running.openTicks,
    highTicks: Math.max(running.highTicks, next.highTicks),
    lowTicks: Math.min(running.lowTicks, next.lowTicks),
    closeTicks: next.closeTicks,
    volumeLots: running.volumeLots + next.volumeLots,
    quoteAtoms: running.quoteAtoms + next.quoteAtoms,
    takerBuyLots: running.takerBuyLots + next.takerBuyLots,
    takerBuyQuoteAtoms: running.takerBuyQuoteAtoms + next.takerBuyQuoteAtoms,
    firstTradeId: first.firstTradeId,
    lastTradeId: last.lastTradeId,
    trades: running.trades + next.trades,
  };
}

/**
 * The span's candles without a gap: those that exist, and flat ones at the previous close between them.
 *
 * @param candles oldest first, within the span.
 * @param before the newest candle that opened before the span; null: the instrument had not traded.
 */
export function withoutGaps(span: CandleSpan, candles: readonly Candle[], before: Candle | null): readonly Candle[] {
  const first = candles[0];
  const beginMs = before !== null ? span.firstOpenMs : first?.openTimeMs;
  if (beginMs === undefined) return [];
  const rows: Candle[] = [];
  let closeTicks = before?.closeTicks ?? first?.openTicks ?? 0;
  let index = 0;
  for (let openMs = beginMs; openMs <= span.lastOpenMs && rows.length < span.limit; ) {
    const nextMs = nextCandleOpenMs(span.interval, openMs, span.offsetMs);
    const candle = candles[index];
    if (candle !== undefined && candle.openTimeMs === openMs) {
      rows.push(candle);
      closeTicks = candle.closeTicks;
      index++;
    } else {
      rows.push(flatCandle(openMs, nextMs - 1, closeTicks));
    }
    openMs = nextMs;
  }
  return rows;
}
