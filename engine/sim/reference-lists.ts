/**
 * The reference's lists of orders: taking them in whole, and cancelling them whole. What becomes of a list in between:
 * reference-tasks.ts.
 */
import { rulesOf } from "../domain/instrument.ts";
import type { CancelCause, OrderType, Side } from "../domain/order.ts";
import type { Reject } from "../domain/rejects.ts";
import type { CancelOrderList, ListLeg, PlaceOrderList } from "../protocol/commands.ts";
import { needOf, type Wanted, waitingNeedOf } from "./reference-book.ts";
import { credentialRefusal, entryRefusal, phaseOf, type Request, wantedBy, wordsRefusal } from "./reference-checks.ts";
import { heldFor, type Market, type Order, type OrderList, restOf, type State, type Turn } from "./reference-state.ts";
import {
  countsRefusal,
  freeOf,
  isClientIdOpen,
  isPercentPriceRefused,
  isPositionRefused,
  isTooLargeForBook,
  rateRefusal,
  wouldTakeAgainstItsWord,
  wouldTrigger,
} from "./reference-state-checks.ts";
import { announceIfDone, heldBySibling, listOf, runOrder, waitingHold } from "./reference-tasks.ts";
import { accept, cancel, lock, rest } from "./reference-trading.ts";

const STOP_LOSSES: readonly OrderType[] = ["stop_loss", "stop_loss_limit"];
const TAKE_PROFITS: readonly OrderType[] = ["limit_maker", "take_profit", "take_profit_limit"];

export function placeList(turn: Turn, command: PlaceOrderList): Reject | null {
  const { state, timeUs } = turn;
  const early = entryRefusal(state, command, timeUs);
  if (early !== null) return early;
  const market = state.markets[command.instrument]!;
  if (!isListValid(command)) return "list_invalid";
  const requests = command.legs.map((leg) => requestOf(command, leg));
  for (const request of requests) {
    const refusal = wordsRefusal(state, market, request);
    if (refusal !== null) return refusal;
  }
  if (arePricesWrong(market, command)) return "list_prices_wrong";
  const refusal = listStateRefusal(state, market, command, requests, timeUs);
  if (refusal !== null) return refusal;
  if (command.contingency === "oco") takeInPair(turn, market, command, requests);
  else takeInWithPending(turn, market, command, requests);
  return null;
}

function requestOf({ account, keyId, instrument }: PlaceOrderList, leg: ListLeg): Request {
  return { ...leg, account, keyId, instrument, quoteAtoms: 0n };
}

/** The legs of which one ends the other, below first; null for an oto. */
function pairIn({ contingency, legs }: PlaceOrderList): readonly ListLeg[] | null {
  if (contingency === "oto") return null;
  return contingency === "oco" ? legs : legs.slice(1);
}

function isListValid(command: PlaceOrderList): boolean {
  const { contingency, legs } = command;
  if (legs.length !== (contingency === "otoco" ? 3 : 2)) return false;
  const [working] = legs;
  if (contingency !== "oco" && working!.orderType !== "limit" && working!.orderType !== "limit_maker") return false;
  if (legs.some((leg) => leg.orderType === "market" && leg.quantityLots < 1)) return false;
  const pair = pairIn(command);
  if (pair === null) return true;
  const [below, above] = pair as [ListLeg, ListLeg];
  if (below.side !== above.side || below.quantityLots !== above.quantityLots) return false;
  return typesBelow(below.side).includes(below.orderType) && typesAbove(above.side).includes(above.orderType);
}

const typesBelow = (side: Side): readonly OrderType[] => (side === "sell" ? STOP_LOSSES : TAKE_PROFITS);
const typesAbove = (side: Side): readonly OrderType[] => (side === "sell" ? TAKE_PROFITS : STOP_LOSSES);

/** Where a leg of a pair stands: its stop price, or a limit_maker's own; null for one that only trails. */
function placeOf(leg: ListLeg): number | null {
  if (leg.orderType === "limit_maker") return leg.priceTicks;
  return leg.conditions?.stopTicks || null;
}

