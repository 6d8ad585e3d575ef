/**
 * What the audit asks of single events, whatever came before: the shape of a command's answer, the words of an order that
 * was taken in, and whether one that ended unasked had a reason to.
 */
import { type Instrument, rulesOf } from "../domain/instrument.ts";
import type { ExpiryReason } from "../domain/order.ts";
import type { EngineEvent, OrderAccepted, OrderExpired } from "../protocol/events.ts";
import { type AuditedBook, type AuditedOrder, icebergOf, isAtMarket, mayRest, shownOf } from "./audit-book.ts";
import { must } from "./audit-failure.ts";

/** An order that began to work in a command, and what has become of it so far. */
export interface Taker {
  readonly order: AuditedOrder;
  isResting: boolean;
  tookLots: number;
  /** The last order of its own account that it met and that lost by it. */
  prevented: AuditedOrder | null;
}

/** I14: a refusal stands alone, or is one half of a cancel-replace. */
export function checkShape(events: readonly EngineEvent[]): void {
  const rejects = events.filter((event) => event.type === "command_rejected").length;
  if (rejects === 0 || events.length === 1) return;
  const canceledFirst = events[0]!.type === "order_canceled" && events[0]!.cause === "cancel_replace";
  const refusedAt = events.findIndex((event) => event.type === "command_rejected");
  const isOfCancel = (event: EngineEvent): boolean =>
    event.type === "order_canceled" || event.type === "level_changed" || event.type === "order_list_changed";
  const isRefusedPlacement = canceledFirst && rejects === 1 && events.slice(0, refusedAt).every(isOfCancel);
  const isRefusedCancel =
    events[0]!.type === "command_rejected" && events[1]!.type === "order_accepted" && rejects === 1;
  const isBoth = rejects === 2 && events.length === 2;
  const places = events.some((event) => event.type === "order_accepted");
  const isLegal = (isRefusedPlacement && !places) || isRefusedCancel || isBoth;
  must(isLegal, "I14", () => `a refusal among ${events.map((event) => event.type).join(", ")}`);
}

/** I17: an order is within the filters that its words alone decide. */
export function checkAcceptance(terms: Instrument, { orderId, ...event }: OrderAccepted): void {
  must(terms.status === "trading", "I17", () => `order ${orderId} accepted while ${terms.status}`);
  const { orderType, priceTicks, quantityLots, quoteAtoms, special } = event;
  const isPriceless = orderType === "market" || orderType === "stop_loss" || orderType === "take_profit";
  const isPriced = priceTicks >= terms.priceTicksMin && priceTicks <= terms.priceTicksMax;
  must(
    isPriceless ? priceTicks === 0 : isPriced,
    "I17",
    () => `order ${orderId} at ${priceTicks} is outside PRICE_FILTER`,
  );
  const isSized = quantityLots >= terms.quantityLotsMin && (quoteAtoms > 0n || quantityLots <= terms.quantityLotsMax);
  must(isSized, "I17", () => `order ${orderId} of ${quantityLots} is outside LOT_SIZE`);
  if (special === undefined) return;
  const { stopTicks, icebergLots } = special.conditions;
  const isStopped = stopTicks === 0 || (stopTicks >= terms.priceTicksMin && stopTicks <= terms.priceTicksMax);
  must(isStopped, "I17", () => `order ${orderId} stops at ${stopTicks}, outside PRICE_FILTER`);
  const isPart = icebergLots === 0 || (icebergLots >= terms.quantityLotsMin && icebergLots <= quantityLots);
  must(isPart, "I17", () => `order ${orderId} shows ${icebergLots} of ${quantityLots}`);
  const { icebergPartsMax } = rulesOf(terms);
  const isFew = icebergLots === 0 || icebergPartsMax === 0 || quantityLots <= icebergLots * icebergPartsMax;
  must(isFew, "I17", () => `order ${orderId} has more than ${icebergPartsMax} parts`);
}

/** Of an order that did not get to work, or was not to; what its list or its trigger decided is looked at there. */
const ENDS_OF_THE_IDLE: readonly ExpiryReason[] = [
  "rejected_on_trigger",
  "unfunded_on_trigger",
  "insufficient_liquidity",
  "would_take_on_activation",
  "would_trigger_on_activation",
  "oco_trigger",
  "oto_phase_one_expired",
];

