/**
 * The dialect's words for the engine's words, and back (trading-api.md §1.7). Exhaustive by type in both directions.
 */
import type { InstrumentStatus } from "../domain/instrument.ts";
import type {
  CancelRestriction,
  ExpiryReason,
  ListContingency,
  ListStatus,
  OrderStatus,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from "../domain/order.ts";

export const SIDE_WORD: Readonly<Record<Side, string>> = { buy: "BUY", sell: "SELL" };

export const ORDER_TYPE_WORD: Readonly<Record<OrderType, string>> = {
  limit: "LIMIT",
  market: "MARKET",
  limit_maker: "LIMIT_MAKER",
  stop_loss: "STOP_LOSS",
  stop_loss_limit: "STOP_LOSS_LIMIT",
  take_profit: "TAKE_PROFIT",
  take_profit_limit: "TAKE_PROFIT_LIMIT",
};

export const TIME_IN_FORCE_WORD: Readonly<Record<TimeInForce, string>> = { gtc: "GTC", ioc: "IOC", fok: "FOK" };

export const SELF_TRADE_WORD: Readonly<Record<SelfTradeMode, string>> = {
  none: "NONE",
  expire_taker: "EXPIRE_TAKER",
  expire_maker: "EXPIRE_MAKER",
  expire_both: "EXPIRE_BOTH",
  decrement: "DECREMENT",
  transfer: "TRANSFER",
};

export const ORDER_STATUS_WORD: Readonly<Record<OrderStatus, string>> = {
  new: "NEW",
  partially_filled: "PARTIALLY_FILLED",
  filled: "FILLED",
  canceled: "CANCELED",
  expired: "EXPIRED",
  expired_in_match: "EXPIRED_IN_MATCH",
  pending_new: "PENDING_NEW",
  rejected: "REJECTED",
};

/** null: the field is left out. A self-trade has its own status and no word here. */
export const EXPIRY_REASON_WORD: Readonly<Record<ExpiryReason, string | null>> = {
  none: null,
  self_trade: null,
  ioc_unfilled: "UNFILLED_IOC_QUANTITY_EXPIRED",
  fok_unfilled: "UNFILLED_FOK_ORDER_EXPIRED",
  insufficient_liquidity: "INSUFFICIENT_LIQUIDITY",
  exchange_canceled: "EXCHANGE_CANCELED",
  rejected_on_trigger: "REJECTED",
  oco_trigger: "OCO_TRIGGER",
  oto_phase_one_expired: "OTO_PHASE_ONE_EXPIRED",
  unfunded_on_trigger: "REJECTED",
  would_take_on_activation: "REJECTED",
  would_trigger_on_activation: "REJECTED",
};

/** An OTOCO is an OTO whose second half is an OCO: the dialect has two words. */
export const LIST_CONTINGENCY_WORD: Readonly<Record<ListContingency, string>> = {
  oco: "OCO",
  oto: "OTO",
  otoco: "OTO",
};

/** listStatusType: what was last told of the list. */
export const LIST_STATUS_WORD: Readonly<Record<ListStatus, string>> = {
  exec_started: "EXEC_STARTED",
  updated: "UPDATED",
  all_done: "ALL_DONE",
};

/** listOrderStatus: whether any of its orders is still open. */
export const LIST_ORDER_STATUS_WORD: Readonly<Record<ListStatus, string>> = {
  exec_started: "EXECUTING",
  updated: "EXECUTING",
  all_done: "ALL_DONE",
};

export const INSTRUMENT_STATUS_WORD: Readonly<Record<InstrumentStatus, string>> = {
  trading: "TRADING",
  cancel_only: "CANCEL_ONLY",
  halt: "HALT",
};

export const CANCEL_RESTRICTION_WORD: Readonly<Record<Exclude<CancelRestriction, "none">, string>> = {
  only_new: "ONLY_NEW",
  only_partially_filled: "ONLY_PARTIALLY_FILLED",
};

/** The engine's word of a dialect's word, by a table above. */
function reversed<Word extends string>(table: Readonly<Record<Word, string>>): ReadonlyMap<string, Word> {
  return new Map((Object.keys(table) as Word[]).map((word) => [table[word], word]));
}

export const SIDE_OF = reversed(SIDE_WORD);
export const ORDER_TYPE_OF = reversed(ORDER_TYPE_WORD);
export const TIME_IN_FORCE_OF = reversed(TIME_IN_FORCE_WORD);
export const SELF_TRADE_OF = reversed(SELF_TRADE_WORD);
export const CANCEL_RESTRICTION_OF = reversed(CANCEL_RESTRICTION_WORD);
