/**
 * From the engine's reasons for a no to the dialect's codes: one exhaustive table per kind of request.
 *
 * A reason that a kind of request cannot meet maps to -1000 and says so by `unexpected`.
 */
import type { Reject } from "../domain/rejects.ts";
import {
  amendRefused,
  apiKeyInvalid,
  cancelRefused,
  clientOrderIdMismatch,
  filterFailure,
  noOrdersOnBook,
  orderDoesNotExist,
  orderRefused,
  outcomeUnknown,
  overloaded,
  type Refusal,
  selfTradeModeNotAllowed,
  symbolInvalid,
  unknownError,
} from "./refusal.ts";

type RefusalOf = Readonly<Record<Reject, () => Refusal>>;

const unexpected = unknownError;
const marketClosed = (): Refusal => orderRefused("Market is closed.");

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
};

const EVERY_REQUEST = {
  // The deadline refuses copies too, and the first may have been executed: so it is unknown, never failed.
  deadline_passed: outcomeUnknown,
  // The clocks of edge and engine are apart: nothing was executed, and trying again later can end differently.
  deadline_too_far: overloaded,
  account_not_found: apiKeyInvalid,
  key_not_valid: apiKeyInvalid,
  account_disabled: () => orderRefused("This action is disabled on this account."),
  instrument_not_found: symbolInvalid,
  instrument_halted: marketClosed,
  instrument_cancel_only: marketClosed,
  self_trade_mode_not_allowed: selfTradeModeNotAllowed,
  price_outside_filter: () => filterFailure("PRICE_FILTER"),
  quantity_outside_filter: () => filterFailure("LOT_SIZE"),
  market_quantity_outside_filter: () => filterFailure("MARKET_LOT_SIZE"),
  notional_outside_filter: () => filterFailure("NOTIONAL"),
  // exchangeInfo publishes the largest amount as maxNotional.
  amount_too_large: () => filterFailure("NOTIONAL"),
  open_orders_limit: () => filterFailure("MAX_NUM_ORDERS"),
  client_order_id_open: () => orderRefused("Duplicate order sent."),
};

export const PLACE_REFUSAL: RefusalOf = {
  ...OPERATOR_ONLY,
  ...EVERY_REQUEST,
  order_type_not_supported: () => orderRefused("Unsupported order combination"),
  post_only_would_take: () => orderRefused("Order would immediately match and take."),
  no_liquidity: noOrdersOnBook,
  liquidity_below_lot: () => orderRefused("Order book liquidity is less than `LOT_SIZE` filter minimum quantity."),
  balance_too_low: () => orderRefused("Account has insufficient balance for requested action."),
  order_not_found: unexpected,
  client_order_id_mismatch: unexpected,
  cancel_restricted: unexpected,
  quantity_not_reduced: unexpected,
  quantity_already_executed: unexpected,
};

export const CANCEL_REFUSAL: RefusalOf = {
  ...OPERATOR_ONLY,
  ...EVERY_REQUEST,
  account_disabled: () => orderRefused("This account may not place or cancel orders."),
  order_not_found: () => cancelRefused("Unknown order sent."),
  client_order_id_mismatch: () => cancelRefused("Cancel order is invalid. Check origClOrdId and orderId."),
  cancel_restricted: () => cancelRefused("Order was not canceled due to cancel restrictions."),
  order_type_not_supported: unexpected,
  post_only_would_take: unexpected,
  no_liquidity: unexpected,
  liquidity_below_lot: unexpected,
  balance_too_low: unexpected,
  quantity_not_reduced: unexpected,
  quantity_already_executed: unexpected,
};

export const AMEND_REFUSAL: RefusalOf = {
  ...OPERATOR_ONLY,
  ...EVERY_REQUEST,
  order_not_found: orderDoesNotExist,
  client_order_id_mismatch: clientOrderIdMismatch,
  quantity_not_reduced: () => amendRefused("Order amend (quantity increase) is not supported."),
  // The source is silent here; the words are ours.
  quantity_already_executed: () => amendRefused("Order amend (quantity at or below the executed) is not supported."),
  cancel_restricted: unexpected,
  order_type_not_supported: unexpected,
  post_only_would_take: unexpected,
  no_liquidity: unexpected,
  liquidity_below_lot: unexpected,
  balance_too_low: unexpected,
};

/** An amendment to the quantity that the order has. */
export const amendChangesNothing = (): Refusal => amendRefused("The requested action would change no state; rejecting");
