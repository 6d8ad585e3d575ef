/**
 * Takes in an order that has passed its checks: matches, settles each fill, then rests or expires what is left.
 *
 * From here on nothing may be refused: the checks have priced the order. Money of fills moves only in `settle`. The order
 * of events is RULES.md, place_order. A plain order has a slot only once it rests; a special one from its acceptance.
 */
import { canRest, isByQuote, limitOf, pricedAt, selfTradeModeOf } from "./checks.ts";
import { expiryCode, FOK, isStopType, MARKET } from "./codes.ts";
import type { Command } from "./command.ts";
import { emitAccepted, emitExpired, emitLevel } from "./emit.ts";
import { emitSpecialAccepted } from "./emit-special.ts";
import { heldAsset, holdAside, holdOf, releaseHold, waitingHoldOf } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { flagsOf } from "./order-table.ts";
import { settleSteps } from "./settle.ts";
import {
  DIRECTION,
  directionOf,
  HIDDEN,
  ICEBERG,
  LIST,
  PHASE,
  PREVENTED,
  PRICE,
  STOP,
  STRATEGY_ID,
  STRATEGY_TYPE,
  TRACKING,
  TRAILING,
  WAITING,
  WATERMARK,
  WORKING,
} from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { WIDE } from "./wide.ts";

const IOC_UNFILLED = expiryCode("ioc_unfilled");
const FOK_UNFILLED = expiryCode("fok_unfilled");
const INSUFFICIENT_LIQUIDITY = expiryCode("insufficient_liquidity");
const SELF_TRADE = expiryCode("self_trade");
const NO_QUOTE = new Float64Array(2);

/** Places an order that stands in no list. */
export function placeOrder(state: CoreState, instrument: InstrumentState, command: Command): void {
  if (command.hasConditions) {
    placeSpecial(state, instrument, command);
    return;
  }
  const byQuote = isByQuote(command);
  const quantity = byQuote ? instrument.book.walkLots : command.quantityLots;
  const mode = selfTradeModeOf(instrument, command);
  const flags = flagsOf(command.side, command.orderType, command.timeInForce, mode);
  instrument.lastOrderId += 1;
  const orderId = instrument.lastOrderId;
  emitAccepted(
    state.events,
    instrument.id,
    orderId,
    command.account,
    flags,
    command.orderType === MARKET ? 0 : command.priceTicks,
    quantity,
    byQuote ? command.quote : NO_QUOTE,
    command.clientId,
  );
  state.counts.count(command.account);
  takeOrder(state, instrument, command, orderId, quantity, flags, 0);
}

function placeSpecial(state: CoreState, instrument: InstrumentState, command: Command): void {
  const { book } = instrument;
  const phase = phaseAtFirst(command);
  const quantity = isByQuote(command) ? book.walkLots : command.quantityLots;
  const slot = acceptSpecial(state, instrument, command, quantity, 0, phase);
  if (phase === WORKING) {
    takeOrder(state, instrument, command, book.orders.orderId(slot), quantity, book.orders.flags(slot), slot);
    return;
  }
  waitingHoldOf(instrument, command.side, command.orderType, command.priceTicks, quantity);
  beginToWait(state, instrument, slot, WIDE);
}

/** The phase of an order that nothing stands before. */
export function phaseAtFirst(command: Command): number {
  if (!isStopType(command.orderType)) return WORKING;
  return command.stopTicks > 0 ? WAITING : TRACKING;
}

/**
 * Says that a special order is taken in, and gives it a slot and a record. It holds nothing yet and is on no book.
 *
 * @param list 0: it stands in none.
 */
export function acceptSpecial(
  state: CoreState,
  instrument: InstrumentState,
  command: Command,
  quantity: number,
  list: number,
  phase: number,
): number {
  const { orders, special } = instrument.book;
  const { side, orderType, account } = command;
  instrument.book.stepCount = 0;
  const flags = flagsOf(side, orderType, command.timeInForce, selfTradeModeOf(instrument, command));
  instrument.lastOrderId += 1;
  const orderId = instrument.lastOrderId;
  const quote = isByQuote(command) ? command.quote : NO_QUOTE;
  const price = pricedAt(command);
  emitSpecialAccepted(state.events, instrument.id, orderId, flags, price, quantity, quote, command, list, phase);
  state.counts.count(account);
  const slot = orders.take(orderId, account, flags, quantity, quantity, command.clientId, 0);
  const record = special.take(slot);
  special.set(record, STOP, command.stopTicks);
  special.set(record, TRAILING, command.trailingDeltaBips);
  special.set(record, ICEBERG, command.icebergLots);
  special.set(record, STRATEGY_ID, command.strategyId);
  special.set(record, STRATEGY_TYPE, command.strategyType);
  special.set(record, PRICE, price);
  special.set(record, LIST, list);
  special.set(record, DIRECTION, isStopType(orderType) ? directionOf(side, orderType) : 0);
  special.set(record, PHASE, phase);
  special.countIn(record);
  return slot;
}

