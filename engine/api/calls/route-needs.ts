/**
 * What a route needs before its handler runs: its parameters, the permission of a key, the catalog. REST and the WebSocket API
 * both ask here.
 */
import type { KeyPermission } from "../../domain/operator.ts";
import { Parameters } from "../parameters.ts";
import type { HandlerName, Route, Security } from "../routes.ts";

/** Presence of these is the matter of authenticate. */
const SIGNED_OPTIONAL = ["timestamp", "recvWindow"];
const NOTHING_MORE: readonly string[] = [];

/** What tells the time, or only that somebody is there, needs nothing of anybody: a probe by way of the API. Nor do documents. */
const NEEDS_NO_CATALOG: ReadonlySet<string> = new Set<HandlerName<"market-data">>([
  "ping",
  "time",
  "openApi",
  "asyncApi",
]);

/** @throws Refusal -1100, -1102 */
export function parametersOf(
  { mandatory, optional, security }: Route,
  values: ReadonlyMap<string, string>,
): Parameters {
  const unsigned = security === "NONE" || security === "OPERATOR" || security === "PERSON";
  return new Parameters(values, mandatory, optional, unsigned ? NOTHING_MORE : SIGNED_OPTIONAL);
}

/** Of the key that a signed route is asked with. */
export function permissionFor(security: Security): KeyPermission {
  switch (security) {
    case "TRADE":
      return "trade";
    case "WITHDRAW":
      return "withdraw";
    case "USER_DATA":
    case "USER_STREAM":
    case "NONE":
    case "OPERATOR":
    case "PERSON":
      return "read";
  }
}

export function needsCatalog({ handler }: Route): boolean {
  return !NEEDS_NO_CATALOG.has(handler);
}
