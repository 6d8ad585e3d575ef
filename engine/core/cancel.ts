/**
 * Cancel, cancel all, cancel-replace and the cancel of a list: finding what is meant, and what its going gives back.
 */
import { CANCEL_CAUSES, CANCEL_RESTRICTIONS, type CancelCause } from "../domain/order.ts";
import { checkBook } from "./book-checks.ts";
import { checkCredential, checkInstrument, checkOpen, checkTerms, OK, rejectCode } from "./checks.ts";
import { COUNT_USED_UP_CANCEL_ONLY, type Command, REPLACE_STOP_ON_FAILURE } from "./command.ts";
import { DEPARTED, departFrom } from "./depart.ts";
import { emitBalances, emitCanceled, emitLevel, emitRejected } from "./emit.ts";
import { emitListChanged } from "./emit-special.ts";
import { checkCounts } from "./filters.ts";
import { releaseHold } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { isDone } from "./list-course.ts";
import { hasClientId, type OrderList } from "./order-lists.ts";
import { placeOrder } from "./place.ts";
import type { CoreState } from "./state.ts";
import { followUp } from "./tasks.ts";

const ORDER_NOT_FOUND = rejectCode("order_not_found");
const CLIENT_ORDER_ID_MISMATCH = rejectCode("client_order_id_mismatch");
const LIST_NOT_FOUND = rejectCode("list_not_found");
const CANCEL_RESTRICTED = rejectCode("cancel_restricted");
const UNRESTRICTED = CANCEL_RESTRICTIONS.indexOf("none");
const ONLY_NEW = CANCEL_RESTRICTIONS.indexOf("only_new");
const ONLY_PARTIALLY_FILLED = CANCEL_RESTRICTIONS.indexOf("only_partially_filled");
const NO_CLIENT_ID = new Uint32Array(8);

export function hasText(words: Uint32Array): boolean {
  return words[0] !== 0;
}

/** The slot of the open order that a command names; 0: none of this account's. */
export function slotNamed(instrument: InstrumentState, command: Command): number {
  const { orders } = instrument.book;
  if (command.orderId === 0)
    return hasText(command.origClientId) ? orders.slotOfClientId(command.account, command.origClientId, 0) : 0;
  const slot = orders.slotOf(command.orderId);
  return slot !== 0 && orders.account(slot) === command.account ? slot : 0;
}

export function checkNamed(instrument: InstrumentState, command: Command, slot: number): number {
  if (slot === 0) return ORDER_NOT_FOUND;
  const bothGiven = command.orderId !== 0 && hasText(command.origClientId);
  return bothGiven && !instrument.book.orders.hasClientId(slot, command.origClientId, 0)
    ? CLIENT_ORDER_ID_MISMATCH
    : OK;
}

function checkCancel(instrument: InstrumentState, command: Command, slot: number): number {
  const named = checkNamed(instrument, command, slot);
  if (named !== OK || command.restriction === UNRESTRICTED) return named;
  const untouched = instrument.book.special.executedOf(slot) === 0;
  if (command.restriction === ONLY_NEW && !untouched) return CANCEL_RESTRICTED;
  return command.restriction === ONLY_PARTIALLY_FILLED && untouched ? CANCEL_RESTRICTED : OK;
}

/** Cancels one open order, wherever it is, and says so. */
function removeOrder(
  state: CoreState,
  instrument: InstrumentState,
  slot: number,
  cause: CancelCause,
  cancelClientId: Uint32Array,
): void {
  const code = CANCEL_CAUSES.indexOf(cause);
  const { book } = instrument;
  const { orders } = book;
  if (book.special.of(slot) !== 0) {
    departFrom(state, instrument, slot);
    const { orderId, account, side, restLots, priceTicks, levelLots } = DEPARTED;
    emitCanceled(state.events, instrument.id, orderId, account, restLots, code, cancelClientId);
    if (priceTicks !== 0) emitLevel(state.events, instrument, side, priceTicks, levelLots);
    return;
  }
  const orderId = orders.orderId(slot);
  const account = orders.account(slot);
  const side = orders.side(slot);
  const remaining = orders.remaining(slot);
  const price = book.priceOf(slot);
  const total = book.remove(slot);
  releaseHold(state, instrument, account, side, price, remaining);
  emitCanceled(state.events, instrument.id, orderId, account, remaining, code, cancelClientId);
  emitLevel(state.events, instrument, side, price, total);
}

/** Cancels the order, and with it the list in which it stands. */
function removeWithList(
  state: CoreState,
  instrument: InstrumentState,
  slot: number,
  cause: CancelCause,
  cancelClientId: Uint32Array,
): void {
  const id = instrument.book.special.listOf(slot);
  const list = id === 0 ? undefined : state.lists.get(id);
  if (list === undefined) removeOrder(state, instrument, slot, cause, cancelClientId);
  else removeList(state, instrument, list, cause, cancelClientId);
}

function removeList(
  state: CoreState,
  instrument: InstrumentState,
  list: OrderList,
  cause: CancelCause,
  cancelClientId: Uint32Array,
): void {
  for (const orderId of list.orderIds) {
    const slot = instrument.book.orders.slotOf(orderId);
    if (slot !== 0) removeOrder(state, instrument, slot, cause, cancelClientId);
  }
  closeList(state, list);
}

function closeList(state: CoreState, list: OrderList): void {
  emitListChanged(state.events, list, "all_done");
  state.lists.close(list);
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
  removeWithList(state, instrument, slot, "cancel", command.cancelClientId);
  emitBalances(state.events, state.ledger);
  return OK;
}

export function applyCancelList(state: CoreState, command: Command, timeUs: number): number {
  const refused = checkCredential(state, command, timeUs);
  if (refused !== OK) return refused;
  const found = checkInstrument(state, command);
  if (found !== OK) return found;
  const { account, orderId, origClientId } = command;
  const instrument = state.instruments[command.instrument]!;
  const list = orderId === 0 ? state.lists.byClientId(account, instrument.id, origClientId) : state.lists.get(orderId);
  if (list === undefined || list.account !== account || list.instrument !== instrument.id) return LIST_NOT_FOUND;
  if (orderId !== 0 && hasText(origClientId) && !hasClientId(list, origClientId)) return CLIENT_ORDER_ID_MISMATCH;
  removeList(state, instrument, list, "cancel", command.cancelClientId);
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
  for (const slot of slots) {
    const list = state.lists.get(instrument.book.special.listOf(slot));
    removeOrder(state, instrument, slot, cause, cancelClientId);
    if (list !== undefined && isDone(instrument, list)) closeList(state, list);
  }
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
  if (state.hasLimits && command.whenCountUsedUp !== COUNT_USED_UP_CANCEL_ONLY) {
    const counted = checkCounts(state, command.account, 1);
    if (counted !== OK) return counted;
  }

  const slot = slotNamed(instrument, command);
  const cancelable = checkCancel(instrument, command, slot);
  if (cancelable === OK) removeWithList(state, instrument, slot, "cancel_replace", command.cancelClientId);
  else {
    emitRejected(state.events, command.account, command.instrument, cancelable);
    if (command.replaceMode === REPLACE_STOP_ON_FAILURE) {
      state.counts.count(command.account);
      return OK;
    }
  }
  const placeable = checkBook(state, instrument, command);
  if (placeable === OK) {
    placeOrder(state, instrument, command);
    followUp(state, instrument);
  } else {
    state.counts.count(command.account);
    emitRejected(state.events, command.account, command.instrument, placeable);
  }
  emitBalances(state.events, state.ledger);
  return OK;
}