function arePricesWrong(market: Market, command: PlaceOrderList): boolean {
  const pair = pairIn(command);
  if (pair === null) return false;
  const [below, above] = pair.map(placeOf) as [number | null, number | null];
  if (below !== null && above !== null && below >= above) return true;
  const last = market.lastTradePriceTicks;
  if (command.contingency !== "oco" || last === 0) return false;
  return (below !== null && below >= last) || (above !== null && above <= last);
}

function listStateRefusal(
  state: State,
  market: Market,
  command: PlaceOrderList,
  requests: readonly Request[],
  timeUs: number,
): Reject | null {
  const legs = requests.map((request) => wantedBy(market, request));
  const now = command.contingency === "oco" ? legs : legs.slice(0, 1);
  const later = legs.slice(now.length);
  const secondOfPair = command.contingency === "oto" ? null : legs.at(-1);
  for (const leg of legs) {
    const goesToBook = now.includes(leg) && phaseOf(leg) === "working";
    if (goesToBook && isTooLargeForBook(market, leg)) return "amount_too_large";
    if (isPercentPriceRefused(market, leg, timeUs)) return "percent_price_outside_filter";
    if (leg !== secondOfPair && isPositionRefused(state, market, leg)) return "position_limit";
  }
  const counts = countsRefusal(state, market, now, later) ?? listsRefusal(state, market, command.account);
  if (counts !== null) return counts;
  const rate = rateRefusal(state, command.account, legs.length, timeUs);
  if (rate !== null) return rate;

  const own = openListsOf(state, market, command.account);
  if (own.some((list) => list.listClientOrderId === command.listClientOrderId)) return "list_client_order_id_open";
  const ids = requests.map(({ clientOrderId }) => clientOrderId);
  const areTwins = new Set(ids).size < ids.length;
  if (areTwins || ids.some((id) => isClientIdOpen(market, command.account, id))) return "client_order_id_open";
  if (now.some((leg) => wouldTrigger(market, leg))) return "stop_would_trigger";
  if (now.some((leg) => wouldTakeAgainstItsWord(market, leg))) return "post_only_would_take";
  const need = command.contingency === "oco" ? needOfPair(market, legs) : needOf(market, legs[0]!);
  return freeOf(state, market, legs[0]!) < need ? "balance_too_low" : null;
}

function openListsOf(state: State, market: Market, account: number): OrderList[] {
  const { id } = market.instrument;
  return state.lists.filter((list) => list.account === account && list.instrument === id);
}

function listsRefusal(state: State, market: Market, account: number): Reject | null {
  const hereMax = rulesOf(market.instrument).orderListsMax;
  const everywhereMax = state.limits.orderListsMax;
  const everywhere = state.lists.filter((list) => list.account === account).length;
  if (hereMax > 0 && openListsOf(state, market, account).length >= hereMax) return "order_lists_limit";
  return everywhereMax > 0 && everywhere >= everywhereMax ? "exchange_order_lists_limit" : null;
}

/** What the holds of a pair come to: a limit_maker's whole, else the first's, and what the other one needs beyond. */
function needOfPair(market: Market, legs: readonly Wanted[]): bigint {
  const needs = legs.map((leg) => (phaseOf(leg) === "working" ? needOf(market, leg) : waitingNeedOf(market, leg)));
  const [below, above] = needs as [bigint, bigint];
  const makers = legs.map((leg) => leg.orderType === "limit_maker");
  // Two limit_makers cannot be: one of a pair is a stop_loss.
  const first = makers[1] ? above : below;
  const second = makers[1] ? below : above;
  return first + (second > first ? second - first : 0n);
}

function openList(turn: Turn, market: Market, command: PlaceOrderList): number {
  turn.state.lastOrderListId += 1;
  const { contingency, listClientOrderId, account, instrument, legs } = command;
  turn.events.push({
    type: "order_list_changed",
    instrument,
    orderListId: turn.state.lastOrderListId,
    account,
    contingency,
    status: "exec_started",
    listClientOrderId,
    orderIds: legs.map((_, index) => market.lastOrderId + 1 + index),
  });
  return turn.state.lastOrderListId;
}

