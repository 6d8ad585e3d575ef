/**
 * What follows of an order that works: lists decide, prices are seen, orders trigger or are activated, until nothing more
 * follows. A queue of tasks, first in, first out; after each task first its lists, then its prices.
 */
import type { ExpiryReason } from "../domain/order.ts";
import { firesUpwards, isSideEmpty, needOf, type Wanted, waitingNeedOf, wantedOf } from "./reference-book.ts";
import { isOutsideNotionalAtLast, phaseOf, within } from "./reference-checks.ts";
import {
  balanceOf,
  type EventBody,
  heldFor,
  isMarketKind,
  type Market,
  type Order,
  type OrderList,
  restOf,
  type State,
  spentAsset,
  type Turn,
} from "./reference-state.ts";
import {
  isPercentPriceRefused,
  isTooLargeForBook,
  wouldTakeAgainstItsWord,
  wouldTrigger,
} from "./reference-state-checks.ts";
import { expire, lock, takeAndRest } from "./reference-trading.ts";

interface Task {
  readonly kind: "trigger" | "activate";
  readonly order: Order;
}

/** Runs an order that was just taken in to work, and all that follows. */
export function runOrder(turn: Turn, market: Market, order: Order): void {
  const queue: Task[] = [];
  let from = turn.events.length;
  takeAndRest(turn, market, order);
  for (;;) {
    const events = turn.events.slice(from);
    for (const list of listsIn(turn.state, events)) decideList(turn, market, list, queue);
    for (const priceTicks of pricesIn(events)) seePrice(turn, market, priceTicks, queue);
    const task = queue.shift();
    if (task === undefined) return;
    from = turn.events.length;
    perform(turn, market, task);
  }
}

function perform(turn: Turn, market: Market, { kind, order }: Task): void {
  if (!market.open.includes(order)) return;
  const isWaiting = order.phase === "waiting" || order.phase === "tracking";
  if (kind === "trigger" && isWaiting) trigger(turn, market, order);
  if (kind === "activate" && order.phase === "pending") activate(turn, market, order);
}

/** The open lists that the events speak of, in the order in which they first do. */
function listsIn(state: State, events: readonly EventBody[]): OrderList[] {
  const found = new Set<OrderList>();
  for (const event of events) {
    const named: number[] = [];
    if (event.type === "trade_executed" || event.type === "trade_prevented") {
      named.push(event.makerOrderId, event.takerOrderId);
    }
    if (event.type === "order_expired") named.push(event.orderId);
    for (const orderId of named) {
      const { instrument } = event as { instrument: number };
      const list = state.lists.find(
        (each) => each.instrument === instrument && each.legs.some((leg) => leg.orderId === orderId),
      );
      if (list !== undefined) found.add(list);
    }
  }
  return [...found];
}

/** The first price at which the events trade, and the last if it is another. */
function pricesIn(events: readonly EventBody[]): number[] {
  const prices = events.flatMap((event) => (event.type === "trade_executed" ? [event.priceTicks] : []));
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) return [];
  return first === last ? [first] : [first, last];
}

function decideList(turn: Turn, market: Market, list: OrderList, queue: Task[]): void {
  if (list.isPhaseOne) decidePhaseOne(turn, market, list, queue);
  else decidePair(turn, market, list);
  announceIfDone(turn, market, list);
}

function decidePhaseOne(turn: Turn, market: Market, list: OrderList, queue: Task[]): void {
  const [working, ...pending] = list.legs as [Order, ...Order[]];
  if (market.open.includes(working)) return;
  list.isPhaseOne = false;
  const last = turn.events.findLast((event) => isEndOf(event, market, working));
  if (last?.type === "trade_executed") {
    turn.announceList(list, "updated");
    for (const order of pending) queue.push({ kind: "activate", order });
  } else {
    for (const order of pending) expire(turn, market, order, "oto_phase_one_expired");
  }
}

function isEndOf(event: EventBody, market: Market, { orderId }: Order): boolean {
  if (!("instrument" in event) || event.instrument !== market.instrument.id) return false;
  if (event.type === "order_expired") return event.orderId === orderId;
  if (event.type !== "trade_executed") return false;
  return event.takerOrderId === orderId || event.makerOrderId === orderId;
}

/** The two of which one ends the other; null for an oto. */
function pairOf(list: OrderList): readonly Order[] | null {
  if (list.contingency === "oto") return null;
  return list.contingency === "oco" ? list.legs : list.legs.slice(1);
}

function decidePair(turn: Turn, market: Market, list: OrderList): void {
  const pair = pairOf(list);
  if (pair === null || list.isDecided) return;
  const decisive = pair.filter((leg) => !market.open.includes(leg) || leg.executedLots > 0 || leg.preventedLots > 0);
  if (decisive.length > 0) endOthers(turn, market, list, pair, decisive[0]!);
}

function endOthers(turn: Turn, market: Market, list: OrderList, pair: readonly Order[], survivor: Order): void {
  list.isDecided = true;
  for (const leg of pair) {
    if (leg !== survivor && market.open.includes(leg)) expire(turn, market, leg, "oco_trigger");
  }
}

/** A list whose last leg is gone is gone, too. */
export function announceIfDone(turn: Turn, market: Market, list: OrderList): void {
  const at = turn.state.lists.indexOf(list);
  if (at < 0 || list.legs.some((leg) => market.open.includes(leg))) return;
  turn.state.lists.splice(at, 1);
  turn.announceList(list, "all_done");
}

