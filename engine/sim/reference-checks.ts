/**
 * The reference's checks of what a request says by itself: who asks, and the words of each order. They change nothing.
 *
 * RULES.md lists them per command; each function here reads like that list. What depends on the book, on balances or on
 * other orders: reference-state-checks.ts.
 */
import { AMOUNT_MAX, rulesOf } from "../domain/instrument.ts";
import { type CancelRestriction, NO_CONDITIONS, type OrderPhase, type SelfTradeMode } from "../domain/order.ts";
import type { Reject } from "../domain/rejects.ts";
import type { AmendOrder, Credential, NewOrder, OrderTarget } from "../protocol/commands.ts";
import { firesUpwards, isByQuote, type Wanted } from "./reference-book.ts";
import {
  baseOf,
  canRest,
  isMarketKind,
  isStopType,
  type Market,
  type Order,
  type OrderWords,
  quoteOf,
  type State,
} from "./reference-state.ts";

const PRICE_MAX = 2 ** 31 - 1;

export type Request = Credential & NewOrder;

/** A request in the words of the instrument: its defaults filled in, and no price where a price means nothing. */
export function wantedBy(market: Market, request: Request): Wanted {
  const { account, side, orderType, timeInForce, quantityLots, quoteAtoms } = request;
  const wanted: Wanted = {
    account,
    side,
    orderType,
    timeInForce,
    selfTradeMode: request.selfTradeMode ?? market.instrument.selfTradeDefault,
    priceTicks: isMarketKind(request) ? 0 : request.priceTicks,
    conditions: request.conditions ?? NO_CONDITIONS,
    quantityLots,
    quoteAtoms,
  };
  return isByQuote(wanted) ? wanted : { ...wanted, quoteAtoms: 0n };
}

/** The phase in which an order is taken in, unless it is pending for its list. */
export function phaseOf(words: OrderWords): Exclude<OrderPhase, "pending"> {
  if (!isStopType(words)) return "working";
  return words.conditions.stopTicks > 0 ? "waiting" : "tracking";
}

export function credentialRefusal(state: State, { account, keyId }: Credential, timeUs: number): Reject | null {
  if (state.accounts[account] === undefined) return "account_not_found";
  if (keyId === 0) return null;
  const key = state.keys[keyId - 1];
  if (key === undefined || key.revoked || key.disabled === true || key.account !== account) return "key_not_valid";
  if (key.expiresUs !== 0 && timeUs > key.expiresUs) return "key_not_valid";
  if (!key.permissions.includes("trade")) return "key_not_valid";
  return null;
}

/** `account_not_found` … `instrument_cancel_only`: whether this account may place anything here. */
export function entryRefusal(
  state: State,
  order: Credential & { readonly instrument: number },
  timeUs: number,
): Reject | null {
  const refusal = credentialRefusal(state, order, timeUs);
  if (refusal !== null) return refusal;
  if (!state.accounts[order.account]!.canTrade) return "account_disabled";
  const market = state.markets[order.instrument];
  if (market === undefined) return "instrument_not_found";
  if (market.instrument.status === "halt") return "instrument_halted";
  if (market.instrument.status === "cancel_only") return "instrument_cancel_only";
  return null;
}

/** `order_type_not_supported` … the first `amount_too_large`: what depends on neither the book nor the balances. */
export function wordsRefusal(state: State, market: Market, request: Request): Reject | null {
  const terms = market.instrument;
  const rules = rulesOf(terms);
  if (!isSupported(request)) return "order_type_not_supported";
  if (!areConditionsValid(request)) return "conditions_invalid";
  const wanted = wantedBy(market, request);
  const { orderType, selfTradeMode, priceTicks, quantityLots, conditions } = wanted;
  const { stopTicks, icebergLots, trailingDeltaBips } = conditions;
  if (!(terms.selfTradeAllowed as readonly SelfTradeMode[]).includes(selfTradeMode)) {
    return "self_trade_mode_not_allowed";
  }
  const hasPrice = !isMarketKind(wanted);
  const byQuote = isByQuote(wanted);
  if (hasPrice && !within(priceTicks, terms.priceTicksMin, terms.priceTicksMax)) return "price_outside_filter";
  if (stopTicks > 0 && !within(stopTicks, terms.priceTicksMin, terms.priceTicksMax)) return "stop_price_outside_filter";
  if (!byQuote && !within(quantityLots, terms.quantityLotsMin, terms.quantityLotsMax)) return "quantity_outside_filter";
  if (icebergLots > 0 && !within(icebergLots, terms.quantityLotsMin, terms.quantityLotsMax)) {
    return "iceberg_quantity_outside_filter";
  }
  if (!hasPrice && !byQuote && !within(quantityLots, terms.marketLotsMin, terms.marketLotsMax)) {
    return "market_quantity_outside_filter";
  }
  if (isNotionalRefused(state, market, wanted)) return "notional_outside_filter";
  const parts = icebergLots === 0 ? 0n : (BigInt(quantityLots) + BigInt(icebergLots) - 1n) / BigInt(icebergLots);
  if (parts > BigInt(rules.icebergPartsMax || PARTS_WITHOUT_RULE)) return "iceberg_parts_exceeded";
  if (trailingDeltaBips > 0 && rules.trailing !== null) {
    const { aboveMin, aboveMax, belowMin, belowMax } = rules.trailing;
    const [min, max] = firesUpwards(wanted) ? [aboveMin, aboveMax] : [belowMin, belowMax];
    if (!within(trailingDeltaBips, min, max)) return "trailing_delta_outside_filter";
  }
  if (byQuote && wanted.quoteAtoms > AMOUNT_MAX) return "amount_too_large";
  if (orderType !== "market" && quoteOf(market, priceTicks, quantityLots) > AMOUNT_MAX) return "amount_too_large";
  if (baseOf(market, quantityLots) > AMOUNT_MAX) return "amount_too_large";
  return null;
}

