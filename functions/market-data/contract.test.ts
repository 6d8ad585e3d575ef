/**
 * The contract of market-data/: golden JSON of every answer, through the Functions Framework. Stream and history behind
 * it are fakes.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { historyAway } from "../../engine/bus/history-client.ts";
import type { Candle, TradeView } from "../../engine/bus/stream-client.ts";
import { installDeps } from "../_shared/deps.ts";
import { type FakeEdge, fakeEdge } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { type Answer, call, type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import "./index.ts";

let server: ServedFunction;
let edge: FakeEdge;

beforeAll(async () => {
  server = await serveFunction("market-data", null);
});
afterAll(() => server.close());
beforeEach(() => {
  edge = fakeEdge();
  installDeps(() => edge.deps);
});

const NOW_MS = 1_767_225_600_123;
const MINUTE = 60_000;
const OPEN_MS = 1_767_225_600_000;

function ask(target: string, headers = {}): Promise<Answer> {
  return call(server.origin, "GET", `/api/v3/${target}`, { headers });
}
async function body(target: string, headers = {}): Promise<unknown> {
  return (await ask(target, headers)).body;
}
function databaseAway(): void {
  installDeps(() => ({ ...edge.deps, history: historyAway("the database cannot be asked") }));
}

test("ping is empty; time is in ms, or in µs when the header asks", async () => {
  expect(await body("ping")).toEqual({});
  expect(await body("time")).toEqual({ serverTime: NOW_MS });
  expect(await body("time", { "X-MBX-TIME-UNIT": "MICROSECOND" })).toEqual({ serverTime: FAKE_NOW_US });
  expect(await ask("time?madeUp=1&another=%20")).toMatchObject({ status: 200 });
});

describe("exchangeInfo", () => {
  const BTCUSDT = {
    symbol: "BTCUSDT",
    status: "TRADING",
    baseAsset: "BTC",
    baseAssetPrecision: 8,
    quoteAsset: "USDT",
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"],
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: "0.01000000", maxPrice: "1000000.00000000", tickSize: "0.01000000" },
      { filterType: "LOT_SIZE", minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
      { filterType: "MARKET_LOT_SIZE", minQty: "0.00001000", maxQty: "100.00000000", stepSize: "0.00001000" },
      {
        filterType: "NOTIONAL",
        minNotional: "5.00000000",
        applyMinToMarket: true,
        maxNotional: "92233720368.54775807",
        applyMaxToMarket: false,
        avgPriceMins: 0,
      },
      { filterType: "MAX_NUM_ORDERS", maxNumOrders: 200 },
      { filterType: "ICEBERG_PARTS", limit: 100 },
      { filterType: "MAX_NUM_ALGO_ORDERS", maxNumAlgoOrders: 100 },
      { filterType: "MAX_NUM_ICEBERG_ORDERS", maxNumIcebergOrders: 10 },
      { filterType: "MAX_NUM_ORDER_LISTS", maxNumOrderLists: 100 },
      {
        filterType: "TRAILING_DELTA",
        minTrailingAboveDelta: 10,
        maxTrailingAboveDelta: 2_000,
        minTrailingBelowDelta: 10,
        maxTrailingBelowDelta: 2_000,
      },
    ],
    permissions: [],
    permissionSets: [["SPOT"]],
    defaultSelfTradePreventionMode: "EXPIRE_MAKER",
    allowedSelfTradePreventionModes: ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
  };
  const symbolsOf = async (query: string): Promise<unknown> =>
    ((await body(`exchangeInfo?${query}`)) as { symbols: { symbol: string }[] }).symbols.map((row) => row.symbol);

  test("publishes what may be traded and how, and only limits that are enforced: here none", async () => {
    expect(await body("exchangeInfo?symbol=BTCUSDT")).toEqual({
      timezone: "UTC",
      serverTime: NOW_MS,
      rateLimits: [],
      exchangeFilters: [],
      symbols: [BTCUSDT],
    });
    expect(await body("exchangeInfo?symbol=BTCUSDT&showPermissionSets=false")).toMatchObject({
      symbols: [{ ...BTCUSDT, permissionSets: [] }],
    });
  });

  test("selects by symbols (encoded or not), by permission and by status", async () => {
    edge.engine.instruments[1] = { ...edge.engine.instruments[1]!, status: "halt" };
    expect([
      await symbolsOf(""),
      await symbolsOf('symbols=["ETHUSDT","BTCUSDT"]'),
      await symbolsOf("symbols=%5B%22ETHUSDT%22%5D"),
      await symbolsOf("permissions=SPOT"),
      await symbolsOf('permissions=["MARGIN","SPOT"]'),
      await symbolsOf("permissions=MARGIN"),
      await symbolsOf("symbolStatus=HALT"),
      await symbolsOf("symbolStatus=BREAK"),
    ]).toEqual([
      ["BTCUSDT", "ETHUSDT"],
      ["ETHUSDT", "BTCUSDT"],
      ["ETHUSDT"],
      ["BTCUSDT", "ETHUSDT"],
      ["BTCUSDT", "ETHUSDT"],
      [],
      ["ETHUSDT"],
      [],
    ]);
  });
});

test("depth gives the best levels first, as many as asked, clamped at 5000", async () => {
  edge.market.book = {
    updateId: 42,
    bids: [
      [2_000_000, 5],
      [1_999_999, 7],
    ],
    asks: [[2_000_010, 100_000]],
  };
  const golden = {
    lastUpdateId: 42,
    bids: [
      ["20000.00000000", "0.00005000"],
      ["19999.99000000", "0.00007000"],
    ],
    asks: [["20000.10000000", "1.00000000"]],
  };
  expect(await body("depth?symbol=BTCUSDT")).toEqual(golden);
  expect(await body("depth?symbol=BTCUSDT&limit=999999999999999999")).toEqual(golden);
  expect(await body("depth?symbol=BTCUSDT&limit=1&symbolStatus=TRADING")).toEqual({
    ...golden,
    bids: golden.bids.slice(0, 1),
  });
});

function trade(tradeId: number, change: Partial<TradeView> = {}): TradeView {
  const timeUs = FAKE_NOW_US + tradeId;
  return {
    instrument: 0,
    tradeId,
    priceTicks: 2_000_000,
    quantityLots: 100_000,
    takerSide: "sell",
    takerOrderId: tradeId,
    timeUs,
    ...change,
  };
}
const ids = async (target: string): Promise<unknown> => ((await body(target)) as { id: number }[]).map((row) => row.id);

describe("trades", () => {
  test("a row shows price, amounts and who waited", async () => {
    edge.market.liveTrades = [trade(1)];
    expect(await body("trades?symbol=BTCUSDT")).toEqual([
      {
        id: 1,
        price: "20000.00000000",
        qty: "1.00000000",
        quoteQty: "20000.00000000",
        time: NOW_MS,
        isBuyerMaker: true,
        isBestMatch: true,
      },
    ]);
  });

  test("history fills in what the stream no longer holds, without a hole and without a double", async () => {
    edge.market.liveTrades = [4, 5].map((id) => trade(id));
    edge.market.storedTrades = [1, 2, 3, 4].map((id) => trade(id));
    expect([
      await ids("trades?symbol=BTCUSDT"),
      await ids("trades?symbol=BTCUSDT&limit=3"),
      await ids("historicalTrades?symbol=BTCUSDT&fromId=2&limit=3"),
      await ids("historicalTrades?symbol=BTCUSDT&fromId=5"),
      await ids("historicalTrades?symbol=BTCUSDT"),
      await ids("trades?symbol=ETHUSDT"),
    ]).toEqual([[1, 2, 3, 4, 5], [3, 4, 5], [2, 3, 4], [5], [1, 2, 3, 4, 5], []]);
    edge.market.storedTrades = [1, 2].map((id) => trade(id));
    expect([await ids("trades?symbol=BTCUSDT"), await ids("historicalTrades?symbol=BTCUSDT&fromId=1")]).toEqual([
      [4, 5],
      [1, 2],
    ]);
  });

  test("while the database is away the newest are still answered, older ones by id are a 503", async () => {
    edge.market.liveTrades = [4, 5].map((id) => trade(id));
    databaseAway();
    expect(await ids("trades?symbol=BTCUSDT")).toEqual([4, 5]);
    expect(await ids("historicalTrades?symbol=BTCUSDT&fromId=4")).toEqual([4, 5]);
    expect(await ask("historicalTrades?symbol=BTCUSDT&fromId=3")).toMatchObject({ status: 503, body: { code: -1008 } });
  });
});

function candle(openTimeMs: number, ticks: number, change: Partial<Candle> = {}): Candle {
  return {
    openTimeMs,
    closeTimeMs: openTimeMs + MINUTE - 1,
    openTicks: ticks,
    highTicks: ticks + 2,
    lowTicks: ticks - 2,
    closeTicks: ticks + 1,
    volumeLots: 100_000n,
    quoteAtoms: 2_000_000_000_000n,
    takerBuyLots: 50_000n,
    takerBuyQuoteAtoms: 1_000_000_000_000n,
    firstTradeId: 2,
    lastTradeId: 2,
    trades: 1,
    ...change,
  };
}

describe("klines", () => {
  const opens = async (query: string): Promise<unknown> =>
    ((await body(`klines?symbol=BTCUSDT&interval=1m${query}`)) as [number, string, string, string, string][]).map(
      (row) => `${(row[0] - OPEN_MS) / MINUTE} ${row[4]}`,
    );

  test("a row has twelve elements; in µs when asked", async () => {
    edge.market.liveCandles = [candle(OPEN_MS, 2_000_000, { firstTradeId: 1 })];
    const row = [
      OPEN_MS,
      "20000.00000000",
      "20000.02000000",
      "19999.98000000",
      "20000.01000000",
      "1.00000000",
      OPEN_MS + MINUTE - 1,
      "20000.00000000",
      1,
      "0.50000000",
      "10000.00000000",
      "0",
    ];
    expect(await body("klines?symbol=BTCUSDT&interval=1m")).toEqual([row]);
    row[0] = OPEN_MS * 1_000;
    row[6] = (OPEN_MS + MINUTE) * 1_000 - 1;
    expect(await body("klines?symbol=BTCUSDT&interval=1m", { "X-MBX-TIME-UNIT": "MICROSECOND" })).toEqual([row]);
  });

  test("history and stream are one list, the stream wins, gaps are flat, the limit takes the newest", async () => {
    edge.market.storedCandles = [candle(OPEN_MS - 5 * MINUTE, 100), candle(OPEN_MS - 2 * MINUTE, 200)];
    edge.market.liveCandles = [candle(OPEN_MS - 2 * MINUTE, 300), candle(OPEN_MS, 400)];
    expect([
      await opens(""),
      await opens("&limit=4"),
      await opens(`&startTime=${OPEN_MS - 4 * MINUTE}&limit=2`),
      await opens(`&startTime=${OPEN_MS - 6 * MINUTE}&endTime=${OPEN_MS - 3 * MINUTE}`),
      await opens(`&endTime=${OPEN_MS - 3 * MINUTE - 1}&limit=1`),
      await opens(`&startTime=${OPEN_MS + MINUTE}`),
    ]).toEqual([
      ["-5 1.01000000", "-4 1.01000000", "-3 1.01000000", "-2 3.01000000", "-1 3.01000000", "0 4.01000000"],
      ["-3 1.01000000", "-2 3.01000000", "-1 3.01000000", "0 4.01000000"],
      ["-4 1.01000000", "-3 1.01000000"],
      ["-5 1.01000000", "-4 1.01000000", "-3 1.01000000"],
      ["-4 1.01000000"],
      [],
    ]);
  });

  test("an instrument without trades has none", async () => {
    expect(await body("klines?symbol=ETHUSDT&interval=1M")).toEqual([]);
  });

  test("while the database is away, what the stream holds is answered and the rest is a 503", async () => {
    edge.market.liveCandles = [candle(OPEN_MS - 2 * MINUTE, 300), candle(OPEN_MS, 400)];
    databaseAway();
    expect(await opens("&limit=3")).toEqual(["-2 3.01000000", "-1 3.01000000", "0 4.01000000"]);
    expect(await ask("klines?symbol=BTCUSDT&interval=1m&limit=4")).toMatchObject({
      status: 503,
      body: { code: -1008 },
    });
  });
});

test("avgPrice is quote over base of the last five minutes, or the last price", async () => {
  edge.market.liveTrades = [trade(1)];
  edge.market.liveCandles = [candle(OPEN_MS - 5 * MINUTE, 1), candle(OPEN_MS, 2_000_000, { volumeLots: 300_000n })];
  expect(await body("avgPrice?symbol=BTCUSDT")).toEqual({ mins: 5, price: "6666.66666666", closeTime: NOW_MS });
  edge.market.liveCandles = [];
  expect(await body("avgPrice?symbol=BTCUSDT")).toEqual({ mins: 5, price: "20000.00000000", closeTime: NOW_MS });
});
