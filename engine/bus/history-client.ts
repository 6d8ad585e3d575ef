/**
 * History: what account and market-data functions, and the stream at its start, ask of Postgres. The same SQL on PGlite
 * and on Postgres. Every call rejects with OperationalError `history_unavailable` while the database cannot be asked.
 *
 * List rules (trading-api.md §1.2): no time: the newest `limit`; only start: oldest from there; only end: newest up to
 * there; both: from start, cut at end; bounds inclusive; always returned oldest first.
 */

import type { FillView, OrderView } from "../protocol/views.ts";
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
}
