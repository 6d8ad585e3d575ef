/** What everybody may see, over HTTP and WebSocket, on any origin. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { StreamClient } from "./stream-client.ts";
import { eventually, type Target } from "./target.ts";
import { freshMarket, type Market } from "./trader.ts";

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function marketDataSuite(open: () => Promise<Target>): void {
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target?.close());

  /** Two trades (100.00, then 101.00), and one level left on each side. */
  async function tradedMarket(): Promise<Market> {
    const market = await freshMarket(target.operator);
    const { symbol, alice, bob } = market;
    await alice.limit(symbol, "SELL", "1.000", "100.00");
    await alice.limit(symbol, "SELL", "2.000", "101.00");
    await bob.limit(symbol, "BUY", "1.000", "100.00");
    await bob.limit(symbol, "BUY", "0.500", "101.00");
    await bob.limit(symbol, "BUY", "3.000", "99.00");
    return market;
  }

  test("ping, time and exchangeInfo describe the exchange", async () => {
    const { symbol, base, quote } = await freshMarket(target.operator);
    const ping = await target.http.get("/api/v3/ping");
    const time = await target.http.get("/api/v3/time");
    const info = await target.http.get("/api/v3/exchangeInfo", { symbol });
    expect([ping.body, typeof time.body.serverTime, info.body.symbols.length]).toEqual([{}, "number", 1]);
    expect(info.body.symbols[0]).toMatchObject({ symbol, status: "TRADING", baseAsset: base, quoteAsset: quote });
  });

  test("depth, trades, tickers and candles tell the same story", async () => {
    const { symbol } = await tradedMarket();
    const get = async (path: string, more = {}) => (await target.http.get(`/api/v3/${path}`, { symbol, ...more })).body;
    const depth = await eventually(
      () => get("depth"),
      (body) => body.bids.length === 1,
    );
    expect(depth).toEqual({
      lastUpdateId: 5,
      bids: [["99.00000000", "3.00000000"]],
      asks: [["101.00000000", "1.50000000"]],
    });
    const trades = await get("trades");
    expect(trades).toMatchObject([
      { id: 1, price: "100.00000000", qty: "1.00000000", quoteQty: "100.00000000", isBuyerMaker: false },
      { id: 2, price: "101.00000000", qty: "0.50000000", quoteQty: "50.50000000", isBuyerMaker: false },
    ]);
    expect(await get("historicalTrades", { fromId: 1 })).toEqual(trades);
    expect(await get("ticker/price")).toEqual({ symbol, price: "101.00000000" });
    expect(await get("ticker/bookTicker")).toEqual({
      symbol,
      bidPrice: "99.00000000",
      bidQty: "3.00000000",
      askPrice: "101.00000000",
      askQty: "1.50000000",
    });
    expect(await get("ticker/24hr")).toMatchObject({
      openPrice: "100.00000000",
      highPrice: "101.00000000",
      lowPrice: "100.00000000",
      lastPrice: "101.00000000",
      volume: "1.50000000",
      quoteVolume: "150.50000000",
      firstId: 1,
      lastId: 2,
      count: 2,
    });
    const [day] = await get("klines", { interval: "1d" });
    expect([day.slice(1, 6), day[7], day[8]]).toEqual([
      ["100.00000000", "101.00000000", "100.00000000", "101.00000000", "1.50000000"],
      "150.50000000",
      2,
    ]);
  });

  test("a stream shows a trade, and depth updates follow one another without a gap from the snapshot on", async () => {
    const { symbol, alice, bob } = await freshMarket(target.operator);
    const name = symbol.toLowerCase();
    const stream = await StreamClient.open(target.http.origin, "/stream");
    stream.send({ method: "SUBSCRIBE", params: [`${name}@trade`, `${name}@depth@100ms`], id: 1 });
    await stream.until((messages) => messages.length > 0);
    const { body: snapshot } = await target.http.get("/api/v3/depth", { symbol });
    await alice.limit(symbol, "SELL", "1.000", "100.00");
    await bob.limit(symbol, "BUY", "0.400", "100.00");
    const updatesOf = (messages: readonly { stream?: string; data?: { U: number; u: number } }[]) =>
      messages.filter((message) => message.stream === `${name}@depth@100ms`).map((message) => message.data!);
    await stream.until((messages) => updatesOf(messages).at(-1)?.u === 2);
    await alice.limit(symbol, "SELL", "1.000", "105.00");
    const messages = await stream.until((all) => updatesOf(all).at(-1)?.u === 3);
    stream.close();
    const [acknowledgement] = messages;
    const trade = messages.find((message) => message.stream === `${name}@trade`)?.data;
    expect(acknowledgement).toEqual({ result: null, id: 1 });
    expect(trade).toMatchObject({ e: "trade", s: symbol, t: 1, p: "100.00000000", q: "0.40000000", m: false });
    let lastUpdateId = snapshot.lastUpdateId;
    for (const update of updatesOf(messages).filter(({ u }) => u > snapshot.lastUpdateId)) {
      expect(update.U).toBe(lastUpdateId + 1);
      lastUpdateId = update.u;
    }
    expect(lastUpdateId).toBe(3);
  });

  test("what is no path of ours is answered 404 with a code, and a wrong method 405", async () => {
    const unknown = await target.http.send("GET", "/api/v3/nothing");
    const elsewhere = await target.http.send("GET", "/nothing");
    const method = await target.http.send("DELETE", "/api/v3/ping");
    const words = { code: -1020, msg: "This operation is not supported." };
    expect([unknown, elsewhere, method]).toEqual([
      { status: 404, body: words },
      { status: 404, body: words },
      { status: 405, body: words },
    ]);
  });
}
