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

/** pending_new waits for another order of its list. */
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
  "unfunded_on_trigger",
  "would_take_on_activation",
  "would_trigger_on_activation",
] as const;
export type ExpiryReason = (typeof EXPIRY_REASONS)[number];

/** Which request ended an order that its owner asked to end. */
export const CANCEL_CAUSES = ["cancel", "cancel_all", "cancel_replace", "operator"] as const;
export type CancelCause = (typeof CANCEL_CAUSES)[number];

/** A condition that a cancel sets on the order it names. */
export const CANCEL_RESTRICTIONS = ["none", "only_new", "only_partially_filled"] as const;
export type CancelRestriction = (typeof CANCEL_RESTRICTIONS)[number];

/**
 * Where an open order is: working (on the book, or taking), waiting for its stop price, tracking (trailing: following the
 * price), pending (waiting for the working order of its list).
 */
export const ORDER_PHASES = ["working", "waiting", "tracking", "pending"] as const;
export type OrderPhase = (typeof ORDER_PHASES)[number];

/** What only some orders have. Zero: not this one. */
export interface OrderConditions {
  readonly stopTicks: number;
  /** In 1/10,000. */
  readonly trailingDeltaBips: number;
  /** The part of an iceberg that shows. */
  readonly icebergLots: number;
  /** The trader's own marks, which the exchange only repeats. */
  readonly strategyId: number;
  readonly strategyType: number;
}

export const NO_CONDITIONS: OrderConditions = {
  stopTicks: 0,
  trailingDeltaBips: 0,
  icebergLots: 0,
  strategyId: 0,
  strategyType: 0,
};

/** oco: one or the other. oto: the second once the first is filled. otoco: then one or the other of two. */
export const LIST_CONTINGENCIES = ["oco", "oto", "otoco"] as const;
export type ListContingency = (typeof LIST_CONTINGENCIES)[number];

export const LIST_STATUSES = ["exec_started", "updated", "all_done"] as const;
export type ListStatus = (typeof LIST_STATUSES)[number];

/** The numeric code of a word in one of the lists above. */
export function codeOf<T extends string>(list: readonly T[], word: T): number {
  return list.indexOf(word);
}
