/**
 * Requests that name an order, or a list, which exists: by id, by client order id, or by both.
 */
import type { CancelRestriction } from "../domain/order.ts";
import type { OrderTarget } from "../protocol/commands.ts";
import type { Parameters } from "./parameters.ts";
import { bothMissing, cancelRestrictionsInvalid, parameterInvalid, parameterMissing } from "./refusal.ts";
import { CANCEL_RESTRICTION_OF } from "./words.ts";

/** @throws Refusal -1102 when neither was sent. */
export function readTarget(
  parameters: Parameters,
  idName: "orderId" | "cancelOrderId" | "orderListId",
  clientIdName: "origClientOrderId" | "cancelOrigClientOrderId" | "listClientOrderId",
): OrderTarget {
  if (!parameters.has(idName) && !parameters.has(clientIdName)) throw bothMissing(clientIdName, idName);
  return { orderId: parameters.integer(idName) ?? 0, origClientOrderId: parameters.text(clientIdName) };
}

/** Order id 0 means "by client id" to the engine; to a trader it is an order that does not exist. */
export function namesNothing(target: OrderTarget): boolean {
  return target.orderId === 0 && target.origClientOrderId === "";
}

/** @throws Refusal -1145 */
export function readRestriction(parameters: Parameters): CancelRestriction {
  const sent = parameters.text("cancelRestrictions");
  if (sent === "") return "none";
  const restriction = CANCEL_RESTRICTION_OF.get(sent);
  if (restriction === undefined) throw cancelRestrictionsInvalid();
  return restriction;
}

export function readReplaceMode(parameters: Parameters): "stop_on_failure" | "allow_failure" {
  switch (parameters.text("cancelReplaceMode")) {
    case "STOP_ON_FAILURE":
      return "stop_on_failure";
    case "ALLOW_FAILURE":
      return "allow_failure";
    case "":
      throw parameterMissing("cancelReplaceMode");
    default:
      throw parameterInvalid("cancelReplaceMode");
  }
}

/** What a replacement does when the account's count of orders is used up. @throws Refusal -1130 */
export function readCountMode(parameters: Parameters): "do_nothing" | "cancel_only" {
  switch (parameters.text("orderRateLimitExceededMode")) {
    case "":
    case "DO_NOTHING":
      return "do_nothing";
    case "CANCEL_ONLY":
      return "cancel_only";
    default:
      throw parameterInvalid("orderRateLimitExceededMode");
  }
}
