/**
 * Views and replies: what the engine answers to an edge. Plain values; prices in ticks, quantities in lots, amounts in
 * atoms (bigint), times in µs. The public dialect's shapes are made from them in engine/api.
 */
import type { Asset, ExchangeLimits, Instrument } from "../domain/instrument.ts";
import type {
  ExpiryReason,
  ListContingency,
  ListStatus,
  OrderConditions,
  OrderPhase,
  OrderStatus,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from "../domain/order.ts";
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
  /** There when the order has a condition, stands in a list, or has lost something to decrement. */
  readonly special?: SpecialView;
}

/** What an order has beyond a plain one, as it is now. */
export interface SpecialView {
  readonly conditions: OrderConditions;
  /** 0: in no list. */
  readonly orderListId: number;
  /** A closed order keeps its last one. */
  readonly phase: OrderPhase;
  /** Since when it works (is on the book, or took); 0: not yet. */
  readonly workingUs: number;
  /** Since when a trailing order follows the price; 0: not yet. */
  readonly trailingUs: number;
  /** Of the newest self-trade that was prevented by decrement: the sequence of its event; 0: none. */
  readonly preventedMatchId: number;
}

export interface OrderListView {
  readonly instrument: number;
  /** Counted over all instruments of an engine. */
  readonly orderListId: number;
  readonly account: number;
  readonly contingency: ListContingency;
  readonly status: ListStatus;
  readonly listClientOrderId: string;
  readonly orders: readonly { readonly orderId: number; readonly clientOrderId: string }[];
  readonly createdUs: number;
  readonly updatedUs: number;
  readonly lastSeq: number;
}

/**
 * A self-trade that did not happen. One for each trade_prevented, and one for each order_expired{self_trade} that no
 * trade_prevented came before (under expire_both: one for the pair).
 */
export interface PreventedMatchView {
  readonly instrument: number;
  /** The sequence of the event that says so (expire_both: of the maker's). */
  readonly preventedMatchId: number;
  readonly account: number;
  readonly takerOrderId: number;
  readonly makerOrderId: number;
  readonly selfTradeMode: SelfTradeMode;
  /** The maker's. */
  readonly priceTicks: number;
  /** 0 where that side lost nothing. */
  readonly takerPreventedLots: number;
  readonly makerPreventedLots: number;
  readonly timeUs: number;
}

/** One lowering of an order's quantity. */
export interface AmendmentView {
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  /** The sequence of its event. */
  readonly executionId: number;
  readonly origClientOrderId: string;
  readonly newClientOrderId: string;
  readonly origQuantityLots: number;
  readonly newQuantityLots: number;
  readonly timeUs: number;
}

/** Orders of an account that count in the windows of a time (ExchangeLimits). */
export interface OrderCounts {
  readonly per10s: number;
  readonly perDay: number;
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
  /** Of lists of fills alone (recent ones and history's): the order's list. Not given: it is in none. */
  readonly orderListId?: number;
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
  /** Not given: NO_LIMITS. */
  readonly limits?: ExchangeLimits;
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
  /** Right after the command; not given in an answer that was made again. */
  readonly orderCounts?: OrderCounts;
}
export interface Canceled extends Answered {
  readonly outcome: "canceled";
  readonly order: OrderView;
  readonly cancelClientOrderId: string;
  /** The order stood in a list, which went with it: all that was canceled, by order id. */
  readonly list?: ListCanceled;
}
export interface ListCanceled {
  readonly list: OrderListView;
  readonly orders: readonly OrderView[];
}
export interface CanceledAll extends Answered {
  readonly outcome: "canceled_all";
  /** Oldest first, never empty: with nothing open the command is refused as order_not_found. */
  readonly orders: readonly OrderView[];
  readonly cancelClientOrderId: string;
  /** The lists that went with them. */
  readonly lists?: readonly OrderListView[];
}
export interface ListPlaced extends Answered {
  readonly outcome: "list_placed";
  readonly list: OrderListView;
  /** As they were right after the command, in the order of the legs. */
  readonly orders: readonly OrderView[];
  /** Fills of any of them, in order. */
  readonly fills: readonly FillView[];
  readonly orderCounts?: OrderCounts;
}
export interface CanceledList extends Answered, ListCanceled {
  readonly outcome: "canceled_list";
  readonly cancelClientOrderId: string;
}
/** `placed` is null when it was not attempted (stop_on_failure). */
export interface Replaced extends Answered {
  readonly outcome: "replaced";
  readonly canceled: Canceled | Rejected;
  readonly placed: Placed | Rejected | null;
  readonly orderCounts?: OrderCounts;
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
  readonly limits?: ExchangeLimits;
}

export type TradeReply = Rejected | Placed | Canceled | CanceledAll | Replaced | Amended | ListPlaced | CanceledList;
export type OperatorReply = Rejected | Done | CanceledAll;
export type Reply = TradeReply | OperatorReply;
