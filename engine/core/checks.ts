/**
 * The checks of an order, in the order of REJECTS; each says "no" by the reason's index, or OK.
 */
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from "../domain/instrument.ts";
import { ORDER_TYPES, SELF_TRADE_MODES, TIMES_IN_FORCE } from "../domain/order.ts";
import { REJECTS, type Reject } from "../domain/rejects.ts";
import { BUY } from "./book.ts";
import { type Command, SELF_TRADE_DEFAULT } from "./command.ts";
import { type InstrumentState, STATUS_CANCEL_ONLY, STATUS_HALT } from "./instrument-state.ts";
import type { CoreState } from "./state.ts";
import { HI_END, isLess, isZero, multiply, WIDE } from "./wide.ts";

/** No reason to refuse. */
export const OK = -1;
export const LIMIT = ORDER_TYPES.indexOf("limit");
export const MARKET = ORDER_TYPES.indexOf("market");
export const LIMIT_MAKER = ORDER_TYPES.indexOf("limit_maker");
export const GTC = TIMES_IN_FORCE.indexOf("gtc");
export const FOK = TIMES_IN_FORCE.indexOf("fok");
const SELF_TRADE_SUPPORTED = SELF_TRADE_MODES.indexOf("expire_both");

export function rejectCode(reason: Reject): number {
  return REJECTS.indexOf(reason);
}

const ACCOUNT_NOT_FOUND = rejectCode("account_not_found");
const KEY_NOT_VALID = rejectCode("key_not_valid");
const ACCOUNT_DISABLED = rejectCode("account_disabled");
const INSTRUMENT_NOT_FOUND = rejectCode("instrument_not_found");
const INSTRUMENT_HALTED = rejectCode("instrument_halted");
const INSTRUMENT_CANCEL_ONLY = rejectCode("instrument_cancel_only");
const ORDER_TYPE_NOT_SUPPORTED = rejectCode("order_type_not_supported");
const SELF_TRADE_MODE_NOT_ALLOWED = rejectCode("self_trade_mode_not_allowed");
const PRICE_OUTSIDE_FILTER = rejectCode("price_outside_filter");
const QUANTITY_OUTSIDE_FILTER = rejectCode("quantity_outside_filter");
const MARKET_QUANTITY_OUTSIDE_FILTER = rejectCode("market_quantity_outside_filter");
const NOTIONAL_OUTSIDE_FILTER = rejectCode("notional_outside_filter");
const AMOUNT_TOO_LARGE = rejectCode("amount_too_large");
const OPEN_ORDERS_LIMIT = rejectCode("open_orders_limit");
const CLIENT_ORDER_ID_OPEN = rejectCode("client_order_id_open");
const POST_ONLY_WOULD_TAKE = rejectCode("post_only_would_take");
const NO_LIQUIDITY = rejectCode("no_liquidity");
const LIQUIDITY_BELOW_LOT = rejectCode("liquidity_below_lot");
const BALANCE_TOO_LOW = rejectCode("balance_too_low");

/** Whether what is left of such an order stays on the book. */
export function canRest(orderType: number, timeInForce: number): boolean {
  return orderType === LIMIT_MAKER || (orderType === LIMIT && timeInForce === GTC);
}

/** The price that bounds what a command's order may take. */
export function limitOf(command: Command): number {
  return command.orderType !== MARKET ? command.priceTicks : command.side === BUY ? PRICE_TICKS_MAX : 1;
}

export function isByQuote(command: Command): boolean {
  return command.orderType === MARKET && command.quantityLots === 0;
}

export function selfTradeModeOf(instrument: InstrumentState, command: Command): number {
  return command.selfTradeMode === SELF_TRADE_DEFAULT ? instrument.selfTradeDefault : command.selfTradeMode;
}

/** Who asks: the account exists, and the key is its own, alive, and may trade. */
export function checkCredential(state: CoreState, command: Command, timeUs: number): number {
  if (!(command.account >= 0 && command.account < state.accounts.length)) return ACCOUNT_NOT_FOUND;
  if (command.keyId === 0) return OK;
  const key = state.keys[command.keyId];
  if (key == null || !key.canTrade || key.record.account !== command.account) return KEY_NOT_VALID;
  return key.record.expiresUs !== 0 && timeUs > key.record.expiresUs ? KEY_NOT_VALID : OK;
}

export function checkInstrument(state: CoreState, command: Command): number {
  return command.instrument >= 0 && command.instrument < state.instruments.length ? OK : INSTRUMENT_NOT_FOUND;
}

/** For commands that add to a book: the account may trade, and the instrument takes orders. */
export function checkOpen(state: CoreState, command: Command, cancelOnlyRefuses: boolean): number {
  if (!state.accounts[command.account]!.canTrade) return ACCOUNT_DISABLED;
  const found = checkInstrument(state, command);
  if (found !== OK) return found;
  const status = state.instruments[command.instrument]!.status;
  if (status === STATUS_HALT) return INSTRUMENT_HALTED;
  return cancelOnlyRefuses && status === STATUS_CANCEL_ONLY ? INSTRUMENT_CANCEL_ONLY : OK;
}

