/**
 * Takes in an order list: its checks, then its orders, together or not at all.
 */
import { canAfford, checkSize, wouldTrigger } from "./book-checks.ts";
import { checkCredential, checkOpen, checkTerms, OK, pricedAt, rejectCode } from "./checks.ts";
import {
  BUY,
  isStopType,
  LIMIT,
  LIMIT_MAKER,
  MARKET,
  STOP_LOSS,
  STOP_LOSS_LIMIT,
  TAKE_PROFIT,
  TAKE_PROFIT_LIMIT,
} from "./codes.ts";
import type { Command } from "./command.ts";
import { emitBalances, emitLevel } from "./emit.ts";
import { emitListChanged } from "./emit-special.ts";
import { checkCounts, checkOpening, type Opening, openingOf, percentPricePasses, positionPasses } from "./filters.ts";
import { heldAsset } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { OCO, type OrderList, OTO } from "./order-lists.ts";
import { holdsOfPair, PAIR_HOLDS } from "./pair-holds.ts";
import { acceptSpecial, beginToWait, phaseAtFirst, restSpecial, takeOrder } from "./place.ts";
import { PENDING, WORKING } from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { followUp } from "./tasks.ts";
import { add, WIDE } from "./wide.ts";

const LIST_INVALID = rejectCode("list_invalid");
const LIST_PRICES_WRONG = rejectCode("list_prices_wrong");
const PERCENT_PRICE_OUTSIDE_FILTER = rejectCode("percent_price_outside_filter");
const POSITION_LIMIT = rejectCode("position_limit");
const OPEN_ORDERS_LIMIT = rejectCode("open_orders_limit");
const ORDER_LISTS_LIMIT = rejectCode("order_lists_limit");
const EXCHANGE_ORDER_LISTS_LIMIT = rejectCode("exchange_order_lists_limit");
const LIST_CLIENT_ORDER_ID_OPEN = rejectCode("list_client_order_id_open");
const CLIENT_ORDER_ID_OPEN = rejectCode("client_order_id_open");
const STOP_WOULD_TRIGGER = rejectCode("stop_would_trigger");
const POST_ONLY_WOULD_TAKE = rejectCode("post_only_would_take");
const BALANCE_TOO_LOW = rejectCode("balance_too_low");

const LEGS: readonly number[] = [2, 2, 3];
/** By whether the pair buys: which types may stand below and above the price. */
const STOPS: readonly number[] = [STOP_LOSS, STOP_LOSS_LIMIT];
const PROFITS: readonly number[] = [LIMIT_MAKER, TAKE_PROFIT, TAKE_PROFIT_LIMIT];

export function applyPlaceList(state: CoreState, command: Command, timeUs: number): number {
  const refused = checkCredential(state, command, timeUs);
  if (refused !== OK) return refused;
  const open = checkOpen(state, command, true);
  if (open !== OK) return open;
  const instrument = state.instruments[command.instrument]!;
  const legs = command.legs.slice(0, command.legCount);
  const worded = checkWords(instrument, command, legs);
  if (worded !== OK) return worded;
  const placeable = checkState(state, instrument, command, legs);
  if (placeable !== OK) return placeable;
  if (command.contingency === OCO) placePair(state, instrument, command, legs);
  else placeWorking(state, instrument, command, legs);
  followUp(state, instrument);
  emitBalances(state.events, state.ledger);
  return OK;
}

/** The two legs of which one excludes the other; none in an oto. */
function pairOf(command: Command, legs: readonly Command[]): readonly Command[] {
  if (command.contingency === OCO) return legs;
  return command.contingency === OTO ? [] : legs.slice(1);
}

function checkWords(instrument: InstrumentState, command: Command, legs: readonly Command[]): number {
  if (!isList(command, legs)) return LIST_INVALID;
  for (const leg of legs) {
    const refused = checkTerms(instrument, leg);
    if (refused !== OK) return refused;
  }
  const [below, above] = pairOf(command, legs).map(turningPriceOf);
  if (below === undefined || above === undefined) return OK;
  if (below !== 0 && above !== 0 && below >= above) return LIST_PRICES_WRONG;
  const last = instrument.lastTradeTicks;
  if (command.contingency !== OCO || last === 0) return OK;
  return (below !== 0 && below >= last) || (above !== 0 && above <= last) ? LIST_PRICES_WRONG : OK;
}

