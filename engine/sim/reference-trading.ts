/**
 * The reference's effects of one order at a time: taking in, holding, matching, resting, ending, amending.
 *
 * Every function here is called only after its checks have passed, and cannot fail. Events in the order of RULES.md. What
 * follows of it for other orders: reference-tasks.ts.
 */
import { RATE_ONE_E8, rulesOf } from "../domain/instrument.ts";
import type { CancelCause, ExpiryReason, OrderPhase } from "../domain/order.ts";
import type { AmendOrder } from "../protocol/commands.ts";
import {
  dryWalk,
  isByQuote,
  isDecrement,
  isKilled,
  isOwn,
  lotsFound,
  makersFor,
  recordTrade,
  wantedOf,
} from "./reference-book.ts";
import { findTarget, type Request, wantedBy } from "./reference-checks.ts";
import { countFirstFill, countOrder } from "./reference-counts.ts";
import {
  baseOf,
  canRest,
  heldFor,
  type Market,
  type Order,
  quoteOf,
  receivedAsset,
  restOf,
  shownOf,
  spentAsset,
  type Turn,
} from "./reference-state.ts";

/** Takes the order in, in the phase given. It holds nothing yet and meets nobody. */
export function accept(
  turn: Turn,
  market: Market,
  request: Request,
  phase: OrderPhase,
  orderListId: number,
  watermarkTicks = 0,
): Order {
  const { quoteAtoms, ...words } = wantedBy(market, request);
  const byQuote = isByQuote({ ...words, quoteAtoms });
  const quantityLots = byQuote ? Number(lotsFound(dryWalk(market, { ...words, quoteAtoms }))) : words.quantityLots;
  market.lastOrderId += 1;
  const order: Order = {
    ...words,
    orderId: market.lastOrderId,
    clientOrderId: request.clientOrderId,
    quantityLots,
    executedLots: 0,
    preventedLots: 0,
    phase,
    orderListId,
    partLots: 0,
    waitingHoldAtoms: 0n,
    watermarkTicks,
    amends: 0,
  };
  market.open.push(order);
  countOrder(turn.state.accounts[order.account]!.orderCounts, turn.timeUs);
  const { orderId, account, clientOrderId, side, orderType, timeInForce, selfTradeMode, priceTicks } = order;
  const { conditions } = order;
  const isSpecial = orderListId !== 0 || Object.values(conditions).some((number) => number !== 0);
  turn.events.push({
    type: "order_accepted",
    instrument: market.instrument.id,
    orderId,
    account,
    side,
    orderType,
    timeInForce,
    selfTradeMode,
    priceTicks,
    quantityLots,
    quoteAtoms,
    clientOrderId,
    ...(isSpecial ? { special: { conditions, orderListId, phase } } : {}),
  });
  return order;
}

/** Sets aside what is free; nothing to set aside touches nothing. */
export function lock(turn: Turn, market: Market, order: Order, atoms: bigint): void {
  if (atoms === 0n) return;
  const balance = turn.touch(order.account, spentAsset(market, order.side));
  balance.free -= atoms;
  balance.locked += atoms;
}

/** What an order holds now, by its phase. */
function holdOf(market: Market, order: Order): bigint {
  if (order.phase !== "working") return order.waitingHoldAtoms;
  return canRest(order) ? heldFor(market, order.side, order.priceTicks, restOf(order)) : 0n;
}

export function releaseHold(turn: Turn, market: Market, order: Order): void {
  lock(turn, market, order, -holdOf(market, order));
  order.waitingHoldAtoms = 0n;
}

/** A working order takes what it may (step 2), and its rest stands or ends (step 3). */
export function takeAndRest(turn: Turn, market: Market, order: Order): void {
  const wanted = wantedOf(order);
  const isKill = isKilled(wanted, dryWalk(market, wanted));
  lock(turn, market, order, holdOf(market, order));
  if (isKill) {
    expire(turn, market, order, "fok_unfilled");
    return;
  }
  const { stoppedBy, preventedBy } = match(turn, market, order);
  if (preventedBy !== null) expire(turn, market, order, "self_trade", preventedBy.orderId);
  else if (restOf(order) === 0) close(market, order);
  else if (stoppedBy !== null) expire(turn, market, order, "self_trade", stoppedBy.orderId, restOf(order));
  else if (canRest(order)) rest(turn, market, order);
  else expire(turn, market, order, order.timeInForce === "ioc" ? "ioc_unfilled" : "insufficient_liquidity");
}

