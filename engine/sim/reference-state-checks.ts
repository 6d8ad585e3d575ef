/**
 * The reference's checks of a new order against the book, the balances and what its account has open, in order.
 *
 * One order is checked as a list of one; only a list's own words differ (reference-lists.ts). They change nothing.
 */
import { QUANTITY_LOTS_MAX, rulesOf } from "../domain/instrument.ts";
import type { Reject } from "../domain/rejects.ts";
import type { CancelReplace } from "../protocol/commands.ts";
import {
  dryWalk,
  firesUpwards,
  isByQuote,
  isSideEmpty,
  lotsFound,
  makersFor,
  needOf,
  referencePrice,
  type Wanted,
  waitingNeedOf,
} from "./reference-book.ts";
import { phaseOf, type Request, wantedBy } from "./reference-checks.ts";
import { orderCountsAt } from "./reference-counts.ts";
import {
  balanceOf,
  baseOf,
  canRest,
  isStopType,
  type Market,
  type Order,
  restOf,
  type State,
  spentAsset,
} from "./reference-state.ts";

/** The second `amount_too_large` … `balance_too_low`. */
export function stateRefusal(state: State, market: Market, request: Request, timeUs: number): Reject | null {
  const wanted = wantedBy(market, request);
  const isWorking = phaseOf(wanted) === "working";
  if (isWorking && isTooLargeForBook(market, wanted)) return "amount_too_large";
  if (isPercentPriceRefused(market, wanted, timeUs)) return "percent_price_outside_filter";
  if (isPositionRefused(state, market, wanted)) return "position_limit";
  const refusal = countsRefusal(state, market, [wanted], []) ?? rateRefusal(state, request.account, 1, timeUs);
  if (refusal !== null) return refusal;
  if (isClientIdOpen(market, request.account, request.clientOrderId)) return "client_order_id_open";
  if (wouldTrigger(market, wanted)) return "stop_would_trigger";
  if (wouldTakeAgainstItsWord(market, wanted)) return "post_only_would_take";
  if (wanted.orderType === "market") {
    if (isSideEmpty(market, wanted.side === "buy" ? "sell" : "buy")) return "no_liquidity";
    const found = lotsFound(dryWalk(market, wanted));
    if (isByQuote(wanted) && (found < 1n || found < market.instrument.quantityLotsMin)) return "liquidity_below_lot";
  }
  const need = isWorking ? needOf(market, wanted) : waitingNeedOf(market, wanted);
  return freeOf(state, market, wanted) < need ? "balance_too_low" : null;
}

export function freeOf(state: State, market: Market, { account, side }: Wanted): bigint {
  return balanceOf(state, account, spentAsset(market, side)).free;
}

/** A level's total, hidden parts counted, or what a walk by quote finds, would pass what a quantity can be. */
export function isTooLargeForBook(market: Market, wanted: Wanted): boolean {
  if (isByQuote(wanted)) return lotsFound(dryWalk(market, wanted)) > BigInt(QUANTITY_LOTS_MAX);
  if (!canRest(wanted)) return false;
  const level = market.book.filter((open) => open.side === wanted.side && open.priceTicks === wanted.priceTicks);
  const total = level.reduce((sum, open) => sum + BigInt(restOf(open)), BigInt(wanted.quantityLots));
  return total > BigInt(QUANTITY_LOTS_MAX);
}

export function isPercentPriceRefused(market: Market, { side, priceTicks }: Wanted, timeUs: number): boolean {
  const { percentPrice } = rulesOf(market.instrument);
  if (percentPrice === null || priceTicks === 0) return false;
  const reference = referencePrice(market, timeUs);
  if (reference === 0) return false;
  const { bidUpE4, bidDownE4, askUpE4, askDownE4 } = percentPrice;
  const [up, down] = side === "buy" ? [bidUpE4, bidDownE4] : [askUpE4, askDownE4];
  return !(reference * down <= priceTicks * 10_000 && priceTicks * 10_000 <= reference * up);
}

