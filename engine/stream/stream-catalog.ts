/**
 * The market streams as a client sees them: names, speeds, and every field of every event in its order (trading-api.md §1.13).
 *
 * Owns: the words. Descriptions of the streams are made of this table, and the tests compare what is really sent with it.
 * Does not own: which name means what (stream-names.ts) and how an event is written (payloads.ts).
 */
import type { StreamKind, TickerKind } from "./stream-names.ts";

export type FieldType =
  /** Always this text. */
  | { readonly type: "constant"; readonly value: string | boolean }
  | { readonly type: "one_of"; readonly values: readonly string[] }
  | { readonly type: "symbol" | "interval" | "boolean" }
  /** A decimal in a string, with eight places. */
  | { readonly type: "price" | "quantity" | "amount" }
  /** A decimal in a string, with three places. */
  | { readonly type: "percent" }
  /** A whole number below 2^53; −1 where there is none. */
  | { readonly type: "id" | "count" }
  /** Since the epoch, in the unit of the connection. */
  | { readonly type: "time" }
  /** [price, quantity] each, best first. */
  | { readonly type: "levels" }
  | { readonly type: "object"; readonly fields: readonly Field[] };

export type Field = FieldType & { readonly name: string; readonly says: string };

export interface StreamEntry {
  /** With `<symbol>` in lower case, `<interval>`, `<window>`, `<levels>`. */
  readonly patterns: readonly string[];
  /** One name for each form that the patterns have. */
  readonly examples: readonly string[];
  readonly title: string;
  /** How often it speaks, for each pattern; "live": at once. */
  readonly speeds: readonly string[];
  readonly says: string;
  /** "array": of such objects. */
  readonly shape: "object" | "array";
  readonly fields: readonly Field[];
}

type Plain = Exclude<FieldType, { readonly type: "constant" | "one_of" | "object" }>["type"];

function field(name: string, type: Plain, says: string): Field {
  return { name, type, says };
}
function constant(name: string, value: string | boolean, says: string): Field {
  return { name, type: "constant", value, says };
}

function head(event: string): readonly Field[] {
  return [
    constant("e", event, "kind of event"),
    field("E", "time", "when it was told"),
    field("s", "symbol", "instrument"),
  ];
}

const TRADE_END: readonly Field[] = [
  field("T", "time", "when it happened"),
  field("m", "boolean", "whether the buyer is the maker"),
  constant("M", true, "nothing: always true"),
];

const WINDOW: readonly Field[] = [
  field("O", "time", "begin of the window, on a minute"),
  field("C", "time", "end of the window"),
  field("F", "id", "first trade"),
  field("L", "id", "last trade"),
  field("n", "count", "trades"),
];

const MINI_TICKER: readonly Field[] = [
  ...head("24hrMiniTicker"),
  field("c", "price", "last price"),
  field("o", "price", "price of the first trade"),
  field("h", "price", "highest price"),
  field("l", "price", "lowest price"),
  field("v", "quantity", "volume, base asset"),
  field("q", "amount", "volume, quote asset"),
];

const TICKER: readonly Field[] = [
  ...head("24hrTicker"),
  field("p", "price", "change of the price"),
  field("P", "percent", "change of the price, percent"),
  field("w", "price", "average price, weighted by quantity"),
  field("x", "price", "price of the last trade before the window"),
  field("c", "price", "last price"),
  field("Q", "quantity", "last quantity"),
  field("b", "price", "best bid"),
  field("B", "quantity", "its quantity"),
  field("a", "price", "best ask"),
  field("A", "quantity", "its quantity"),
  field("o", "price", "price of the first trade"),
  field("h", "price", "highest price"),
  field("l", "price", "lowest price"),
  field("v", "quantity", "volume, base asset"),
  field("q", "amount", "volume, quote asset"),
  ...WINDOW,
];

