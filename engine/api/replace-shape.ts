/**
 * The answer to a cancel-replace: what became of its halves. Both done is a 200; else it is a refusal that carries the same.
 */
import type { Canceled, Catalog, Placed, Rejected, Replaced } from "../protocol/views.ts";
import type { ResponseType } from "./new-order.ts";
import { canceledShape, placedShape, type ShapeContext } from "./order-shapes.ts";
import { Refusal, refusalBody } from "./refusal.ts";
import { CANCEL_REFUSAL, limitsOf, PLACE_REFUSAL } from "./rejects.ts";

type HalfResult = "SUCCESS" | "FAILURE" | "NOT_ATTEMPTED";

/** Both halves done: the body of a 200. @throws Refusal 409 -2021 when one half failed, 400 -2022 when nothing was done. */
export function replacedShape(
  context: ShapeContext,
  catalog: Catalog,
  responseType: ResponseType,
  reply: Replaced,
): object {
  const { canceled, placed } = reply;
  const data = {
    cancelResult: halfResult(canceled),
    newOrderResult: halfResult(placed),
    cancelResponse:
      canceled.outcome === "canceled"
        ? canceledShape(context, canceled)
        : refusalBody(CANCEL_REFUSAL[canceled.reason](limitsOf(catalog))),
    newOrderResponse: newOrderResponse(context, catalog, responseType, placed),
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
  responseType: ResponseType,
  placed: Placed | Rejected | null,
): object | null {
  if (placed === null) return null;
  return placed.outcome === "placed"
    ? placedShape(context, catalog, responseType, placed)
    : refusalBody(PLACE_REFUSAL[placed.reason](limitsOf(catalog)));
}
