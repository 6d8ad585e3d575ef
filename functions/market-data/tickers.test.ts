/** Tickers of the rolling day, last prices and best prices, as market-data/ answers them. */
import { beforeEach, expect, test } from "vitest";
import { splitTarget } from "../_shared/http.ts";
import { type FakeEdge, fakeEdge, request } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { FAKE_TICKER } from "../_shared/testing/fake-market.ts";
import { handleMarketData } from "./handler.ts";

const NOW_MS = Math.floor(FAKE_NOW_US / 1_000);
const DAY = 86_400_000;

let edge: FakeEdge;
beforeEach(() => {
  edge = fakeEdge();
  edge.market.tickers.set(0, { ...FAKE_TICKER, openTimeMs: NOW_MS - DAY, closeTimeMs: NOW_MS });
  edge.market.book = { updateId: 1, bids: [[2_000_000, 5]], asks: [] };
});

async function body(target: string): Promise<unknown> {
  const reply = await handleMarketData(request(splitTarget(`/api/v3/${target}`)), edge.deps);
  return JSON.parse(reply.body);
}

const MINI = {
  symbol: "BTCUSDT",
  openPrice: "20000.00000000",
  highPrice: "21000.00000000",
  lowPrice: "19000.00000000",
  lastPrice: "19900.00000000",
  volume: "3.00000000",
  quoteVolume: "60000.00000001",
  openTime: NOW_MS - DAY,
  closeTime: NOW_MS,
  firstId: 3,
  lastId: 9,
  count: 7,
};
const ZERO = "0.00000000";

test("24hr is FULL or MINI, an object for symbol and a list otherwise", async () => {
  expect(await body("ticker/24hr?symbol=BTCUSDT")).toEqual({
    ...MINI,
    priceChange: "-100.00000000",
    priceChangePercent: "-0.500",
    weightedAvgPrice: "20000.00000000",
    prevClosePrice: "20000.01000000",
    lastQty: "0.00010000",
    bidPrice: "19899.99000000",
    bidQty: "0.00001000",
    askPrice: ZERO,
    askQty: ZERO,
  });
  expect(await body("ticker/24hr?symbols=%5B%22BTCUSDT%22%5D&type=MINI")).toEqual([MINI]);
});

test("an instrument without trades has a full ticker of zeros", async () => {
  expect(await body("ticker/24hr?symbol=ETHUSDT")).toEqual({
    symbol: "ETHUSDT",
    priceChange: ZERO,
    priceChangePercent: "0.000",
    weightedAvgPrice: ZERO,
    prevClosePrice: ZERO,
    lastPrice: ZERO,
    lastQty: ZERO,
    bidPrice: ZERO,
    bidQty: ZERO,
    askPrice: ZERO,
    askQty: ZERO,
    openPrice: ZERO,
    highPrice: ZERO,
    lowPrice: ZERO,
    volume: ZERO,
    quoteVolume: ZERO,
    openTime: NOW_MS - DAY,
    closeTime: NOW_MS,
    firstId: -1,
    lastId: -1,
    count: 0,
  });
});

test("price and bookTicker, for one and for all", async () => {
  const book = { symbol: "BTCUSDT", bidPrice: "20000.00000000", bidQty: "0.00005000", askPrice: ZERO, askQty: ZERO };
  expect(await body("ticker/price?symbol=BTCUSDT")).toEqual({ symbol: "BTCUSDT", price: "19900.00000000" });
  expect(await body("ticker/price")).toEqual([
    { symbol: "BTCUSDT", price: "19900.00000000" },
    { symbol: "ETHUSDT", price: ZERO },
  ]);
  expect(await body("ticker/bookTicker?symbol=BTCUSDT")).toEqual(book);
  expect(await body("ticker/bookTicker")).toEqual([book, { ...book, symbol: "ETHUSDT", bidQty: "0.00050000" }]);
});