/** A waiting or tracking order holds an amount, and prices concern it from now on. */
export function beginToWait(state: CoreState, instrument: InstrumentState, slot: number, amount: Float64Array): void {
  const { orders, special, triggers } = instrument.book;
  const record = special.of(slot);
  holdAside(state, instrument, orders.account(slot), orders.side(slot), record, amount);
  if (special.get(record, PHASE) === TRACKING) special.set(record, WATERMARK, instrument.lastTradeTicks);
  triggers.watch(record);
}

/**
 * Matches an order and rests or expires what is left. Its acceptance or activation is said; it holds nothing yet.
 *
 * @param order its words as it works now: no stop type.
 * @param slot of a special order; 0: a plain one, which gets a slot when it rests.
 */
export function takeOrder(
  state: CoreState,
  instrument: InstrumentState,
  order: Command,
  orderId: number,
  quantity: number,
  flags: number,
  slot: number,
): void {
  const { book } = instrument;
  const { events, ledger } = state;
  const { side, account } = order;
  const rests = canRest(order.orderType, order.timeInForce);
  if (order.timeInForce === FOK && book.walkLots < quantity) {
    book.stepCount = 0;
    emitExpired(events, instrument.id, orderId, account, quantity, FOK_UNFILLED, 0, 0);
    if (slot !== 0) endTaker(state, instrument, slot, false);
    return;
  }
  const limit = limitOf(order);
  if (rests) {
    const spent = heldAsset(instrument, side);
    holdOf(instrument, side, limit, quantity);
    ledger.asset(spent).hold(account, WIDE, 0);
    ledger.touch(spent, account);
  }
  const mode = selfTradeModeOf(instrument, order);
  const left = book.match(side, limit, quantity, account, mode);
  const { stoppedBy } = book;
  // Before the steps are settled: afterwards the maker's slot may be anybody's.
  const stopper = stoppedBy === 0 ? 0 : book.orders.orderId(stoppedBy);
  const list = slot === 0 ? 0 : book.special.listOf(slot);
  const prevented = settleSteps(state, instrument, order, orderId, quantity, limit, mode, rests, list);
  if (stoppedBy !== 0) {
    if (rests && left > 0) releaseHold(state, instrument, account, side, limit, left);
    emitExpired(events, instrument.id, orderId, account, left, SELF_TRADE, stopper, left);
    if (slot !== 0) endTaker(state, instrument, slot, false);
  } else if (left === 0) {
    if (slot !== 0) endTaker(state, instrument, slot, true);
  } else if (rests) {
    if (slot === 0 && prevented === 0) book.rest(orderId, account, flags, limit, quantity, left, order.clientId, 0);
    else restSpecial(instrument, order, orderId, quantity, left, flags, slot, prevented);
    emitLevel(events, instrument, side, limit, book.totalAt(side, limit));
  } else {
    const reason = order.orderType === MARKET ? INSUFFICIENT_LIQUIDITY : IOC_UNFILLED;
    emitExpired(events, instrument.id, orderId, account, left, reason, 0, 0);
    if (slot !== 0) endTaker(state, instrument, slot, false);
  }
}

/** Rests an order, not counted in any level yet, that shows only a part, stands in a list, has words of its own, or lost something to decrement. */
export function restSpecial(
  instrument: InstrumentState,
  order: Command,
  orderId: number,
  quantity: number,
  left: number,
  flags: number,
  slot: number,
  prevented: number,
): void {
  const { book } = instrument;
  const { orders, special } = book;
  const own = slot === 0 ? orders.take(orderId, order.account, flags, quantity, left, order.clientId, 0) : slot;
  const record = slot === 0 ? special.take(own) : special.of(slot);
  if (slot === 0) special.set(record, PRICE, order.priceTicks);
  const part = special.get(record, ICEBERG);
  const shown = part > 0 && part < left ? part : left;
  special.set(record, HIDDEN, left - shown);
  special.set(record, PREVENTED, prevented);
  orders.setRemaining(own, shown);
  book.link(own, order.side, order.priceTicks, shown);
}

/** A special order that took has nothing left; its list learns how it ended. */
function endTaker(state: CoreState, instrument: InstrumentState, slot: number, isFilled: boolean): void {
  const { orders, special } = instrument.book;
  const record = special.of(slot);
  const list = state.lists.get(special.get(record, LIST));
  if (list !== undefined) {
    state.tasks.touch(list.id);
    if (isFilled && list.orderIds[0] === orders.orderId(slot)) list.workingFilled = true;
  }
  orders.release(slot);
  special.release(record);
}
