/**
 * Aggregate trades, windows and days, as market-data/ answers them; and the limits that exchangeInfo publishes.
 */
import { beforeEach, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../engine/api/limits/limiter.ts";
import { MemoryLimiter } from "../../engine/api/limits/memory-limiter.ts";
import type { Candle, KlineInterval, TickerView, TradeView } from "../../engine/bus/stream-client.ts";
import { DEFAULT_RULES, NO_LIMITS } from "../../engine/domain/instrument.ts";
import { splitTarget } from "../_shared/http.ts";
import { type FakeEdge, fakeEdge, request } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { FAKE_TICKER } from "../_shared/testing/fake-market.ts";
import { handleMarketData } from "./handler.ts";

const NOW_MS = Math.floor(FAKE_NOW_US / 1_000);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 2026-01-01T00:00Z: the fake clock's minute, hour and day. */
const OPEN_MS = 1_767_225_600_000;

let edge: FakeEdge;
beforeEach(() => {
  edge = fakeEdge();
});

async function body(target: string, headers = {}): Promise<unknown> {
  const reply = await handleMarketData(request({ ...splitTarget(`/api/v3/${target}`), headers }), edge.deps);
  return JSON.parse(reply.body);
}

function trade(tradeId: number, takerOrderId: number, priceTicks: number, timeUs: number): TradeView {
  return { instrument: 0, tradeId, priceTicks, quantityLots: 100_000, takerSide: "sell", takerOrderId, timeUs };
}

test("trades of one taker order at one price are one row; its id finds it again", async () => {
  edge.market.liveTrades = [
    trade(1, 7, 2_000_000, FAKE_NOW_US),
    trade(2, 7, 2_000_000, FAKE_NOW_US),
    trade(3, 7, 2_000_001, FAKE_NOW_US),
    trade(4, 8, 2_000_001, FAKE_NOW_US),
  ];
  const row = { p: "20000.00000000", q: "2.00000000", m: true, M: true };
  const next = { ...row, p: "20000.01000000", q: "1.00000000" };
  const rows = [
    { a: 1, ...row, f: 1, l: 2, T: NOW_MS },
    { a: 3, ...next, f: 3, l: 3, T: NOW_MS },
    { a: 4, ...next, f: 4, l: 4, T: NOW_MS },
  ];
  expect(await body("aggTrades?symbol=BTCUSDT")).toEqual(rows);
  expect(await body("aggTrades?symbol=BTCUSDT&fromId=2&limit=1")).toEqual([rows[1]]);
  expect(await body(`aggTrades?symbol=BTCUSDT&startTime=${NOW_MS + 1}`)).toEqual([]);
  expect(await body("aggTrades?symbol=BTCUSDT&limit=1", { "x-mbx-time-unit": "MICROSECOND" })).toEqual([
    { ...rows[2], T: FAKE_NOW_US },
  ]);
  expect(await body("historicalBlockTrades?symbol=BTCUSDT")).toEqual([]);
});

const TICKER: TickerView = { ...FAKE_TICKER, openTimeMs: OPEN_MS - HOUR, closeTimeMs: NOW_MS, bestBid: null };
const PRICES = {
  openPrice: "20000.00000000",
  highPrice: "21000.00000000",
  lowPrice: "19000.00000000",
  lastPrice: "19900.00000000",
};
const COUNTS = { firstId: 3, lastId: 9, count: 7 };

test("a rolling window of up to a day is the stream's own; MINI leaves changes and averages out", async () => {
  const windows: (number | undefined)[] = [];
  edge.market.ticker = async (_instrument: number, windowMs?: number) => {
    windows.push(windowMs);
    return TICKER;
  };
  const mini = {
    symbol: "BTCUSDT",
    ...PRICES,
    volume: "3.00000000",
    quoteVolume: "60000.00000001",
    openTime: OPEN_MS - HOUR,
    closeTime: NOW_MS,
    ...COUNTS,
  };
  expect(await body("ticker?symbol=BTCUSDT&windowSize=1h")).toEqual({
    ...mini,
    priceChange: "-100.00000000",
    priceChangePercent: "-0.500",
    weightedAvgPrice: "20000.00000000",
  });
  expect(await body('ticker?symbols=["BTCUSDT"]&type=MINI')).toEqual([mini]);
  expect(windows).toEqual([HOUR, DAY]);
});

function candle(interval: KlineInterval, openTimeMs: number, ticks: number, tradeId: number): Candle {
  return {
    openTimeMs,
    closeTimeMs: openTimeMs + (interval === "1m" ? MINUTE : HOUR) - 1,
    openTicks: ticks,
    highTicks: ticks + 2,
    lowTicks: ticks - 2,
    closeTicks: ticks + 1,
    volumeLots: 100_000n,
    quoteAtoms: 2_000_000_000_000n,
    takerBuyLots: 0n,
    takerBuyQuoteAtoms: 0n,
    firstTradeId: tradeId,
    lastTradeId: tradeId,
    trades: 1,
  };
}

/** History has these; the stream the newest of them. */
function holdCandles(minutes: Candle[], hours: Candle[]): void {
  const of = (interval: string): Candle[] => (interval === "1m" ? minutes : interval === "1h" ? hours : []);
  edge.market.candles = (async (_instrument: number, interval: string, range?: { startMs: number; endMs: number }) => {
    const rows = of(interval);
    if (range === undefined) return rows.slice(-1);
    return rows.filter(({ openTimeMs }) => openTimeMs >= range.startMs && openTimeMs <= range.endMs);
  }) as unknown as typeof edge.market.candles;
}

test("a window longer than a day is made of minutes up to the first whole hour, and of hours", async () => {
  edge.engine.timeUs = (OPEN_MS + 30 * MINUTE) * 1_000;
  edge.market.tickers.set(0, TICKER);
  const beginMs = OPEN_MS + 30 * MINUTE - 7 * DAY;
  holdCandles(
    [candle("1m", beginMs - MINUTE, 50, 1), candle("1m", beginMs, 100, 2), candle("1m", beginMs + 29 * MINUTE, 90, 3)],
    [
      candle("1h", beginMs - 30 * MINUTE, 999, 1),
      candle("1h", beginMs + 30 * MINUTE, 200, 4),
      candle("1h", OPEN_MS, 150, 5),
    ],
  );
  expect(await body("ticker?symbol=BTCUSDT&windowSize=7d&type=MINI")).toEqual({
    symbol: "BTCUSDT",
    openPrice: "1.00000000",
    highPrice: "2.02000000",
    lowPrice: "0.88000000",
    lastPrice: "1.51000000",
    volume: "4.00000000",
    quoteVolume: "80000.00000000",
    openTime: beginMs,
    closeTime: OPEN_MS + 30 * MINUTE,
    firstId: 2,
    lastId: 5,
    count: 4,
  });
});

test("a trading day is the calendar day of its time zone, to its last millisecond", async () => {
  edge.market.tickers.set(0, TICKER);
  holdCandles(
    [],
    [candle("1h", OPEN_MS - 9 * HOUR, 100, 1), candle("1h", OPEN_MS - 8 * HOUR, 200, 2), candle("1h", OPEN_MS, 300, 3)],
  );
  expect(await body("ticker/tradingDay?symbol=BTCUSDT&timeZone=8&type=MINI")).toMatchObject({
    openPrice: "2.00000000",
    lastPrice: "3.01000000",
    openTime: OPEN_MS - 8 * HOUR,
    closeTime: OPEN_MS + 16 * HOUR - 1,
    firstId: 2,
    lastId: 3,
    count: 2,
  });
  expect(await body("ticker/tradingDay?symbol=ETHUSDT")).toMatchObject({
    lastPrice: "0.00000000",
    count: 0,
    firstId: -1,
  });
});

test("exchangeInfo publishes the limits that are on, of addresses and of accounts, and the filters that are set", async () => {
  const limits = { ...NO_LIMITS, ordersPer10s: 100, ordersPerDay: 200_000, ordersMax: 500 };
  const rules = {
    ...DEFAULT_RULES,
    percentPrice: { bidUpE4: 11_000, bidDownE4: 2_000, askUpE4: 50_000, askDownE4: 9_999 },
    positionMaxAtoms: "150000000",
    trailing: null,
    icebergPartsMax: 0,
    amendsMax: 10,
  };
  edge.engine.instruments[0] = { ...edge.engine.instruments[0]!, rules };
  const catalog = edge.engine.catalog();
  edge.engine.catalog = () => ({ ...catalog, limits });
  const limiter = new MemoryLimiter({ limits: { ...DEFAULT_LIMITS, requestsPer5Minutes: 0 }, nowMs: () => NOW_MS });
  edge.deps = { ...edge.deps, limiter };
  const info = (await body("exchangeInfo?symbol=BTCUSDT")) as {
    rateLimits: unknown;
    exchangeFilters: unknown;
    symbols: { filters: unknown[] }[];
  };
  expect([info.rateLimits, info.exchangeFilters, info.symbols[0]?.filters.slice(5)]).toEqual([
    [
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6_000 },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 100 },
      { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 200_000 },
    ],
    [{ filterType: "EXCHANGE_MAX_NUM_ORDERS", maxNumOrders: 500 }],
    [
      { filterType: "MAX_NUM_ALGO_ORDERS", maxNumAlgoOrders: 100 },
      { filterType: "MAX_NUM_ICEBERG_ORDERS", maxNumIcebergOrders: 10 },
      { filterType: "MAX_NUM_ORDER_LISTS", maxNumOrderLists: 100 },
      { filterType: "MAX_NUM_ORDER_AMENDS", maxNumOrderAmends: 10 },
      {
        filterType: "PERCENT_PRICE_BY_SIDE",
        bidMultiplierUp: "1.1000",
        bidMultiplierDown: "0.2000",
        askMultiplierUp: "5.0000",
        askMultiplierDown: "0.9999",
        avgPriceMins: 5,
      },
      { filterType: "MAX_POSITION", maxPosition: "1.50000000" },
    ],
  ]);
});
