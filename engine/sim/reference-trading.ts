/**
 * The reference's effects of the trade commands: taking in, matching, resting, cancelling, amending.
 *
 * Every function here is called only after its checks have passed, and cannot fail. Events in the order of RULES.md.
 */
import { RATE_ONE_E8 } from "../domain/instrument.ts";
import type { CancelCause, ExpiryReason } from "../domain/order.ts";
import type { AmendOrder, Credential, NewOrder } from "../protocol/commands.ts";
import { dryWalk, findTarget, isKilled, isMarketByQuote, makersFor, selfTradeModeOf } from "./reference-checks.ts";
import {
  baseOf,
  canRest,
  heldFor,
  type Market,
  type Order,
  quoteOf,
  receivedAsset,
  restOf,
  spentAsset,
  type Turn,
} from "./reference-state.ts";

/** Takes the order in, matches it, and lets the rest stand or end. */
export function placeOrder(turn: Turn, market: Market, request: Credential & NewOrder): void {
  const fills = dryWalk(market, request);
  const isKill = isKilled(request, fills);
  const order = accept(
    turn,
    market,
    request,
    fills.reduce((sum, fill) => sum + fill.lots, 0),
  );
  if (canRest(order)) {
    const held = heldFor(market, order.side, order.priceTicks, restOf(order));
    const balance = turn.touch(order.account, spentAsset(market, order.side));
    balance.free -= held;
    balance.locked += held;
  }
  if (isKill) {
    expire(turn, market, order, "fok_unfilled", 0, 0);
    return;
  }
  const stoppedBy = match(turn, market, order);
  if (restOf(order) === 0) return;
  if (stoppedBy !== null) {
    releaseHold(turn, market, order);
    expire(turn, market, order, "self_trade", stoppedBy.orderId, restOf(order));
  } else if (canRest(order)) {
    market.open.push(order);
    turn.announceLevel(market, order.side, order.priceTicks);
  } else {
    expire(turn, market, order, order.orderType === "market" ? "insufficient_liquidity" : "ioc_unfilled", 0, 0);
  }
}

function accept(turn: Turn, market: Market, request: Credential & NewOrder, lotsFound: number): Order {
  market.lastOrderId += 1;
  const byQuote = isMarketByQuote(request);
  const order: Order = {
    orderId: market.lastOrderId,
    account: request.account,
    clientOrderId: request.clientOrderId,
    side: request.side,
    orderType: request.orderType,
    timeInForce: request.timeInForce,
    selfTradeMode: selfTradeModeOf(market, request),
    priceTicks: request.orderType === "market" ? 0 : request.priceTicks,
    quantityLots: byQuote ? lotsFound : request.quantityLots,
    executedLots: 0,
  };
  const { executedLots: _, ...announced } = order;
  const instrument = market.instrument.id;
  turn.events.push({ type: "order_accepted", instrument, ...announced, quoteAtoms: byQuote ? request.quoteAtoms : 0n });
  return order;
}

/**
 * Step 2: meets maker after maker, best price first, oldest first, until nothing is left.
 *
 * @returns the maker whose meeting stopped the taker because both belong to one account, else null.
 */
function match(turn: Turn, market: Market, taker: Order): Order | null {
  const makers = makersFor(market, taker.side, taker.orderType === "market" ? null : taker.priceTicks);
  let changedMaker: Order | null = null;
  let stoppedBy: Order | null = null;
  for (const maker of makers) {
    if (restOf(taker) === 0) break;
    const isSelf = maker.account === taker.account && taker.selfTradeMode !== "none";
    if (changedMaker !== null && changedMaker.priceTicks !== maker.priceTicks) {
      turn.announceLevel(market, changedMaker.side, changedMaker.priceTicks);
      changedMaker = null;
    }
    if (isSelf && taker.selfTradeMode === "expire_taker") {
      stoppedBy = maker;
      break;
    }
    changedMaker = maker;
    if (isSelf) {
      releaseHold(turn, market, maker);
      remove(market, maker);
      expire(turn, market, maker, "self_trade", taker.orderId, restOf(maker));
      if (taker.selfTradeMode === "expire_maker") continue;
      stoppedBy = maker;
      break;
    }
    trade(turn, market, taker, maker);
  }
  if (changedMaker !== null) turn.announceLevel(market, changedMaker.side, changedMaker.priceTicks);
  return stoppedBy;
}

function trade(turn: Turn, market: Market, taker: Order, maker: Order): void {
  const { instrument } = market;
  // The maker's price, not the taker's: whoever waited sets the price.
  const { priceTicks } = maker;
  const lots = Math.min(restOf(taker), restOf(maker));
  taker.executedLots += lots;
  maker.executedLots += lots;
  if (restOf(maker) === 0) remove(market, maker);
  market.lastTradeId += 1;
  market.lastTradePriceTicks = priceTicks;
  const takerFeeAtoms = exchange(turn, market, taker, priceTicks, lots, instrument.takerFeeE8);
  const makerFeeAtoms = exchange(turn, market, maker, priceTicks, lots, instrument.makerFeeE8);
  payFee(turn, market, taker, takerFeeAtoms);
  payFee(turn, market, maker, makerFeeAtoms);
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

function expire(
  turn: Turn,
  market: Market,
  order: Order,
  reason: ExpiryReason,
  counterOrderId: number,
  preventedLots: number,
): void {
  const { orderId, account } = order;
  const instrument = market.instrument.id;
  const remainingLots = restOf(order);
  turn.events.push({
    type: "order_expired",
    instrument,
    orderId,
    account,
    remainingLots,
    reason,
    counterOrderId,
    preventedLots,
  });
}

/** Gives back what the order's rest holds, if it is of the kind that holds. */
function releaseHold(turn: Turn, market: Market, order: Order): void {
  if (!canRest(order)) return;
  const held = heldFor(market, order.side, order.priceTicks, restOf(order));
  const balance = turn.touch(order.account, spentAsset(market, order.side));
  balance.locked -= held;
  balance.free += held;
}

function remove(market: Market, order: Order): void {
  market.open.splice(market.open.indexOf(order), 1);
}

export function cancelOrder(turn: Turn, market: Market, order: Order, cause: CancelCause, requestId: string): void {
  releaseHold(turn, market, order);
  remove(market, order);
  turn.events.push({
    type: "order_canceled",
    instrument: market.instrument.id,
    orderId: order.orderId,
    account: order.account,
    remainingLots: restOf(order),
    cause,
    cancelClientOrderId: requestId,
  });
  turn.announceLevel(market, order.side, order.priceTicks);
}

export function amendOrder(turn: Turn, market: Market, command: AmendOrder): void {
  const order = findTarget(market, command.account, command)!;
  const before = heldFor(market, order.side, order.priceTicks, restOf(order));
  order.quantityLots = command.quantityLots;
  if (command.newClientOrderId !== "") order.clientOrderId = command.newClientOrderId;
  const released = before - heldFor(market, order.side, order.priceTicks, restOf(order));
  const balance = turn.touch(order.account, spentAsset(market, order.side));
  balance.locked -= released;
  balance.free += released;
  const { orderId, account, quantityLots, clientOrderId } = order;
  const instrument = market.instrument.id;
  const remainingLots = restOf(order);
  turn.events.push({
    type: "order_amended",
    instrument,
    orderId,
    account,
    quantityLots,
    remainingLots,
    clientOrderId,
  });
  turn.announceLevel(market, order.side, order.priceTicks);
}