/** What an order's own words and the instrument's filters say, without the book and without balances. */
export function checkTerms(instrument: InstrumentState, command: Command): number {
  const { orderType, timeInForce, priceTicks, quantityLots } = command;
  const knownPair =
    orderType === LIMIT
      ? timeInForce <= FOK
      : (orderType === MARKET || orderType === LIMIT_MAKER) && timeInForce === GTC;
  if (!knownPair) return ORDER_TYPE_NOT_SUPPORTED;
  const mode = selfTradeModeOf(instrument, command);
  if (mode > SELF_TRADE_SUPPORTED || (instrument.selfTradeAllowed & (1 << mode)) === 0)
    return SELF_TRADE_MODE_NOT_ALLOWED;
  if (orderType !== MARKET && !(priceTicks >= instrument.priceTicksMin && priceTicks <= instrument.priceTicksMax))
    return PRICE_OUTSIDE_FILTER;
  const byQuote = isByQuote(command);
  if (!byQuote) {
    if (!(quantityLots >= instrument.quantityLotsMin && quantityLots <= instrument.quantityLotsMax))
      return QUANTITY_OUTSIDE_FILTER;
    if (
      orderType === MARKET &&
      !(quantityLots >= instrument.marketLotsMin && quantityLots <= instrument.marketLotsMax)
    ) {
      return MARKET_QUANTITY_OUTSIDE_FILTER;
    }
  }
  return checkAmounts(instrument, command, byQuote);
}

function checkAmounts(instrument: InstrumentState, command: Command, byQuote: boolean): number {
  const isMarket = command.orderType === MARKET;
  if (byQuote) {
    if (!notionalPasses(instrument, true, command.quote)) return NOTIONAL_OUTSIDE_FILTER;
    return command.quote[0]! >= HI_END ? AMOUNT_TOO_LARGE : OK;
  }
  const price = isMarket ? instrument.lastTradeTicks : command.priceTicks;
  if (price > 0) {
    const fits = multiply(price * instrument.quoteAtomsPerTickLot, command.quantityLots);
    if (!fits) WIDE[0] = HI_END;
    if (!notionalPasses(instrument, isMarket, WIDE)) return NOTIONAL_OUTSIDE_FILTER;
    if (!fits && !isMarket) return AMOUNT_TOO_LARGE;
  }
  return multiply(instrument.baseAtomsPerLot, command.quantityLots) ? OK : AMOUNT_TOO_LARGE;
}

/** NOTIONAL on an amount of quote atoms. */
export function notionalPasses(instrument: InstrumentState, isMarket: boolean, amount: Float64Array): boolean {
  if ((!isMarket || instrument.notionalMinAppliesToMarket) && isLess(amount, 0, instrument.notionalMin, 0))
    return false;
  if (isMarket && !instrument.notionalMaxAppliesToMarket) return true;
  return isZero(instrument.notionalMax, 0) || !isLess(instrument.notionalMax, 0, amount, 0);
}

/**
 * What the book and the balances say. For an immediate order the book's walk is left in it (walkLots, walkCost).
 *
 * @returns OK also for a fill-or-kill order that cannot be filled whole: it is accepted and expires.
 */
export function checkBook(state: CoreState, instrument: InstrumentState, command: Command): number {
  const { book } = instrument;
  const { side, account, orderType, quantityLots, priceTicks } = command;
  const rests = canRest(orderType, command.timeInForce);
  const byQuote = isByQuote(command);
  if (rests) {
    if (book.totalAt(side, priceTicks) + quantityLots > QUANTITY_LOTS_MAX) return AMOUNT_TOO_LARGE;
    if (book.orders.openOrdersOf(account) >= instrument.ordersMax) return OPEN_ORDERS_LIMIT;
  } else {
    book.walk(
      side,
      limitOf(command),
      byQuote ? Number.POSITIVE_INFINITY : quantityLots,
      account,
      selfTradeModeOf(instrument, command),
      instrument.quoteAtomsPerTickLot,
      byQuote ? command.quote : null,
    );
    if (byQuote && book.walkLots > QUANTITY_LOTS_MAX) return AMOUNT_TOO_LARGE;
  }
  if (book.orders.slotOfClientId(account, command.clientId, 0) !== 0) return CLIENT_ORDER_ID_OPEN;
  if (orderType === LIMIT_MAKER && book.crosses(side, priceTicks)) return POST_ONLY_WOULD_TAKE;
  if (orderType === MARKET && (side === BUY ? book.bestAsk : book.bestBid) === 0) return NO_LIQUIDITY;
  if (byQuote && (book.walkLots < 1 || book.walkLots < instrument.quantityLotsMin)) return LIQUIDITY_BELOW_LOT;
  return canAfford(state, instrument, command, rests) ? OK : BALANCE_TOO_LOW;
}

function canAfford(state: CoreState, instrument: InstrumentState, command: Command, rests: boolean): boolean {
  const { book } = instrument;
  const { side, account, quantityLots } = command;
  if (command.timeInForce === FOK && book.walkLots < quantityLots) return true;
  if (side === BUY) {
    const quote = state.ledger.asset(instrument.quoteAsset);
    if (!rests) return quote.hasFree(account, book.walkCost, 0);
    multiply(command.priceTicks * instrument.quoteAtomsPerTickLot, quantityLots);
    return quote.hasFree(account, WIDE, 0);
  }
  const wholeQuantity = rests || (command.orderType === MARKET && quantityLots > 0);
  const fits = multiply(instrument.baseAtomsPerLot, wholeQuantity ? quantityLots : book.walkLots);
  return fits && state.ledger.asset(instrument.baseAsset).hasFree(account, WIDE, 0);
}
