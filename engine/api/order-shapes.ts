/**
 * Orders as the dialect shows them: the answer to a new order (P), to a cancel (C), to a query (Q), to an amendment, and own
 * trades (trading-api.md §1.9 to §1.11).
 *
 * Field names, their order and their spelling are literal: `cummulativeQuoteQty` is the venue's. Conditional fields: stopPrice of
 * stop types; trailingDelta and trailingTime of trailing ones; icebergQty, strategyId and strategyType where they were sent;
 * preventedMatchId and preventedQuantity where a self-trade was prevented; expiryReason where an order expired.
 */
import type { Instrument } from "../domain/instrument.ts";
import { formatAtoms, formatLots, formatTicks } from "../protocol/decimal.ts";
import type {
  Amended,
  AmendmentView,
  Canceled,
  Catalog,
  FillView,
  OrderView,
  Placed,
  PreventedMatchView,
} from "../protocol/views.ts";
import { decimalsOf, quoteDecimalsOf } from "./amounts.ts";
import type { ResponseType } from "./new-order.ts";
import { TYPE_RULES } from "./order-words.ts";
import { moment, type TimeUnit } from "./time-unit.ts";
import {
  EXPIRY_REASON_WORD,
  ORDER_STATUS_WORD,
  ORDER_TYPE_WORD,
  SELF_TRADE_WORD,
  SIDE_WORD,
  TIME_IN_FORCE_WORD,
} from "./words.ts";

/** orderListId of an order that belongs to no list. */
const NO_LIST = -1;
/** workingTime and trailingTime of an order that does not work, or track, yet. */
const NOT_YET = -1;
const NO_TRADE_GROUP = -1;

/** What a shape needs beside the order. */
export interface ShapeContext {
  readonly instrument: Instrument;
  readonly quoteDecimals: number;
  readonly unit: TimeUnit;
}

export function shapeContext(catalog: Catalog, instrument: Instrument, unit: TimeUnit): ShapeContext {
  return { instrument, quoteDecimals: quoteDecimalsOf(catalog, instrument), unit };
}

type Shape = Record<string, unknown>;

export function placedShape(
  context: ShapeContext,
  catalog: Catalog,
  responseType: ResponseType,
  reply: Pick<Placed, "order" | "fills" | "timeUs">,
): Shape {
  const { order } = reply;
  const shape: Shape = {
    symbol: context.instrument.symbol,
    orderId: order.orderId,
    orderListId: listIdOf(order),
    clientOrderId: order.clientOrderId,
    transactTime: moment(context.unit, reply.timeUs),
  };
  if (responseType === "ACK") return shape;
  Object.assign(shape, stateOf(context, order), { workingTime: workingTime(context, order) });
  if (responseType === "FULL") shape.fills = reply.fills.map((fill) => fillShape(context, catalog, fill));
  return withConditional(shape, context, order);
}

function fillShape(context: ShapeContext, catalog: Catalog, fill: FillView): Shape {
  return {
    price: formatTicks(context.instrument, fill.priceTicks),
    qty: formatLots(context.instrument, fill.quantityLots),
    ...commissionOf(catalog, fill),
    tradeId: fill.tradeId,
  };
}

function commissionOf(catalog: Catalog, fill: FillView): { commission: string; commissionAsset: string } {
  return {
    commission: formatAtoms(decimalsOf(catalog, fill.commissionAsset), fill.commissionAtoms),
    commissionAsset: catalog.assets[fill.commissionAsset]?.name ?? "",
  };
}

/** @param reply of a cancel: `clientOrderId` is then the id of the cancel itself, `origClientOrderId` the order's. */
export function canceledShape(
  context: ShapeContext,
  reply: Pick<Canceled, "order" | "cancelClientOrderId" | "timeUs">,
): Shape {
  const { order } = reply;
  const shape: Shape = {
    symbol: context.instrument.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.orderId,
    orderListId: listIdOf(order),
    clientOrderId: reply.cancelClientOrderId,
    transactTime: moment(context.unit, reply.timeUs),
    ...stateOf(context, order),
  };
  return withConditional(shape, context, order);
}

