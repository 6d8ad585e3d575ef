/**
 * The reference's checks: every reason to refuse a trade command, in order, first failure wins. They change nothing.
 *
 * RULES.md lists them per command; each function here reads like that list.
 */
import { AMOUNT_MAX, QUANTITY_LOTS_MAX } from "../domain/instrument.ts";
import type { CancelRestriction, SelfTradeMode, Side } from "../domain/order.ts";
import type { Reject } from "../domain/rejects.ts";
import type { AmendOrder, Credential, NewOrder, OrderTarget } from "../protocol/commands.ts";
import {
  balanceOf,
  baseOf,
  canRest,
  heldFor,
  type Market,
  type Order,
  quoteOf,
  restOf,
  type State,
  spentAsset,
} from "./reference-state.ts";

export const isMarketByQuote = (order: NewOrder): boolean => order.orderType === "market" && order.quantityLots === 0;

export function selfTradeModeOf(market: Market, order: NewOrder): SelfTradeMode {
  return order.selfTradeMode ?? market.instrument.selfTradeDefault;
}

export function credentialRefusal(state: State, { account, keyId }: Credential, timeUs: number): Reject | null {
  if (state.accounts[account] === undefined) return "account_not_found";
  if (keyId === 0) return null;
  const key = state.keys[keyId - 1];
  if (key === undefined || key.revoked || key.account !== account) return "key_not_valid";
  if (key.expiresUs !== 0 && timeUs > key.expiresUs) return "key_not_valid";
  if (!key.permissions.includes("trade")) return "key_not_valid";
  return null;
}

/** `account_not_found` … `amount_too_large`: what depends on neither the book nor the balances. */
export function staticRefusal(state: State, order: Credential & NewOrder, timeUs: number): Reject | null {
  const refusal = credentialRefusal(state, order, timeUs);
  if (refusal !== null) return refusal;
  if (!state.accounts[order.account]!.canTrade) return "account_disabled";
  const market = state.markets[order.instrument];
  if (market === undefined) return "instrument_not_found";
  const terms = market.instrument;
  if (terms.status === "halt") return "instrument_halted";
  if (terms.status === "cancel_only") return "instrument_cancel_only";
  if (!isSupported(order)) return "order_type_not_supported";
  if (!(terms.selfTradeAllowed as readonly SelfTradeMode[]).includes(selfTradeModeOf(market, order))) {
    return "self_trade_mode_not_allowed";
  }
  const { orderType, priceTicks, quantityLots } = order;
  const isMarket = orderType === "market";
  const byQuote = isMarketByQuote(order);
  if (!isMarket && !within(priceTicks, terms.priceTicksMin, terms.priceTicksMax)) return "price_outside_filter";
  if (!byQuote && !within(quantityLots, terms.quantityLotsMin, terms.quantityLotsMax)) return "quantity_outside_filter";
  if (isMarket && !byQuote && !within(quantityLots, terms.marketLotsMin, terms.marketLotsMax)) {
    return "market_quantity_outside_filter";
  }
  if (isNotionalRefused(state, market, order)) return "notional_outside_filter";
  if (byQuote && order.quoteAtoms > AMOUNT_MAX) return "amount_too_large";
  if (!isMarket && quoteOf(market, priceTicks, quantityLots) > AMOUNT_MAX) return "amount_too_large";
  if (baseOf(market, quantityLots) > AMOUNT_MAX) return "amount_too_large";
  return null;
}

function isSupported({ orderType, timeInForce }: NewOrder): boolean {
  if (orderType === "limit") return true;
  return (orderType === "market" || orderType === "limit_maker") && timeInForce === "gtc";
}

const within = (value: number, min: number, max: number): boolean => value >= min && value <= max;