const WINDOW_TICKER: readonly Field[] = [
  { name: "e", type: "one_of", values: ["1hTicker", "4hTicker", "1dTicker"], says: "kind of event, with its window" },
  ...head("").slice(1),
  field("p", "price", "change of the price"),
  field("P", "percent", "change of the price, percent"),
  field("o", "price", "price of the first trade"),
  field("h", "price", "highest price"),
  field("l", "price", "lowest price"),
  field("c", "price", "last price"),
  field("w", "price", "average price, weighted by quantity"),
  field("v", "quantity", "volume, base asset"),
  field("q", "amount", "volume, quote asset"),
  ...WINDOW,
];

const KLINE: readonly Field[] = [
  field("t", "time", "begin"),
  field("T", "time", "end: the last moment before the next begins"),
  field("s", "symbol", "instrument"),
  field("i", "interval", "interval"),
  field("f", "id", "first trade"),
  field("L", "id", "last trade"),
  field("o", "price", "price of the first trade, or the close before it"),
  field("c", "price", "price of the last trade"),
  field("h", "price", "highest price"),
  field("l", "price", "lowest price"),
  field("v", "quantity", "volume, base asset"),
  field("n", "count", "trades"),
  field("x", "boolean", "whether it is over: this is its last event"),
  field("q", "amount", "volume, quote asset"),
  field("V", "quantity", "volume that takers bought, base asset"),
  field("Q", "amount", "volume that takers bought, quote asset"),
  constant("B", "0", "nothing"),
];

/** Streams of one instrument, by what stream-names.ts makes of them. */
export const STREAMS: Readonly<Record<StreamKind["kind"], StreamEntry>> = {
  trade: {
    patterns: ["<symbol>@trade"],
    examples: ["btcusdt@trade"],
    title: "Trades",
    speeds: ["live"],
    says: "Each trade by itself. Ids have no gaps.",
    shape: "object",
    fields: [
      ...head("trade"),
      field("t", "id", "trade"),
      field("p", "price", "price"),
      field("q", "quantity", "quantity"),
      ...TRADE_END,
    ],
  },
  agg_trade: {
    patterns: ["<symbol>@aggTrade"],
    examples: ["btcusdt@aggTrade"],
    title: "Aggregate trades",
    speeds: ["live"],
    says: "What one taker order traded at one price at once. Its id is its first trade's: increasing, with gaps.",
    shape: "object",
    fields: [
      ...head("aggTrade"),
      field("a", "id", "aggregate trade"),
      field("p", "price", "price"),
      field("q", "quantity", "quantity"),
      field("f", "id", "first trade"),
      field("l", "id", "last trade"),
      ...TRADE_END,
    ],
  },
  depth: {
    patterns: ["<symbol>@depth", "<symbol>@depth@100ms"],
    examples: ["btcusdt@depth", "btcusdt@depth@100ms"],
    title: "Changes of the book",
    speeds: ["1000ms", "100ms"],
    says: "Levels that have changed, with what rests there now; 0.00000000: nothing. U is always the last u + 1. Silent while nothing changes.",
    shape: "object",
    fields: [
      ...head("depthUpdate"),
      field("U", "id", "first update contained"),
      field("u", "id", "last update contained"),
      field("b", "levels", "bids"),
      field("a", "levels", "asks"),
    ],
  },
  partial_depth: {
    patterns: ["<symbol>@depth<levels>", "<symbol>@depth<levels>@100ms"],
    examples: ["btcusdt@depth5", "btcusdt@depth10@100ms", "btcusdt@depth20@100ms"],
    title: "Best levels of the book",
    speeds: ["1000ms", "100ms"],
    says: "The best 5, 10 or 20 levels of each side. Silent while the book does not change.",
    shape: "object",
    fields: [
      field("lastUpdateId", "id", "last update contained"),
      field("bids", "levels", "bids"),
      field("asks", "levels", "asks"),
    ],
  },
  book_ticker: {
    patterns: ["<symbol>@bookTicker"],
    examples: ["btcusdt@bookTicker"],
    title: "Best bid and ask",
    speeds: ["live"],
    says: "The best level of each side, when it has changed; zeros for an empty side.",
    shape: "object",
    fields: [
      field("u", "id", "last update contained"),
      field("s", "symbol", "instrument"),
      field("b", "price", "best bid"),
      field("B", "quantity", "its quantity"),
      field("a", "price", "best ask"),
      field("A", "quantity", "its quantity"),
    ],
  },
  kline: {
    patterns: ["<symbol>@kline_<interval>", "<symbol>@kline_<interval>@+08:00"],
    examples: ["btcusdt@kline_1s", "btcusdt@kline_1m", "btcusdt@kline_1d@+08:00"],
    title: "Candles",
    speeds: ["1000ms for 1s, else 2000ms", "2000ms"],
    says: "The running candle when it has changed, and each once more when it is over. With @+08:00, those of a day and longer begin at that zone's midnight; times stay UTC.",
    shape: "object",
    fields: [...head("kline"), { name: "k", type: "object", fields: KLINE, says: "candle" }],
  },
  mini_ticker: {
    patterns: ["<symbol>@miniTicker"],
    examples: ["btcusdt@miniTicker"],
    title: "Rolling day, short",
    speeds: ["1000ms"],
    says: "The last 24 hours, when they have changed.",
    shape: "object",
    fields: MINI_TICKER,
  },
  ticker: {
    patterns: ["<symbol>@ticker"],
    examples: ["btcusdt@ticker"],
    title: "Rolling day",
    speeds: ["1000ms"],
    says: "The last 24 hours and the best prices, when they have changed.",
    shape: "object",
    fields: TICKER,
  },
  window_ticker: {
    patterns: ["<symbol>@ticker_<window>"],
    examples: ["btcusdt@ticker_1h", "btcusdt@ticker_4h", "btcusdt@ticker_1d"],
    title: "Rolling window",
    speeds: ["1000ms"],
    says: "The last hour, four hours or day, when they have changed. They begin on a minute, so they are up to 59.999 s longer.",
    shape: "object",
    fields: WINDOW_TICKER,
  },
  average_price: {
    patterns: ["<symbol>@avgPrice"],
    examples: ["btcusdt@avgPrice"],
    title: "Average price",
    speeds: ["1000ms"],
    says: "Of the last five minutes, weighted by quantity; where nothing traded in them the last price.",
    shape: "object",
    fields: [
      ...head("avgPrice"),
      constant("i", "5m", "over how long"),
      field("w", "price", "average price"),
      field("T", "time", "last trade; 0: there was none"),
    ],
  },
};

