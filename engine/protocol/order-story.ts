/**
 * What becomes of an order, told by its events: the one place where events are folded into views.
 *
 * Three use it. Replies (engine/runtime) and whoever has an order's view at hand call `acceptedOrder` once and `orderAfter`
 * for each later event that `concerns` it. Persistence takes the small parts: `preventedMatchOf`, `amendmentOf`,
 * `listAfter`, `statusAfterExpiry`. The stream's user events keep an AccountStory (account-story.ts), which is made of these.
 *
 * Events are to be given in the order of their sequences, each once, none missing of those that concern the order. Rules:
 * engine/core/RULES.md.
 */
import { type ExpiryReason, NO_CONDITIONS, type OrderStatus } from "../domain/order.ts";
import type {
  EngineEvent,
  OrderAccepted,
  OrderActivated,
  OrderAmended,
  OrderCanceled,
  OrderExpired,
  OrderListChanged,
  TradeExecuted,
  TradePrevented,
} from "./events.ts";
import type { AmendmentView, FillView, OrderListView, OrderView, PreventedMatchView, SpecialView } from "./views.ts";

/** The events that change an order that was taken in before. */
export type OrderEvent = TradeExecuted | TradePrevented | OrderCanceled | OrderExpired | OrderAmended | OrderActivated;

/** Of an instrument, what a trade's amounts need. */
export interface TradedTerms {
  readonly baseAsset: number;
  readonly quoteAsset: number;
  readonly quoteAtomsPerTickLot: number;
}

export function isOpen({ status }: Pick<OrderView, "status">): boolean {
  return status === "new" || status === "partially_filled" || status === "pending_new";
}

/** What an open order has left. */
export function restOf(order: Pick<OrderView, "quantityLots" | "executedLots" | "preventedLots">): number {
  return order.quantityLots - order.executedLots - order.preventedLots;
}

function statusAfterExpiry(reason: ExpiryReason): OrderStatus {
  return reason === "self_trade" ? "expired_in_match" : "expired";
}

/** Whether an event says something of this order. */
export function concerns(
  event: EngineEvent,
  { instrument, orderId }: Pick<OrderView, "instrument" | "orderId">,
): event is OrderEvent {
  switch (event.type) {
    case "trade_executed":
    case "trade_prevented":
      return event.instrument === instrument && (event.takerOrderId === orderId || event.makerOrderId === orderId);
    case "order_canceled":
    case "order_expired":
    case "order_amended":
    case "order_activated":
      return event.instrument === instrument && event.orderId === orderId;
    default:
      return false;
  }
}

/** An order as it was taken in, before anything else happened to it. */
export function acceptedOrder(event: OrderAccepted): OrderView {
  const { type, seq, timeUs, special, ...terms } = event;
  return {
    ...terms,
    executedLots: 0,
    preventedLots: 0,
    cumulativeQuoteAtoms: 0n,
    status: special?.phase === "pending" ? "pending_new" : "new",
    expiryReason: "none",
    createdUs: timeUs,
    updatedUs: timeUs,
    firstSeq: seq,
    lastSeq: seq,
    ...(special !== undefined && {
      special: {
        ...special,
        workingUs: special.phase === "working" ? timeUs : 0,
        trailingUs: special.phase === "tracking" ? timeUs : 0,
        preventedMatchId: 0,
      },
    }),
  };
}

/** The order behind an event that `concerns` it. */
export function orderAfter(order: OrderView, event: OrderEvent, { quoteAtomsPerTickLot }: TradedTerms): OrderView {
  const touched = { updatedUs: event.timeUs, lastSeq: event.seq };
  switch (event.type) {
    case "trade_executed": {
      const isTaker = event.takerOrderId === order.orderId;
      const restLots = isTaker ? event.takerRemainingLots : event.makerRemainingLots;
      return {
        ...order,
        ...touched,
        executedLots: order.executedLots + event.quantityLots,
        cumulativeQuoteAtoms: order.cumulativeQuoteAtoms + quoteOf(event, quoteAtomsPerTickLot),
        status: restLots === 0 ? "filled" : "partially_filled",
      };
    }
    case "trade_prevented":
      return {
        ...order,
        ...touched,
        preventedLots: order.preventedLots + event.preventedLots,
        special: { ...specialOf(order), preventedMatchId: event.seq },
      };
    case "order_canceled":
      return { ...order, ...touched, status: "canceled" };
    case "order_expired":
      return {
        ...order,
        ...touched,
        status: statusAfterExpiry(event.reason),
        expiryReason: event.reason,
        preventedLots: order.preventedLots + event.preventedLots,
      };
    case "order_amended":
      return { ...order, ...touched, quantityLots: event.quantityLots, clientOrderId: event.clientOrderId };
    case "order_activated": {
      const special = specialOf(order);
      return {
        ...order,
        ...touched,
        status: order.status === "pending_new" ? "new" : order.status,
        special: {
          ...special,
          phase: event.phase,
          workingUs: event.phase === "working" ? event.timeUs : special.workingUs,
          trailingUs: event.phase === "tracking" ? event.timeUs : special.trailingUs,
        },
      };
    }
  }
}

/** A plain order's too: it has worked since it was taken in. */
export function specialOf({ special, createdUs }: Pick<OrderView, "special" | "createdUs">): SpecialView {
  return (
    special ?? {
      conditions: NO_CONDITIONS,
      orderListId: 0,
      phase: "working",
      workingUs: createdUs,
      trailingUs: 0,
      preventedMatchId: 0,
    }
  );
}

