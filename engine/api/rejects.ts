/**
 * From the engine's reasons for a no to the dialect's codes: one exhaustive table per kind of request.
 *
 * A reason that a kind of request cannot meet maps to -1000 and says so by `unexpected`.
 */
import { type ExchangeLimits, NO_LIMITS } from "../domain/instrument.ts";
import type { Reject } from "../domain/rejects.ts";
import type { Catalog } from "../protocol/views.ts";
import {
  amendRefused,
  apiKeyInvalid,
  cancelRefused,
  clientOrderIdMismatch,
  type FilterName,
  filterFailure,
  noOrdersOnBook,
  orderDoesNotExist,
  orderRefused,
  outcomeUnknown,
  overloaded,
  type Refusal,
  selfTradeModeNotAllowed,
  symbolInvalid,
  tooManyOrders,
  unknownError,
} from "./refusal.ts";

/** Two sentences name a limit of the whole exchange. */
type RefusalOf = Readonly<Record<Reject, (limits: ExchangeLimits) => Refusal>>;

/** The limits as the catalog at hand knows them. */
export function limitsOf(catalog: Catalog): ExchangeLimits {
  return catalog.limits ?? NO_LIMITS;
}

const unexpected = unknownError;
const refused = (message: string) => (): Refusal => orderRefused(message);
const canceling = (message: string) => (): Refusal => cancelRefused(message);
const filter = (name: FilterName) => (): Refusal => filterFailure(name);
const marketClosed = refused("Market is closed.");

/** Operator's reasons: never the answer to a trader's command. */
const OPERATOR_ONLY = {
  asset_not_found: unexpected,
  asset_exists: unexpected,
  asset_invalid: unexpected,
  instrument_exists: unexpected,
  instrument_invalid: unexpected,
  account_exists: unexpected,
  account_invalid: unexpected,
  key_exists: unexpected,
  key_not_found: unexpected,
  key_invalid: unexpected,
  reference_used: unexpected,
  reference_unknown: unexpected,
  withdrawal_not_held: unexpected,
  status_unchanged: unexpected,
  operator_only: unexpected,
  limits_invalid: unexpected,
  withdrawals_frozen: unexpected,
};

const EVERY_REQUEST = {
  // The deadline refuses copies too, and the first may have been executed: so it is unknown, never failed.
  deadline_passed: outcomeUnknown,
  // The clocks of edge and engine are apart: nothing was executed, and trying again later can end differently.
  deadline_too_far: overloaded,
  account_not_found: apiKeyInvalid,
  key_not_valid: apiKeyInvalid,
  account_disabled: refused("This action is disabled on this account."),
  instrument_not_found: symbolInvalid,
  instrument_halted: marketClosed,
  instrument_cancel_only: marketClosed,
  self_trade_mode_not_allowed: selfTradeModeNotAllowed,
  price_outside_filter: filter("PRICE_FILTER"),
  quantity_outside_filter: filter("LOT_SIZE"),
  market_quantity_outside_filter: filter("MARKET_LOT_SIZE"),
  notional_outside_filter: filter("NOTIONAL"),
  // exchangeInfo publishes the largest amount as maxNotional.
  amount_too_large: filter("NOTIONAL"),
  open_orders_limit: filter("MAX_NUM_ORDERS"),
  client_order_id_open: refused("Duplicate order sent."),
};

