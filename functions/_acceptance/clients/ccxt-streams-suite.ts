/** ccxt by WebSocket: what it watches of the market and of its account, and orders through /ws-api/v3. */
import { afterEach, expect, test } from "vitest";
import { eventually, type Target } from "../target.ts";
import { type CcxtMarket, ClientsMade, ccxtMarket, idOf, keyFor } from "./client-market.ts";
import { Watching } from "./watching.ts";

/** Declares the suite's tests. */
export function ccxtStreamsSuite(target: () => Target): void {
  const made = new ClientsMade();
  afterEach(() => made.end());
  const market = (): Promise<CcxtMarket> => ccxtMarket(target(), made);

  test("a watched book begins with the whole book and follows every change of it", async () => {
    const { symbol, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 101);
    const watching = new Watching(
      () => b.watchOrderBook(symbol),
      ({ asks, bids }) => ({ asks: asks.map(pair), bids: bids.map(pair) }),
    );
    await watching.until(({ asks }) => asks.length === 1);
    const bid = await a.createOrder(symbol, "limit", "buy", 1, 99);
    await watching.until(({ bids }) => bids.length === 1);
    await a.createOrder(symbol, "limit", "sell", 2, 102);
    await a.cancelOrder(idOf(bid), symbol);
    await a.createOrder(symbol, "limit", "sell", 3, 101);
    const book = await watching.until(({ asks, bids }) => asks.length === 2 && bids.length === 0 && asks[0]?.[1] === 4);
    expect(book).toEqual({
      asks: [
        [101, 4],
        [102, 2],
      ],
      bids: [],
    });
  });

  test("books, trades and tickers of several markets come over one connection", async () => {
    const one = await market();
    const two = await market();
    const symbols = [one.symbol, two.symbol];
    const watcher = await made.ccxt(target(), two.bob);
    const books = new Map<string | undefined, unknown>();
    const watchingBooks = new Watching(
      () => watcher.watchOrderBookForSymbols(symbols),
      ({ symbol, asks }) => books.set(symbol, asks.map(pair)),
    );
    const traded = new Set<string | undefined>();
    const watchingTrades = new Watching(
      () => watcher.watchTradesForSymbols(symbols),
      (trades) => {
        for (const { symbol } of trades) traded.add(symbol);
        return traded;
      },
    );
    const lasts = new Map<string, unknown>();
    const watchingTickers = new Watching(
      () => watcher.watchTickers(symbols),
      (tickers) => {
        for (const [symbol, { last }] of Object.entries(tickers)) lasts.set(symbol, last);
        return lasts;
      },
    );
    for (const { symbol, a } of [one, two]) await a.createOrder(symbol, "limit", "sell", 90, 100);
    await watchingBooks.until((seen) => seen.size === 2);
    // One after the other: of what happens at once ccxt tells its watcher the first.
    for (const { symbol, b } of [one, two]) {
      await eventually(
        () => b.createOrder(symbol, "market", "buy", 0.1),
        () => traded.has(symbol) && lasts.has(symbol),
      );
    }
    await watchingTrades.until((seen) => seen.size === 2);
    await watchingTickers.until((seen) => seen.size === 2);
    expect([[...traded].sort(), [...lasts].sort()]).toEqual([
      [...symbols].sort(),
      [...symbols].sort().map((symbol) => [symbol, 100]),
    ]);
  });

  test("trades, a ticker, best prices and candles are told as they happen", async () => {
    const { symbol, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 90, 100);
    const seen: { trade?: unknown; ticker?: unknown; best?: unknown; candle?: unknown } = {};
    const all = [
      new Watching(
        () => b.watchTrades(symbol),
        ([trade]) => {
          seen.trade = [trade?.price, trade?.amount, trade?.side];
        },
      ),
      new Watching(
        () => b.watchTicker(symbol),
        ({ last, open }) => {
          seen.ticker = [last, open];
        },
      ),
      new Watching(
        () => b.watchBidsAsks([symbol]),
        ({ [symbol]: best }) => {
          seen.best = best?.ask;
        },
      ),
      new Watching(
        () => b.watchOHLCV(symbol, "1m"),
        (rows) => {
          seen.candle = rows.at(-1)?.slice(1, 5);
        },
      ),
    ];
    await eventually(
      () => b.createOrder(symbol, "market", "buy", 0.1),
      () => Object.keys(seen).length === all.length,
    );
    expect(seen).toEqual({ trade: [100, 0.1, "buy"], ticker: [100, 100], best: 100, candle: [100, 100, 100, 100] });
  });

  test("watched orders, own trades and balances tell of a rest, of fills and of a cancel, in order", async () => {
    const { symbol, base, quote, a, b } = await market();
    // What happens before the subscription stands is nobody's to be told, and only its first caller waits for it.
    await a.authenticate();
    const orders: unknown[] = [];
    const watchingOrders = new Watching(
      () => a.watchOrders(symbol),
      (newest) => {
        for (const { status, filled, clientOrderId } of newest) orders.push([clientOrderId, status, filled]);
        return orders;
      },
    );
    const watchingTrades = new Watching(
      () => a.watchMyTrades(symbol),
      (trades) => trades.map(({ side, amount, price, takerOrMaker, fee }) => [side, amount, price, takerOrMaker, fee]),
    );
    const watchingBalance = new Watching(
      () => a.watchBalance(),
      (balance) => ({ ...balance[base] }),
    );
    await a.createOrder(symbol, "limit", "sell", 2, 100, { clientOrderId: "watched" });
    const held = await watchingBalance.until(({ used }) => used === 2);
    await b.createOrder(symbol, "limit", "buy", 0.5, 100);
    const trades = await watchingTrades.until(({ length }) => length > 0);
    await a.cancelAllOrders(symbol);
    await watchingOrders.until(({ length }) => length === 3);
    const free = await watchingBalance.until(({ used }) => used === 0);
    expect([orders, held, trades, free]).toEqual([
      [
        ["watched", "open", 0],
        ["watched", "open", 0.5],
        ["watched", "canceled", 0.5],
      ],
      { free: 98, used: 2, total: 100 },
      [["sell", 0.5, 100, "maker", { cost: 0.05, currency: quote }]],
      { free: 99.5, used: 0, total: 99.5 },
    ]);
  });

  test.each(["hmac_sha256", "ed25519", "rsa_sha256"] as const)(
    "orders are placed, edited, read and canceled by WebSocket, with a key of kind %s",
    async (kind) => {
      const { symbol, base, alice, b } = await market();
      const a = await made.ccxt(target(), await keyFor(target(), alice.account, kind));
      const placed = await a.createOrderWs(symbol, "limit", "sell", 2, 110);
      const edited = await a.editOrderWs(idOf(placed), symbol, "limit", "sell", 3, 111);
      const read = await a.fetchOrderWs(idOf(edited), symbol);
      const open = await a.fetchOpenOrdersWs(symbol);
      await b.createOrderWs(symbol, "limit", "buy", 1, 111);
      const trades = await a.fetchMyTradesWs(symbol);
      const canceled = await a.cancelOrderWs(idOf(edited), symbol);
      await a.createOrderWs(symbol, "limit", "sell", 1, 112);
      const rest = await a.cancelAllOrdersWs(symbol);
      const [all, closed] = [await a.fetchOrdersWs(symbol), await a.fetchClosedOrdersWs(symbol)];
      // ccxt 4.5.84 passes on what it is told here, and reads nothing in it.
      const { info } = await a.fetchBalanceWs();
      expect([placed.status, edited.amount, edited.price, read.id]).toEqual(["open", 3, 111, edited.id]);
      expect([open.map(({ id }) => id), trades.map(({ amount, price }) => [amount, price])]).toEqual([
        [edited.id],
        [[1, 111]],
      ]);
      expect([canceled.status, rest.map(({ status }) => status)]).toEqual(["canceled", ["canceled"]]);
      expect(all.map(({ status, filled }) => [status, filled])).toEqual([
        ["canceled", 0],
        ["canceled", 1],
        ["canceled", 0],
      ]);
      expect([closed, info.balances.filter((each: { asset: string }) => each.asset === base)]).toEqual([
        [],
        [{ asset: base, free: "99.00000000", locked: "0.00000000" }],
      ]);
    },
  );

  test("candles and trades are read by WebSocket too, and a refusal there is the same exception", async () => {
    const { symbol, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    await b.createOrder(symbol, "market", "buy", 1);
    const trades = await eventually(
      () => a.fetchTradesWs(symbol),
      (found) => found.length > 0,
    );
    const candles = await a.fetchOHLCVWs(symbol, "1d");
    const refusals = await Promise.allSettled([
      a.createOrderWs(symbol, "limit", "sell", 1_000, 100),
      a.fetchOrderWs("999999999", symbol),
      a.cancelOrderWs("999999999", symbol),
    ]);
    expect([trades[0]?.price, candles.map((row) => row.slice(1))]).toEqual([100, [[100, 100, 100, 100, 1]]]);
    expect(refusals.map((each) => each.status === "rejected" && each.reason.constructor.name)).toEqual([
      "InsufficientFunds",
      "OrderNotFound",
      "OrderNotFound",
    ]);
  });
}

function pair(level: readonly unknown[]): unknown[] {
  return [level[0], level[1]];
}
