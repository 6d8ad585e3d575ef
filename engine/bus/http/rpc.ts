/**
 * Calls between our own processes over HTTP: `POST /v1/<port>/<method>`, arguments and result as wire JSON.
 *
 * The request's body is the list of arguments, the answer's body is `{"result": …}`. 200; 400 bad arguments; 401 without
 * the internal token (`Authorization: Bearer …`); 404 no such method, or no such instrument; 413; 503 `{"code", "message"}`: an OperationalError,
 * to be thrown again on the other side. Internal ports only, never behind the public origin.
 */
import type { History } from "../history-client.ts";
import type { Candle, KlineInterval, TradeView } from "../stream-client.ts";

/** Of a request. */
export const RPC_BODY_BYTES_MAX = 64 * 1024;
/** Of an answer: the whole of a book with a million prices. */
export const RPC_ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Of the events in one answer of eventsSince or accountEvents, as JSON; the caller goes on at `nextSeq`. */
export const RPC_EVENTS_BYTES_MAX = 1024 * 1024;

/** Served by the engine: EngineReads, and what persistence and event intake tell it. */
export const ENGINE_PORT = "engine";
export const ENGINE_METHODS = [
  "catalog",
  "keyByApiKey",
  "account",
  "order",
  "openOrders",
  "recentOrders",
  "recentFills",
  "dropped",
  "keys",
  "eventsSince",
  "orderList",
  "recentOrderLists",
  "recentPreventedMatches",
  "recentAmendments",
  "orderCounts",
  "accountEvents",
  "withdrawals",
  "audit",
  "bookSnapshot",
  "standing",
  /** (engine, seq, lineage): persistence has committed every event up to seq of that lineage. */
  "committed",
  /** (headers, body): one CloudEvent in HTTP binary mode, to be handed to the engine's event sink; resolves once it is accepted. */
  "publish",
] as const;

/** Served by engine/stream: StreamReads. */
export const STREAM_PORT = "stream";
export const STREAM_METHODS = ["depth", "recentTrades", "ticker", "candles", "standing"] as const;

/** Served by functions/market-data for engine/stream: History, each method with one argument more (history-methods.ts). */
export const HISTORY_PORT = "history";
export const HISTORY_METHODS = [
  "order",
  "orders",
  "fills",
  "trades",
  "candles",
  "candleBefore",
  "orderLists",
  "orderList",
  "preventedMatches",
  "amendments",
  "fundsMoved",
  "statement",
  "ledgerSums",
] as const satisfies readonly (keyof History)[];

/** What the engine is told beside what it is asked. */
export interface EngineNotices {
  committed(engine: string, seq: number, lineage?: number): void | Promise<void>;
  publish(headers: Readonly<Record<string, string>>, body: string): Promise<void>;
}

/** The part of history that the stream's markets ask for (MarketHistory there; list rules: history-client.ts). */
export interface HistoryReads {
  trades(
    instrument: number,
    range: { readonly limit: number; readonly fromTradeId?: number },
  ): Promise<readonly TradeView[]>;
  candles(
    instrument: number,
    interval: KlineInterval,
    range: { readonly startMs: number; readonly endMs: number; readonly limit: number },
  ): Promise<readonly Candle[]>;
  candleBefore(instrument: number, interval: KlineInterval, openTimeMs: number): Promise<Candle | null>;
}
