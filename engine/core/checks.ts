/**
 * The checks of an order's own words, in the order of RULES.md; each says "no" by the reason's index, or OK.
 */
import { PRICE_TICKS_MAX } from "../domain/instrument.ts";
import { REJECTS, type Reject } from "../domain/rejects.ts";
import {
  BUY,
  DECREMENT,
  EXPIRE_TAKER,
  FOK,
  GTC,
  isStopType,
  LIMIT,
  LIMIT_MAKER,
  MARKET,
  SELL,
  workingTypeOf,
} from "./codes.ts";
import { type Command, SELF_TRADE_DEFAULT } from "./command.ts";
import { type InstrumentState, STATUS_CANCEL_ONLY, STATUS_HALT } from "./instrument-state.ts";
import { ICEBERG_PARTS_CEILING, SELL_DELTA_END_BIPS } from "./limits.ts";
import { directionOf, UP } from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { HI_END, isLess, isZero, multiply, WIDE } from "./wide.ts";

/** No reason to refuse. */
export const OK = -1;

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
const CONDITIONS_INVALID = rejectCode("conditions_invalid");
const SELF_TRADE_MODE_NOT_ALLOWED = rejectCode("self_trade_mode_not_allowed");
const PRICE_OUTSIDE_FILTER = rejectCode("price_outside_filter");
const STOP_PRICE_OUTSIDE_FILTER = rejectCode("stop_price_outside_filter");
const QUANTITY_OUTSIDE_FILTER = rejectCode("quantity_outside_filter");
const ICEBERG_QUANTITY_OUTSIDE_FILTER = rejectCode("iceberg_quantity_outside_filter");
const MARKET_QUANTITY_OUTSIDE_FILTER = rejectCode("market_quantity_outside_filter");
const NOTIONAL_OUTSIDE_FILTER = rejectCode("notional_outside_filter");
const ICEBERG_PARTS_EXCEEDED = rejectCode("iceberg_parts_exceeded");
const TRAILING_DELTA_OUTSIDE_FILTER = rejectCode("trailing_delta_outside_filter");
const AMOUNT_TOO_LARGE = rejectCode("amount_too_large");
/** Of a stop price and a trailing delta. */
const CONDITION_MAX = 2 ** 31 - 1;

/** Whether what is left of such an order stays on the book. */
export function canRest(orderType: number, timeInForce: number): boolean {
  return orderType === LIMIT_MAKER || (orderType === LIMIT && timeInForce === GTC);
}

/** The price that bounds what a command's order may take. */
export function limitOf(command: Command): number {
  return command.orderType !== MARKET ? command.priceTicks : command.side === BUY ? PRICE_TICKS_MAX : 1;
}

/** What the order's events and its record say of its price. */
export function pricedAt(command: Command): number {
  return workingTypeOf(command.orderType) === MARKET ? 0 : command.priceTicks;
}

export function isByQuote(command: Command): boolean {
  return command.orderType === MARKET && command.quantityLots === 0;
}

export function selfTradeModeOf(instrument: InstrumentState, command: Command): number {
  return command.selfTradeMode === SELF_TRADE_DEFAULT ? instrument.selfTradeDefault : command.selfTradeMode;
}

/** The mode by which a walk counts: an order by quote, and one to be filled whole, has nothing of what decrement uses up. */
export function walkModeOf(command: Command, mode: number): number {
  return mode >= DECREMENT && (command.timeInForce === FOK || isByQuote(command)) ? EXPIRE_TAKER : mode;
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
  const { orderType, priceTicks, quantityLots, hasConditions } = command;
  if (!isKnownPair(command)) return ORDER_TYPE_NOT_SUPPORTED;
  if (hasConditions && !conditionsFit(command)) return CONDITIONS_INVALID;
  const mode = selfTradeModeOf(instrument, command);
  if ((instrument.selfTradeAllowed & (1 << mode)) === 0) return SELF_TRADE_MODE_NOT_ALLOWED;
  const isMarket = orderType === MARKET || (hasConditions && workingTypeOf(orderType) === MARKET);
  if (!isMarket && !isPrice(instrument, priceTicks)) return PRICE_OUTSIDE_FILTER;
  if (hasConditions && command.stopTicks > 0 && !isPrice(instrument, command.stopTicks))
    return STOP_PRICE_OUTSIDE_FILTER;
  const byQuote = isByQuote(command);
  if (!byQuote && !isWithin(quantityLots, instrument.quantityLotsMin, instrument.quantityLotsMax))
    return QUANTITY_OUTSIDE_FILTER;
  if (hasConditions && command.icebergLots > 0) {
    if (!isWithin(command.icebergLots, instrument.quantityLotsMin, instrument.quantityLotsMax))
      return ICEBERG_QUANTITY_OUTSIDE_FILTER;
  }
  if (isMarket && !byQuote && !isWithin(quantityLots, instrument.marketLotsMin, instrument.marketLotsMax))
    return MARKET_QUANTITY_OUTSIDE_FILTER;
  return checkAmounts(instrument, command, isMarket, byQuote);
}

