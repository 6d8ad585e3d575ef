/**
 * History: what account and market-data functions, and the stream at its start, ask of Postgres. The same SQL on PGlite
 * and on Postgres. Every call rejects with OperationalError `history_unavailable` while the database cannot be asked.
 *
 * List rules (trading-api.md §1.2): no time: the newest `limit`; only start: oldest from there; only end: newest up to
 * there; both: from start, cut at end; bounds inclusive; always returned oldest first.
 */

import type { FundingKind } from "../protocol/events.ts";
import type { AmendmentView, FillView, OrderListView, OrderView, PreventedMatchView } from "../protocol/views.ts";
import { OperationalError } from "./engine-client.ts";
import type { Candle, KlineInterval, TradeView } from "./stream-client.ts";

export interface TimeRange {
  readonly startMs?: number;
  readonly endMs?: number;
  readonly limit: number;
}

export interface History {
  /**
   * The same, of the journal of this lineage alone: for answers that are merged with the engine's. Rejects with
   * `history_unavailable` where the database holds another one. Not given: there is no other.
   */
  ofLineage?(lineage: number): History;
  order(account: number, instrument: number, orderId: number, clientOrderId: string): Promise<OrderView | null>;
  /** fromOrderId: ids ≥ it, oldest first; then times are ignored by the caller's choice of not giving them. */
  orders(
    account: number,
    instrument: number,
    range: TimeRange & { readonly fromOrderId?: number },
  ): Promise<readonly OrderView[]>;
  fills(
    account: number,
    instrument: number,
    range: TimeRange & { readonly orderId?: number; readonly fromTradeId?: number },
  ): Promise<readonly FillView[]>;
  trades(instrument: number, range: TimeRange & { readonly fromTradeId?: number }): Promise<readonly TradeView[]>;
  /** Candles with trades only; flat ones are the caller's. UTC-aligned. */
  candles(instrument: number, interval: KlineInterval, range: TimeRange): Promise<readonly Candle[]>;
  /** The newest candle that opened before this time, for a flat start; null: none. */
  candleBefore(instrument: number, interval: KlineInterval, openTimeMs: number): Promise<Candle | null>;
  /** Of all instruments; by id, which grows with time. */
  orderLists(
    account: number,
    range: TimeRange & { readonly fromOrderListId?: number },
  ): Promise<readonly OrderListView[]>;
  /** By id when not 0, else the newest with that client id. */
  orderList(account: number, orderListId: number, listClientOrderId: string): Promise<OrderListView | null>;
  /** By id, oldest first: from an id, else the newest `limit`. An order's are those in which it is either side. */
  preventedMatches(
    account: number,
    instrument: number,
    asked: PreventedMatchesAsked,
  ): Promise<readonly PreventedMatchView[]>;
  /** Oldest first: from an execution id, else from the first. */
  amendments(
    account: number,
    instrument: number,
    orderId: number,
    range: { readonly limit: number; readonly fromExecutionId?: number },
  ): Promise<readonly AmendmentView[]>;
  /** By sequence; of one account or of all. */
  fundsMoved(account: number | null, asked: FundsMovedAsked): Promise<readonly FundsMovedView[]>;
  /** Entries are listed by the list rules, or from an id. Cost: grows with what is before the page (its opening balance). */
  statement(
    account: number,
    asset: number,
    range: TimeRange & { readonly fromEntryId?: number },
  ): Promise<StatementPage>;
  /** What the tables hold against what came in and went out, of every asset by id. */
  ledgerSums(atSeq: number): Promise<LedgerSums>;
}

export interface PreventedMatchesAsked {
  readonly limit: number;
  readonly preventedMatchId?: number;
  readonly orderId?: number;
  readonly fromPreventedMatchId?: number;
}

export interface FundsMovedAsked extends TimeRange {
  readonly kinds: readonly FundingKind[];
  readonly asset?: number;
  readonly reference?: string;
}

export interface FundsMovedView {
  readonly seq: number;
  readonly timeUs: number;
  readonly account: number;
  readonly asset: number;
  readonly kind: FundingKind;
  readonly atoms: bigint;
  readonly reference: string;
}

/** fee_earned is the fee account's side of a trade_fee. */
export const STATEMENT_KINDS = [
  "trade_received",
  "trade_fee",
  "trade_paid",
  "fee_earned",
  "deposited",
  "withdrawal_held",
  "withdrawal_settled",
  "withdrawal_released",
] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

/** One line of a statement. */
export interface StatementEntry {
  /** Grows with the sequence; the lines of one event differ in it. */
  readonly entryId: number;
  readonly seq: number;
  readonly timeUs: number;
  readonly kind: StatementKind;
  readonly atoms: bigint;
  /** Of the balance (free and locked): a withdrawal that is held or released changes nothing of it. */
  readonly changeAtoms: bigint;
  /** Of a trade. */
  readonly instrument?: number;
  readonly tradeId?: number;
  readonly orderId?: number;
  /** Of a deposit or withdrawal. */
  readonly reference?: string;
}

/** openingAtoms + the changes of the entries = closingAtoms, as of the entries' place in all that ever happened. */
export interface StatementPage {
  readonly openingAtoms: bigint;
  readonly entries: readonly StatementEntry[];
  readonly closingAtoms: bigint;
  /** Every event up to here is in it, none later. */
  readonly asOfSeq: number;
}

/** Read at one moment. */
export interface LedgerSums {
  /** Every event up to completeSeq is in the tables; newestSeq is the newest that is. Equal: there is no hole. */
  readonly completeSeq: number;
  readonly newestSeq: number;
  readonly assets: readonly AssetSums[];
}

export interface AssetSums {
  readonly asset: number;
  /** Free and locked of all accounts. */
  readonly accountsAtoms: bigint;
  /** Of all deposits and all settled withdrawals; then of those up to the sequence that was named. */
  readonly depositedAtoms: bigint;
  readonly withdrawnAtoms: bigint;
  readonly depositedUntilAtoms: bigint;
  readonly withdrawnUntilAtoms: bigint;
}

/** Where there is no history, or it is away: every call rejects with `history_unavailable`. */
export function historyAway(words: string): History {
  const away = (): Promise<never> => Promise.reject(new OperationalError("history_unavailable", words));
  return {
    order: away,
    orders: away,
    fills: away,
    trades: away,
    candles: away,
    candleBefore: away,
    orderLists: away,
    orderList: away,
    preventedMatches: away,
    amendments: away,
    fundsMoved: away,
    statement: away,
    ledgerSums: away,
  };
}
