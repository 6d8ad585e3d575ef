/**
 * Single orders: place, test, query, cancel, replace, amend; open orders and their cancelling.
 *
 * A request is parsed and verified once; the command carries the account of the verified key. An accepted order is one whose
 * frame is durable: the engine's reply says so.
 */

import type { Canceled, CanceledAll } from "../../protocol/views.ts";
import { commissionRatesShape } from "../account-shapes.ts";
import { decimalE8, quantityLotsOf } from "../amounts.ts";
import { LIST_LIMITS, readLimit } from "../lists.ts";
import { clientOrderIdOr, instrumentOf, readNewOrder } from "../new-order.ts";
import { listCanceledShape } from "../order-list-shapes.ts";
import {
  amendedShape,
  amendmentShape,
  canceledShape,
  placedShape,
  queriedShape,
  type ShapeContext,
} from "../order-shapes.ts";
import { namesNothing, readCountMode, readReplaceMode, readRestriction, readTarget } from "../order-target.ts";
import { cancelRefused, clientOrderIdMismatch, notSupported, orderDoesNotExist } from "../refusal.ts";
import { AMEND_REFUSAL, amendChangesNothing, CANCEL_REFUSAL, limitsOf, PLACE_REFUSAL } from "../rejects.ts";
import { replacedShape } from "../replace-shape.ts";
import { findOrder } from "./account-reads.ts";
import type { SignedCall } from "./call.ts";
import { listAmendments } from "./list-reads.ts";
import { contextOf, credential, misplaced, submit } from "./submit.ts";

export async function placeOrder(call: SignedCall): Promise<object> {
  const catalog = call.deps.reads.catalog();
  const request = readNewOrder(call.parameters, catalog, call.deps.randomText);
  const reply = await submit(call, { type: "place_order", ...credential(call), ...request.order });
  switch (reply.outcome) {
    case "placed":
      return placedShape(contextOf(call, catalog, request.instrument), catalog, request.responseType, reply);
    case "rejected":
      throw PLACE_REFUSAL[reply.reason](limitsOf(catalog));
    default:
      throw misplaced(reply);
  }
}

export function testOrder(call: SignedCall): object {
  const request = readNewOrder(call.parameters, call.deps.reads.catalog(), call.deps.randomText);
  return call.parameters.flag("computeCommissionRates", false) ? commissionRatesShape(request.instrument) : {};
}

export async function queryOrder(call: SignedCall): Promise<object> {
  const { parameters, deps, sender } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const target = readTarget(parameters, "orderId", "origClientOrderId");
  if (namesNothing(target)) throw orderDoesNotExist();
  const byId = target.orderId !== 0;
  const order = await findOrder(
    call,
    sender.account,
    instrument.id,
    target.orderId,
    byId ? "" : target.origClientOrderId,
  );
  if (order === null) throw orderDoesNotExist();
  const mismatch = byId && target.origClientOrderId !== "" && order.clientOrderId !== target.origClientOrderId;
  if (mismatch) throw clientOrderIdMismatch();
  return queriedShape(contextOf(call, catalog, instrument), order);
}

export async function cancelOrder(call: SignedCall): Promise<object> {
  const { parameters, deps } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const target = readTarget(parameters, "orderId", "origClientOrderId");
  const restriction = readRestriction(parameters);
  if (namesNothing(target)) throw cancelRefused("Unknown order sent.");
  const reply = await submit(call, {
    type: "cancel_order",
    ...credential(call),
    ...target,
    instrument: instrument.id,
    cancelClientOrderId: clientOrderIdOr(parameters.text("newClientOrderId"), deps.randomText),
    restriction,
  });
  switch (reply.outcome) {
    case "canceled":
      return canceledAnswer(contextOf(call, catalog, instrument), reply);
    case "rejected":
      throw CANCEL_REFUSAL[reply.reason](limitsOf(catalog));
    default:
      throw misplaced(reply);
  }
}

/** A leg takes its whole list with it: the answer is then the list's. */
function canceledAnswer(context: ShapeContext, reply: Canceled): object {
  return reply.list === undefined
    ? canceledShape(context, reply)
    : listCanceledShape(context, reply.list, reply.cancelClientOrderId, reply.timeUs);
}

export async function cancelOpenOrders(call: SignedCall): Promise<object> {
  const catalog = call.deps.reads.catalog();
  const instrument = instrumentOf(call.parameters, catalog);
  const reply = await submit(call, {
    type: "cancel_all",
    ...credential(call),
    instrument: instrument.id,
    cancelClientOrderId: clientOrderIdOr("", call.deps.randomText),
  });
  switch (reply.outcome) {
    case "canceled_all":
      return canceledAllAnswer(contextOf(call, catalog, instrument), reply);
    case "rejected":
      throw CANCEL_REFUSAL[reply.reason](limitsOf(catalog));
    default:
      throw misplaced(reply);
  }
}

