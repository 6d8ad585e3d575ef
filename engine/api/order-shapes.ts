/**
 * Orders as the dialect shows them: placed (P), canceled (C), queried (Q), amended, and a trader's own trades.
 *
 * The order of fields is the dialect's, `cummulativeQuoteQty` its spelling. Conditional fields: expiryReason where an
 * order expired, preventedQuantity where a self-trade was prevented, strategyId and strategyType where they were sent.
 */
import type { Instrument } from "../domain/instrument.ts";
import { formatAtoms, formatLots, formatTicks } from "../protocol/decimal.ts";
import type { Amended, Canceled, Catalog, FillView, OrderView, Placed } from "../protocol/views.ts";
import type { NewOrderRequest } from "./new-order.ts";
import { moment, type TimeUnit } from "./time-unit.ts";
import {
  EXPIRY_REASON_WORD,
  ORDER_STATUS_WORD,
  ORDER_TYPE_WORD,
  SELF_TRADE_WORD,
  SIDE_WORD,
  TIME_IN_FORCE_WORD,
} from "./words.ts";

const ZERO = "0.00000000";
/** No order belongs to a list yet. */
const NO_LIST = -1;

/** What a shape needs beside the order. */
export interface ShapeContext {
  readonly instrument: Instrument;
  readonly quoteDecimals: number;
  readonly unit: TimeUnit;
}

export function shapeContext(catalog: Catalog, instrument: Instrument, unit: TimeUnit): ShapeContext {
  return { instrument, quoteDecimals: catalog.assets[instrument.quoteAsset]?.decimals ?? 8, unit };
}

type Shape = Record<string, unknown>;

export function placedShape(
  context: ShapeContext,
  catalog: Catalog,
  request: Pick<NewOrderRequest, "responseType" | "strategyId" | "strategyType">,
  reply: Placed,
): Shape {
  const { order } = reply;
  const acknowledged: Shape = {
    symbol: context.instrument.symbol,
    orderId: order.orderId,
    orderListId: NO_LIST,
    clientOrderId: order.clientOrderId,
    transactTime: moment(context.unit, reply.timeUs),
  };
  if (request.responseType === "ACK") return acknowledged;
  const shape: Shape = {
    ...acknowledged,
    ...stateOf(context, order),
    workingTime: moment(context.unit, order.createdUs),
  };
  if (request.responseType === "FULL") shape.fills = reply.fills.map((fill) => fillShape(context, catalog, fill));
  shape.selfTradePreventionMode = SELF_TRADE_WORD[order.selfTradeMode];
  if (request.strategyId !== null) shape.strategyId = request.strategyId;
  if (request.strategyType !== null) shape.strategyType = request.strategyType;
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
  const asset = catalog.assets[fill.commissionAsset];
  return {
    commission: formatAtoms(asset?.decimals ?? 8, fill.commissionAtoms),
    commissionAsset: asset?.name ?? "",
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
    orderListId: NO_LIST,
    clientOrderId: reply.cancelClientOrderId,
    transactTime: moment(context.unit, reply.timeUs),
    ...stateOf(context, order),
    selfTradePreventionMode: SELF_TRADE_WORD[order.selfTradeMode],
  };
  return withConditional(shape, context, order);
}

export function queriedShape(context: ShapeContext, order: OrderView): Shape {
  const { instrument, unit } = context;
  const shape: Shape = {
    symbol: instrument.symbol,
    orderId: order.orderId,
    orderListId: NO_LIST,
    clientOrderId: order.clientOrderId,
    price: formatTicks(instrument, order.priceTicks),
    origQty: formatLots(instrument, order.quantityLots),
    executedQty: formatLots(instrument, order.executedLots),
    cummulativeQuoteQty: formatAtoms(context.quoteDecimals, order.cumulativeQuoteAtoms),
    status: ORDER_STATUS_WORD[order.status],
    timeInForce: TIME_IN_FORCE_WORD[order.timeInForce],
    type: ORDER_TYPE_WORD[order.orderType],
    side: SIDE_WORD[order.side],
    stopPrice: ZERO,
    icebergQty: ZERO,
    time: moment(unit, order.createdUs),
    updateTime: moment(unit, order.updatedUs),
    isWorking: true,
    workingTime: moment(unit, order.createdUs),
    origQuoteOrderQty: formatAtoms(context.quoteDecimals, order.quoteAtoms),
    selfTradePreventionMode: SELF_TRADE_WORD[order.selfTradeMode],
  };
  return withConditional(shape, context, order);
}

export function amendedShape(context: ShapeContext, reply: Amended): Shape {
  const { instrument, unit } = context;
  const { order } = reply;
  return {
    transactTime: moment(unit, reply.timeUs),
    executionId: reply.seq,
    amendedOrder: {
      symbol: instrument.symbol,
      orderId: order.orderId,
      orderListId: NO_LIST,
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
      workingTime: moment(unit, order.createdUs),
      selfTradePreventionMode: SELF_TRADE_WORD[order.selfTradeMode],
    },
  };
}

/** One row of myTrades. */
export function ownTradeShape(context: ShapeContext, catalog: Catalog, fill: FillView): Shape {
  const { instrument } = context;
  return {
    symbol: instrument.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    orderListId: NO_LIST,
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

/** The part that P and C have in common. */
function stateOf(context: ShapeContext, order: OrderView): Shape {
  const { instrument, quoteDecimals } = context;
  return {
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
}

function withConditional(shape: Shape, context: ShapeContext, order: OrderView): Shape {
  if (order.preventedLots > 0) shape.preventedQuantity = formatLots(context.instrument, order.preventedLots);
  const reason = EXPIRY_REASON_WORD[order.expiryReason];
  if (reason !== null) shape.expiryReason = reason;
  return shape;
}
