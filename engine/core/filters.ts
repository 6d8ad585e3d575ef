/**
 * Filters that most instruments leave off, and limits on what an account has open or takes in: each says "no" by the
 * reason's index, or OK.
 */
import { canRest, isByQuote, OK, pricedAt, rejectCode } from "./checks.ts";
import { BUY, isStopType } from "./codes.ts";
import type { Command } from "./command.ts";
import type { InstrumentState } from "./instrument-state.ts";
import type { CoreState } from "./state.ts";

const PERCENT_PRICE_OUTSIDE_FILTER = rejectCode("percent_price_outside_filter");
const POSITION_LIMIT = rejectCode("position_limit");
const ALGO_ORDERS_LIMIT = rejectCode("algo_orders_limit");
const ICEBERG_ORDERS_LIMIT = rejectCode("iceberg_orders_limit");
const EXCHANGE_ORDERS_LIMIT = rejectCode("exchange_orders_limit");
const EXCHANGE_ALGO_ORDERS_LIMIT = rejectCode("exchange_algo_orders_limit");
const EXCHANGE_ICEBERG_ORDERS_LIMIT = rejectCode("exchange_iceberg_orders_limit");
const ORDERS_PER_10S_LIMIT = rejectCode("orders_per_10s_limit");
const ORDERS_PER_DAY_LIMIT = rejectCode("orders_per_day_limit");
const PRICE_SCALE = 10_000;

/** percent_price and position, where they are set. An order by quote has its walk in the book. */
export function checkFilters(state: CoreState, instrument: InstrumentState, command: Command): number {
  if (!percentPricePasses(state, instrument, command.side, pricedAt(command))) return PERCENT_PRICE_OUTSIDE_FILTER;
  return positionPasses(state, instrument, command) ? OK : POSITION_LIMIT;
}

/** @param priceTicks 0: the order has none. */
export function percentPricePasses(
  state: CoreState,
  instrument: InstrumentState,
  side: number,
  priceTicks: number,
): boolean {
  const { percentPrice, averageMinutes } = instrument.rules;
  if (percentPrice === null || priceTicks === 0) return true;
  const average = averageMinutes === 0 ? 0 : instrument.average.over(averageMinutes, state.timeUs);
  const reference = average === 0 ? instrument.lastTradeTicks : average;
  if (reference === 0) return true;
  const scaled = priceTicks * PRICE_SCALE;
  return side === BUY
    ? reference * percentPrice.bidDownE4 <= scaled && scaled <= reference * percentPrice.bidUpE4
    : reference * percentPrice.askDownE4 <= scaled && scaled <= reference * percentPrice.askUpE4;
}

/** What a buyer has of the base, and would have if all its open buys were filled, is within bounds. O(its open orders). */
export function positionPasses(state: CoreState, instrument: InstrumentState, command: Command): boolean {
  const { account } = command;
  const { positionMaxAtoms, book } = instrument;
  if (command.side !== BUY || positionMaxAtoms === 0n) return true;
  let lots = BigInt(isByQuote(command) ? book.walkLots : command.quantityLots);
  for (const slot of book.orders.slotsOf(account))
    if (book.orders.side(slot) === BUY) lots += BigInt(book.special.restOf(slot));
  const base = state.ledger.asset(instrument.baseAsset);
  return base.free(account) + base.locked(account) + lots * BigInt(instrument.baseAtomsPerLot) <= positionMaxAtoms;
}

/** How many orders of each kind a command would open. */
export interface Opening {
  orders: number;
  algo: number;
  icebergs: number;
}

export function openingOf(command: Command): Opening {
  const isAlgo = isStopType(command.orderType);
  return {
    orders: isAlgo || canRest(command.orderType, command.timeInForce) ? 1 : 0,
    algo: isAlgo ? 1 : 0,
    icebergs: command.icebergLots > 0 ? 1 : 0,
  };
}

export function checkSpecialLimits(state: CoreState, instrument: InstrumentState, command: Command): number {
  return checkOpening(state, instrument, command.account, openingOf(command));
}

/** The limits on open stop orders and icebergs, then those of the exchange. A kind of which none is opened is not asked. */
export function checkOpening(
  state: CoreState,
  { rules, book }: InstrumentState,
  account: number,
  opening: Opening,
): number {
  const { special } = book;
  if (isAbove(special.algoOrdersOf(account), opening.algo, rules.algoOrdersMax)) return ALGO_ORDERS_LIMIT;
  if (isAbove(special.icebergsOf(account), opening.icebergs, rules.icebergOrdersMax)) return ICEBERG_ORDERS_LIMIT;
  if (!state.hasLimits) return OK;
  const open = openOf(state, account);
  const { limits } = state;
  if (isAbove(open.orders, opening.orders, limits.ordersMax)) return EXCHANGE_ORDERS_LIMIT;
  if (isAbove(open.algo, opening.algo, limits.algoOrdersMax)) return EXCHANGE_ALGO_ORDERS_LIMIT;
  return isAbove(open.icebergs, opening.icebergs, limits.icebergOrdersMax) ? EXCHANGE_ICEBERG_ORDERS_LIMIT : OK;
}

function isAbove(open: number, more: number, max: number): boolean {
  return more > 0 && max > 0 && open + more > max;
}

/** What an account has open on all instruments. O(instruments), and only where the exchange sets a limit. */
function openOf(state: CoreState, account: number): Opening {
  const open: Opening = { orders: 0, algo: 0, icebergs: 0 };
  for (const { book } of state.instruments) {
    open.orders += book.orders.openOrdersOf(account);
    open.algo += book.special.algoOrdersOf(account);
    open.icebergs += book.special.icebergsOf(account);
  }
  return open;
}

/** The account's counts of orders, with so many more. */
export function checkCounts(state: CoreState, account: number, orders: number): number {
  const { counts, limits, timeUs } = state;
  if (limits.ordersPer10s > 0 && counts.per10s(account, timeUs) + orders > limits.ordersPer10s)
    return ORDERS_PER_10S_LIMIT;
  return limits.ordersPerDay > 0 && counts.perDay(account, timeUs) + orders > limits.ordersPerDay
    ? ORDERS_PER_DAY_LIMIT
    : OK;
}