export function queriedShape(context: ShapeContext, order: OrderView): Shape {
  const { instrument, unit } = context;
  const { special } = order;
  const shape: Shape = {
    symbol: instrument.symbol,
    orderId: order.orderId,
    orderListId: listIdOf(order),
    clientOrderId: order.clientOrderId,
    price: formatTicks(instrument, order.priceTicks),
    origQty: formatLots(instrument, order.quantityLots),
    executedQty: formatLots(instrument, order.executedLots),
    cummulativeQuoteQty: formatAtoms(context.quoteDecimals, order.cumulativeQuoteAtoms),
    status: ORDER_STATUS_WORD[order.status],
    timeInForce: TIME_IN_FORCE_WORD[order.timeInForce],
    type: ORDER_TYPE_WORD[order.orderType],
    side: SIDE_WORD[order.side],
    stopPrice: formatTicks(instrument, special?.conditions.stopTicks ?? 0),
    ...trailingOf(context, order),
    icebergQty: formatLots(instrument, special?.conditions.icebergLots ?? 0),
    time: moment(unit, order.createdUs),
    updateTime: moment(unit, order.updatedUs),
    isWorking: special === undefined || special.workingUs !== 0,
    workingTime: workingTime(context, order),
    origQuoteOrderQty: formatAtoms(context.quoteDecimals, order.quoteAtoms),
  };
  return withConditional(shape, context, order);
}

export function amendedShape(context: ShapeContext, reply: Amended): Shape {
  const { instrument, unit } = context;
  const { order } = reply;
  return {
    transactTime: moment(unit, reply.timeUs),
    // The event of the amendment is the order's last: the same id as in its list of amendments.
    executionId: order.lastSeq,
    amendedOrder: {
      symbol: instrument.symbol,
      orderId: order.orderId,
      orderListId: listIdOf(order),
      origClientOrderId: reply.origClientOrderId,
      clientOrderId: order.clientOrderId,
      price: formatTicks(instrument, order.priceTicks),
      qty: formatLots(instrument, order.quantityLots),
      executedQty: formatLots(instrument, order.executedLots),
      preventedQty: formatLots(instrument, order.preventedLots),
      quoteOrderQty: formatAtoms(context.quoteDecimals, order.quoteAtoms),
      cumulativeQuoteQty: formatAtoms(context.quoteDecimals, order.cumulativeQuoteAtoms),
      status: ORDER_STATUS_WORD[order.status],
      timeInForce: TIME_IN_FORCE_WORD[order.timeInForce],
      type: ORDER_TYPE_WORD[order.orderType],
      side: SIDE_WORD[order.side],
      workingTime: workingTime(context, order),
      selfTradePreventionMode: SELF_TRADE_WORD[order.selfTradeMode],
    },
  };
}

/** One row of myPreventedMatches. There are no trade groups. */
export function preventedMatchShape(context: ShapeContext, match: PreventedMatchView): Shape {
  const { instrument, unit } = context;
  const { takerPreventedLots, makerPreventedLots } = match;
  return {
    symbol: instrument.symbol,
    preventedMatchId: match.preventedMatchId,
    takerOrderId: match.takerOrderId,
    makerSymbol: instrument.symbol,
    makerOrderId: match.makerOrderId,
    tradeGroupId: NO_TRADE_GROUP,
    selfTradePreventionMode: SELF_TRADE_WORD[match.selfTradeMode],
    price: formatTicks(instrument, match.priceTicks),
    ...(takerPreventedLots === 0 ? {} : { takerPreventedQuantity: formatLots(instrument, takerPreventedLots) }),
    ...(makerPreventedLots === 0 ? {} : { makerPreventedQuantity: formatLots(instrument, makerPreventedLots) }),
    transactTime: moment(unit, match.timeUs),
  };
}

/** One row of order/amendments. */
export function amendmentShape(context: ShapeContext, amendment: AmendmentView): Shape {
  const { instrument, unit } = context;
  return {
    symbol: instrument.symbol,
    orderId: amendment.orderId,
    executionId: amendment.executionId,
    origClientOrderId: amendment.origClientOrderId,
    newClientOrderId: amendment.newClientOrderId,
    origQty: formatLots(instrument, amendment.origQuantityLots),
    newQty: formatLots(instrument, amendment.newQuantityLots),
    time: moment(unit, amendment.timeUs),
  };
}

