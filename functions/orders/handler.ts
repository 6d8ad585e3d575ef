/**
 * Order intake, single orders and lists: requests of traders by path (engine/api/calls), and orders by CloudEvent.
 */

import type { SignedCall } from "../../engine/api/calls/call.ts";
import * as lists from "../../engine/api/calls/order-lists.ts";
import * as orders from "../../engine/api/calls/orders.ts";
import { answerSigned, type CallHandlers } from "../_shared/answer.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { Handler } from "../_shared/http.ts";

/** An event is a POST to the root, where a broker or a push brings it. */
export const handleOrders: Handler<EdgeDeps> = async (request, deps) => {
  if (request.method !== "POST" || request.path !== "/") return handleSigned(request, deps);
  // With the first event: a function that no event ever reaches does not load what reads them.
  const { takeOrderEvent } = await import("./order-intake.ts");
  return takeOrderEvent(request, deps, handleSigned);
};

const handleSigned: Handler<EdgeDeps> = (request, deps) => answerSigned("orders", HANDLERS, request, deps);

const HANDLERS: CallHandlers<"orders", SignedCall> = {
  placeOrder: orders.placeOrder,
  testOrder: orders.testOrder,
  queryOrder: orders.queryOrder,
  cancelOrder: orders.cancelOrder,
  cancelReplace: orders.cancelReplace,
  amendOrder: orders.amendOrder,
  openOrders: orders.openOrders,
  cancelOpenOrders: orders.cancelOpenOrders,
  amendments: orders.amendments,
  smartRoutedOrder: orders.smartRoutedOrder,
  placeOco: lists.placeOco,
  placeOto: lists.placeOto,
  placeOtoco: lists.placeOtoco,
  placeOldOco: lists.placeOldOco,
  cancelOrderList: lists.cancelOrderList,
  queryOrderList: lists.queryOrderList,
  openOrderLists: lists.openOrderLists,
  allOrderLists: lists.allOrderLists,
};