export function rest(turn: Turn, market: Market, order: Order): void {
  showPart(order);
  market.book.push(order);
  turn.announceLevel(market, order.side, order.priceTicks);
}

function showPart(order: Order): void {
  order.partLots = Math.min(order.conditions.icebergLots, restOf(order));
}

interface MatchEnd {
  /** The maker whose meeting stopped the taker because both belong to one account. */
  readonly stoppedBy: Order | null;
  /** The own maker that took away the last of what the taker wanted. */
  readonly preventedBy: Order | null;
}

/** Meets maker after maker, best price first, oldest first, until nothing is left. */
function match(turn: Turn, market: Market, taker: Order): MatchEnd {
  const mode = taker.selfTradeMode;
  let changed: Order | null = null;
  let preventedBy: Order | null = null;
  let stoppedBy: Order | null = null;
  while (restOf(taker) > 0 && stoppedBy === null) {
    const maker = makersFor(market, taker)[0];
    if (maker === undefined) break;
    if (changed !== null && changed.priceTicks !== maker.priceTicks) {
      turn.announceLevel(market, changed.side, changed.priceTicks);
      changed = null;
    }
    if (!isOwn(maker, taker)) {
      trade(turn, market, taker, maker);
    } else if (isDecrement(mode)) {
      prevent(turn, market, taker, maker);
      if (restOf(taker) === 0) preventedBy = maker;
    } else {
      if (mode !== "expire_maker") stoppedBy = maker;
      if (mode === "expire_taker") break;
      expire(turn, market, maker, "self_trade", taker.orderId, restOf(maker), "quietly");
    }
    changed = maker;
  }
  if (changed !== null) turn.announceLevel(market, changed.side, changed.priceTicks);
  return { stoppedBy, preventedBy };
}

function trade(turn: Turn, market: Market, taker: Order, maker: Order): void {
  const { instrument } = market;
  // The maker's price, not the taker's: whoever waited sets the price.
  const { priceTicks } = maker;
  const lots = Math.min(restOf(taker), shownOf(maker));
  for (const [order, role] of [[taker, "taker"] as const, [maker, "maker"] as const]) {
    const { orderCounts } = turn.state.accounts[order.account]!;
    if (order.executedLots === 0) countFirstFill(orderCounts, role, turn.timeUs);
  }
  market.lastTradeId += 1;
  market.lastTradePriceTicks = priceTicks;
  recordTrade(market, priceTicks, lots, turn.timeUs);
  const takerFeeAtoms = exchange(turn, market, taker, priceTicks, lots, instrument.takerFeeE8);
  const makerFeeAtoms = exchange(turn, market, maker, priceTicks, lots, instrument.makerFeeE8);
  payFee(turn, market, taker, takerFeeAtoms);
  payFee(turn, market, maker, makerFeeAtoms);
  taker.executedLots += lots;
  maker.executedLots += lots;
  turn.events.push({
    type: "trade_executed",
    instrument: instrument.id,
    tradeId: market.lastTradeId,
    takerSide: taker.side,
    priceTicks,
    quantityLots: lots,
    takerOrderId: taker.orderId,
    makerOrderId: maker.orderId,
    takerAccount: taker.account,
    makerAccount: maker.account,
    takerFeeAtoms,
    makerFeeAtoms,
    takerRemainingLots: restOf(taker),
    makerRemainingLots: restOf(maker),
  });
  if (restOf(maker) === 0) close(market, maker);
  else usePart(market, maker, lots);
}

/** Both lose as much, and nobody pays. */
function prevent(turn: Turn, market: Market, taker: Order, maker: Order): void {
  const lots = Math.min(restOf(taker), shownOf(maker));
  for (const order of [maker, taker]) {
    if (canRest(order)) lock(turn, market, order, -heldFor(market, order.side, order.priceTicks, lots));
    order.preventedLots += lots;
  }
  turn.events.push({
    type: "trade_prevented",
    instrument: market.instrument.id,
    account: taker.account,
    takerOrderId: taker.orderId,
    makerOrderId: maker.orderId,
    selfTradeMode: taker.selfTradeMode,
    priceTicks: maker.priceTicks,
    preventedLots: lots,
    takerRemainingLots: restOf(taker),
    makerRemainingLots: restOf(maker),
  });
  if (restOf(maker) === 0) expire(turn, market, maker, "self_trade", taker.orderId, 0, "quietly");
  else usePart(market, maker, lots);
}