/** One row of myTrades. */
export function ownTradeShape(context: ShapeContext, catalog: Catalog, fill: FillView): Shape {
  const { instrument } = context;
  return {
    symbol: instrument.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    orderListId: fill.orderListId ?? NO_LIST,
    price: formatTicks(instrument, fill.priceTicks),
    qty: formatLots(instrument, fill.quantityLots),
    quoteQty: formatAtoms(context.quoteDecimals, fill.quoteAtoms),
    ...commissionOf(catalog, fill),
    time: moment(context.unit, fill.timeUs),
    isBuyer: fill.side === "buy",
    isMaker: fill.isMaker,
    isBestMatch: true,
  };
}

function listIdOf(order: OrderView): number {
  return order.special === undefined || order.special.orderListId === 0 ? NO_LIST : order.special.orderListId;
}

/** A plain order works from the moment it is taken in. */
function workingTime(context: ShapeContext, order: OrderView): number {
  const workingUs = order.special === undefined ? order.createdUs : order.special.workingUs;
  return workingUs === 0 ? NOT_YET : moment(context.unit, workingUs);
}

/** The part that P and C have in common. */
function stateOf(context: ShapeContext, order: OrderView): Shape {
  const { instrument, quoteDecimals } = context;
  const shape: Shape = {
    price: formatTicks(instrument, order.priceTicks),
    origQty: formatLots(instrument, order.quantityLots),
    executedQty: formatLots(instrument, order.executedLots),
    origQuoteOrderQty: formatAtoms(quoteDecimals, order.quoteAtoms),
    cummulativeQuoteQty: formatAtoms(quoteDecimals, order.cumulativeQuoteAtoms),
    status: ORDER_STATUS_WORD[order.status],
    timeInForce: TIME_IN_FORCE_WORD[order.timeInForce],
    type: ORDER_TYPE_WORD[order.orderType],
    side: SIDE_WORD[order.side],
  };
  if (order.special === undefined) return shape;
  const { stopTicks, icebergLots } = order.special.conditions;
  if (TYPE_RULES[order.orderType].hasTrigger) shape.stopPrice = formatTicks(instrument, stopTicks);
  Object.assign(shape, trailingOf(context, order));
  if (icebergLots !== 0) shape.icebergQty = formatLots(instrument, icebergLots);
  return shape;
}

function trailingOf(context: ShapeContext, { special }: OrderView): Shape {
  if (special === undefined || special.conditions.trailingDeltaBips === 0) return {};
  return {
    trailingDelta: special.conditions.trailingDeltaBips,
    trailingTime: special.trailingUs === 0 ? NOT_YET : moment(context.unit, special.trailingUs),
  };
}

/** What every form ends with. */
function withConditional(shape: Shape, context: ShapeContext, order: OrderView): Shape {
  shape.selfTradePreventionMode = SELF_TRADE_WORD[order.selfTradeMode];
  const { strategyId = 0, strategyType = 0 } = order.special?.conditions ?? {};
  if (strategyId !== 0) shape.strategyId = strategyId;
  if (strategyType !== 0) shape.strategyType = strategyType;
  if (order.preventedLots > 0) {
    const preventedMatchId = preventedMatchIdOf(order);
    if (preventedMatchId !== null) shape.preventedMatchId = preventedMatchId;
    shape.preventedQuantity = formatLots(context.instrument, order.preventedLots);
  }
  const reason = EXPIRY_REASON_WORD[order.expiryReason];
  if (reason !== null) shape.expiryReason = reason;
  return shape;
}

/**
 * A prevented match has the sequence of the event that says so (PreventedMatchView). Under decrement the order keeps it; else
 * it is the order's own expiry, its last event. But a taker that went together with its maker (expire_both) has the maker's,
 * which it does not know: null.
 */
function preventedMatchIdOf(order: OrderView): number | null {
  const ofDecrement = order.special?.preventedMatchId ?? 0;
  if (ofDecrement !== 0) return ofDecrement;
  if (order.status !== "expired_in_match") return null;
  const maybeTaker = order.selfTradeMode === "expire_both" && order.updatedUs === order.createdUs;
  return maybeTaker ? null : order.lastSeq;
}
