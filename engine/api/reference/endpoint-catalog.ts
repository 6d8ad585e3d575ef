/** Every call of the route table, described: complete by type, so that a route without a description does not compile. */
import type { FunctionName, HandlerName } from "../routes.ts";
import { ACCOUNT_ENDPOINTS, OWN_KEY_ENDPOINTS, OWN_MONEY_ENDPOINTS } from "./account-endpoints.ts";
import type { EndpointEntry } from "./endpoint-entry.ts";
import { MARKET_ENDPOINTS } from "./market-endpoints.ts";
import { DEAD_LETTER_ENDPOINTS, OPERATOR_ENDPOINTS, OPERATOR_MONEY_ENDPOINTS } from "./operator-endpoints.ts";
import { ORDER_ENDPOINTS } from "./order-endpoints.ts";

export type AnyHandler = HandlerName<FunctionName>;

export const ENDPOINTS: Readonly<Record<AnyHandler, EndpointEntry>> = {
  ...MARKET_ENDPOINTS,
  ...ORDER_ENDPOINTS,
  ...ACCOUNT_ENDPOINTS,
  ...OWN_KEY_ENDPOINTS,
  ...OWN_MONEY_ENDPOINTS,
  ...OPERATOR_ENDPOINTS,
  ...OPERATOR_MONEY_ENDPOINTS,
  ...DEAD_LETTER_ENDPOINTS,
};
