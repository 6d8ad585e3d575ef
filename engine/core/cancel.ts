/**
 * Cancel, cancel all, cancel-replace and amend: finding the order that is meant, and what its going gives back.
 */
import { CANCEL_CAUSES, CANCEL_RESTRICTIONS, type CancelCause } from "../domain/order.ts";
import {
  checkBook,
  checkCredential,
  checkInstrument,
  checkOpen,
  checkTerms,
  notionalPasses,
  OK,
  rejectCode,
} from "./checks.ts";
import { type Command, REPLACE_STOP_ON_FAILURE } from "./command.ts";
import { emitAmended, emitBalances, emitCanceled, emitLevel, emitRejected } from "./emit.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { placeOrder, releaseHold } from "./place.ts";
import type { CoreState } from "./state.ts";
import { HI_END, multiply, WIDE } from "./wide.ts";

const ORDER_NOT_FOUND = rejectCode("order_not_found");
const CLIENT_ORDER_ID_MISMATCH = rejectCode("client_order_id_mismatch");
const CLIENT_ORDER_ID_OPEN = rejectCode("client_order_id_open");
const CANCEL_RESTRICTED = rejectCode("cancel_restricted");
const QUANTITY_OUTSIDE_FILTER = rejectCode("quantity_outside_filter");
const NOTIONAL_OUTSIDE_FILTER = rejectCode("notional_outside_filter");
const QUANTITY_NOT_REDUCED = rejectCode("quantity_not_reduced");
const QUANTITY_ALREADY_EXECUTED = rejectCode("quantity_already_executed");
const ONLY_NEW = CANCEL_RESTRICTIONS.indexOf("only_new");
const ONLY_PARTIALLY_FILLED = CANCEL_RESTRICTIONS.indexOf("only_partially_filled");
const NO_CLIENT_ID = new Uint32Array(8);

function hasText(words: Uint32Array): boolean {
  return words[0] !== 0;
}

/** The slot of the open order that a command names; 0: none of this account's. */
function slotNamed(instrument: InstrumentState, command: Command): number {
  const { orders } = instrument.book;
  if (command.orderId === 0)
    return hasText(command.origClientId) ? orders.slotOfClientId(command.account, command.origClientId, 0) : 0;
  const slot = orders.slotOf(command.orderId);
  return slot !== 0 && orders.account(slot) === command.account ? slot : 0;
}

function checkNamed(instrument: InstrumentState, command: Command, slot: number): number {
  if (slot === 0) return ORDER_NOT_FOUND;
  const bothGiven = command.orderId !== 0 && hasText(command.origClientId);
  return bothGiven && !instrument.book.orders.hasClientId(slot, command.origClientId, 0)
    ? CLIENT_ORDER_ID_MISMATCH
    : OK;
}

function checkCancel(instrument: InstrumentState, command: Command, slot: number): number {
  const named = checkNamed(instrument, command, slot);
  if (named !== OK) return named;
  const { orders } = instrument.book;
  const untouched = orders.remaining(slot) === orders.quantity(slot);
  if (command.restriction === ONLY_NEW && !untouched) return CANCEL_RESTRICTED;
  return command.restriction === ONLY_PARTIALLY_FILLED && untouched ? CANCEL_RESTRICTED : OK;
}

/** Takes an open order off the book, gives back its hold, and says so. */
function removeOrder(
  state: CoreState,
  instrument: InstrumentState,
  slot: number,
  cause: CancelCause,
  cancelClientId: Uint32Array,
): void {
  const { book } = instrument;
  const { orders } = book;
  const orderId = orders.orderId(slot);
  const account = orders.account(slot);
  const side = orders.side(slot);
  const remaining = orders.remaining(slot);
  const price = book.priceOf(slot);
  const total = book.remove(slot);
  releaseHold(state, instrument, account, side, price, remaining);
  emitCanceled(state.events, instrument.id, orderId, account, remaining, CANCEL_CAUSES.indexOf(cause), cancelClientId);
  emitLevel(state.events, instrument, side, price, total);
}

export function applyCancel(state: CoreState, command: Command, timeUs: number): number {
  const refused = checkCredential(state, command, timeUs);
  if (refused !== OK) return refused;
  const found = checkInstrument(state, command);
  if (found !== OK) return found;
  const instrument = state.instruments[command.instrument]!;
  const slot = slotNamed(instrument, command);
  const cancelable = checkCancel(instrument, command, slot);
  if (cancelable !== OK) return cancelable;
  removeOrder(state, instrument, slot, "cancel", command.cancelClientId);
  emitBalances(state.events, state.ledger);
  return OK;
}

