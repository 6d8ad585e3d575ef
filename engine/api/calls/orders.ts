/**
 * Single orders: place, test, query, cancel, replace, amend; open orders and their cancelling.
 *
 * A request is parsed and verified once; the command carries the account of the verified key. An accepted order is one whose
 * frame is durable: the engine's reply says so.
 */

import type { Instrument } from "../../domain/instrument.ts";
import type { TradeCommand } from "../../protocol/commands.ts";
import type { Canceled, Catalog, Placed, Rejected, Replaced, TradeReply } from "../../protocol/views.ts";
import { commissionRatesShape } from "../account-shapes.ts";
import { decimalE8, quantityLotsOf } from "../amounts.ts";
import { clientOrderIdOr, instrumentOf, type NewOrderRequest, readNewOrder } from "../new-order.ts";
import {
  amendedShape,
  canceledShape,
  placedShape,
  queriedShape,
  type ShapeContext,
  shapeContext,
} from "../order-shapes.ts";
import { namesNothing, readReplaceMode, readRestriction, readTarget } from "../order-target.ts";
import {
  cancelRefused,
  clientOrderIdMismatch,
  orderDoesNotExist,
  Refusal,
  refusalBody,
  timestampTooOld,
} from "../refusal.ts";
import { AMEND_REFUSAL, amendChangesNothing, CANCEL_REFUSAL, PLACE_REFUSAL } from "../rejects.ts";
import { findOrder } from "./account-reads.ts";
import type { SignedCall } from "./call.ts";

/** Checks the time once more, then hands over. @throws Refusal -1021; OperationalError */
function submit(call: SignedCall, command: TradeCommand): Promise<TradeReply> {
  if (call.deps.nowUs() > call.sender.deadlineUs) throw timestampTooOld();
  return call.deps.engine.submit(command, call.sender.deadlineUs);
}

function credential(call: SignedCall): { readonly account: number; readonly keyId: number } {
  return { account: call.sender.account, keyId: call.sender.keyId };
}

function contextOf(call: SignedCall, catalog: Catalog, instrument: Instrument): ShapeContext {
  return shapeContext(catalog, instrument, call.unit);
}

/** An answer of a kind that the command cannot have: a fault of ours, reported and answered as -1000. */
function misplaced(reply: TradeReply): Error {
  return new Error(`the engine answered ${reply.outcome} to another kind of command`);
}

export async function placeOrder(call: SignedCall): Promise<object> {
  const catalog = call.deps.reads.catalog();
  const request = readNewOrder(call.parameters, catalog, call.deps.randomText);
  const reply = await submit(call, { type: "place_order", ...credential(call), ...request.order });
  switch (reply.outcome) {
    case "placed":
      return placedShape(contextOf(call, catalog, request.instrument), catalog, request, reply);
    case "rejected":
      throw PLACE_REFUSAL[reply.reason]();
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
  if (namesNothing(target)) throw CANCEL_REFUSAL.order_not_found();
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
      return canceledShape(contextOf(call, catalog, instrument), reply);
    case "rejected":
      throw CANCEL_REFUSAL[reply.reason]();
    default:
      throw misplaced(reply);
  }
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
    case "canceled_all": {
      const context = contextOf(call, catalog, instrument);
      const { cancelClientOrderId, timeUs } = reply;
      return reply.orders.map((order) => canceledShape(context, { order, cancelClientOrderId, timeUs }));
    }
    case "rejected":
      throw CANCEL_REFUSAL[reply.reason]();
    default:
      throw misplaced(reply);
  }
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
      if (reply.reason !== "quantity_not_reduced") throw AMEND_REFUSAL[reply.reason]();
      // The engine has one reason for "more" and "the same", the dialect a sentence for each.
      const { orderId, origClientOrderId } = target;
      const order = await deps.reads.order(call.sender.account, instrument.id, orderId, origClientOrderId);
      throw order.value?.quantityLots === quantityLots ? amendChangesNothing() : AMEND_REFUSAL[reply.reason]();
    }
    default:
      throw misplaced(reply);
  }
}

export async function cancelReplace(call: SignedCall): Promise<object> {
  const { parameters, deps } = call;
  const catalog = deps.reads.catalog();
  const mode = readReplaceMode(parameters);
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
  });
  switch (reply.outcome) {
    case "replaced":
      return replacedShape(contextOf(call, catalog, request.instrument), catalog, request, reply);
    case "rejected":
      throw PLACE_REFUSAL[reply.reason]();
    default:
      throw misplaced(reply);
  }
}

type HalfResult = "SUCCESS" | "FAILURE" | "NOT_ATTEMPTED";

/** Both halves done: the body of a 200. @throws Refusal 409 -2021 when one half failed, 400 -2022 when nothing was done. */
function replacedShape(context: ShapeContext, catalog: Catalog, request: NewOrderRequest, reply: Replaced): object {
  const { canceled, placed } = reply;
  const data = {
    cancelResult: halfResult(canceled),
    newOrderResult: halfResult(placed),
    cancelResponse:
      canceled.outcome === "canceled"
        ? canceledShape(context, canceled)
        : refusalBody(CANCEL_REFUSAL[canceled.reason]()),
    newOrderResponse: newOrderResponse(context, catalog, request, placed),
  };
  if (data.cancelResult === "SUCCESS" && data.newOrderResult === "SUCCESS") return data;
  if (data.cancelResult === "SUCCESS" || data.newOrderResult === "SUCCESS") {
    throw new Refusal(409, -2021, "Order cancel-replace partially failed.", data);
  }
  throw new Refusal(400, -2022, "Order cancel-replace failed.", data);
}

function halfResult(half: Canceled | Placed | Rejected | null): HalfResult {
  if (half === null) return "NOT_ATTEMPTED";
  return half.outcome === "rejected" ? "FAILURE" : "SUCCESS";
}

function newOrderResponse(
  context: ShapeContext,
  catalog: Catalog,
  request: NewOrderRequest,
  placed: Placed | Rejected | null,
): object | null {
  if (placed === null) return null;
  return placed.outcome === "placed"
    ? placedShape(context, catalog, request, placed)
    : refusalBody(PLACE_REFUSAL[placed.reason]());
}
