/**
 * The stream's own copy of one instrument's book: price levels with their total quantity, and the update id they are at.
 *
 * Owns: levels. Does not own: orders, continuity (feed-follower.ts), what clients have been told (depth-changes.ts).
 * Shape: per side a Map price → lots, and the prices sorted so that the best stands last, where inserting is cheapest.
 */

import type { BookSnapshot } from "../bus/engine-client.ts";
import { assert } from "../domain/assert.ts";
import type { Side } from "../domain/order.ts";

export type Level = readonly [priceTicks: number, quantityLots: number];

/** One side. `sign` +1: the highest price is best (bids); −1: the lowest (asks). */
class BookSide {
  readonly #sign: 1 | -1;
  readonly #lots = new Map<number, number>();
  /** Worst first, best last. */
  #prices: number[] = [];

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  lotsAt(priceTicks: number): number {
    return this.#lots.get(priceTicks) ?? 0;
  }

  best(): Level | null {
    const price = this.#prices.at(-1);
    return price === undefined ? null : [price, this.lotsAt(price)];
  }

  /** Best first. */
  top(levelsMax: number): Level[] {
    const levels: Level[] = [];
    for (let i = this.#prices.length - 1; i >= 0 && levels.length < levelsMax; i--) {
      const price = this.#prices[i]!;
      levels.push([price, this.lotsAt(price)]);
    }
    return levels;
  }

  set(priceTicks: number, quantityLots: number): void {
    assert(quantityLots >= 0, "a level's quantity is never negative");
    const known = this.#lots.has(priceTicks);
    if (quantityLots > 0) {
      this.#lots.set(priceTicks, quantityLots);
      if (!known) this.#prices.splice(this.#position(priceTicks), 0, priceTicks);
    } else if (known) {
      this.#lots.delete(priceTicks);
      this.#prices.splice(this.#position(priceTicks), 1);
    }
  }

  /** Takes over a whole side. @returns the prices whose quantity is another one now. */
  replace(levels: readonly Level[]): number[] {
    const changed: number[] = [];
    const fresh = new Map(levels);
    for (const price of this.#lots.keys()) if (!fresh.has(price)) changed.push(price);
    for (const [price, lots] of fresh) if (this.lotsAt(price) !== lots) changed.push(price);
    this.#lots.clear();
    for (const [price, lots] of fresh) this.#lots.set(price, lots);
    this.#prices = [...fresh.keys()].sort((a, b) => this.#sign * (a - b));
    return changed;
  }

  /** Where the price stands, or would stand. O(log levels). */
  #position(priceTicks: number): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sign * (this.#prices[middle]! - priceTicks) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class BookCopy {
  readonly #bids = new BookSide(1);
  readonly #asks = new BookSide(-1);
  #updateId = 0;

  /** The last change that this copy contains. */
  get updateId(): number {
    return this.#updateId;
  }

  get bestBid(): Level | null {
    return this.#bids.best();
  }

  get bestAsk(): Level | null {
    return this.#asks.best();
  }

  lotsAt(side: Side, priceTicks: number): number {
    return this.#side(side).lotsAt(priceTicks);
  }

  /** Best first. */
  top(side: Side, levelsMax: number): Level[] {
    return this.#side(side).top(levelsMax);
  }

  /** The next change. The caller has checked that it is the next. */
  apply(updateId: number, side: Side, priceTicks: number, quantityLots: number): void {
    assert(updateId === this.#updateId + 1, "a level change follows the one before it");
    this.#side(side).set(priceTicks, quantityLots);
    this.#updateId = updateId;
  }

  /** Becomes what the engine's book was at `snapshot.updateId`. @returns the prices that differ from before. */
  replace(snapshot: BookSnapshot): { readonly bids: readonly number[]; readonly asks: readonly number[] } {
    assert(snapshot.updateId >= this.#updateId, "a snapshot never takes the copy back");
    this.#updateId = snapshot.updateId;
    return { bids: this.#bids.replace(snapshot.bids), asks: this.#asks.replace(snapshot.asks) };
  }

  #side(side: Side): BookSide {
    return side === "buy" ? this.#bids : this.#asks;
  }
}