function isList(command: Command, legs: readonly Command[]): boolean {
  if (legs.length !== LEGS[command.contingency]) return false;
  if (command.contingency !== OCO && legs[0]!.orderType !== LIMIT && legs[0]!.orderType !== LIMIT_MAKER) return false;
  if (legs.some(({ orderType, quantityLots }) => orderType === MARKET && quantityLots === 0)) return false;
  const [below, above] = pairOf(command, legs);
  if (below === undefined || above === undefined) return true;
  if (below.side !== above.side || below.quantityLots !== above.quantityLots) return false;
  const [low, high] = below.side === BUY ? [PROFITS, STOPS] : [STOPS, PROFITS];
  return low.includes(below.orderType) && high.includes(above.orderType);
}

/** The price at which a leg of a pair comes to trade; 0: it only follows the price. */
function turningPriceOf(leg: Command): number {
  return isStopType(leg.orderType) ? leg.stopTicks : leg.priceTicks;
}

function checkState(state: CoreState, instrument: InstrumentState, command: Command, legs: readonly Command[]): number {
  const filtered = checkEach(state, instrument, command, legs);
  if (filtered !== OK) return filtered;
  const limited = checkLimits(state, instrument, command, legs);
  if (limited !== OK) return limited;
  const { book } = instrument;
  if (state.lists.byClientId(command.account, instrument.id, command.clientId) !== undefined)
    return LIST_CLIENT_ORDER_ID_OPEN;
  if (legs.some((leg) => book.orders.slotOfClientId(leg.account, leg.clientId, 0) !== 0)) return CLIENT_ORDER_ID_OPEN;
  if (legs.some((leg, index) => legs.slice(0, index).some((other) => haveOneClientId(leg, other))))
    return CLIENT_ORDER_ID_OPEN;
  const atOnce = atOnceOf(command, legs);
  if (atOnce.some((leg) => isStopType(leg.orderType) && wouldTrigger(instrument, leg))) return STOP_WOULD_TRIGGER;
  if (atOnce.some((leg) => leg.orderType === LIMIT_MAKER && book.crosses(leg.side, leg.priceTicks)))
    return POST_ONLY_WOULD_TAKE;
  return canPay(state, instrument, command, legs) ? OK : BALANCE_TOO_LOW;
}

/** The legs that nothing stands before. */
function atOnceOf(command: Command, legs: readonly Command[]): readonly Command[] {
  return command.contingency === OCO ? legs : legs.slice(0, 1);
}

/** Room, percent_price and position of each leg by itself. */
function checkEach(state: CoreState, instrument: InstrumentState, command: Command, legs: readonly Command[]): number {
  const atOnce = atOnceOf(command, legs);
  const second = pairOf(command, legs)[1];
  for (const leg of legs) {
    if (atOnce.includes(leg) && !isStopType(leg.orderType)) {
      const sized = checkSize(instrument, leg);
      if (sized !== OK) return sized;
    }
    if (!percentPricePasses(state, instrument, leg.side, pricedAt(leg))) return PERCENT_PRICE_OUTSIDE_FILTER;
    if (leg !== second && !positionPasses(state, instrument, leg)) return POSITION_LIMIT;
  }
  return OK;
}

function checkLimits(
  state: CoreState,
  instrument: InstrumentState,
  command: Command,
  legs: readonly Command[],
): number {
  const { account } = command;
  const opening = openingOfAll(command, legs);
  const { orders } = instrument.book;
  if (opening.orders > 0 && orders.openOrdersOf(account) + opening.orders > instrument.ordersMax)
    return OPEN_ORDERS_LIMIT;
  const limited = checkOpening(state, instrument, account, opening);
  if (limited !== OK) return limited;
  const { orderListsMax } = instrument.rules;
  if (orderListsMax > 0 && state.lists.openOn(account, instrument.id) >= orderListsMax) return ORDER_LISTS_LIMIT;
  const exchangeMax = state.limits.orderListsMax;
  if (exchangeMax > 0 && state.lists.ofAccount(account).length >= exchangeMax) return EXCHANGE_ORDER_LISTS_LIMIT;
  return checkCounts(state, account, legs.length);
}

