/**
 * The words of an order, each list in the order of its numeric code: the index is what the core, the journal and
 * the snapshot store. So entries are appended, never moved or removed.
 */

export const SIDES = ["buy", "sell"] as const;
export type Side = (typeof SIDES)[number];

export const ORDER_TYPES = [
  "limit",
  "market",
  "limit_maker",
  "stop_loss",
  "stop_loss_limit",
  "take_profit",
  "take_profit_limit",
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const TIMES_IN_FORCE = ["gtc", "ioc", "fok"] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** What happens when taker and maker belong to one account; the taker's mode decides. */
export const SELF_TRADE_MODES = [
  "none",
  "expire_taker",
  "expire_maker",
  "expire_both",
  "decrement",
  "transfer",
] as const;
export type SelfTradeMode = (typeof SELF_TRADE_MODES)[number];

/** pending_new waits for another order of its list; no command makes one yet. */
export const ORDER_STATUSES = [
  "new",
  "partially_filled",
  "filled",
  "canceled",
  "expired",
  "expired_in_match",
  "pending_new",
  "rejected",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Why an order ended without its owner asking. */
export const EXPIRY_REASONS = [
  "none",
  "ioc_unfilled",
  "fok_unfilled",
  "insufficient_liquidity",
  "self_trade",
  "exchange_canceled",
  "rejected_on_trigger",
  "oco_trigger",
  "oto_phase_one_expired",
] as const;
export type ExpiryReason = (typeof EXPIRY_REASONS)[number];

/** Which request ended an order that its owner asked to end. */
export const CANCEL_CAUSES = ["cancel", "cancel_all", "cancel_replace", "operator"] as const;
export type CancelCause = (typeof CANCEL_CAUSES)[number];

/** A condition that a cancel sets on the order it names. */
export const CANCEL_RESTRICTIONS = ["none", "only_new", "only_partially_filled"] as const;
export type CancelRestriction = (typeof CANCEL_RESTRICTIONS)[number];

/** The numeric code of a word in one of the lists above. */
export function codeOf<T extends string>(list: readonly T[], word: T): number {
  return list.indexOf(word);
}
