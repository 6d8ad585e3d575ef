/**
 * The checks of an order against the state: the book, what the account has open, what it may spend. In the order of
 * RULES.md; each says "no" by the reason's index, or OK. An order that waits is asked for no liquidity.
 */
import { QUANTITY_LOTS_MAX } from "../domain/instrument.ts";
import { canRest, isByQuote, limitOf, OK, rejectCode, selfTradeModeOf, walkModeOf } from "./checks.ts";
import { BUY, FOK, isStopType, LIMIT_MAKER, MARKET } from "./codes.ts";
import type { Command } from "./command.ts";
import { checkCounts, checkFilters, checkSpecialLimits } from "./filters.ts";
import { heldAsset, holdOf, waitingHoldOf } from "./holds.ts";
import { hasRoomBehind } from "./icebergs.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { directionOf, UP } from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { WIDE } from "./wide.ts";

const AMOUNT_TOO_LARGE = rejectCode("amount_too_large");
const OPEN_ORDERS_LIMIT = rejectCode("open_orders_limit");
const CLIENT_ORDER_ID_OPEN = rejectCode("client_order_id_open");
const STOP_WOULD_TRIGGER = rejectCode("stop_would_trigger");
const POST_ONLY_WOULD_TAKE = rejectCode("post_only_would_take");
const NO_LIQUIDITY = rejectCode("no_liquidity");
const LIQUIDITY_BELOW_LOT = rejectCode("liquidity_below_lot");
const BALANCE_TOO_LOW = rejectCode("balance_too_low");

/**
 * What the book and the balances say. For an immediate order the book's walk is left in it (walkLots, walkCost).
 *
 * @returns OK also for a fill-or-kill order that cannot be filled whole: it is accepted and expires.
 */
export function checkBook(state: CoreState, instrument: InstrumentState, command: Command): number {
  const { book } = instrument;
  const { account, orderType } = command;
  const waits = isStopType(orderType);
  const rests = canRest(orderType, command.timeInForce);
  if (!waits) {
    const sized = checkSize(instrument, command);
    if (sized !== OK) return sized;
  }
  if (instrument.hasStateFilters) {
    const filtered = checkFilters(state, instrument, command);
    if (filtered !== OK) return filtered;
  }
  if ((rests || waits) && book.orders.openOrdersOf(account) >= instrument.ordersMax) return OPEN_ORDERS_LIMIT;
  if (command.hasConditions || state.hasLimits) {
    const limited = checkSpecialLimits(state, instrument, command);
    if (limited !== OK) return limited;
    const counted = checkCounts(state, account, 1);
    if (counted !== OK) return counted;
  }
  if (book.orders.slotOfClientId(account, command.clientId, 0) !== 0) return CLIENT_ORDER_ID_OPEN;
  if (waits) {
    if (wouldTrigger(instrument, command)) return STOP_WOULD_TRIGGER;
    return canHoldWaiting(state, instrument, command) ? OK : BALANCE_TOO_LOW;
  }
  if (orderType === LIMIT_MAKER && book.crosses(command.side, command.priceTicks)) return POST_ONLY_WOULD_TAKE;
  if (orderType === MARKET && isOtherSideEmpty(instrument, command.side)) return NO_LIQUIDITY;
  if (isByQuote(command) && (book.walkLots < 1 || book.walkLots < instrument.quantityLotsMin))
    return LIQUIDITY_BELOW_LOT;
  return canAfford(state, instrument, command) ? OK : BALANCE_TOO_LOW;
}

/** `amount_too_large` of the level where the order could rest, or of the walk, which is left in the book. */
export function checkSize(instrument: InstrumentState, command: Command): number {
  const { book } = instrument;
  const { side, quantityLots } = command;
  if (canRest(command.orderType, command.timeInForce)) {
    if (book.totalAt(side, command.priceTicks) + quantityLots > QUANTITY_LOTS_MAX) return AMOUNT_TOO_LARGE;
    if (book.special.icebergs === 0) return OK;
    return hasRoomBehind(instrument, side, command.priceTicks, quantityLots) ? OK : AMOUNT_TOO_LARGE;
  }
  const byQuote = isByQuote(command);
  book.walk(
    side,
    limitOf(command),
    byQuote ? Number.POSITIVE_INFINITY : quantityLots,
    command.account,
    walkModeOf(command, selfTradeModeOf(instrument, command)),
    instrument.quoteAtomsPerTickLot,
    byQuote ? command.quote : null,
  );
  return byQuote && book.walkLots > QUANTITY_LOTS_MAX ? AMOUNT_TOO_LARGE : OK;
}

export function isOtherSideEmpty(instrument: InstrumentState, side: number): boolean {
  return (side === BUY ? instrument.book.bestAsk : instrument.book.bestBid) === 0;
}

/** Whether the last price is past the stop price already. */
export function wouldTrigger(instrument: InstrumentState, command: Command): boolean {
  return pastStop(instrument, directionOf(command.side, command.orderType), command.stopTicks);
}

/** @param stopTicks 0: none. */
export function pastStop({ lastTradeTicks }: InstrumentState, direction: number, stopTicks: number): boolean {
  if (stopTicks === 0 || lastTradeTicks === 0) return false;
  return direction === UP ? lastTradeTicks >= stopTicks : lastTradeTicks <= stopTicks;
}

function canHoldWaiting(state: CoreState, instrument: InstrumentState, command: Command): boolean {
  const { side, account } = command;
  waitingHoldOf(instrument, side, command.orderType, command.priceTicks, command.quantityLots);
  return state.ledger.asset(heldAsset(instrument, side)).hasFree(account, WIDE, 0);
}

/** Whether what must be free is. The walk of an order that cannot rest stands in the book. */
export function canAfford(state: CoreState, instrument: InstrumentState, command: Command): boolean {
  const { book } = instrument;
  const { side, account, quantityLots } = command;
  const rests = canRest(command.orderType, command.timeInForce);
  if (command.timeInForce === FOK && book.walkLots < quantityLots) return true;
  if (side === BUY) {
    const quote = state.ledger.asset(instrument.quoteAsset);
    if (!rests) return quote.hasFree(account, book.walkCost, 0);
    holdOf(instrument, side, command.priceTicks, quantityLots);
    return quote.hasFree(account, WIDE, 0);
  }
  const wholeQuantity = rests || (command.orderType === MARKET && quantityLots > 0);
  const fits = holdOf(instrument, side, 0, wholeQuantity ? quantityLots : book.walkLots);
  return fits && state.ledger.asset(instrument.baseAsset).hasFree(account, WIDE, 0);
}
