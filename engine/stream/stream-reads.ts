/** The stream's read port: what market-data functions ask (engine/bus/stream-client.ts), answered from the copies. */
import type {
  Candle,
  DepthView,
  KlineInterval,
  StreamReads,
  StreamStanding,
  TickerView,
  TradeView,
} from "../bus/stream-client.ts";
import type { Market } from "./market.ts";
import type { StreamClock } from "./stream-clock.ts";
import type { StreamStats } from "./stream-server.ts";

export function createStreamReads(
  markets: () => ReadonlyMap<number, Market>,
  clock: StreamClock,
  stats: () => StreamStats,
): StreamReads {
  return {
    async depth(instrument: number, levelsMax: number): Promise<DepthView | null> {
      const book = markets().get(instrument)?.book;
      if (book === undefined) return null;
      return {
        instrument,
        updateId: book.updateId,
        bids: book.top("buy", levelsMax),
        asks: book.top("sell", levelsMax),
      };
    },
    async recentTrades(instrument: number, limit: number): Promise<readonly TradeView[]> {
      return markets().get(instrument)?.tape.newest(limit) ?? [];
    },
    async ticker(instrument: number, windowMs?: number): Promise<TickerView | null> {
      return markets().get(instrument)?.ticker(clock.nowMs(), windowMs) ?? null;
    },
    async candles(instrument: number, interval: KlineInterval): Promise<readonly Candle[]> {
      return markets().get(instrument)?.candles(interval, clock.nowMs()) ?? [];
    },
    async standing(): Promise<StreamStanding> {
      const { connections: sockets, subscriptions, messages, bufferedBytes, lastSeq, following, api } = stats();
      return {
        ...{ sockets, subscriptions, messages, bufferedBytes, following },
        apiSockets: api?.sessions ?? 0,
        userStreams: api?.userDataListeners ?? 0,
        appliedSeq: lastSeq,
      };
    },
  };
}
