/**
 * The candles that are drawn: what history gave, and what has come live since. Oldest first, one per opening time.
 *
 * Spans without trades are flat candles, as the exchange gives them: the axis is a clock, so a pause is seen as long as it was.
 */
import type { Candle } from "../exchange/contract.ts";

/** `appended`: a new last one; `updated`: the last one changed; `corrected`: an earlier one did; `ignored`: older than all. */
export type Change = "appended" | "updated" | "corrected" | "ignored";

export interface CandleTimeline {
  readonly candles: () => readonly Candle[];
  /** Keeps what came live after the end of this history. */
  readonly replace: (history: readonly Candle[]) => void;
  readonly add: (live: Candle) => Change;
  /** Another market or interval. */
  readonly clear: () => void;
  /** Place of the candle whose span holds this time; -1: none. @param lengthMs of a candle. */
  readonly indexAt: (timeMs: number, lengthMs: number) => number;
}

export function openTimeline(): CandleTimeline {
  let candles: Candle[] = [];
  return {
    candles: () => candles,
    replace(history) {
      const end = history.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
      candles = [...history, ...candles.filter((candle) => candle.time > end)];
    },
    add(live) {
      const last = candles.at(-1);
      if (last === undefined || live.time > last.time) {
        candles.push(live);
        return "appended";
      }
      if (live.time === last.time) {
        candles[candles.length - 1] = live;
        return "updated";
      }
      const index = lastAtOrBefore(candles, live.time);
      if (candles[index]?.time !== live.time) return "ignored";
      candles[index] = live;
      return "corrected";
    },
    clear() {
      candles = [];
    },
    indexAt(timeMs, lengthMs) {
      const index = lastAtOrBefore(candles, timeMs);
      const found = candles[index];
      return found !== undefined && timeMs < found.time + lengthMs ? index : -1;
    },
  };
}

function lastAtOrBefore(candles: readonly Candle[], timeMs: number): number {
  let from = 0;
  let to = candles.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((candles[middle]?.time ?? 0) <= timeMs) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
