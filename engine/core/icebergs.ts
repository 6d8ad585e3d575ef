/**
 * Walks of a book in which some orders hide a part: what shows of each order in its turn, then the parts that come out
 * behind them, in the order in which the ones before are used up.
 */
import { QUANTITY_LOTS_MAX } from "../domain/instrument.ts";
import type { Book } from "./book.ts";
import { BUY, DECREMENT, EXPIRE_BOTH, EXPIRE_TAKER, NO_SELF_TRADE_CHECK } from "./codes.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { NEXT, SLOT_WORDS } from "./order-table.ts";
import { HIDDEN, ICEBERG } from "./special-orders.ts";
import { add, divideDown, multiply, subtract, WIDE } from "./wide.ts";

/** Orders of the level at hand that have a part behind the others, and what each has hidden still. */
const SLOTS_AGAIN: number[] = [];
const HIDDEN_AGAIN: number[] = [];
const BUDGET = new Float64Array(2);

/** Book.walk where there are icebergs: the same words, the same results. */
export function walkParts(
  book: Book,
  side: number,
  limit: number,
  lots: number,
  account: number,
  selfTradeMode: number,
  unit: number,
  budget: Float64Array | null,
): void {
  const { index, orders, special } = book;
  const cost = book.walkCost.fill(0);
  if (budget !== null) BUDGET.set(budget);
  let left = lots;
  let found = 0;
  let price = side === BUY ? book.bestAsk : book.bestBid;
  walking: while (price !== 0 && left > 0 && (side === BUY ? price <= limit : price >= limit)) {
    SLOTS_AGAIN.length = 0;
    HIDDEN_AGAIN.length = 0;
    let nextSlot = index.head(index.find(price));
    let nextAgain = 0;
    while (left > 0) {
      let slot = nextSlot;
      let shown: number;
      let hidden: number;
      if (slot !== 0) {
        const record = special.of(slot);
        shown = orders.remaining(slot);
        hidden = record === 0 ? 0 : special.get(record, HIDDEN);
        nextSlot = orders.ints[slot * SLOT_WORDS + NEXT]!;
      } else {
        if (nextAgain === SLOTS_AGAIN.length) break;
        slot = SLOTS_AGAIN[nextAgain]!;
        const rest = HIDDEN_AGAIN[nextAgain]!;
        shown = Math.min(special.get(special.of(slot), ICEBERG), rest);
        hidden = rest - shown;
        nextAgain += 1;
      }
      let taken = Math.min(shown, left);
      if (selfTradeMode !== NO_SELF_TRADE_CHECK && orders.account(slot) === account) {
        if (selfTradeMode === EXPIRE_TAKER || selfTradeMode === EXPIRE_BOTH) break walking;
        if (selfTradeMode < DECREMENT) continue;
        left -= taken;
      } else {
        if (budget !== null) taken = Math.min(taken, divideDown(BUDGET, 0, price * unit));
        if (taken === 0) break walking;
        multiply(price * unit, taken);
        add(cost, 0, WIDE, 0);
        if (budget !== null) subtract(BUDGET, 0, WIDE, 0);
        found += taken;
        left -= taken;
        if (taken < shown) break walking;
      }
      if (taken === shown && hidden > 0) {
        SLOTS_AGAIN.push(slot);
        HIDDEN_AGAIN.push(hidden);
      }
    }
    price = side === BUY ? index.above(price) : index.below(price);
  }
  book.walkLots = found;
}

/**
 * Whether a level has room for so many lots more when all that hides there has come out. They must fit what shows.
 * O(orders of the level) where sums come near the end of what a number can say.
 */
export function hasRoomBehind(instrument: InstrumentState, side: number, price: number, lots: number): boolean {
  const { book } = instrument;
  const { index, orders, special } = book;
  const shown = book.totalAt(side, price);
  if (shown === 0 || shown + lots + special.icebergs * instrument.quantityLotsMax <= QUANTITY_LOTS_MAX) return true;
  let room = QUANTITY_LOTS_MAX - shown - lots;
  for (let slot = index.head(index.find(price)); slot !== 0; slot = orders.ints[slot * SLOT_WORDS + NEXT]!) {
    const record = special.of(slot);
    room -= record === 0 ? 0 : special.get(record, HIDDEN);
    if (room < 0) return false;
  }
  return true;
}
