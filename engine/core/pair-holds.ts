/**
 * What the two legs of a pair hold together: one of them alone can come to trade, so the second holds only what it needs
 * beyond the first. The limit_maker of a pair always holds its own.
 */
import { LIMIT_MAKER } from "./codes.ts";
import type { Command } from "./command.ts";
import { holdOf, waitingHoldOf } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { OTOCO } from "./order-lists.ts";
import { orderTypeOf } from "./order-table.ts";
import { HOLD, PRICE, RECORD_DOUBLES } from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { isLess, subtract, WIDE } from "./wide.ts";

/** Of the pair at hand: what the leg below holds, and the leg above. Two limbs each. */
export const PAIR_HOLDS = new Float64Array(4);
const BELOW = 0;
const ABOVE = 2;
const NEED = new Float64Array(2);

/** Leaves in PAIR_HOLDS what an oco's legs are to hold. */
export function holdsOfPair(instrument: InstrumentState, below: Command, above: Command): void {
  needOf(instrument, below, BELOW);
  needOf(instrument, above, ABOVE);
  const [first, second] = above.orderType === LIMIT_MAKER ? [ABOVE, BELOW] : [BELOW, ABOVE];
  lessen(PAIR_HOLDS, second, PAIR_HOLDS, first);
}

function needOf(instrument: InstrumentState, leg: Command, at: number): void {
  waitingHoldOf(instrument, leg.side, leg.orderType, leg.priceTicks, leg.quantityLots);
  PAIR_HOLDS[at] = WIDE[0]!;
  PAIR_HOLDS[at + 1] = WIDE[1]!;
}

/** What a leg that is set free and waits is to hold: beyond the other leg of its pair, if it has one. */
export function activationHoldOf(state: CoreState, instrument: InstrumentState, slot: number): Float64Array {
  const { orders, special } = instrument.book;
  const record = special.of(slot);
  const side = orders.side(slot);
  const orderType = orderTypeOf(orders.flags(slot));
  waitingHoldOf(instrument, side, orderType, special.get(record, PRICE), orders.quantity(slot));
  NEED.set(WIDE);
  const other = otherLegOf(state, instrument, slot);
  if (other === 0) return NEED;
  const otherRecord = special.of(other);
  if (orderTypeOf(orders.flags(other)) === LIMIT_MAKER) {
    holdOf(instrument, side, special.get(otherRecord, PRICE), special.restOf(other));
    lessen(NEED, 0, WIDE, 0);
  } else lessen(NEED, 0, special.doubles, otherRecord * RECORD_DOUBLES + HOLD);
  return NEED;
}

/** The open order that excludes the one in a slot; 0: none. */
function otherLegOf(state: CoreState, { book }: InstrumentState, slot: number): number {
  const list = state.lists.get(book.special.listOf(slot));
  if (list === undefined || list.contingency !== OTOCO) return 0;
  const own = book.orders.orderId(slot);
  const other = list.orderIds.slice(1).find((orderId) => orderId !== own);
  return other === undefined ? 0 : book.orders.slotOf(other);
}

/** a −= b, never below 0. */
function lessen(a: Float64Array, aAt: number, b: Float64Array, bAt: number): void {
  if (!isLess(a, aAt, b, bAt)) {
    subtract(a, aAt, b, bAt);
    return;
  }
  a[aAt] = 0;
  a[aAt + 1] = 0;
}