function seePrice(turn: Turn, market: Market, priceTicks: number, queue: Task[]): void {
  for (const order of [...market.open]) {
    if (queue.some((task) => task.order === order)) continue;
    if (order.phase === "waiting" && isFiredAt(order, priceTicks)) {
      if (order.conditions.trailingDeltaBips === 0) {
        queue.push({ kind: "trigger", order });
      } else {
        order.watermarkTicks = priceTicks;
        announcePhase(turn, market, order, "tracking");
      }
    } else if (order.phase === "tracking" && trails(order, priceTicks)) {
      queue.push({ kind: "trigger", order });
    }
  }
}

function isFiredAt(order: Order, priceTicks: number): boolean {
  return firesUpwards(order) ? priceTicks >= order.conditions.stopTicks : priceTicks <= order.conditions.stopTicks;
}

/** Moves the watermark, then says whether the price has come back from it by the delta. */
function trails(order: Order, priceTicks: number): boolean {
  const isSell = order.side === "sell";
  const seen = order.watermarkTicks === 0 ? priceTicks : order.watermarkTicks;
  order.watermarkTicks = isSell ? Math.max(seen, priceTicks) : Math.min(seen, priceTicks);
  const [price, watermark] = [BigInt(priceTicks) * 10_000n, BigInt(order.watermarkTicks)];
  const delta = BigInt(order.conditions.trailingDeltaBips);
  return isSell ? price <= watermark * (10_000n - delta) : price >= watermark * (10_000n + delta);
}

function announcePhase(turn: Turn, market: Market, order: Order, phase: Order["phase"]): void {
  order.phase = phase;
  const { orderId, account } = order;
  turn.events.push({ type: "order_activated", instrument: market.instrument.id, orderId, account, phase });
}

/** The open list in which an order stands. */
export function listOf(state: State, { orderListId }: Order): OrderList | undefined {
  return state.lists.find((list) => list.orderListId === orderListId);
}

function trigger(turn: Turn, market: Market, order: Order): void {
  const list = listOf(turn.state, order);
  const pair = list === undefined ? null : pairOf(list);
  if (list !== undefined && pair !== null) endOthers(turn, market, list, pair, order);
  announcePhase(turn, market, order, "working");
  const wanted = wantedOf(order);
  const { marketLotsMin, marketLotsMax } = market.instrument;
  const isRefused = isMarketKind(order)
    ? isOutsideNotionalAtLast(turn.state, market, restOf(order)) || !within(restOf(order), marketLotsMin, marketLotsMax)
    : isPercentPriceRefused(market, wanted, turn.timeUs);
  // From here on it holds as a working order does, and it does not work yet.
  lock(turn, market, order, -order.waitingHoldAtoms);
  order.waitingHoldAtoms = 0n;
  if (isRefused || isTooLargeForBook(market, wanted)) endUnworked(turn, market, order, "rejected_on_trigger");
  else work(turn, market, order, wanted, () => {});
}

/** Ends an order that never worked and holds nothing. */
function endUnworked(turn: Turn, market: Market, order: Order, reason: ExpiryReason): void {
  order.phase = "pending";
  expire(turn, market, order, reason);
}

/** Takes and rests, if there is somebody to take from and what to pay with. */
function work(turn: Turn, market: Market, order: Order, wanted: Wanted, announce: () => void): void {
  if (isMarketKind(order) && isSideEmpty(market, order.side === "buy" ? "sell" : "buy")) {
    endUnworked(turn, market, order, "insufficient_liquidity");
  } else if (!isFunded(turn, market, order, needOf(market, wanted))) {
    endUnworked(turn, market, order, "unfunded_on_trigger");
  } else {
    announce();
    takeAndRest(turn, market, order);
  }
}

function isFunded(turn: Turn, market: Market, order: Order, need: bigint): boolean {
  return balanceOf(turn.state, order.account, spentAsset(market, order.side)).free >= need;
}

function activate(turn: Turn, market: Market, order: Order): void {
  const wanted = wantedOf(order);
  const phase = phaseOf(order);
  const isTooLarge = phase === "working" && isTooLargeForBook(market, wanted);
  if (wouldTrigger(market, wanted)) {
    expire(turn, market, order, "would_trigger_on_activation");
  } else if (wouldTakeAgainstItsWord(market, wanted)) {
    expire(turn, market, order, "would_take_on_activation");
  } else if (isTooLarge || isPercentPriceRefused(market, wanted, turn.timeUs)) {
    expire(turn, market, order, "rejected_on_trigger");
  } else if (phase === "working") {
    work(turn, market, order, wanted, () => announcePhase(turn, market, order, "working"));
  } else {
    activateToWait(turn, market, order, phase);
  }
}

function activateToWait(turn: Turn, market: Market, order: Order, phase: "waiting" | "tracking"): void {
  const list = listOf(turn.state, order)!;
  const sibling = pairOf(list)?.find((leg) => leg !== order) ?? null;
  const hold = waitingHold(market, wantedOf(order), sibling === null ? 0n : heldBySibling(market, sibling));
  if (!isFunded(turn, market, order, hold)) {
    expire(turn, market, order, "unfunded_on_trigger");
    return;
  }
  if (phase === "tracking") order.watermarkTicks = market.lastTradePriceTicks;
  announcePhase(turn, market, order, phase);
  order.waitingHoldAtoms = hold;
  lock(turn, market, order, hold);
}

/** What the other leg of a pair holds, or will for sure: a limit_maker that is still pending, too. */
export function heldBySibling(market: Market, sibling: Order): bigint {
  if (sibling.orderType !== "limit_maker") return sibling.waitingHoldAtoms;
  return heldFor(market, sibling.side, sibling.priceTicks, restOf(sibling));
}

/** A waiting leg holds what it needs beyond what the other one holds. */
export function waitingHold(market: Market, wanted: Wanted, heldByOther: bigint): bigint {
  const need = waitingNeedOf(market, wanted);
  return need > heldByOther ? need - heldByOther : 0n;
}