/** An iceberg whose part is used up goes behind the last of its price with a new one. */
function usePart(market: Market, maker: Order, lots: number): void {
  if (maker.conditions.icebergLots === 0) return;
  maker.partLots -= lots;
  if (maker.partLots > 0) return;
  showPart(maker);
  market.book.splice(market.book.indexOf(maker), 1);
  market.book.push(maker);
}

/**
 * One side's half of a trade: pays from its hold (what its limit held beyond the price goes back at once), or from what
 * is free when it holds nothing; receives less its fee.
 *
 * @returns the fee in atoms of what it receives.
 */
function exchange(turn: Turn, market: Market, order: Order, priceTicks: number, lots: number, rateE8: number): bigint {
  const isBuy = order.side === "buy";
  const paid = isBuy ? quoteOf(market, priceTicks, lots) : baseOf(market, lots);
  const received = isBuy ? baseOf(market, lots) : quoteOf(market, priceTicks, lots);
  const fee = feeRoundedUp(received, rateE8);
  const spent = turn.touch(order.account, spentAsset(market, order.side));
  if (canRest(order)) {
    const held = heldFor(market, order.side, order.priceTicks, lots);
    spent.locked -= held;
    spent.free += held - paid;
  } else {
    spent.free -= paid;
  }
  turn.touch(order.account, receivedAsset(market, order.side)).free += received - fee;
  return fee;
}

function feeRoundedUp(received: bigint, rateE8: number): bigint {
  const one = BigInt(RATE_ONE_E8);
  return (received * BigInt(rateE8) + one - 1n) / one;
}

function payFee(turn: Turn, market: Market, order: Order, atoms: bigint): void {
  if (atoms > 0n) turn.touch(0, receivedAsset(market, order.side)).free += atoms;
}

/** Ends an order without its owner asking. `quietly`: its level is announced by whoever walks it. */
export function expire(
  turn: Turn,
  market: Market,
  order: Order,
  reason: ExpiryReason,
  counterOrderId = 0,
  preventedLots = 0,
  level: "announced" | "quietly" = "announced",
): void {
  const { orderId, account } = order;
  const instrument = market.instrument.id;
  const remainingLots = restOf(order);
  releaseHold(turn, market, order);
  const wasResting = close(market, order);
  const words = { instrument, orderId, account, remainingLots, reason, counterOrderId, preventedLots };
  turn.events.push({ type: "order_expired", ...words });
  if (wasResting && level === "announced") turn.announceLevel(market, order.side, order.priceTicks);
}

export function cancel(turn: Turn, market: Market, order: Order, cause: CancelCause, requestId: string): void {
  releaseHold(turn, market, order);
  const wasResting = close(market, order);
  turn.events.push({
    type: "order_canceled",
    instrument: market.instrument.id,
    orderId: order.orderId,
    account: order.account,
    remainingLots: restOf(order),
    cause,
    cancelClientOrderId: requestId,
  });
  if (wasResting) turn.announceLevel(market, order.side, order.priceTicks);
}

/** @returns whether it stood in the book. */
function close(market: Market, order: Order): boolean {
  market.open.splice(market.open.indexOf(order), 1);
  const at = market.book.indexOf(order);
  if (at >= 0) market.book.splice(at, 1);
  return at >= 0;
}

export function amendOrder(turn: Turn, market: Market, command: AmendOrder): void {
  const order = findTarget(market, command.account, command)!;
  const before = holdOf(market, order);
  order.quantityLots = command.quantityLots;
  if (rulesOf(market.instrument).amendsMax > 0) order.amends += 1;
  if (command.newClientOrderId !== "") order.clientOrderId = command.newClientOrderId;
  lock(turn, market, order, holdOf(market, order) - before);
  const { orderId, account, quantityLots, clientOrderId } = order;
  const instrument = market.instrument.id;
  const remainingLots = restOf(order);
  turn.events.push({ type: "order_amended", instrument, orderId, account, quantityLots, remainingLots, clientOrderId });
  turn.announceLevel(market, order.side, order.priceTicks);
}