/** I10, I13, I20. `taker` is the order's own meeting with the book, null when it is not the one that takes. */
export function checkEndUnasked(
  book: AuditedBook,
  event: OrderExpired,
  order: AuditedOrder,
  taker: Taker | null,
): void {
  const { orderId, reason } = event;
  must(event.counterOrderId === 0 && event.preventedLots === 0, "I13", () => "an expiry names a counter-order");
  if (reason === "oco_trigger" || reason === "oto_phase_one_expired") {
    must((order.accepted.special?.orderListId ?? 0) !== 0, "I32", () => `order ${orderId} of no list ends: ${reason}`);
    must(reason === "oco_trigger" || order.phase === "pending", "I32", () => `order ${orderId} waited for no other`);
    return;
  }
  if (order.phase === "pending") {
    must(ENDS_OF_THE_IDLE.includes(reason), "I13", () => `pending order ${orderId} expires: ${reason}`);
    return;
  }
  must(taker !== null && !taker.isResting, "I13", () => `order ${orderId} expires unasked: ${reason}`);
  if (reason === "rejected_on_trigger" || reason === "unfunded_on_trigger") {
    const isTriggered = order.accepted.special !== undefined && taker.tookLots === 0;
    must(isTriggered, "I13", () => `order ${orderId} was not triggered, yet expires: ${reason}`);
    return;
  }
  checkNothingLeftToTake(book, event, order);
}

/** I12: an order whose last lots went to one of its own account: the taker at its end, a maker right behind its loss. */
export function checkDecremented(
  event: OrderExpired,
  order: AuditedOrder,
  taker: Taker | null,
  before: EngineEvent | null,
): void {
  const isTaker = order === taker?.order;
  const counter = isTaker ? taker?.prevented : taker?.order;
  const isDue = counter?.accepted.orderId === event.counterOrderId && event.preventedLots === 0;
  must(isDue && order.preventedLots > 0, "I12", () => `order ${event.orderId} ends for a self-trade that was none`);
  const isBehind = before?.type === "trade_prevented" && before.makerOrderId === event.orderId;
  must(isTaker || isBehind, "I12", () => `order ${event.orderId} ends apart from what took its last lots`);
}

/** I10, I20: an immediate order ends only when the book has nothing more for it, a fok only when it has too little. */
function checkNothingLeftToTake(book: AuditedBook, event: OrderExpired, taker: AuditedOrder): void {
  const { side, timeInForce } = taker.accepted;
  if (event.reason === "fok_unfilled") {
    must(timeInForce === "fok", "I10", () => `order ${event.orderId} is no fok`);
    const reachable = reachableBy(book, taker);
    must(reachable < BigInt(taker.quantityLots), "I10", () => `fok ${event.orderId} ended with ${reachable} to take`);
    return;
  }
  const isDue = event.reason === (isAtMarket(taker) ? "insufficient_liquidity" : "ioc_unfilled");
  must(
    isDue && !mayRest(taker) && timeInForce !== "fok",
    "I13",
    () => `order ${event.orderId} expires: ${event.reason}`,
  );
  const best = book.bestPrice(side === "buy" ? "sell" : "buy");
  const isDone = best === null || !isWithinLimit(taker, best);
  must(isDone, "I20", () => `order ${event.orderId} ended with ${best} still to take`);
}

/** What a taker could trade, up to the first order of its own account that it may not pass. Parts come in turn. */
function reachableBy(book: AuditedBook, taker: AuditedOrder): bigint {
  const { side, account, selfTradeMode } = taker.accepted;
  const queues = book.queuesOf(side === "buy" ? "sell" : "buy");
  const prices = [...queues.keys()].sort((a, b) => (side === "buy" ? a - b : b - a));
  let reachable = 0n;
  for (const price of prices.filter((each) => isWithinLimit(taker, each))) {
    const turns = queues.get(price)!.map((maker) => ({ maker, left: maker.restLots, shown: shownOf(maker) }));
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      const { maker, left, shown } = turn;
      const isOwn = maker.accepted.account === account && selfTradeMode !== "none";
      if (isOwn && selfTradeMode === "expire_maker") continue;
      if (isOwn) return reachable;
      reachable += BigInt(shown);
      if (reachable >= BigInt(taker.restLots)) return reachable;
      const rest = left - shown;
      if (rest > 0) turns.push({ maker, left: rest, shown: Math.min(icebergOf(maker), rest) });
    }
  }
  return reachable;
}

/** I10, I7: a fok took all or nothing; what is left of a taker rests, if it may, and a level says so. */
export function checkTakerAtEnd({ order, isResting, tookLots }: Taker): void {
  const { orderId, timeInForce } = order.accepted;
  const isWholeOrNothing = tookLots === 0 || tookLots === order.quantityLots;
  must(timeInForce !== "fok" || isWholeOrNothing, "I10", () => `fok order ${orderId} took ${tookLots}`);
  if (!order.isOpen) return;
  must(mayRest(order), "I13", () => `order ${orderId} may not rest, yet did not end`);
  must(isResting, "I7", () => `order ${orderId} rests, but no level_changed says so`);
}

export function isWithinLimit(order: AuditedOrder, priceTicks: number): boolean {
  if (isAtMarket(order)) return true;
  const { side, priceTicks: limitTicks } = order.accepted;
  return side === "buy" ? priceTicks <= limitTicks : priceTicks >= limitTicks;
}
