/** Candles of one instrument and interval by their opening: history in pages, and what a stream tells of the last one. Pure. */
import type { Candle } from "./contract.ts";

/** A day of seconds; older ones are asked for again. */
const CANDLES_KEPT_MAX = 90_000;
const CANDLES_CUT = 10_000;

export class CandleSeries {
  #candles: Candle[] = [];

  /** Oldest first; its own array each time. */
  all(): readonly Candle[] {
    return [...this.#candles];
  }
  get oldestTime(): number | null {
    return this.#candles[0]?.time ?? null;
  }
  get isFull(): boolean {
    return this.#candles.length >= CANDLES_KEPT_MAX;
  }

  /** @param page oldest first: older than what is here, or newer, or both; what is asked later is right. */
  join(page: readonly Candle[]): void {
    const byTime = new Map([...this.#candles, ...page].map((candle) => [candle.time, candle]));
    this.#candles = [...byTime.values()].sort((a, b) => a.time - b.time);
  }

  /** @param lengthMs of one candle; 0: not always the same. @returns `gap`: some lie between it and the last: ask for them. */
  add(candle: Candle, lengthMs: number): "running" | "gap" | "old" {
    const last = this.#candles.at(-1);
    if (last !== undefined && candle.time < last.time) return "old";
    if (last?.time === candle.time) this.#candles[this.#candles.length - 1] = candle;
    else this.#candles.push(candle);
    if (this.#candles.length > CANDLES_KEPT_MAX) this.#candles.splice(0, CANDLES_CUT);
    if (last === undefined || candle.time === last.time) return "running";
    return lengthMs > 0 && candle.time > last.time + lengthMs ? "gap" : "running";
  }
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** 0: months are not all as long. */
export function intervalMs(interval: string): number {
  return Number.parseInt(interval, 10) * (UNIT_MS[interval.at(-1) ?? ""] ?? 0);
}
