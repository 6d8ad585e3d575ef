/**
 * What one diff-depth stream still has to tell: the prices touched since its last event, by trading-api.md §1.14.
 *
 * Event k covers the update ids [U_k, u_k] and U_{k+1} = u_k + 1, always. Only prices are remembered; the quantity is
 * read from the book when the event is made, so a level that changed several times appears once, with its last quantity.
 * After a gap in the feed the differing prices of the snapshot are noted like any change: one event carries them all.
 */
import type { Side } from "../domain/order.ts";
import type { BookCopy, Level } from "./book-copy.ts";

export interface DepthUpdate {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  /** Best first; 0 lots: the level is gone. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export class DepthChanges {
  readonly #bids = new Set<number>();
  readonly #asks = new Set<number>();
  #toldUpdateId: number;

  /** @param toldUpdateId the first event will begin one above it. */
  constructor(toldUpdateId: number) {
    this.#toldUpdateId = toldUpdateId;
  }

  note(side: Side, priceTicks: number): void {
    (side === "buy" ? this.#bids : this.#asks).add(priceTicks);
  }

  /** null: nothing has happened since the last event. */
  take(book: BookCopy): DepthUpdate | null {
    if (book.updateId === this.#toldUpdateId) return null;
    const firstUpdateId = this.#toldUpdateId + 1;
    this.#toldUpdateId = book.updateId;
    return {
      firstUpdateId,
      lastUpdateId: book.updateId,
      bids: drain(
        this.#bids,
        (a, b) => b - a,
        (price) => book.lotsAt("buy", price),
      ),
      asks: drain(
        this.#asks,
        (a, b) => a - b,
        (price) => book.lotsAt("sell", price),
      ),
    };
  }
}

function drain(
  prices: Set<number>,
  bestFirst: (a: number, b: number) => number,
  lotsAt: (price: number) => number,
): Level[] {
  const levels = [...prices].sort(bestFirst).map((price): Level => [price, lotsAt(price)]);
  prices.clear();
  return levels;
}
