/**
 * Every call of the route table but people's (people-endpoints.ts), described: complete by type, so that a route without a
 * description does not compile.
 */
import { type FunctionName, type HandlerName, ROUTES, type Route, type Security } from "../routes.ts";
import { ACCOUNT_ENDPOINTS, OWN_KEY_ENDPOINTS, OWN_MONEY_ENDPOINTS } from "./account-endpoints.ts";
import type { EndpointEntry } from "./endpoint-entry.ts";
import { MARKET_ENDPOINTS } from "./market-endpoints.ts";
import { DEAD_LETTER_ENDPOINTS, OPERATOR_ENDPOINTS, OPERATOR_MONEY_ENDPOINTS } from "./operator-endpoints.ts";
import { ORDER_ENDPOINTS } from "./order-endpoints.ts";

export type DescribedSecurity = Exclude<Security, "PERSON">;
export type AnyHandler = HandlerName<FunctionName, DescribedSecurity>;

export interface DescribedRoute extends Route {
  readonly security: DescribedSecurity;
  readonly handler: AnyHandler;
}

/** Calls that programs make. */
export const DESCRIBED_ROUTES: readonly DescribedRoute[] = ROUTES.filter((route) => route.security !== "PERSON");

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