function isNotionalRefused(state: State, market: Market, order: NewOrder): boolean {
  const { notionalMinAppliesToMarket, notionalMaxAppliesToMarket } = market.instrument;
  if (order.orderType !== "market") {
    return isOutsideNotional(state, market, quoteOf(market, order.priceTicks, order.quantityLots), true, true);
  }
  let atoms = order.quoteAtoms;
  if (!isMarketByQuote(order)) {
    if (market.lastTradePriceTicks === 0) return false;
    atoms = quoteOf(market, market.lastTradePriceTicks, order.quantityLots);
  }
  return isOutsideNotional(state, market, atoms, notionalMinAppliesToMarket, notionalMaxAppliesToMarket);
}

/** Compares quote atoms with bounds in 1e-8 of a quote unit; a bound of 0 is off. */
function isOutsideNotional(
  state: State,
  market: Market,
  atoms: bigint,
  minApplies: boolean,
  maxApplies: boolean,
): boolean {
  const { quoteAsset, notionalMinE8, notionalMaxE8 } = market.instrument;
  const e8 = atoms * 10n ** BigInt(8 - state.assets[quoteAsset]!.decimals);
  const min = BigInt(notionalMinE8);
  const max = BigInt(notionalMaxE8);
  return (minApplies && min !== 0n && e8 < min) || (maxApplies && max !== 0n && e8 > max);
}

/** The level's total, then `open_orders_limit` … `balance_too_low`: what depends on the book and the balances. */
export function bookRefusal(state: State, market: Market, order: Credential & NewOrder): Reject | null {
  const { account, side, orderType, priceTicks, quantityLots } = order;
  const own = market.open.filter((open) => open.account === account);
  const fills = dryWalk(market, order);
  const found = fills.reduce((sum, fill) => sum + BigInt(fill.lots), 0n);
  if (isMarketByQuote(order) && found > BigInt(QUANTITY_LOTS_MAX)) return "amount_too_large";
  if (canRest(order)) {
    const level = market.open.filter((open) => open.side === side && open.priceTicks === priceTicks);
    const total = level.reduce((sum, open) => sum + BigInt(restOf(open)), BigInt(quantityLots));
    if (total > BigInt(QUANTITY_LOTS_MAX)) return "amount_too_large";
    if (own.length >= market.instrument.ordersMax) return "open_orders_limit";
  }
  if (own.some((open) => open.clientOrderId === order.clientOrderId)) return "client_order_id_open";
  if (orderType === "limit_maker" && makersFor(market, side, priceTicks).length > 0) return "post_only_would_take";
  if (orderType === "market" && makersFor(market, side, null).length === 0) return "no_liquidity";
  if (isMarketByQuote(order) && (found < 1n || found < market.instrument.quantityLotsMin)) return "liquidity_below_lot";
  if (balanceOf(state, account, spentAsset(market, side)).free < needOf(market, order, fills)) return "balance_too_low";
  return null;
}

/** What must be free before the order is taken in. */
function needOf(market: Market, order: NewOrder, fills: readonly Fill[]): bigint {
  const { side, orderType, timeInForce, priceTicks, quantityLots } = order;
  if (canRest(order)) return heldFor(market, side, priceTicks, quantityLots);
  if (timeInForce === "fok" && isKilled(order, fills)) return 0n;
  if (side === "buy") return fills.reduce((sum, { maker, lots }) => sum + quoteOf(market, maker.priceTicks, lots), 0n);
  if (orderType === "market" && !isMarketByQuote(order)) return baseOf(market, quantityLots);
  return fills.reduce((sum, { lots }) => sum + baseOf(market, lots), 0n);
}

/** A fill-or-kill order that the walk could not fill whole. */
export function isKilled(order: NewOrder, fills: readonly Fill[]): boolean {
  return order.timeInForce === "fok" && fills.reduce((sum, fill) => sum + BigInt(fill.lots), 0n) < order.quantityLots;
}

