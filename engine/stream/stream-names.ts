/**
 * Stream names (trading-api.md §1.13): text in, what to publish out. A name that is none of these is subscribed, listed
 * and acknowledged all the same, and never produces an event.
 */
import { KLINE_INTERVALS, type KlineInterval } from "../bus/stream-client.ts";
import type { KlineOffsetMs } from "./market.ts";

export type StreamKind =
  | { readonly kind: "trade" | "agg_trade" | "book_ticker" | "average_price" }
  | TickerKind
  | { readonly kind: "depth"; readonly speedMs: number }
  | { readonly kind: "partial_depth"; readonly levels: number; readonly speedMs: number }
  | { readonly kind: "kline"; readonly interval: KlineInterval; readonly offsetMs: KlineOffsetMs };

/** What a window of time amounts to: the day's, in two forms, or another's. */
export type TickerKind =
  | { readonly kind: "mini_ticker" | "ticker" }
  | { readonly kind: "window_ticker"; readonly window: TickerWindow };

const TICKER_WINDOWS = ["1h", "4h", "1d"] as const;
export type TickerWindow = (typeof TICKER_WINDOWS)[number];

export type StreamName =
  | { readonly scope: "instrument"; readonly symbol: string; readonly stream: StreamKind }
  | { readonly scope: "all"; readonly stream: TickerKind };

const SPEEDS_MS: Readonly<Record<string, number>> = { "": 1_000, "@1000ms": 1_000, "@100ms": 100 };
const DEPTH = /^depth(5|10|20)?(|@1000ms|@100ms)$/;
const KLINE = /^kline_([0-9]{1,2}[smhdwM])(@\+08:00)?$/;
/** python-binance says how often, too; once a second is how often it is. */
const OF_ALL = /^!([a-zA-Z0-9_]+)@arr(@1000ms)?$/;
/** Lower case only, as clients send it: an instrument's symbol is upper case. */
const INSTRUMENT_STREAM = /^([a-z0-9._-]{1,20})@(.+)$/;

/** null: no stream of ours. */
export function parseStreamName(name: string): StreamName | null {
  if (name.startsWith("!")) {
    const all = OF_ALL.exec(name);
    const stream = all === null ? null : parseTickerKind(all[1]!);
    return stream === null ? null : { scope: "all", stream };
  }
  const match = INSTRUMENT_STREAM.exec(name);
  if (match === null) return null;
  const stream = parseKind(match[2]!);
  return stream === null ? null : { scope: "instrument", symbol: match[1]!.toUpperCase(), stream };
}

function parseTickerKind(text: string): TickerKind | null {
  if (text === "miniTicker") return { kind: "mini_ticker" };
  if (text === "ticker") return { kind: "ticker" };
  const window = TICKER_WINDOWS.find((known) => text === `ticker_${known}`);
  return window === undefined ? null : { kind: "window_ticker", window };
}

function parseKind(text: string): StreamKind | null {
  if (text === "trade") return { kind: "trade" };
  if (text === "aggTrade") return { kind: "agg_trade" };
  if (text === "bookTicker") return { kind: "book_ticker" };
  if (text === "avgPrice") return { kind: "average_price" };
  const ticker = parseTickerKind(text);
  if (ticker !== null) return ticker;
  const depth = DEPTH.exec(text);
  if (depth !== null) {
    const speedMs = SPEEDS_MS[depth[2]!]!;
    return depth[1] === undefined
      ? { kind: "depth", speedMs }
      : { kind: "partial_depth", levels: Number(depth[1]), speedMs };
  }
  const kline = KLINE.exec(text);
  const interval = KLINE_INTERVALS.find((known) => known === kline?.[1]);
  if (kline === null || interval === undefined) return null;
  return { kind: "kline", interval, offsetMs: kline[2] === undefined ? 0 : 28_800_000 };
}
