/** Stream names: which are known, which are not, and what they mean. */
import { expect, test } from "vitest";
import { parseStreamName } from "./stream-names.ts";
import { parseUpgradePath } from "./upgrade-path.ts";

test.each([
  ["btcusdt@trade", { kind: "trade" }],
  ["btcusdt@aggTrade", { kind: "agg_trade" }],
  ["btcusdt@depth", { kind: "depth", speedMs: 1_000 }],
  ["btcusdt@depth@1000ms", { kind: "depth", speedMs: 1_000 }],
  ["btcusdt@depth@100ms", { kind: "depth", speedMs: 100 }],
  ["btcusdt@depth5", { kind: "partial_depth", levels: 5, speedMs: 1_000 }],
  ["btcusdt@depth20@100ms", { kind: "partial_depth", levels: 20, speedMs: 100 }],
  ["btcusdt@bookTicker", { kind: "book_ticker" }],
  ["btcusdt@kline_1m", { kind: "kline", interval: "1m", offsetMs: 0 }],
  ["btcusdt@kline_1M", { kind: "kline", interval: "1M", offsetMs: 0 }],
  ["btcusdt@kline_1d@+08:00", { kind: "kline", interval: "1d", offsetMs: 28_800_000 }],
  ["btcusdt@miniTicker", { kind: "mini_ticker" }],
  ["btcusdt@ticker", { kind: "ticker" }],
  ["btcusdt@ticker_4h", { kind: "window_ticker", window: "4h" }],
  ["btcusdt@avgPrice", { kind: "average_price" }],
])("%s is a stream of BTCUSDT", (name, stream) => {
  expect(parseStreamName(name)).toEqual({ scope: "instrument", symbol: "BTCUSDT", stream });
});

test.each([
  ["!miniTicker@arr", { kind: "mini_ticker" }],
  ["!miniTicker@arr@1000ms", { kind: "mini_ticker" }],
  ["!ticker@arr", { kind: "ticker" }],
  ["!ticker_1d@arr", { kind: "window_ticker", window: "1d" }],
])("%s is a stream of all instruments", (name, stream) => {
  expect(parseStreamName(name)).toEqual({ scope: "all", stream });
});

test.each([
  "",
  "0",
  "btcusdt",
  "BTCUSDT@trade",
  "btcusdt@depth7",
  "btcusdt@depth@50ms",
  "btcusdt@kline_7m",
  "@trade",
  "btcusdt@trade@100ms",
  "!ticker_2h@arr",
  "!miniTicker@arr@1ms",
  "!trade@arr",
  "!ticker",
  "btcusdt@ticker_2h",
  "btcusdt@kline_1m@+09:00",
])("%j is no stream", (name) => {
  expect(parseStreamName(name)).toBeNull();
});

test.each([
  ["/ws", { family: "market", combined: false, names: [], timeUnit: "ms" }],
  ["/ws/", { family: "market", combined: false, names: [], timeUnit: "ms" }],
  ["/ws/0", { family: "market", combined: false, names: [], timeUnit: "ms" }],
  ["/stream/49", { family: "market", combined: true, names: [], timeUnit: "ms" }],
  [
    "/ws/btcusdt@trade/ethusdt@depth",
    { family: "market", combined: false, names: ["btcusdt@trade", "ethusdt@depth"], timeUnit: "ms" },
  ],
  ["/ws/btcusdt%40trade?timeUnit=x", { family: "market", combined: false, names: ["btcusdt@trade"], timeUnit: null }],
  ["/ws?timeUnit=MICROSECOND", { family: "market", combined: false, names: [], timeUnit: "us" }],
  ["/stream?timeUnit=microsecond&streams=", { family: "market", combined: true, names: [], timeUnit: "us" }],
  ["/ws/0?timeUnit=MILLISECOND", { family: "market", combined: false, names: [], timeUnit: "ms" }],
  [
    "/ws/btcusdt@trade/btcusdt%40trade",
    { family: "market", combined: false, names: ["btcusdt@trade"], timeUnit: "ms" },
  ],
  ["/ws/%E0%A4%A", { family: "market", combined: false, names: [], timeUnit: "ms" }],
  [
    "/stream?streams=a/btcusdt@trade/btcusdt@kline_1d@%2B08:00",
    { family: "market", combined: true, names: ["btcusdt@trade", "btcusdt@kline_1d@+08:00"], timeUnit: "ms" },
  ],
  [
    "/stream?streams=btcusdt%40trade%2Fethusdt%40trade",
    { family: "market", combined: true, names: ["btcusdt@trade", "ethusdt@trade"], timeUnit: "ms" },
  ],
  [
    "/stream?streams=btcusdt@kline_1d@+08:00",
    { family: "market", combined: true, names: ["btcusdt@kline_1d@+08:00"], timeUnit: "ms" },
  ],
  ["/ws-api/v3", { family: "websocket_api" }],
  ["/api/v3/ping", { family: "other" }],
  ["/", { family: "other" }],
  ["/wsx", { family: "other" }],
])("a client that connects to %s is understood", (url, path) => {
  expect(parseUpgradePath(url)).toEqual(path);
});