/** What only a new order, alone or in a list, can be refused for. */
const OF_PLACING = {
  order_type_not_supported: refused("Unsupported order combination"),
  conditions_invalid: refused("Unsupported order combination"),
  stop_price_outside_filter: filter("PRICE_FILTER"),
  iceberg_quantity_outside_filter: filter("LOT_SIZE"),
  iceberg_parts_exceeded: filter("ICEBERG_PARTS"),
  trailing_delta_outside_filter: filter("TRAILING_DELTA"),
  percent_price_outside_filter: filter("PERCENT_PRICE_BY_SIDE"),
  position_limit: filter("MAX_POSITION"),
  algo_orders_limit: filter("MAX_NUM_ALGO_ORDERS"),
  iceberg_orders_limit: filter("MAX_NUM_ICEBERG_ORDERS"),
  order_lists_limit: filter("MAX_NUM_ORDER_LISTS"),
  exchange_orders_limit: filter("EXCHANGE_MAX_NUM_ORDERS"),
  exchange_algo_orders_limit: filter("EXCHANGE_MAX_NUM_ALGO_ORDERS"),
  exchange_iceberg_orders_limit: filter("EXCHANGE_MAX_NUM_ICEBERG_ORDERS"),
  exchange_order_lists_limit: filter("EXCHANGE_MAX_NUM_ORDER_LISTS"),
  orders_per_10s_limit: (limits: ExchangeLimits) => tooManyOrders(limits.ordersPer10s, "10 SECOND"),
  orders_per_day_limit: (limits: ExchangeLimits) => tooManyOrders(limits.ordersPerDay, "1 DAY"),
  stop_would_trigger: refused("Order would trigger immediately."),
  post_only_would_take: refused("Order would immediately match and take."),
  no_liquidity: noOrdersOnBook,
  liquidity_below_lot: refused("Order book liquidity is less than `LOT_SIZE` filter minimum quantity."),
  balance_too_low: refused("Account has insufficient balance for requested action."),
  list_invalid: refused("Unsupported order combination"),
  list_prices_wrong: refused("The relationship of the prices for the orders is not correct."),
  list_client_order_id_open: refused("Duplicate order sent."),
};

/** A table that says of each of these reasons that the request cannot meet it. */
function never<Names extends Reject>(
  reasons: Readonly<Record<Names, unknown>>,
): Readonly<Record<Names, () => Refusal>> {
  return Object.fromEntries(Object.keys(reasons).map((reason) => [reason, unexpected])) as Record<Names, () => Refusal>;
}

/** What only a request that names an order or a list can be refused for. */
const OF_TARGETS = {
  order_not_found: unexpected,
  list_not_found: unexpected,
  client_order_id_mismatch: unexpected,
  cancel_restricted: unexpected,
  quantity_not_reduced: unexpected,
  quantity_already_executed: unexpected,
  amend_not_supported: unexpected,
  order_amends_limit: unexpected,
};

/** POST order, and the lists. */
export const PLACE_REFUSAL: RefusalOf = { ...OPERATOR_ONLY, ...EVERY_REQUEST, ...OF_PLACING, ...OF_TARGETS };

/** One order, or a list. */
export const CANCEL_REFUSAL: RefusalOf = {
  ...OPERATOR_ONLY,
  ...EVERY_REQUEST,
  ...never(OF_PLACING),
  ...OF_TARGETS,
  account_disabled: refused("This account may not place or cancel orders."),
  order_not_found: canceling("Unknown order sent."),
  list_not_found: canceling("Unknown order sent."),
  client_order_id_mismatch: canceling("Cancel order is invalid. Check origClOrdId and orderId."),
  cancel_restricted: canceling("Order was not canceled due to cancel restrictions."),
};

export const AMEND_REFUSAL: RefusalOf = {
  ...OPERATOR_ONLY,
  ...EVERY_REQUEST,
  ...never(OF_PLACING),
  ...OF_TARGETS,
  order_not_found: orderDoesNotExist,
  client_order_id_mismatch: clientOrderIdMismatch,
  quantity_not_reduced: () => amendRefused("Order amend (quantity increase) is not supported."),
  // The source is silent on these two; the words are ours.
  quantity_already_executed: () => amendRefused("Order amend (quantity at or below the executed) is not supported."),
  amend_not_supported: () => amendRefused("Order amend is not supported for this order."),
  order_amends_limit: filter("MAX_NUM_ORDER_AMENDS"),
};

/** An amendment to the quantity that the order has. */
export const amendChangesNothing = (): Refusal => amendRefused("The requested action would change no state; rejecting");
