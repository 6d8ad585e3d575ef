/**
 * Order lists as the dialect shows them: a list by itself (queries), and with the reports of its orders (answers to placing
 * and cancelling).
 */
import type { Catalog, ListCanceled, ListPlaced, OrderListView } from "../protocol/views.ts";
import type { ResponseType } from "./new-order.ts";
import { canceledShape, placedShape, type ShapeContext } from "./order-shapes.ts";
import { moment } from "./time-unit.ts";
import { LIST_CONTINGENCY_WORD, LIST_ORDER_STATUS_WORD, LIST_STATUS_WORD } from "./words.ts";

type Shape = Record<string, unknown>;

/** @param timeUs of what is told: the placing, or the cancel. */
export function orderListShape(context: ShapeContext, list: OrderListView, timeUs: number): Shape {
  const { symbol } = context.instrument;
  return {
    orderListId: list.orderListId,
    contingencyType: LIST_CONTINGENCY_WORD[list.contingency],
    listStatusType: LIST_STATUS_WORD[list.status],
    listOrderStatus: LIST_ORDER_STATUS_WORD[list.status],
    listClientOrderId: list.listClientOrderId,
    transactionTime: moment(context.unit, timeUs),
    symbol,
    orders: list.orders.map(({ orderId, clientOrderId }) => ({ symbol, orderId, clientOrderId })),
  };
}

export function listPlacedShape(
  context: ShapeContext,
  catalog: Catalog,
  responseType: ResponseType,
  reply: ListPlaced,
): Shape {
  const { list, orders, timeUs } = reply;
  return {
    ...orderListShape(context, list, timeUs),
    orderReports: orders.map((order) => {
      const fills = reply.fills.filter((fill) => fill.orderId === order.orderId);
      return placedShape(context, catalog, responseType, { order, fills, timeUs });
    }),
  };
}

export function listCanceledShape(
  context: ShapeContext,
  canceled: ListCanceled,
  cancelClientOrderId: string,
  timeUs: number,
): Shape {
  return {
    ...orderListShape(context, canceled.list, timeUs),
    orderReports: canceled.orders.map((order) => canceledShape(context, { order, cancelClientOrderId, timeUs })),
  };
}
