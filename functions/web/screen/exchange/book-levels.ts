/**
 * One side of a book, best first, as far down as it is known.
 *
 * A snapshot shows so many levels; what lies below its last one is not known, and a level that a stream tells from there would
 * stand among holes. So the side has a horizon: nothing beyond it is kept or shown. Pure.
 */
import type { Level } from "./contract.ts";

/** As many are shown. */
export const LEVELS_SHOWN_MAX = 1_000;
/** Beyond this the worst are cut: the horizon comes nearer. */
const LEVELS_KEPT_MAX = 2_000;
/** Fewer than this within the horizon: it is time to look further down. */
const LEVELS_ENOUGH = 250;

export type Side = "bids" | "asks";

export class BookLevels {
  /** 1: asks, by rising ticks; -1: bids. */
  readonly #sign: 1 | -1;
  #levels: Level[] = [];
  /** null: the whole side is known. */
  #horizonTicks: number | null = null;

  constructor(side: Side) {
    this.#sign = side === "asks" ? 1 : -1;
  }

  /** @param levels best first. @param askedFor as many as that: there may be more. */
  replace(levels: readonly Level[], askedFor: number): void {
    this.#levels = [...levels];
    this.#horizonTicks = levels.length < askedFor ? null : (levels.at(-1)?.ticks ?? null);
  }

  /** The level's quantity is now this; 0 lots: it is gone. O(log levels), and a move of what is behind. */
  set(level: Level): void {
    if (this.#horizonTicks !== null && (level.ticks - this.#horizonTicks) * this.#sign > 0) return;
    const at = this.#placeOf(level.ticks);
    const isThere = this.#levels[at]?.ticks === level.ticks;
    if (level.lots === 0) {
      if (isThere) this.#levels.splice(at, 1);
    } else if (isThere) {
      this.#levels[at] = level;
    } else {
      this.#levels.splice(at, 0, level);
      if (this.#levels.length > LEVELS_KEPT_MAX) this.#cut();
    }
  }

  get isThin(): boolean {
    return this.#horizonTicks !== null && this.#levels.length < LEVELS_ENOUGH;
  }

  shown(): readonly Level[] {
    return this.#levels.slice(0, LEVELS_SHOWN_MAX);
  }

  #cut(): void {
    this.#levels.length = LEVELS_SHOWN_MAX;
    this.#horizonTicks = this.#levels.at(-1)?.ticks ?? null;
  }

  /** Where the price stands, or would stand. */
  #placeOf(ticks: number): number {
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#levels[middle]!.ticks - ticks) * this.#sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