/** The orders that a taker of `side` meets under its limit (null: none), best price first, oldest first. */
export function makersFor(market: Market, side: Side, limitTicks: number | null): Order[] {
  const sign = side === "buy" ? 1 : -1;
  const makers = market.open.filter(
    (open) => open.side !== side && (limitTicks === null || sign * open.priceTicks <= sign * limitTicks),
  );
  // `open` is in order of arrival and the sort is stable: among equal prices the oldest comes first.
  return makers.sort((a, b) => sign * (a.priceTicks - b.priceTicks));
}

export interface Fill {
  readonly maker: Order;
  readonly lots: number;
}

/** What an immediate execution would trade, changing nothing. */
export function dryWalk(market: Market, order: Credential & NewOrder): Fill[] {
  const byQuote = isMarketByQuote(order);
  const mode = selfTradeModeOf(market, order);
  const fills: Fill[] = [];
  let lotsLeft = order.quantityLots;
  let quoteLeft = order.quoteAtoms;
  for (const maker of makersFor(market, order.side, order.orderType === "market" ? null : order.priceTicks)) {
    if (!byQuote && lotsLeft === 0) break;
    if (maker.account === order.account && mode !== "none") {
      if (mode === "expire_maker") continue;
      break;
    }
    const affordable = byQuote ? quoteLeft / quoteOf(market, maker.priceTicks, 1) : BigInt(lotsLeft);
    const lots = affordable < BigInt(restOf(maker)) ? Number(affordable) : restOf(maker);
    if (lots <= 0) break;
    fills.push({ maker, lots });
    lotsLeft -= byQuote ? 0 : lots;
    quoteLeft -= quoteOf(market, maker.priceTicks, lots);
    // What a better maker keeps is not passed over for a worse price.
    if (lots < restOf(maker)) break;
  }
  return fills;
}

/** The open order that a cancel or an amend names, or null. Whether a second name agrees is not looked at. */
export function findTarget(market: Market, account: number, target: OrderTarget): Order | null {
  const found = market.open.find(
    (open) =>
      open.account === account &&
      (target.orderId === 0 ? open.clientOrderId === target.origClientOrderId : open.orderId === target.orderId),
  );
  return found ?? null;
}

function isMismatch(order: Order, { origClientOrderId }: OrderTarget): boolean {
  return origClientOrderId !== "" && origClientOrderId !== order.clientOrderId;
}

export function cancelTargetRefusal(order: Order | null, target: OrderTarget, only: CancelRestriction): Reject | null {
  if (order === null) return "order_not_found";
  if (isMismatch(order, target)) return "client_order_id_mismatch";
  if (only === "only_new" && order.executedLots > 0) return "cancel_restricted";
  if (only === "only_partially_filled" && order.executedLots === 0) return "cancel_restricted";
  return null;
}

export function amendRefusal(state: State, command: AmendOrder, timeUs: number): Reject | null {
  const refusal = credentialRefusal(state, command, timeUs);
  if (refusal !== null) return refusal;
  if (!state.accounts[command.account]!.canTrade) return "account_disabled";
  const market = state.markets[command.instrument];
  if (market === undefined) return "instrument_not_found";
  const terms = market.instrument;
  if (terms.status === "halt") return "instrument_halted";
  const { quantityLots, newClientOrderId } = command;
  if (!within(quantityLots, terms.quantityLotsMin, terms.quantityLotsMax)) return "quantity_outside_filter";
  const order = findTarget(market, command.account, command);
  if (order !== null) {
    const notional = quoteOf(market, order.priceTicks, quantityLots);
    if (isOutsideNotional(state, market, notional, true, true)) return "notional_outside_filter";
  }
  const isTaken = market.open.some(
    (open) => open !== order && open.account === command.account && open.clientOrderId === newClientOrderId,
  );
  if (newClientOrderId !== "" && isTaken) return "client_order_id_open";
  if (order === null) return "order_not_found";
  if (isMismatch(order, command)) return "client_order_id_mismatch";
  if (quantityLots >= order.quantityLots) return "quantity_not_reduced";
  if (quantityLots <= order.executedLots) return "quantity_already_executed";
  return null;
}