function isPrice(instrument: InstrumentState, ticks: number): boolean {
  return ticks >= instrument.priceTicksMin && ticks <= instrument.priceTicksMax;
}

function isWithin(lots: number, min: number, max: number): boolean {
  return lots >= min && lots <= max;
}

/** A stop type without a stop price and without a delta is none: as before there were any. */
function isKnownPair(command: Command): boolean {
  const { orderType, timeInForce } = command;
  if (orderType === LIMIT) return timeInForce <= FOK;
  if (isStopType(orderType) && command.stopTicks === 0 && command.trailingDeltaBips === 0) return false;
  return workingTypeOf(orderType) === LIMIT ? timeInForce <= FOK : timeInForce === GTC;
}

function conditionsFit(command: Command): boolean {
  const { orderType, stopTicks, trailingDeltaBips, icebergLots, quantityLots } = command;
  const areCounts =
    isCount(stopTicks) &&
    isCount(trailingDeltaBips) &&
    isCount(icebergLots) &&
    isCount(command.strategyId) &&
    isCount(command.strategyType);
  if (!areCounts || stopTicks > CONDITION_MAX || trailingDeltaBips > CONDITION_MAX) return false;
  if (command.side === SELL && trailingDeltaBips >= SELL_DELTA_END_BIPS) return false;
  if (!isStopType(orderType)) {
    if (stopTicks !== 0 || trailingDeltaBips !== 0) return false;
  } else if (workingTypeOf(orderType) === MARKET && (quantityLots === 0 || !isZero(command.quote, 0))) return false;
  return icebergLots === 0 || (icebergLots <= quantityLots && canRest(workingTypeOf(orderType), command.timeInForce));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function checkAmounts(instrument: InstrumentState, command: Command, isMarket: boolean, byQuote: boolean): number {
  if (byQuote) {
    if (!notionalPasses(instrument, true, command.quote)) return NOTIONAL_OUTSIDE_FILTER;
    return command.quote[0]! >= HI_END ? AMOUNT_TOO_LARGE : OK;
  }
  const price = isMarket ? instrument.lastTradeTicks : command.priceTicks;
  let fits = true;
  if (price > 0) {
    fits = multiply(price * instrument.quoteAtomsPerTickLot, command.quantityLots);
    if (!fits) WIDE[0] = HI_END;
    if (!notionalPasses(instrument, isMarket, WIDE)) return NOTIONAL_OUTSIDE_FILTER;
  }
  if (command.hasConditions) {
    const refused = checkConditionFilters(instrument, command);
    if (refused !== OK) return refused;
  }
  if (!fits && !isMarket) return AMOUNT_TOO_LARGE;
  return multiply(instrument.baseAtomsPerLot, command.quantityLots) ? OK : AMOUNT_TOO_LARGE;
}

function checkConditionFilters({ rules }: InstrumentState, command: Command): number {
  const { icebergLots, trailingDeltaBips: delta } = command;
  const { icebergPartsMax, trailing } = rules;
  // In whole parts: a quotient of doubles could round.
  const partsMax = icebergPartsMax === 0 ? ICEBERG_PARTS_CEILING : icebergPartsMax;
  if (icebergLots > 0 && partsOf(command.quantityLots, icebergLots) > partsMax) return ICEBERG_PARTS_EXCEEDED;
  if (delta === 0 || trailing === null) return OK;
  const isUp = directionOf(command.side, command.orderType) === UP;
  return isWithin(delta, isUp ? trailing.aboveMin : trailing.belowMin, isUp ? trailing.aboveMax : trailing.belowMax)
    ? OK
    : TRAILING_DELTA_OUTSIDE_FILTER;
}

function partsOf(lots: number, part: number): number {
  const last = lots % part;
  return (lots - last) / part + (last > 0 ? 1 : 0);
}

/** NOTIONAL on an amount of quote atoms. */
export function notionalPasses(instrument: InstrumentState, isMarket: boolean, amount: Float64Array): boolean {
  if ((!isMarket || instrument.notionalMinAppliesToMarket) && isLess(amount, 0, instrument.notionalMin, 0))
    return false;
  if (isMarket && !instrument.notionalMaxAppliesToMarket) return true;
  return isZero(instrument.notionalMax, 0) || !isLess(instrument.notionalMax, 0, amount, 0);
}