/** Orders of a list stand inside the list, at the place of its first. */
function canceledAllAnswer(context: ShapeContext, reply: CanceledAll): object {
  const { cancelClientOrderId, timeUs, lists = [] } = reply;
  const told = new Set<number>();
  return reply.orders.flatMap((order) => {
    const list = lists.find(({ orderListId }) => orderListId === order.special?.orderListId);
    if (list === undefined) return [canceledShape(context, { order, cancelClientOrderId, timeUs })];
    if (told.has(list.orderListId)) return [];
    told.add(list.orderListId);
    const orders = reply.orders.filter(({ special }) => special?.orderListId === list.orderListId);
    return [listCanceledShape(context, { list, orders }, cancelClientOrderId, timeUs)];
  });
}

export async function openOrders(call: SignedCall): Promise<object> {
  const { parameters, deps, sender } = call;
  const catalog = deps.reads.catalog();
  const only = parameters.has("symbol") ? instrumentOf(parameters, catalog).id : null;
  const open = await deps.reads.openOrders(sender.account, only);
  call.noteAsOf(open.asOfSeq);
  return open.value.flatMap((order) => {
    const instrument = catalog.instruments[order.instrument];
    return instrument === undefined ? [] : [queriedShape(contextOf(call, catalog, instrument), order)];
  });
}

export async function amendOrder(call: SignedCall): Promise<object> {
  const { parameters, deps } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const target = readTarget(parameters, "orderId", "origClientOrderId");
  const quantityLots = quantityLotsOf(instrument, decimalE8(parameters.text("newQty"), "newQty"));
  if (namesNothing(target)) throw orderDoesNotExist();
  const reply = await submit(call, {
    type: "amend_order",
    ...credential(call),
    ...target,
    instrument: instrument.id,
    quantityLots,
    newClientOrderId: parameters.text("newClientOrderId"),
  });
  switch (reply.outcome) {
    case "amended":
      return amendedShape(contextOf(call, catalog, instrument), reply);
    case "rejected": {
      if (reply.reason !== "quantity_not_reduced") throw AMEND_REFUSAL[reply.reason](limitsOf(catalog));
      // The engine has one reason for "more" and "the same", the dialect a sentence for each.
      const { orderId, origClientOrderId } = target;
      const order = await deps.reads.order(call.sender.account, instrument.id, orderId, origClientOrderId);
      throw order.value?.quantityLots === quantityLots
        ? amendChangesNothing()
        : AMEND_REFUSAL[reply.reason](limitsOf(catalog));
    }
    default:
      throw misplaced(reply);
  }
}

export async function cancelReplace(call: SignedCall): Promise<object> {
  const { parameters, deps } = call;
  const catalog = deps.reads.catalog();
  const mode = readReplaceMode(parameters);
  const whenCountUsedUp = readCountMode(parameters);
  const restriction = readRestriction(parameters);
  const cancelTarget = readTarget(parameters, "cancelOrderId", "cancelOrigClientOrderId");
  const request = readNewOrder(parameters, catalog, deps.randomText);
  if (namesNothing(cancelTarget)) throw cancelRefused("Unknown order sent.");
  const reply = await submit(call, {
    type: "cancel_replace",
    ...credential(call),
    ...request.order,
    mode,
    cancelTarget,
    cancelClientOrderId: clientOrderIdOr(parameters.text("cancelNewClientOrderId"), deps.randomText),
    restriction,
    ...(whenCountUsedUp === "do_nothing" ? {} : { whenCountUsedUp }),
  });
  switch (reply.outcome) {
    case "replaced":
      return replacedShape(contextOf(call, catalog, request.instrument), catalog, request.responseType, reply);
    case "rejected":
      throw PLACE_REFUSAL[reply.reason](limitsOf(catalog));
    default:
      throw misplaced(reply);
  }
}

/** Every lowering of an order's quantity, oldest first. */
export async function amendments(call: SignedCall): Promise<object> {
  const { parameters, deps, sender } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const orderId = parameters.integer("orderId") ?? 0;
  const fromExecutionId = parameters.integer("fromExecutionId");
  const limit = readLimit(parameters, LIST_LIMITS);
  const rows = await listAmendments(call, sender.account, instrument.id, orderId, { limit, fromExecutionId });
  const context = contextOf(call, catalog, instrument);
  return rows.map((row) => amendmentShape(context, row));
}

/** Orders routed over several books: there is one. */
export function smartRoutedOrder(): never {
  throw notSupported();
}