/** A pending leg is open whatever its type; the others are as they are alone. */
function openingOfAll(command: Command, legs: readonly Command[]): Opening {
  const atOnce = atOnceOf(command, legs);
  const all: Opening = { orders: 0, algo: 0, icebergs: 0 };
  for (const leg of legs) {
    const { orders, algo, icebergs } = openingOf(leg);
    all.orders += atOnce.includes(leg) ? orders : 1;
    all.algo += algo;
    all.icebergs += icebergs;
  }
  return all;
}

function haveOneClientId(one: Command, other: Command): boolean {
  return one.clientId[0] !== 0 && one.clientId.every((word, index) => word === other.clientId[index]);
}

function canPay(state: CoreState, instrument: InstrumentState, command: Command, legs: readonly Command[]): boolean {
  const [first, second] = legs as readonly [Command, Command];
  if (command.contingency !== OCO) return canAfford(state, instrument, first);
  holdsOfPair(instrument, first, second);
  WIDE.set(PAIR_HOLDS.subarray(0, 2));
  add(WIDE, 0, PAIR_HOLDS, 2);
  return state.ledger.asset(heldAsset(instrument, first.side)).hasFree(command.account, WIDE, 0);
}

/** Opens the list and takes in its orders. @returns their slots. */
function acceptAll(
  state: CoreState,
  instrument: InstrumentState,
  command: Command,
  legs: readonly Command[],
  phaseOf: (leg: Command, index: number) => number,
): readonly number[] {
  const orderIds = legs.map((_leg, index) => instrument.lastOrderId + 1 + index);
  const { account, contingency, clientId } = command;
  const list: OrderList = state.lists.open(instrument.id, account, contingency, clientId, orderIds);
  emitListChanged(state.events, list, "exec_started");
  return legs.map((leg, index) =>
    acceptSpecial(state, instrument, leg, leg.quantityLots, list.id, phaseOf(leg, index)),
  );
}

/** The holds of both legs, then the limit_maker's place on the book. PAIR_HOLDS is filled. */
function placePair(state: CoreState, instrument: InstrumentState, command: Command, legs: readonly Command[]): void {
  const slots = acceptAll(state, instrument, command, legs, phaseAtFirst);
  const { book } = instrument;
  for (const [index, leg] of legs.entries()) {
    const amount = PAIR_HOLDS.subarray(index * 2, index * 2 + 2);
    if (isStopType(leg.orderType)) {
      beginToWait(state, instrument, slots[index]!, amount);
      continue;
    }
    const asset = heldAsset(instrument, leg.side);
    state.ledger.asset(asset).hold(leg.account, amount, 0);
    state.ledger.touch(asset, leg.account);
  }
  for (const [index, leg] of legs.entries()) {
    if (isStopType(leg.orderType)) continue;
    const slot = slots[index]!;
    const { orders } = book;
    const { quantityLots: lots } = leg;
    restSpecial(instrument, leg, orders.orderId(slot), lots, lots, orders.flags(slot), slot, 0);
    emitLevel(state.events, instrument, leg.side, leg.priceTicks, book.totalAt(leg.side, leg.priceTicks));
  }
}

function placeWorking(state: CoreState, instrument: InstrumentState, command: Command, legs: readonly Command[]): void {
  const slots = acceptAll(state, instrument, command, legs, (_leg, index) => (index === 0 ? WORKING : PENDING));
  const [slot] = slots as readonly [number];
  const { orders } = instrument.book;
  const [working] = legs as readonly [Command];
  takeOrder(state, instrument, working, orders.orderId(slot), working.quantityLots, orders.flags(slot), slot);
}
