/**
 * What a list does when one of its orders has traded or ended: a pair keeps one leg, orders behind a working one are set
 * free or expire with it, and a list without an open order is done.
 */
import { expiryCode } from "./codes.ts";
import { DEPARTED, departFrom } from "./depart.ts";
import { emitExpired, emitLevel } from "./emit.ts";
import { emitListChanged } from "./emit-special.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { OCO, type OrderList, OTOCO } from "./order-lists.ts";
import type { CoreState } from "./state.ts";
import { ACTIVATION } from "./task-queue.ts";

const OCO_TRIGGER = expiryCode("oco_trigger");
const OTO_PHASE_ONE_EXPIRED = expiryCode("oto_phase_one_expired");

/** Every list that stands in the events of the task at hand, once. */
export function followLists(state: CoreState, instrument: InstrumentState): void {
  const { touchedLists } = state.tasks;
  for (const id of touchedLists) {
    const list = state.lists.get(id);
    if (list !== undefined) followList(state, instrument, list);
  }
  touchedLists.clear();
}

function followList(state: CoreState, instrument: InstrumentState, list: OrderList): void {
  const { orders } = instrument.book;
  if (list.contingency !== OCO && !list.isSecondPhase) {
    if (orders.slotOf(list.orderIds[0]!) === 0) endFirstPhase(state, instrument, list);
  } else if (!list.isDecided) {
    const decided = pairOf(list).find((orderId) => hasDecided(instrument, orderId));
    if (decided !== undefined) expireOthers(state, instrument, list, decided);
  }
  if (!isDone(instrument, list)) return;
  emitListChanged(state.events, list, "all_done");
  state.lists.close(list);
}

/** The two of which one excludes the other; none in an oto. */
function pairOf(list: OrderList): readonly number[] {
  if (list.contingency === OCO) return list.orderIds;
  return list.contingency === OTOCO ? list.orderIds.slice(1) : [];
}

/** Whether a leg of a pair has closed, or has executed or lost to decrement anything. */
function hasDecided({ book }: InstrumentState, orderId: number): boolean {
  const slot = book.orders.slotOf(orderId);
  return slot === 0 || book.special.restOf(slot) < book.orders.quantity(slot);
}

/** The working order has closed: by a fill, and the others have their turn; else they go with it. */
function endFirstPhase(state: CoreState, instrument: InstrumentState, list: OrderList): void {
  if (list.workingFilled) {
    list.isSecondPhase = true;
    emitListChanged(state.events, list, "updated");
    for (const orderId of list.orderIds.slice(1)) state.tasks.push(ACTIVATION, orderId);
    return;
  }
  for (const orderId of list.orderIds.slice(1)) expireLeg(state, instrument, orderId, OTO_PHASE_ONE_EXPIRED);
}

/** Every other open leg goes, by order id: legs are numbered in their order. */
export function expireOthers(state: CoreState, instrument: InstrumentState, list: OrderList, orderId: number): void {
  list.isDecided = true;
  for (const other of list.orderIds) if (other !== orderId) expireLeg(state, instrument, other, OCO_TRIGGER);
}

function expireLeg(state: CoreState, instrument: InstrumentState, orderId: number, reason: number): void {
  const slot = instrument.book.orders.slotOf(orderId);
  if (slot === 0) return;
  departFrom(state, instrument, slot);
  const { account, side, restLots, list, priceTicks, levelLots } = DEPARTED;
  emitExpired(state.events, instrument.id, orderId, account, restLots, reason, 0, 0);
  if (priceTicks !== 0) emitLevel(state.events, instrument, side, priceTicks, levelLots);
  state.tasks.touch(list);
}

/** Whether a list has no open order any more. */
export function isDone({ book }: InstrumentState, list: OrderList): boolean {
  return list.orderIds.every((orderId) => book.orders.slotOf(orderId) === 0);
}