const PARTS_WITHOUT_RULE = 10_000;
const WHOLE_PRICE_BIPS = 10_000;

function isSupported(request: NewOrder): boolean {
  const { stopTicks, trailingDeltaBips } = request.conditions ?? NO_CONDITIONS;
  if (isStopType(request) && stopTicks === 0 && trailingDeltaBips === 0) return false;
  return request.timeInForce === "gtc" || (!isMarketKind(request) && request.orderType !== "limit_maker");
}

function areConditionsValid(request: Request): boolean {
  const { stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType } = request.conditions ?? NO_CONDITIONS;
  const all = [stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType];
  if (!all.every((number) => Number.isSafeInteger(number) && number >= 0)) return false;
  if (stopTicks > PRICE_MAX || trailingDeltaBips > PRICE_MAX) return false;
  if (request.side === "sell" && trailingDeltaBips >= WHOLE_PRICE_BIPS) return false;
  if (!isStopType(request) && (stopTicks > 0 || trailingDeltaBips > 0)) return false;
  if (icebergLots > 0 && !canRest(request)) return false;
  if (icebergLots > request.quantityLots) return false;
  const isStopAtMarket = isStopType(request) && isMarketKind(request);
  return !isStopAtMarket || (request.quoteAtoms <= 0n && request.quantityLots >= 1);
}

export const within = (value: number, min: number, max: number): boolean => value >= min && value <= max;

function isNotionalRefused(state: State, market: Market, wanted: Wanted): boolean {
  if (!isMarketKind(wanted)) {
    return isOutsideNotional(state, market, quoteOf(market, wanted.priceTicks, wanted.quantityLots), "limit");
  }
  if (isByQuote(wanted)) return isOutsideNotional(state, market, wanted.quoteAtoms, "market");
  return isOutsideNotionalAtLast(state, market, wanted.quantityLots);
}

/** As a market order by quantity is judged: at the last trade's price, and not before the first. */
export function isOutsideNotionalAtLast(state: State, market: Market, lots: number): boolean {
  if (market.lastTradePriceTicks === 0) return false;
  return isOutsideNotional(state, market, quoteOf(market, market.lastTradePriceTicks, lots), "market");
}

/** Compares quote atoms with bounds in 1e-8 of a quote unit; a bound of 0 is off. */
function isOutsideNotional(state: State, market: Market, atoms: bigint, kind: "limit" | "market"): boolean {
  const { quoteAsset, notionalMinE8, notionalMaxE8, notionalMinAppliesToMarket, notionalMaxAppliesToMarket } =
    market.instrument;
  const e8 = atoms * 10n ** BigInt(8 - state.assets[quoteAsset]!.decimals);
  const min = BigInt(notionalMinE8);
  const max = BigInt(notionalMaxE8);
  const minApplies = kind === "limit" || notionalMinAppliesToMarket;
  const maxApplies = kind === "limit" || notionalMaxAppliesToMarket;
  return (minApplies && min !== 0n && e8 < min) || (maxApplies && max !== 0n && e8 > max);
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
  if (order !== null && !isMarketKind(order)) {
    const notional = quoteOf(market, order.priceTicks, quantityLots);
    if (isOutsideNotional(state, market, notional, "limit")) return "notional_outside_filter";
  }
  const isTaken = market.open.some(
    (open) => open !== order && open.account === command.account && open.clientOrderId === newClientOrderId,
  );
  if (newClientOrderId !== "" && isTaken) return "client_order_id_open";
  if (order === null) return "order_not_found";
  if (isMismatch(order, command)) return "client_order_id_mismatch";
  if (order.phase !== "working" || order.orderListId !== 0 || order.conditions.icebergLots > 0) {
    return "amend_not_supported";
  }
  const { amendsMax } = rulesOf(terms);
  if (amendsMax > 0 && order.amends >= amendsMax) return "order_amends_limit";
  if (quantityLots >= order.quantityLots) return "quantity_not_reduced";
  if (quantityLots <= order.executedLots + order.preventedLots) return "quantity_already_executed";
  return null;
}
