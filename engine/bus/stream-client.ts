/**
 * How functions ask engine/stream (the client half of its read port): what market-data functions ask of engine/stream. At most a second old; `updateId` is the
 * engine's own counter. Prices in ticks, quantities in lots, amounts in atoms, times in µs.
 */
import type { Side } from "../domain/order.ts";
import type { KlineInterval } from "../protocol/candle-time.ts";

export interface DepthView {
  readonly instrument: number;
  readonly updateId: number;
  /** [priceTicks, quantityLots], best first. */
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

export interface TradeView {
  readonly instrument: number;
  readonly tradeId: number;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly takerSide: Side;
  /** Trades of one taker order follow one another. */
  readonly takerOrderId: number;
  readonly timeUs: number;
}

export { KLINE_INTERVALS, type KlineInterval } from "../protocol/candle-time.ts";

/** One candle; with `trades` 0 it is flat at the previous close. */
export interface Candle {
  readonly openTimeMs: number;
  /** The next open − 1. */
  readonly closeTimeMs: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly volumeLots: bigint;
  readonly quoteAtoms: bigint;
  readonly takerBuyLots: bigint;
  readonly takerBuyQuoteAtoms: bigint;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly trades: number;
}

/** A candle in which nothing traded, at the close before it. */
export function flatCandle(openTimeMs: number, closeTimeMs: number, ticks: number): Candle {
  return {
    openTimeMs,
    closeTimeMs,
    openTicks: ticks,
    highTicks: ticks,
    lowTicks: ticks,
    closeTicks: ticks,
    volumeLots: 0n,
    quoteAtoms: 0n,
    takerBuyLots: 0n,
    takerBuyQuoteAtoms: 0n,
    firstTradeId: -1,
    lastTradeId: -1,
    trades: 0,
  };
}

/** Rolling 24 hours; all zero (ids -1) where nothing traded. */
export interface TickerView {
  readonly instrument: number;
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly lastTicks: number;
  readonly lastLots: number;
  readonly prevCloseTicks: number;
  readonly volumeLots: bigint;
  readonly quoteAtoms: bigint;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly trades: number;
  readonly bestBid: readonly [number, number] | null;
  readonly bestAsk: readonly [number, number] | null;
}

export interface StreamReads {
  /** null: no such instrument. */
  depth(instrument: number, levelsMax: number): Promise<DepthView | null>;
  /** Newest `limit` trades the stream still holds, oldest first. */
  recentTrades(instrument: number, limit: number): Promise<readonly TradeView[]>;
  /** Over the rolling day, or a shorter window of whole minutes. */
  ticker(instrument: number, windowMs?: number): Promise<TickerView | null>;
  /** Candles that the stream itself still holds (the running one and recent ones), oldest first; they win over history. */
  candles(instrument: number, interval: KlineInterval): Promise<readonly Candle[]>;
  /** How the stream itself stands, for an operator: of several, the one that answers. */
  standing(): Promise<StreamStanding>;
}

export interface StreamStanding {
  /** WebSocket connections; those of the WebSocket API among them. */
  readonly sockets: number;
  readonly apiSockets: number;
  /** Subscriptions to streams of the market; user data streams that are heard. */
  readonly subscriptions: number;
  readonly userStreams: number;
  /** Since the start, once for each client. */
  readonly messages: number;
  /** Bytes that wait for clients. */
  readonly bufferedBytes: number;
  /** Newest event that the books include; null: none yet. */
  readonly appliedSeq: number | null;
  /** false: a gap in the feed is being filled. */
  readonly following: boolean;
}