/** Streams of all instruments. */
export const STREAMS_OF_ALL: Readonly<Record<TickerKind["kind"], StreamEntry>> = {
  mini_ticker: {
    patterns: ["!miniTicker@arr"],
    examples: ["!miniTicker@arr"],
    title: "Rolling day of all instruments, short",
    speeds: ["1000ms"],
    says: "Only of those that have changed; all of them at first.",
    shape: "array",
    fields: MINI_TICKER,
  },
  ticker: {
    patterns: ["!ticker@arr"],
    examples: ["!ticker@arr"],
    title: "Rolling day of all instruments",
    speeds: ["1000ms"],
    says: "Retired elsewhere; here for old clients. Only of those that have changed; all of them at first.",
    shape: "array",
    fields: TICKER,
  },
  window_ticker: {
    patterns: ["!ticker_<window>@arr"],
    examples: ["!ticker_1h@arr", "!ticker_4h@arr", "!ticker_1d@arr"],
    title: "Rolling window of all instruments",
    speeds: ["1000ms"],
    says: "Only of those that have changed; all of them at first.",
    shape: "array",
    fields: WINDOW_TICKER,
  },
};

/** What nobody subscribes to: told to every connection before a planned stop. In the combined form its stream is `!serverShutdown`. */
export const SERVER_SHUTDOWN: readonly Field[] = [
  constant("e", "serverShutdown", "kind of event"),
  field("E", "time", "when it was told"),
];
