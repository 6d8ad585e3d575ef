/** A rolling window of one instrument as a stream tells it: what would make it news, and its text. */
import type { TickerView } from "../bus/stream-client.ts";
import { type Market, TICKER_WINDOW_MS } from "./market.ts";
import { type InstrumentFormat, miniTickerPayload, tickerPayload, windowTickerPayload } from "./payloads.ts";
import type { TickerKind, TickerWindow } from "./stream-names.ts";
import type { Payload } from "./topic.ts";

const HOUR_MS = 3_600_000;
const WINDOW_MS: Readonly<Record<TickerWindow, number>> = {
  "1h": HOUR_MS,
  "4h": 4 * HOUR_MS,
  "1d": TICKER_WINDOW_MS,
};

/** One moment of the clock, in both units. */
export interface Moment {
  readonly ms: number;
  readonly us: number;
}

export interface TickerEvent {
  /** The same as long as nothing has changed but the time. */
  readonly told: string;
  readonly payload: Payload;
}

export function tickerEvent(stream: TickerKind, market: Market, format: InstrumentFormat, now: Moment): TickerEvent {
  switch (stream.kind) {
    case "mini_ticker": {
      const ticker = market.ticker(now.ms);
      return { told: tradesOf(ticker), payload: (unit) => miniTickerPayload(format, ticker, now.us, unit) };
    }
    case "ticker": {
      const ticker = market.ticker(now.ms);
      return {
        told: `${tradesOf(ticker)}/${bestOf(market)}`,
        payload: (unit) => tickerPayload(format, ticker, now.us, unit),
      };
    }
    case "window_ticker": {
      const { window } = stream;
      const ticker = market.ticker(now.ms, WINDOW_MS[window]);
      return { told: tradesOf(ticker), payload: (unit) => windowTickerPayload(format, window, ticker, now.us, unit) };
    }
  }
}

function tradesOf(ticker: TickerView): string {
  return `${ticker.firstTradeId}/${ticker.lastTradeId}`;
}

/** The best levels, in a form that can be compared. */
export function bestOf({ book }: Market): string {
  const { bestBid, bestAsk } = book;
  return `${bestBid?.[0]}x${bestBid?.[1]}/${bestAsk?.[0]}x${bestAsk?.[1]}`;
}