function quoteOf(trade: TradeExecuted, quoteAtomsPerTickLot: number): bigint {
  return BigInt(trade.priceTicks * quoteAtomsPerTickLot) * BigInt(trade.quantityLots);
}

/** One side of a trade. */
export function fillOf(trade: TradeExecuted, side: "taker" | "maker", terms: TradedTerms): FillView {
  const isMaker = side === "maker";
  const isBuy = (trade.takerSide === "buy") !== isMaker;
  return {
    instrument: trade.instrument,
    tradeId: trade.tradeId,
    orderId: isMaker ? trade.makerOrderId : trade.takerOrderId,
    account: isMaker ? trade.makerAccount : trade.takerAccount,
    side: isBuy ? "buy" : "sell",
    priceTicks: trade.priceTicks,
    quantityLots: trade.quantityLots,
    quoteAtoms: quoteOf(trade, terms.quoteAtomsPerTickLot),
    commissionAtoms: isMaker ? trade.makerFeeAtoms : trade.takerFeeAtoms,
    commissionAsset: isBuy ? terms.baseAsset : terms.quoteAsset,
    isMaker,
    timeUs: trade.timeUs,
    seq: trade.seq,
  };
}

/**
 * Whether from here on this order is the taker of what its instrument's events tell: a task of the core begins. The taker of
 * an `order_expired{self_trade}` is the order of the newest such event of the instrument before it.
 */
export function beginsToTake(event: EngineEvent): event is OrderAccepted | OrderActivated {
  if (event.type === "order_accepted") return (event.special?.phase ?? "working") === "working";
  return event.type === "order_activated" && event.phase === "working";
}

/** Of an order that met its own account's, right before the event. */
export type MetOrder = Pick<
  OrderView,
  "orderId" | "selfTradeMode" | "priceTicks" | "quantityLots" | "executedLots" | "preventedLots"
>;

/**
 * The self-trade that an expiry prevented; null: another reason, or another event has told of it already (decrement's
 * trade_prevented; the maker's expiry under expire_both).
 *
 * @param takerOrderId see `beginsToTake`. @param met the order of the event and the other one, as they were before it.
 */
export function preventedMatchOf(
  event: OrderExpired,
  takerOrderId: number,
  met: (orderId: number) => MetOrder,
): PreventedMatchView | null {
  if (event.reason !== "self_trade") return null;
  const taker = met(takerOrderId);
  const mode = taker.selfTradeMode;
  const isTakers = event.orderId === takerOrderId;
  if (mode === "decrement" || mode === "transfer" || (isTakers && mode === "expire_both")) return null;
  const makerOrderId = isTakers ? event.counterOrderId : event.orderId;
  return {
    instrument: event.instrument,
    preventedMatchId: event.seq,
    account: event.account,
    takerOrderId,
    makerOrderId,
    selfTradeMode: mode,
    priceTicks: met(makerOrderId).priceTicks,
    takerPreventedLots: isTakers ? event.preventedLots : mode === "expire_both" ? restOf(taker) : 0,
    makerPreventedLots: isTakers ? 0 : event.preventedLots,
    timeUs: event.timeUs,
  };
}

/** The self-trade that a trade_prevented tells of. */
export function decrementedMatchOf(event: TradePrevented): PreventedMatchView {
  return {
    instrument: event.instrument,
    preventedMatchId: event.seq,
    account: event.account,
    takerOrderId: event.takerOrderId,
    makerOrderId: event.makerOrderId,
    selfTradeMode: event.selfTradeMode,
    priceTicks: event.priceTicks,
    takerPreventedLots: event.preventedLots,
    makerPreventedLots: event.preventedLots,
    timeUs: event.timeUs,
  };
}

/** @param before the order as the amend found it. */
export function amendmentOf(
  event: OrderAmended,
  before: Pick<OrderView, "clientOrderId" | "quantityLots">,
): AmendmentView {
  return {
    instrument: event.instrument,
    orderId: event.orderId,
    account: event.account,
    executionId: event.seq,
    origClientOrderId: before.clientOrderId,
    newClientOrderId: event.clientOrderId,
    origQuantityLots: before.quantityLots,
    newQuantityLots: event.quantityLots,
    timeUs: event.timeUs,
  };
}

/**
 * A list behind an event of it. Its first event comes before those that take in its legs: their client order ids are ""
 * until `listWithLeg` has put them in.
 */
export function listAfter(list: OrderListView | null, event: OrderListChanged): OrderListView {
  const { type, seq, timeUs, orderIds, ...terms } = event;
  return {
    ...terms,
    orders: list?.orders ?? orderIds.map((orderId) => ({ orderId, clientOrderId: "" })),
    createdUs: list?.createdUs ?? timeUs,
    updatedUs: timeUs,
    lastSeq: seq,
  };
}

/** The list with the client order id of one leg. */
export function listWithLeg(list: OrderListView, leg: Pick<OrderAccepted, "orderId" | "clientOrderId">): OrderListView {
  const { orderId, clientOrderId } = leg;
  return {
    ...list,
    orders: list.orders.map((order) => (order.orderId === orderId ? { orderId, clientOrderId } : order)),
  };
}
