/**
 * Views and replies: what the engine answers to an edge. Plain values; prices in ticks, quantities in lots, amounts in
 * atoms (bigint), times in µs. The public dialect's shapes are made from them in engine/api.
 */
import type { Asset, Instrument } from "../domain/instrument.ts";
import type { ExpiryReason, OrderStatus, OrderType, SelfTradeMode, Side, TimeInForce } from "../domain/order.ts";
import type { Reject } from "../domain/rejects.ts";
import type { AccountRecord, KeyRecord } from "./events.ts";

/** One order as it is now. */
export interface OrderView {
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly executedLots: number;
  readonly preventedLots: number;
  /** Sum of price × quantity over the fills. */
  readonly cumulativeQuoteAtoms: bigint;
  /** What a market order by quote amount asked for; else 0n. */
  readonly quoteAtoms: bigint;
  readonly status: OrderStatus;
  readonly expiryReason: ExpiryReason;
  readonly createdUs: number;
  readonly updatedUs: number;
  /** Event sequence of its acceptance and of its last change. */
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** One side's view of one trade. */
export interface FillView {
  readonly instrument: number;
  readonly tradeId: number;
  readonly orderId: number;
  readonly account: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly quoteAtoms: bigint;
  readonly commissionAtoms: bigint;
  /** Asset id of what this side received. */
  readonly commissionAsset: number;
  readonly isMaker: boolean;
  readonly timeUs: number;
  readonly seq: number;
}

export interface BalanceView {
  readonly asset: number;
  readonly freeAtoms: bigint;
  readonly lockedAtoms: bigint;
}

export interface AccountView extends AccountRecord {
  /** Every asset, zeros included, by asset id. */
  readonly balances: readonly BalanceView[];
  readonly updatedUs: number;
}

/** The reference data that every edge needs; a new object whenever something in it changed. */
export interface Catalog {
  readonly assets: readonly Asset[];
  readonly instruments: readonly Instrument[];
  readonly instrumentBySymbol: ReadonlyMap<string, Instrument>;
  readonly assetByName: ReadonlyMap<string, Asset>;
}

interface Answered {
  /** Sequence of the command's last event: an answer whose asOfSeq reaches it includes the command's effect. */
  readonly seq: number;
  readonly timeUs: number;
}

export interface Rejected extends Answered {
  readonly outcome: "rejected";
  readonly reason: Reject;
}
export interface Placed extends Answered {
  readonly outcome: "placed";
  /** As it was right after the command. */
  readonly order: OrderView;
  /** The taker's fills, in order. */
  readonly fills: readonly FillView[];
}
export interface Canceled extends Answered {
  readonly outcome: "canceled";
  readonly order: OrderView;
  readonly cancelClientOrderId: string;
}
export interface CanceledAll extends Answered {
  readonly outcome: "canceled_all";
  /** Oldest first, never empty: with nothing open the command is refused as order_not_found. */
  readonly orders: readonly OrderView[];
  readonly cancelClientOrderId: string;
}
/** `placed` is null when it was not attempted (stop_on_failure). */
export interface Replaced extends Answered {
  readonly outcome: "replaced";
  readonly canceled: Canceled | Rejected;
  readonly placed: Placed | Rejected | null;
}
export interface Amended extends Answered {
  readonly outcome: "amended";
  readonly order: OrderView;
  readonly origClientOrderId: string;
}
/** An operator's command took effect; what it made or changed. */
export interface Done extends Answered {
  readonly outcome: "done";
  readonly asset?: Asset;
  readonly instrument?: Instrument;
  readonly account?: AccountRecord;
  readonly key?: KeyRecord;
}

export type TradeReply = Rejected | Placed | Canceled | CanceledAll | Replaced | Amended;
export type OperatorReply = Rejected | Done | CanceledAll;
export type Reply = TradeReply | OperatorReply;
