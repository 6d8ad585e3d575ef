/**
 * What follows from an order that took: its lists, the prices seen, and the orders that these set to work, one after the
 * other until there is none. The order of all this is RULES.md, "Prices seen, and what follows".
 */
import { STEP_DOUBLES, STEP_FILL, STEP_KINDS } from "./book.ts";
import { canAfford, checkSize, isOtherSideEmpty, pastStop } from "./book-checks.ts";
import { notionalPasses } from "./checks.ts";
import { expiryCode, isStopType, LIMIT_MAKER, MARKET, workingTypeOf } from "./codes.ts";
import { Command } from "./command.ts";
import { emitExpired } from "./emit.ts";
import { emitActivated } from "./emit-special.ts";
import { percentPricePasses } from "./filters.ts";
import { heldAsset, releaseAside } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { expireOthers, followLists } from "./list-course.ts";
import { orderTypeOf, selfTradeModeCodeOf, timeInForceOf } from "./order-table.ts";
import { activationHoldOf } from "./pair-holds.ts";
import { beginToWait, takeOrder } from "./place.ts";
import {
  DIRECTION,
  LIST,
  PENDING,
  PHASE,
  PRICE,
  SLOT,
  STOP,
  TRACKING,
  TRAILING,
  WAITING,
  WATERMARK,
  WORKING,
} from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { TRIGGER } from "./task-queue.ts";
import { HI_END, multiply, WIDE } from "./wide.ts";

const REJECTED_ON_TRIGGER = expiryCode("rejected_on_trigger");
const UNFUNDED_ON_TRIGGER = expiryCode("unfunded_on_trigger");
const INSUFFICIENT_LIQUIDITY = expiryCode("insufficient_liquidity");
const WOULD_TAKE_ON_ACTIVATION = expiryCode("would_take_on_activation");
const WOULD_TRIGGER_ON_ACTIVATION = expiryCode("would_trigger_on_activation");
/** Nothing speaks against the order. */
const FIT = -1;

/** The words of the order of the task at hand, as it works. */
const ORDER = new Command();

/** After a task of the instrument, whose steps stand in its book. */
export function followUp(state: CoreState, instrument: InstrumentState): void {
  const { tasks } = state;
  const { book } = instrument;
  if (book.triggers.watched === 0 && tasks.touchedLists.size === 0) return;
  for (;;) {
    followLists(state, instrument);
    if (book.triggers.watched > 0) seePrices(state, instrument);
    do {
      if (!tasks.take()) return;
      book.stepCount = 0;
    } while (!runTask(state, instrument));
  }
}

/** The first price of the task's trades, then the last, if another. */
function seePrices(state: CoreState, instrument: InstrumentState): void {
  const { steps, stepCount } = instrument.book;
  let first = 0;
  let last = 0;
  for (let index = 0; index < stepCount; index++) {
    const at = index * STEP_DOUBLES;
    if (steps[at]! % STEP_KINDS !== STEP_FILL) continue;
    last = steps[at + 1]!;
    if (first === 0) first = last;
  }
  if (first === 0) return;
  see(state, instrument, first);
  if (last !== first) see(state, instrument, last);
}

function see(state: CoreState, instrument: InstrumentState, price: number): void {
  const { orders, special, triggers } = instrument.book;
  triggers.see(price);
  for (const record of triggers.fired) {
    const slot = special.get(record, SLOT);
    const orderId = orders.orderId(slot);
    if (special.get(record, PHASE) === WAITING && special.get(record, TRAILING) > 0) {
      special.setPhase(record, TRACKING);
      special.set(record, WATERMARK, price);
      triggers.watch(record);
      emitActivated(state.events, instrument.id, orderId, orders.account(slot), TRACKING);
    } else state.tasks.push(TRIGGER, orderId);
  }
}

/** @returns false: the order is not any more what it was queued as. */
function runTask(state: CoreState, instrument: InstrumentState): boolean {
  const { kind, orderId } = state.tasks;
  const { orders, special } = instrument.book;
  const slot = orders.slotOf(orderId);
  if (slot === 0) return false;
  const isPending = special.phaseOf(slot) === PENDING;
  if (isPending === (kind === TRIGGER)) return false;
  takeWords(instrument, slot);
  if (kind === TRIGGER) trigger(state, instrument, slot);
  else if (isStopType(orderTypeOf(orders.flags(slot)))) activateWaiting(state, instrument, slot);
  else activateWorking(state, instrument, slot);
  return true;
}

function takeWords({ book }: InstrumentState, slot: number): void {
  const { orders, special } = book;
  const flags = orders.flags(slot);
  ORDER.account = orders.account(slot);
  ORDER.side = orders.side(slot);
  ORDER.orderType = workingTypeOf(orderTypeOf(flags));
  ORDER.timeInForce = timeInForceOf(flags);
  ORDER.selfTradeMode = selfTradeModeCodeOf(flags);
  ORDER.priceTicks = special.get(special.of(slot), PRICE);
  ORDER.quantityLots = orders.quantity(slot);
}