function keepList(turn: Turn, command: PlaceOrderList, orderListId: number, legs: readonly Order[]): OrderList {
  const { contingency, listClientOrderId, account, instrument } = command;
  const words = { orderListId, instrument, account, contingency, listClientOrderId, legs };
  const list = { ...words, isPhaseOne: contingency !== "oco", isDecided: false };
  turn.state.lists.push(list);
  return list;
}

function takeInPair(turn: Turn, market: Market, command: PlaceOrderList, requests: readonly Request[]): void {
  const orderListId = openList(turn, market, command);
  const legs = requests.map((request) => {
    const phase = phaseOf(wantedBy(market, request));
    return accept(turn, market, request, phase, orderListId, watermarkFor(market, phase));
  });
  keepList(turn, command, orderListId, legs);
  for (const leg of legs) {
    const sibling = legs.find((other) => other !== leg)!;
    if (leg.phase === "working") {
      lock(turn, market, leg, heldFor(market, leg.side, leg.priceTicks, restOf(leg)));
    } else {
      leg.waitingHoldAtoms = waitingHold(market, { ...leg, quoteAtoms: 0n }, heldBySibling(market, sibling));
      lock(turn, market, leg, leg.waitingHoldAtoms);
    }
  }
  for (const leg of legs) if (leg.phase === "working") rest(turn, market, leg);
}

/** A trailing order without a stop price follows from the last trade on. */
export function watermarkFor(market: Market, phase: Order["phase"]): number {
  return phase === "tracking" ? market.lastTradePriceTicks : 0;
}

function takeInWithPending(turn: Turn, market: Market, command: PlaceOrderList, requests: readonly Request[]): void {
  const orderListId = openList(turn, market, command);
  const legs = requests.map((request, index) =>
    accept(turn, market, request, index === 0 ? "working" : "pending", orderListId),
  );
  keepList(turn, command, orderListId, legs);
  runOrder(turn, market, legs[0]!);
}

export function cancelList(turn: Turn, command: CancelOrderList): Reject | null {
  const { state, timeUs } = turn;
  const refusal = credentialRefusal(state, command, timeUs);
  if (refusal !== null) return refusal;
  const market = state.markets[command.instrument];
  if (market === undefined) return "instrument_not_found";
  const { orderListId, listClientOrderId } = command;
  const list = openListsOf(state, market, command.account).find((each) =>
    orderListId === 0 ? each.listClientOrderId === listClientOrderId : each.orderListId === orderListId,
  );
  if (list === undefined) return "list_not_found";
  const isMismatch = listClientOrderId !== "" && listClientOrderId !== list.listClientOrderId;
  if (isMismatch) return "client_order_id_mismatch";
  cancelLegs(turn, market, list, "cancel", command.cancelClientOrderId);
  return null;
}

function cancelLegs(turn: Turn, market: Market, list: OrderList, cause: CancelCause, requestId: string): void {
  for (const leg of list.legs) if (market.open.includes(leg)) cancel(turn, market, leg, cause, requestId);
  announceIfDone(turn, market, list);
}

/** An order that stands in a list takes the whole list with it. */
export function cancelWithList(turn: Turn, market: Market, order: Order, cause: CancelCause, requestId: string): void {
  const list = listOf(turn.state, order);
  if (list === undefined) cancel(turn, market, order, cause, requestId);
  else cancelLegs(turn, market, list, cause, requestId);
}

/** For who cancels the other legs by himself. */
export function cancelAlone(turn: Turn, market: Market, order: Order, cause: CancelCause, requestId: string): void {
  const list = listOf(turn.state, order);
  cancel(turn, market, order, cause, requestId);
  if (list !== undefined) announceIfDone(turn, market, list);
}
