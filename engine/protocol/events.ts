/**
 * Events: everything that has happened, as plain values for whoever stands outside the core.
 *
 * One engine numbers its events 1, 2, 3 … without gaps (`seq`); (engine, seq) is an event's identity for ever. The core
 * writes rows of doubles (core/event-log.ts); event-decoder.ts turns rows into these. Prices in ticks, quantities in
 * lots, amounts in atoms (bigint), times in microseconds of the engine's clock.
 */
import type { Asset, ExchangeLimits, Instrument } from "../domain/instrument.ts";
import type { AccountRecord, KeyRecord } from "../domain/operator.ts";
import type {
  CancelCause,
  ExpiryReason,
  ListContingency,
  ListStatus,
  OrderConditions,
  OrderPhase,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from "../domain/order.ts";
import type { Reject } from "../domain/rejects.ts";

export type { AccountRecord, KeyRecord } from "../domain/operator.ts";

interface Happened {
  readonly seq: number;
  /** engineTimeUs of the frame. */
  readonly timeUs: number;
}

/** An order was taken in. Its fills, expiry or cancellation follow; without such an event it rests. */
export interface OrderAccepted extends Happened {
  readonly type: "order_accepted";
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  /** 0 for a market order. */
  readonly priceTicks: number;
  /** For a market order by quote amount: what the dry walk of the book found. */
  readonly quantityLots: number;
  /** Market by quote amount: what was asked; else 0n. */
  readonly quoteAtoms: bigint;
  readonly clientOrderId: string;
  /** There, whole, when the order has a condition or stands in a list; a plain one has none of it. */
  readonly special?: SpecialTerms;
}

/** What an order has beyond a plain one. */
export interface SpecialTerms {
  readonly conditions: OrderConditions;
  /** 0: in no list. */
  readonly orderListId: number;
  /** The phase in which it was taken in. */
  readonly phase: OrderPhase;
}

/** An open order has come to another phase: triggered or activated to work, begun to wait, begun to follow the price. */
export interface OrderActivated extends Happened {
  readonly type: "order_activated";
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  readonly phase: OrderPhase;
}

/** Two orders of one account met under decrement (or transfer) and both lost this much. */
export interface TradePrevented extends Happened {
  readonly type: "trade_prevented";
  readonly instrument: number;
  readonly account: number;
  readonly takerOrderId: number;
  readonly makerOrderId: number;
  readonly selfTradeMode: SelfTradeMode;
  /** The maker's price. */
  readonly priceTicks: number;
  readonly preventedLots: number;
  readonly takerRemainingLots: number;
  readonly makerRemainingLots: number;
}

/** A list was taken in, came to its second phase, or has no open order any more: the whole list as it is now. */
export interface OrderListChanged extends Happened {
  readonly type: "order_list_changed";
  readonly instrument: number;
  readonly orderListId: number;
  readonly account: number;
  readonly contingency: ListContingency;
  readonly status: ListStatus;
  readonly listClientOrderId: string;
  /** Two or three, in the order of the legs. */
  readonly orderIds: readonly number[];
}

/** Quote atoms that change hands: priceTicks × quantityLots × the instrument's quoteAtomsPerTickLot. */
export interface TradeExecuted extends Happened {
  readonly type: "trade_executed";
  readonly instrument: number;
  /** +1 per instrument, without gaps. */
  readonly tradeId: number;
  readonly takerSide: Side;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly takerOrderId: number;
  readonly makerOrderId: number;
  readonly takerAccount: number;
  readonly makerAccount: number;
  /** Fees in atoms of what each side received: the buyer base, the seller quote. */
  readonly takerFeeAtoms: bigint;
  readonly makerFeeAtoms: bigint;
  /** What is left of each order; 0: it is filled. (A taker's rest may expire by a later event.) */
  readonly takerRemainingLots: number;
  readonly makerRemainingLots: number;
}

export interface OrderCanceled extends Happened {
  readonly type: "order_canceled";
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  /** What was left and is gone. */
  readonly remainingLots: number;
  readonly cause: CancelCause;
  /** The id of the cancel request. */
  readonly cancelClientOrderId: string;
}

export interface OrderExpired extends Happened {
  readonly type: "order_expired";
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  readonly remainingLots: number;
  /** self_trade means the status expired_in_match. */
  readonly reason: ExpiryReason;
  /** The other order of a prevented self-trade; 0 otherwise. */
  readonly counterOrderId: number;
  /** How much of it a prevented self-trade took away (part of the remaining); 0 otherwise. */
  readonly preventedLots: number;
}

/** The quantity was lowered; the order kept its place. */
export interface OrderAmended extends Happened {
  readonly type: "order_amended";
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  readonly quantityLots: number;
  readonly remainingLots: number;
  readonly clientOrderId: string;
}

/** A price level has a new total quantity (0: it is gone). `updateId`: +1 per instrument, without gaps. */
export interface LevelChanged extends Happened {
  readonly type: "level_changed";
  readonly instrument: number;
  readonly updateId: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly quantityLots: number;
}

/** Absolute values, once per account and asset that a command touched, after its other events. */
export interface BalanceChanged extends Happened {
  readonly type: "balance_changed";
  readonly account: number;
  readonly asset: number;
  readonly freeAtoms: bigint;
  readonly lockedAtoms: bigint;
}

export interface CommandRejected extends Happened {
  readonly type: "command_rejected";
  readonly account: number;
  /** -1 where the command names none. */
  readonly instrument: number;
  readonly reason: Reject;
}

export const FUNDING_KINDS = ["deposited", "withdrawal_held", "withdrawal_settled", "withdrawal_released"] as const;
export type FundingKind = (typeof FUNDING_KINDS)[number];

export interface FundsMoved extends Happened {
  readonly type: "funds_moved";
  readonly account: number;
  readonly asset: number;
  readonly kind: FundingKind;
  readonly atoms: bigint;
  readonly reference: string;
}

/** The limits of the whole exchange as they are now. */
export interface ExchangeLimitsChanged extends Happened {
  readonly type: "exchange_limits_changed";
  readonly limits: ExchangeLimits;
}

export interface WithdrawalsFrozen extends Happened {
  readonly type: "withdrawals_frozen";
  readonly frozen: boolean;
  readonly reason: string;
}

export interface AssetAdded extends Happened {
  readonly type: "asset_added";
  readonly asset: Asset;
}

/** Added, or its status or fees changed: the whole instrument as it is now. */
export interface InstrumentChanged extends Happened {
  readonly type: "instrument_changed";
  readonly instrument: Instrument;
}

export interface AccountChanged extends Happened {
  readonly type: "account_changed";
  readonly account: AccountRecord;
}

/** Registered or revoked: the whole key as it is now. */
export interface KeyChanged extends Happened {
  readonly type: "key_changed";
  readonly key: KeyRecord;
}

export type EngineEvent =
  | OrderAccepted
  | TradeExecuted
  | OrderCanceled
  | OrderExpired
  | OrderAmended
  | OrderActivated
  | TradePrevented
  | OrderListChanged
  | LevelChanged
  | BalanceChanged
  | CommandRejected
  | FundsMoved
  | ExchangeLimitsChanged
  | WithdrawalsFrozen
  | AssetAdded
  | InstrumentChanged
  | AccountChanged
  | KeyChanged;
