/** ccxt reads the market: markets, currencies, tickers, books, trades, candles. */
import { afterEach, expect, test } from "vitest";
import { eventually, type Target } from "../target.ts";
import { type CcxtMarket, ClientsMade, ccxtMarket } from "./client-market.ts";
import { documentedCcxt } from "./documented.ts";

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 86_400_000;

/** Declares the suite's tests. */
export function ccxtMarketDataSuite(target: () => Target): void {
  const made = new ClientsMade();
  afterEach(() => made.end());

  /** One sale of 2.5 to three buyers' orders: 1 @ 101 and 1.5 @ 100 in two parts; then bids and an ask rest. */
  async function tradedMarket(): Promise<CcxtMarket> {
    const market = await ccxtMarket(target(), made);
    const { symbol, a, b } = market;
    await b.createOrder(symbol, "limit", "buy", 1, 101);
    await b.createOrder(symbol, "limit", "buy", 0.5, 100);
    await b.createOrder(symbol, "limit", "buy", 1, 100);
    await a.createOrder(symbol, "market", "sell", 2.5);
    await b.createOrder(symbol, "limit", "buy", 2, 98);
    await b.createOrder(symbol, "limit", "buy", 3, 97.5);
    await a.createOrder(symbol, "limit", "sell", 4, 102.25);
    await eventually(
      () => target().http.get("/api/v3/trades", { symbol: market.id }),
      ({ body }) => body.length === 3,
    );
    await eventually(
      () => target().http.get("/api/v3/depth", { symbol: market.id }),
      ({ body }) => body.asks.length === 1,
    );
    return market;
  }

  test("ccxt with nothing but its addresses changed loads markets, currencies and margins, and trades", async () => {
    const { id, symbol, base, quote, alice } = await ccxtMarket(target(), made);
    const plain = await documentedCcxt(target().http.origin, alice);
    const markets = await plain.loadMarkets();
    const { enableRateLimit, options } = plain;
    const order = await plain.createOrder(symbol, "limit", "buy", 1, 100);
    await plain.close();
    expect([enableRateLimit, options.fetchCurrencies, options.fetchMargins]).toEqual([true, true, true]);
    expect(markets[symbol]).toMatchObject({
      id,
      symbol,
      base,
      quote,
      type: "spot",
      spot: true,
      margin: false,
      contract: false,
      active: true,
      precision: { amount: 0.001, price: 0.01, base: 1e-8, quote: 1e-8 },
      limits: { amount: { min: 0.001 }, price: { min: 0.01 }, cost: { min: 5 } },
      info: {
        orderTypes: expect.arrayContaining([
          "LIMIT",
          "LIMIT_MAKER",
          "MARKET",
          "STOP_LOSS",
          "STOP_LOSS_LIMIT",
          "TAKE_PROFIT",
          "TAKE_PROFIT_LIMIT",
        ]),
      },
    });
    expect(Object.values(markets).filter((each) => each?.type !== "spot")).toEqual([]);
    expect([plain.currencies[base]?.code, plain.currencies[quote]?.code]).toEqual([base, quote]);
    expect([order.status, order.price, order.amount]).toEqual(["open", 100, 1]);
  });

  test("ccxt reads our status and our clock", async () => {
    const { a } = await ccxtMarket(target(), made);
    const before = Date.now();
    const [status, time] = [await a.fetchStatus(), await a.fetchTime()];
    expect([status.status, (time ?? 0) >= before - 1_000, (time ?? 0) <= Date.now() + 1_000]).toEqual([
      "ok",
      true,
      true,
    ]);
  });

  test("ccxt reads tickers, best prices and last prices of one market and of several", async () => {
    const { symbol, a } = await tradedMarket();
    const ticker = await a.fetchTicker(symbol);
    const several = await a.fetchTickers([symbol]);
    const bests = await a.fetchBidsAsks([symbol]);
    const lasts = await a.fetchLastPrices([symbol]);
    expect(ticker).toMatchObject({
      symbol,
      open: 101,
      high: 101,
      low: 100,
      last: 100,
      close: 100,
      change: -1,
      vwap: 100.4,
      baseVolume: 2.5,
      quoteVolume: 251,
      bid: 98,
      bidVolume: 2,
      ask: 102.25,
      askVolume: 4,
    });
    expect(several[symbol]).toMatchObject({ last: 100, baseVolume: 2.5 });
    expect(bests[symbol]).toMatchObject({ bid: 98, bidVolume: 2, ask: 102.25, askVolume: 4 });
    expect(lasts[symbol]).toMatchObject({ symbol, price: 100 });
  });

  test("ccxt reads the book, best first, with the number that its streams go on from", async () => {
    const { symbol, a } = await tradedMarket();
    const book = await a.fetchOrderBook(symbol);
    const first = await a.fetchOrderBook(symbol, 1);
    expect([book.bids, book.asks, first.bids, first.asks]).toEqual([
      [
        [98, 2],
        [97.5, 3],
      ],
      [[102.25, 4]],
      [[98, 2]],
      [[102.25, 4]],
    ]);
    expect(book.nonce).toBeGreaterThan(0);
  });

  test("ccxt reads trades one by one, and those of one taker at one price as one", async () => {
    const { symbol, a } = await tradedMarket();
    const one = await a.fetchTrades(symbol, undefined, undefined, { fetchTradesMethod: "publicGetTrades" });
    const old = await a.fetchTrades(symbol, undefined, undefined, {
      fetchTradesMethod: "publicGetHistoricalTrades",
      fromId: 2,
    });
    const together = await a.fetchTrades(symbol);
    const since = await a.fetchTrades(symbol, together[0]?.timestamp, 1);
    const shape = (trades: typeof one): unknown =>
      trades.map(({ id, side, price, amount, cost }) => [id, side, price, amount, cost]);
    expect([shape(one), shape(old), shape(together), shape(since)]).toEqual([
      [
        ["1", "sell", 101, 1, 101],
        ["2", "sell", 100, 0.5, 50],
        ["3", "sell", 100, 1, 100],
      ],
      [
        ["2", "sell", 100, 0.5, 50],
        ["3", "sell", 100, 1, 100],
      ],
      [
        ["1", "sell", 101, 1, 101],
        ["2", "sell", 100, 1.5, 150],
      ],
      [["1", "sell", 101, 1, 101]],
    ]);
  });

  test("ccxt reads candles of every interval, and asks for none that we do not have", async () => {
    const { symbol, a } = await tradedMarket();
    const intervals = Object.keys(a.timeframes);
    const candles = await Promise.all(intervals.map((interval) => a.fetchOHLCV(symbol, interval)));
    expect(intervals).toHaveLength(16);
    // The candle with the trades, and flat ones where time has gone on meanwhile.
    expect(candles.map(([first]) => first?.slice(1))).toEqual(intervals.map(() => [101, 101, 100, 100, 2.5]));
    const flat = candles.flatMap((rows) => rows.slice(1)).map((row) => row.slice(1));
    expect(flat).toEqual(flat.map(() => [100, 100, 100, 100, 0]));
  });

  test("ccxt pages candles from a start long before the first trade to now, without a gap and without an end", async () => {
    const { symbol, a } = await tradedMarket();
    const [trade] = await a.fetchTrades(symbol);
    const first = Math.floor((trade?.timestamp ?? 0) / 1_000) * 1_000;
    const pages: number[] = [];
    const rows: number[] = [];
    // Two at a time, each page from behind the last: as ccxt's users and freqtrade do.
    await eventually(
      async () => {
        const page = await a.fetchOHLCV(symbol, "1s", (rows.at(-1) ?? first - 1_000) + 1_000, 2);
        pages.push(page.length);
        rows.push(...page.map(([openTime]) => openTime ?? 0));
        return rows;
      },
      (all) => all.length >= 5,
    );
    const longAgo = await a.fetchOHLCV(symbol, "1m", first - YEAR_MS, 1_000);
    const paged = await a.fetchOHLCV(symbol, "1m", first - 3_000 * MINUTE_MS, 4_000, { paginate: true });
    expect(rows.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((index) => first + index * 1_000));
    expect(Math.max(...pages)).toBeLessThanOrEqual(2);
    const minute = Math.floor(first / MINUTE_MS) * MINUTE_MS;
    for (const found of [longAgo, paged]) {
      expect(found[0]).toEqual([minute, 101, 101, 100, 100, 2.5]);
      expect(found.slice(1).map((row) => row[5])).toEqual(found.slice(1).map(() => 0));
    }
  });
}