/** A waiting or tracking order that a price has fired. */
function trigger(state: CoreState, instrument: InstrumentState, slot: number): void {
  const { orders, special } = instrument.book;
  const record = special.of(slot);
  const orderId = orders.orderId(slot);
  const list = state.lists.get(special.get(record, LIST));
  if (list !== undefined) expireOthers(state, instrument, list, orderId);
  emitActivated(state.events, instrument.id, orderId, ORDER.account, WORKING);
  releaseAside(state, instrument, ORDER.account, ORDER.side, record);
  special.setPhase(record, WORKING);
  const unfit = checkTriggered(state, instrument);
  if (unfit === FIT) take(state, instrument, slot);
  else expireUnworked(state, instrument, slot, unfit);
}

function checkTriggered(state: CoreState, instrument: InstrumentState): number {
  if (ORDER.orderType === MARKET) {
    if (!marketFiltersPass(instrument)) return REJECTED_ON_TRIGGER;
  } else if (!percentPricePasses(state, instrument, ORDER.side, ORDER.priceTicks)) return REJECTED_ON_TRIGGER;
  return checkWorkable(state, instrument);
}

/** NOTIONAL and MARKET_LOT_SIZE at the present price. */
function marketFiltersPass(instrument: InstrumentState): boolean {
  const { quantityLots } = ORDER;
  if (!multiply(instrument.lastTradeTicks * instrument.quoteAtomsPerTickLot, quantityLots)) WIDE[0] = HI_END;
  if (!notionalPasses(instrument, true, WIDE)) return false;
  return quantityLots >= instrument.marketLotsMin && quantityLots <= instrument.marketLotsMax;
}

/** Room, something to take for a market order, and funds. */
function checkWorkable(state: CoreState, instrument: InstrumentState): number {
  if (checkSize(instrument, ORDER) !== FIT) return REJECTED_ON_TRIGGER;
  if (ORDER.orderType === MARKET && isOtherSideEmpty(instrument, ORDER.side)) return INSUFFICIENT_LIQUIDITY;
  return canAfford(state, instrument, ORDER) ? FIT : UNFUNDED_ON_TRIGGER;
}

function take(state: CoreState, instrument: InstrumentState, slot: number): void {
  const { orders } = instrument.book;
  takeOrder(state, instrument, ORDER, orders.orderId(slot), ORDER.quantityLots, orders.flags(slot), slot);
}

/** An order behind a working one that waits for its own price now. */
function activateWaiting(state: CoreState, instrument: InstrumentState, slot: number): void {
  const { orders, special } = instrument.book;
  const record = special.of(slot);
  const stop = special.get(record, STOP);
  if (pastStop(instrument, special.get(record, DIRECTION), stop)) {
    expireUnworked(state, instrument, slot, WOULD_TRIGGER_ON_ACTIVATION);
    return;
  }
  if (!percentPricePasses(state, instrument, ORDER.side, ORDER.priceTicks)) {
    expireUnworked(state, instrument, slot, REJECTED_ON_TRIGGER);
    return;
  }
  const amount = activationHoldOf(state, instrument, slot);
  if (!state.ledger.asset(heldAsset(instrument, ORDER.side)).hasFree(ORDER.account, amount, 0)) {
    expireUnworked(state, instrument, slot, UNFUNDED_ON_TRIGGER);
    return;
  }
  const phase = stop > 0 ? WAITING : TRACKING;
  emitActivated(state.events, instrument.id, orders.orderId(slot), ORDER.account, phase);
  special.setPhase(record, phase);
  beginToWait(state, instrument, slot, amount);
}

/** An order behind a working one that works now. */
function activateWorking(state: CoreState, instrument: InstrumentState, slot: number): void {
  const { orders, special } = instrument.book;
  const unfit = checkActivated(state, instrument);
  if (unfit !== FIT) {
    expireUnworked(state, instrument, slot, unfit);
    return;
  }
  emitActivated(state.events, instrument.id, orders.orderId(slot), ORDER.account, WORKING);
  special.setPhase(special.of(slot), WORKING);
  take(state, instrument, slot);
}

function checkActivated(state: CoreState, instrument: InstrumentState): number {
  const { side, priceTicks } = ORDER;
  if (ORDER.orderType === LIMIT_MAKER && instrument.book.crosses(side, priceTicks)) return WOULD_TAKE_ON_ACTIVATION;
  const size = checkSize(instrument, ORDER);
  if (size !== FIT || !percentPricePasses(state, instrument, side, priceTicks)) return REJECTED_ON_TRIGGER;
  if (ORDER.orderType === MARKET && isOtherSideEmpty(instrument, side)) return INSUFFICIENT_LIQUIDITY;
  return canAfford(state, instrument, ORDER) ? FIT : UNFUNDED_ON_TRIGGER;
}

/** An order that holds nothing and is on no book ends before it takes. */
function expireUnworked(state: CoreState, instrument: InstrumentState, slot: number, reason: number): void {
  const { orders, special } = instrument.book;
  const record = special.of(slot);
  const orderId = orders.orderId(slot);
  emitExpired(state.events, instrument.id, orderId, orders.account(slot), orders.quantity(slot), reason, 0, 0);
  state.tasks.touch(special.get(record, LIST));
  orders.release(slot);
  special.release(record);
}
