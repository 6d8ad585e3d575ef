/**
 * A special order leaves, wherever it is: from the book, from those that wait or track, from behind its list. What it held
 * is given back; what is left to say of it stands in DEPARTED.
 */
import { releaseAside, releaseHold } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { LIST, PENDING, PHASE, WORKING } from "./special-orders.ts";
import type { CoreState } from "./state.ts";

/** The order that left last. `priceTicks` 0: it was on no level. */
export const DEPARTED = {
  orderId: 0,
  account: 0,
  side: 0,
  restLots: 0,
  list: 0,
  priceTicks: 0,
  levelLots: 0,
};

export function departFrom(state: CoreState, instrument: InstrumentState, slot: number): void {
  const { book } = instrument;
  const { orders, special, triggers } = book;
  const record = special.of(slot);
  const phase = special.get(record, PHASE);
  const account = orders.account(slot);
  const side = orders.side(slot);
  const rest = special.restOf(slot);
  DEPARTED.orderId = orders.orderId(slot);
  DEPARTED.account = account;
  DEPARTED.side = side;
  DEPARTED.restLots = rest;
  DEPARTED.list = special.get(record, LIST);
  DEPARTED.priceTicks = 0;
  if (phase === WORKING) {
    DEPARTED.priceTicks = book.priceOf(slot);
    DEPARTED.levelLots = book.remove(slot);
    releaseHold(state, instrument, account, side, DEPARTED.priceTicks, rest);
  } else {
    if (phase !== PENDING) triggers.unwatch(record);
    releaseAside(state, instrument, account, side, record);
    orders.release(slot);
  }
  special.release(record);
}