export function isPositionRefused(state: State, market: Market, wanted: Wanted): boolean {
  const max = BigInt(rulesOf(market.instrument).positionMaxAtoms);
  if (max === 0n || wanted.side === "sell") return false;
  const { free, locked } = balanceOf(state, wanted.account, market.instrument.baseAsset);
  const lots = isByQuote(wanted) ? lotsFound(dryWalk(market, wanted)) : BigInt(wanted.quantityLots);
  const asked = lots * BigInt(market.instrument.baseAtomsPerLot);
  const buys = market.open.filter((open) => open.account === wanted.account && open.side === "buy");
  const open = buys.reduce((sum, order) => sum + baseOf(market, restOf(order)), 0n);
  return free + locked + open + asked > max;
}

/**
 * `open_orders_limit` … `exchange_iceberg_orders_limit`, for orders taken in together.
 *
 * @param now those that will rest, take or wait at once
 * @param later those that will be pending
 */
export function countsRefusal(
  state: State,
  market: Market,
  now: readonly Wanted[],
  later: readonly Wanted[],
): Reject | null {
  const { account } = now[0]!;
  const rules = rulesOf(market.instrument);
  const { limits } = state;
  const here = market.open.filter((open) => open.account === account);
  const everywhere = state.markets.flatMap((each) => each.open.filter((open) => open.account === account));
  const all = [...now, ...later];
  const staying = now.filter((wanted) => phaseOf(wanted) !== "working" || canRest(wanted)).length + later.length;
  const algo = all.filter(isStopType).length;
  const icebergs = all.filter((wanted) => wanted.conditions.icebergLots > 0).length;
  const isAlgo = (open: Order): boolean => isStopType(open) && open.phase !== "working";
  const isIceberg = (open: Order): boolean => open.conditions.icebergLots > 0;

  if (isAbove(here.length, staying, market.instrument.ordersMax)) return "open_orders_limit";
  if (isAbove(here.filter(isAlgo).length, algo, rules.algoOrdersMax)) return "algo_orders_limit";
  if (isAbove(here.filter(isIceberg).length, icebergs, rules.icebergOrdersMax)) return "iceberg_orders_limit";
  if (isAbove(everywhere.length, staying, limits.ordersMax)) return "exchange_orders_limit";
  if (isAbove(everywhere.filter(isAlgo).length, algo, limits.algoOrdersMax)) return "exchange_algo_orders_limit";
  if (isAbove(everywhere.filter(isIceberg).length, icebergs, limits.icebergOrdersMax)) {
    return "exchange_iceberg_orders_limit";
  }
  return null;
}

/** A limit of 0 is none, and none is passed by who adds nothing. */
function isAbove(open: number, added: number, max: number): boolean {
  return max > 0 && added > 0 && open + added > max;
}

/** `orders_per_10s_limit`, `orders_per_day_limit`. */
export function rateRefusal(state: State, account: number, orders: number, timeUs: number): Reject | null {
  const { per10s, perDay } = orderCountsAt(state.accounts[account]!.orderCounts, timeUs);
  if (isAbove(per10s, orders, state.limits.ordersPer10s)) return "orders_per_10s_limit";
  if (isAbove(perDay, orders, state.limits.ordersPerDay)) return "orders_per_day_limit";
  return null;
}

/** What of a cancel-replace comes before either step beyond the new order's words. */
export function rateRefusalBeforeCancel(state: State, command: CancelReplace, timeUs: number): Reject | null {
  return command.whenCountUsedUp === "cancel_only" ? null : rateRefusal(state, command.account, 1, timeUs);
}

export function isClientIdOpen(market: Market, account: number, clientOrderId: string): boolean {
  return (
    clientOrderId !== "" && market.open.some((open) => open.account === account && open.clientOrderId === clientOrderId)
  );
}

/** The last price has passed its stop price already. */
export function wouldTrigger(market: Market, wanted: Wanted): boolean {
  const { stopTicks } = wanted.conditions;
  const last = market.lastTradePriceTicks;
  if (stopTicks === 0 || last === 0) return false;
  return firesUpwards(wanted) ? last >= stopTicks : last <= stopTicks;
}

export function wouldTakeAgainstItsWord(market: Market, wanted: Wanted): boolean {
  return wanted.orderType === "limit_maker" && makersFor(market, wanted).length > 0;
}
