/**
 * Lists of orders: place (OCO, OTO, OTOCO and the OCO of old), cancel, query, open ones, all of them.
 */
import type { Instrument } from "../../domain/instrument.ts";
import type { OrderListView } from "../../protocol/views.ts";
import { checkWithinADay, LIST_LIMITS, readLimit, readWindow } from "../lists.ts";
import { clientOrderIdOr, instrumentOf } from "../new-order.ts";
import { type ListForm, readNewOrderList } from "../new-order-list.ts";
import { listCanceledShape, listPlacedShape, orderListShape } from "../order-list-shapes.ts";
import { namesNothing, readTarget } from "../order-target.ts";
import { cancelRefused, combinationInvalid, orderDoesNotExist } from "../refusal.ts";
import { CANCEL_REFUSAL, limitsOf, PLACE_REFUSAL } from "../rejects.ts";
import type { CallHandler, SignedCall } from "./call.ts";
import { findOrderList, listOrderLists, openLists } from "./list-reads.ts";
import { contextOf, credential, misplaced, submit } from "./submit.ts";

export const placeOco = placing("oco");
export const placeOto = placing("oto");
export const placeOtoco = placing("otoco");
export const placeOldOco = placing("old_oco");

function placing(form: ListForm): CallHandler<SignedCall> {
  return async (call) => {
    const catalog = call.deps.reads.catalog();
    const { instrument, responseType, ...list } = readNewOrderList(
      form,
      call.parameters,
      catalog,
      call.deps.randomText,
    );
    const reply = await submit(call, {
      type: "place_order_list",
      ...credential(call),
      instrument: instrument.id,
      ...list,
    });
    switch (reply.outcome) {
      case "list_placed":
        return listPlacedShape(contextOf(call, catalog, instrument), catalog, responseType, reply);
      case "rejected":
        throw PLACE_REFUSAL[reply.reason](limitsOf(catalog));
      default:
        throw misplaced(reply);
    }
  };
}

export async function cancelOrderList(call: SignedCall): Promise<object> {
  const { parameters, deps } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const target = readTarget(parameters, "orderListId", "listClientOrderId");
  if (namesNothing(target)) throw cancelRefused("Unknown order sent.");
  const reply = await submit(call, {
    type: "cancel_order_list",
    ...credential(call),
    instrument: instrument.id,
    orderListId: target.orderId,
    listClientOrderId: target.origClientOrderId,
    cancelClientOrderId: clientOrderIdOr(parameters.text("newClientOrderId"), deps.randomText),
  });
  switch (reply.outcome) {
    case "canceled_list":
      return listCanceledShape(contextOf(call, catalog, instrument), reply, reply.cancelClientOrderId, reply.timeUs);
    case "rejected":
      throw CANCEL_REFUSAL[reply.reason](limitsOf(catalog));
    default:
      throw misplaced(reply);
  }
}

export async function queryOrderList(call: SignedCall): Promise<object> {
  const target = readTarget(call.parameters, "orderListId", "origClientOrderId");
  if (namesNothing(target)) throw orderDoesNotExist();
  const byId = target.orderId !== 0;
  const list = await findOrderList(call, call.sender.account, target.orderId, byId ? "" : target.origClientOrderId);
  if (list === null) throw orderDoesNotExist();
  const mismatch = byId && target.origClientOrderId !== "" && list.listClientOrderId !== target.origClientOrderId;
  if (mismatch) throw orderDoesNotExist();
  const [shape] = shapesOf(call, [list]);
  if (shape === undefined) throw orderDoesNotExist();
  return shape;
}

/** With fromId: lists from that id on, oldest first; it goes with no time. */
export async function allOrderLists(call: SignedCall): Promise<object> {
  const { parameters, sender } = call;
  const window = readWindow(parameters);
  const fromListId = parameters.integer("fromId");
  const timed = window.startUs !== null || window.endUs !== null;
  if (timed && fromListId !== null) throw combinationInvalid();
  checkWithinADay(window);
  const limit = readLimit(parameters, LIST_LIMITS);
  return shapesOf(call, await listOrderLists(call, sender.account, { ...window, limit, fromListId }));
}

export async function openOrderLists(call: SignedCall): Promise<object> {
  return shapesOf(call, await openLists(call, call.sender.account));
}

/** A list's time is that of its taking in: by it lists are asked for. */
function shapesOf(call: SignedCall, lists: readonly OrderListView[]): object[] {
  const catalog = call.deps.reads.catalog();
  return lists.flatMap((list) => {
    const instrument: Instrument | undefined = catalog.instruments[list.instrument];
    return instrument === undefined ? [] : [orderListShape(contextOf(call, catalog, instrument), list, list.createdUs)];
  });
}
