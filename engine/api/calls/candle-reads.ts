/**
 * Candles from two sources: what the stream still holds (the running one among them) over what Postgres has.
 *
 * Postgres is asked only for what the stream cannot know; where it is away and needed, the answer is an error, never
 * candles with a hole.
 */

import type { Candle, KlineInterval } from "../../bus/stream-client.ts";
import { candleOpenMs, nextCandleOpenMs } from "../../protocol/candle-time.ts";
import { type CandleSpan, rolledUp, sourceInterval, sourceLimit, withoutGaps } from "../klines.ts";
import { cut } from "../lists.ts";
import type { ApiDeps } from "./call.ts";

type CandleDeps = Pick<ApiDeps, "stream" | "history">;

/** Oldest first, without gaps. */
export async function readCandles(deps: CandleDeps, instrument: number, span: CandleSpan): Promise<readonly Candle[]> {
  const interval = sourceInterval(span);
  const held = await deps.stream.candles(instrument, interval);
  const endMs = nextCandleOpenMs(span.interval, span.lastOpenMs, span.offsetMs) - 1;
  const heldInSpan = held.filter((candle) => candle.openTimeMs >= span.firstOpenMs && candle.openTimeMs <= endMs);
  const oldest = held[0];
  if (oldest !== undefined && (oldest.openTimeMs <= span.firstOpenMs || oldest.firstTradeId === 1)) {
    // All that the span can hold is there; so is what came before it, or there was nothing.
    const before = held.findLast((candle) => candle.openTimeMs < span.firstOpenMs) ?? null;
    return shaped(span, heldInSpan, before);
  }
  const stored = await deps.history.candles(instrument, interval, {
    startMs: span.firstOpenMs,
    endMs,
    limit: sourceLimit(span),
  });
  const before = await candleBefore(deps, instrument, interval, span.firstOpenMs, held);
  return shaped(span, streamWins(stored, heldInSpan), before);
}

function shaped(span: CandleSpan, sources: readonly Candle[], before: Candle | null): readonly Candle[] {
  const rows = withoutGaps(span, rolledUp(span, sources), before);
  return cut(rows, span.limit, span.fromTheOldest);
}

function streamWins(stored: readonly Candle[], held: readonly Candle[]): readonly Candle[] {
  const byOpenTime = new Map<number, Candle>();
  for (const candle of stored) byOpenTime.set(candle.openTimeMs, candle);
  for (const candle of held) byOpenTime.set(candle.openTimeMs, candle);
  return [...byOpenTime.values()].sort((a, b) => a.openTimeMs - b.openTimeMs);
}

async function candleBefore(
  deps: CandleDeps,
  instrument: number,
  interval: KlineInterval,
  openTimeMs: number,
  held: readonly Candle[],
): Promise<Candle | null> {
  const stored = await deps.history.candleBefore(instrument, interval, openTimeMs);
  const live = held.findLast((candle) => candle.openTimeMs < openTimeMs);
  return live !== undefined && live.openTimeMs >= (stored?.openTimeMs ?? 0) ? live : stored;
}

/** The candles of the last minutes, oldest first, from the stream alone. */
export async function lastMinutes(
  deps: Pick<ApiDeps, "stream">,
  instrument: number,
  minutes: number,
  nowMs: number,
): Promise<readonly Candle[]> {
  const sinceMs = candleOpenMs("1m", nowMs) - (minutes - 1) * 60_000;
  return (await deps.stream.candles(instrument, "1m")).filter((candle) => candle.openTimeMs >= sinceMs);
}
