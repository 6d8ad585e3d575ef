/** A page without a screen for tests of the client alone: what openExchange gives stands on the window. */
import { createRoot, createSignal } from "solid-js";
import type { AccountNews, BookSnapshot, CandleFeed, Exchange, PublicTrade } from "../contract.ts";
import { openExchange } from "../open-exchange.ts";

export interface ExposedClient {
  readonly exchange: Exchange;
  readonly setSymbol: (symbol: string) => void;
  readonly setInterval: (interval: string) => void;
  readonly book: () => BookSnapshot | null;
  readonly trades: () => readonly PublicTrade[];
  readonly candles: CandleFeed;
  readonly news: readonly AccountNews[];
  /** Whatever it opened is closed. */
  readonly close: () => void;
}

declare global {
  interface Window {
    client: ExposedClient;
  }
}

window.client = createRoot((close) => {
  const exchange = openExchange();
  const [symbol, setSymbol] = createSignal("BTCUSDT");
  const [interval, setInterval] = createSignal("1m");
  const news: AccountNews[] = [];
  exchange.account.onNews((each) => void news.push(each));
  return {
    exchange,
    setSymbol: (next) => void setSymbol(next),
    setInterval: (next) => void setInterval(next),
    book: exchange.marketData.book(symbol),
    trades: exchange.marketData.trades(symbol),
    candles: exchange.marketData.candles(symbol, interval),
    news,
    close,
  };
});