export function applyCancelAll(state: CoreState, command: Command, timeUs: number): number {
  const refused = checkCredential(state, command, timeUs);
  if (refused !== OK) return refused;
  const found = checkInstrument(state, command);
  return found !== OK
    ? found
    : cancelEverything(state, command.instrument, command.account, "cancel_all", command.cancelClientId);
}

/** Cancels all that an account has open on an instrument, oldest first. Account and instrument exist. */
export function cancelEverything(
  state: CoreState,
  instrumentId: number,
  account: number,
  cause: CancelCause,
  cancelClientId: Uint32Array = NO_CLIENT_ID,
): number {
  const instrument = state.instruments[instrumentId]!;
  const slots = instrument.book.orders.slotsOf(account);
  if (slots.length === 0) return ORDER_NOT_FOUND;
  for (const slot of slots) removeOrder(state, instrument, slot, cause, cancelClientId);
  emitBalances(state.events, state.ledger);
  return OK;
}

/** A half that is refused says so itself, so that the answer is OK whenever the command as a whole was taken. */
export function applyCancelReplace(state: CoreState, command: Command, timeUs: number): number {
  const refused = checkCredential(state, command, timeUs);
  if (refused !== OK) return refused;
  const open = checkOpen(state, command, true);
  if (open !== OK) return open;
  const instrument = state.instruments[command.instrument]!;
  const terms = checkTerms(instrument, command);
  if (terms !== OK) return terms;

  const slot = slotNamed(instrument, command);
  const cancelable = checkCancel(instrument, command, slot);
  if (cancelable === OK) removeOrder(state, instrument, slot, "cancel_replace", command.cancelClientId);
  else {
    emitRejected(state.events, command.account, command.instrument, cancelable);
    if (command.replaceMode === REPLACE_STOP_ON_FAILURE) return OK;
  }
  const placeable = checkBook(state, instrument, command);
  if (placeable === OK) placeOrder(state, instrument, command);
  else emitRejected(state.events, command.account, command.instrument, placeable);
  emitBalances(state.events, state.ledger);
  return OK;
}

export function applyAmend(state: CoreState, command: Command, timeUs: number): number {
  const refused = checkCredential(state, command, timeUs);
  if (refused !== OK) return refused;
  const open = checkOpen(state, command, false);
  if (open !== OK) return open;
  const instrument = state.instruments[command.instrument]!;
  const { book } = instrument;
  const { orders } = book;
  const { quantityLots } = command;
  if (!(quantityLots >= instrument.quantityLotsMin && quantityLots <= instrument.quantityLotsMax))
    return QUANTITY_OUTSIDE_FILTER;
  const slot = slotNamed(instrument, command);
  const price = slot === 0 ? 0 : book.priceOf(slot);
  if (slot !== 0) {
    const fits = multiply(price * instrument.quoteAtomsPerTickLot, quantityLots);
    if (!fits) WIDE[0] = HI_END;
    if (!notionalPasses(instrument, false, WIDE)) return NOTIONAL_OUTSIDE_FILTER;
  }
  if (hasText(command.clientId)) {
    const holder = orders.slotOfClientId(command.account, command.clientId, 0);
    if (holder !== 0 && holder !== slot) return CLIENT_ORDER_ID_OPEN;
  }
  const named = checkNamed(instrument, command, slot);
  if (named !== OK) return named;
  const quantity = orders.quantity(slot);
  const executed = quantity - orders.remaining(slot);
  if (quantityLots >= quantity) return QUANTITY_NOT_REDUCED;
  if (quantityLots <= executed) return QUANTITY_ALREADY_EXECUTED;

  const side = orders.side(slot);
  releaseHold(state, instrument, command.account, side, price, quantity - quantityLots);
  const total = book.reduce(slot, quantityLots, quantityLots - executed);
  if (hasText(command.clientId)) orders.renameClientId(slot, command.clientId, 0);
  emitAmended(
    state.events,
    instrument.id,
    orders.orderId(slot),
    command.account,
    quantityLots,
    quantityLots - executed,
    orders.clientIds,
    slot * 8,
  );
  emitLevel(state.events, instrument, side, price, total);
  emitBalances(state.events, state.ledger);
  return OK;
}
