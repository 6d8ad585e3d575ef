/**
 * What breaks whom: each line of the checklist of trading-api.md §1.20, through the client that it would break, or in the
 * words that a client looks for where it does not run here.
 */
import { WS_KEY_MAP } from "binance";
import { afterEach, expect, test } from "vitest";
import WebSocket from "ws";
import { eventually, type Target } from "../target.ts";
import { type CcxtMarket, ClientsMade, ccxtMarket, clientMarket, idOf } from "./client-market.ts";
import { Watching } from "./watching.ts";

/** What hummingbot reads in a refusal. */
const ORDER_UNKNOWN = [
  ["-2013", "Order does not exist"],
  ["-2011", "Unknown order sent"],
];
const DEPTH_CHANGES = 40;

/** Declares the suite's tests. */
export function conformanceSuite(target: () => Target): void {
  const made = new ClientsMade();
  afterEach(() => made.end());
  const market = (): Promise<CcxtMarket> => ccxtMarket(target(), made);

  test('`{"result":null,"id":n}` answers a subscription, before its first event: ccxt\'s watchOrderBook starts', async () => {
    const { symbol, id, a, b } = await market();
    const order = await a.createOrder(symbol, "limit", "sell", 1, 100);
    const socket = new WebSocket(`${target().http.origin.replace("http", "ws")}/ws/0`);
    const heard: Record<string, unknown>[] = [];
    socket.on("message", (data) => heard.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ method: "SUBSCRIBE", params: [`${id.toLowerCase()}@bookTicker`], id: 7 }));
    await eventually(
      () => a.createOrder(symbol, "limit", "sell", 0.1, 101),
      () => heard.length >= 2,
    );
    socket.close();
    const book = await b.watchOrderBook(symbol);
    expect([order.status, heard[0], "u" in (heard[1] ?? {}), book.asks[0]?.[0]]).toEqual([
      "open",
      { result: null, id: 7 },
      true,
      100,
    ]);
  });

  test("`U` and `u` have no gap and no overlap, and the snapshot counts with them: no ChecksumError in ccxt", async () => {
    const { symbol, a, b } = await market();
    const watching = new Watching(
      () => b.watchOrderBook(symbol),
      ({ asks, nonce }) => ({ levels: asks.length, best: asks[0]?.[1], nonce }),
    );
    const nonces: unknown[] = [];
    for (let change = 1; change <= DEPTH_CHANGES; change++) {
      await a.createOrder(symbol, "limit", "sell", 1, 100 + (change % 4));
      if (change % 10 !== 0) continue;
      // Whatever is batched: the sum of what rests is on the book in the end.
      const { nonce } = await watching.until(({ levels, best }) => levels === 4 && best === Math.floor(change / 4));
      nonces.push(nonce);
    }
    const { nonce } = await b.fetchOrderBook(symbol);
    expect([watching.failure, new Set(nonces).size, nonces.at(-1)]).toEqual([null, nonces.length, nonce]);
  });

  test("a cancel's report has the order's id in `C` and its own in `c`: ccxt's watchOrders shows the cancel", async () => {
    const { symbol, a } = await market();
    await a.authenticate();
    const watching = new Watching(
      () => a.watchOrders(symbol),
      (orders) => orders.map(({ clientOrderId, status, info: { c, C } }) => [clientOrderId, status, C, c !== C]),
    );
    const order = await a.createOrder(symbol, "limit", "sell", 1, 100, { clientOrderId: "mine" });
    await watching.until(([newest]) => newest?.[1] === "open");
    await a.cancelOrder(idOf(order), symbol);
    expect(await watching.until(([newest]) => newest?.[1] !== "open")).toEqual([["mine", "canceled", "mine", true]]);
  });

  test("FULL has `fills`, and MARKET is answered in full: ccxt's createMarketOrder has trades and a fee", async () => {
    const { symbol, base, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    const order = await b.createMarketOrder(symbol, "buy", 1);
    expect([order.trades.length, order.fee, order.average]).toEqual([1, { cost: 0.001, currency: base }, 100]);
  });

  test("`klines` honours startTime: a page from behind the last candle is empty, and paging ends", async () => {
    const { symbol, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    await b.createOrder(symbol, "market", "buy", 1);
    const [candle] = await eventually(
      () => a.fetchOHLCV(symbol, "1d"),
      ({ length }) => length > 0,
    );
    const from = candle?.[0] ?? 0;
    const [same, after] = [await a.fetchOHLCV(symbol, "1d", from), await a.fetchOHLCV(symbol, "1d", from + 86_400_000)];
    expect([same.length >= 1, same[0]?.[0], after.filter(([openTime]) => (openTime ?? 0) <= from)]).toEqual([
      true,
      from,
      [],
    ]);
  });

  test("`userDataStream.subscribe.signature` is there: ccxt's watchBalance tells", async () => {
    const { symbol, base, a } = await market();
    await a.authenticate();
    const watching = new Watching(
      () => a.watchBalance(),
      (balance) => balance[base]?.used,
    );
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    expect(await watching.until((used) => used === 1)).toBe(1);
  });

  test("a response's id keeps its type: a request of `binance`, which counts in numbers, resolves, and ccxt's, in strings", async () => {
    const { alice } = await clientMarket(target());
    const { api } = await made.binance(target(), alice);
    const numbered = await api.testSpotConnectivity();
    const client = await made.ccxt(target(), alice);
    const { info } = await client.fetchBalanceWs();
    expect([numbered.status, numbered.id, info.accountType]).toEqual([200, expect.any(Number), "SPOT"]);
  });

  test("pings are answered at once: `binance` does not reconnect", async () => {
    const { alice } = await clientMarket(target());
    const { streams } = await made.binance(target(), alice);
    const lost: unknown[] = [];
    streams.on("reconnecting", (event) => lost.push(event));
    await streams.subscribe(["btcusdt@trade"], WS_KEY_MAP.main);
    const socket = new WebSocket(`${target().http.origin.replace("http", "ws")}/stream`);
    const ponged = new Promise((resolve) => socket.once("pong", (data) => resolve(String(data))));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.ping("as it came");
    expect([await ponged, lost]).toEqual(["as it came", []]);
    socket.close();
  });

  test("no refusal is a 200, and no 5xx: an order refused is an error in every client", async () => {
    const { id, symbol, alice, a } = await market();
    const { rest } = await made.binance(target(), alice);
    const order = { symbol: id, side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: 1_000, price: 100 } as const;
    const outcomes = await Promise.allSettled([
      a.createOrder(symbol, "limit", "sell", 1_000, 100),
      rest.submitNewOrder(order),
      a.cancelOrder("999999999", symbol),
      rest.getOrder({ symbol: id, orderId: 999_999_999 }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    const statuses = await Promise.all(
      ["/api/v3/order", "/api/v3/depth?symbol=NOSUCH", "/api/v3/klines?symbol=NOSUCH&interval=9x"].map(
        async (path) => (await fetch(`${target().http.origin}${path}`)).status,
      ),
    );
    expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
  });

  test('"Order does not exist" is asked for and "Unknown order sent" is canceled: hummingbot knows a lost order', async () => {
    const { symbol, a } = await market();
    const outcomes = await Promise.allSettled([a.fetchOrder("999999999", symbol), a.cancelOrder("999999999", symbol)]);
    const words = outcomes.map((each) => (each.status === "rejected" ? String(each.reason.message) : ""));
    expect(words.map((text, index) => ORDER_UNKNOWN[index]?.every((word) => text.includes(word)))).toEqual([
      true,
      true,
    ]);
  });

  test("ids are numbers below 2^53, in orders, trades and lists: no client loses a digit", async () => {
    const { id, symbol, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    const { info: order } = await b.createOrder(symbol, "market", "buy", 1);
    const trades = await b.privateGetMyTrades({ symbol: id });
    const ids = [order.orderId, order.orderListId, order.fills[0].tradeId, trades[0].id, trades[0].orderId];
    // ccxt turns numbers into strings as it parses: what came is asked for plainly.
    const plain = await fetch(`${target().http.origin}/api/v3/trades?symbol=${id}`);
    const text = await plain.text();
    expect(ids.filter((each) => !Number.isSafeInteger(Number(each)))).toEqual([]);
    expect(text).toMatch(/^\[\{"id":[0-9]+,/);
  });

  test("exchangeInfo has permissionSets with SPOT: hummingbot and ccxt see an active market", async () => {
    const { id, symbol, a } = await market();
    const response = await fetch(`${target().http.origin}/api/v3/exchangeInfo?symbol=${id}`);
    const { symbols } = (await response.json()) as { symbols: { permissionSets: string[][]; status: string }[] };
    expect([symbols[0]?.permissionSets, symbols[0]?.status, a.markets?.[symbol]?.active]).toEqual([
      [["SPOT"]],
      "TRADING",
      true,
    ]);
  });

  test("the path /ws/0 is taken: ccxt, which connects to exactly that, watches", async () => {
    const { symbol, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    await b.watchOrderBook(symbol);
    const urls = Object.keys(b.clients).map((url) => new URL(url).pathname);
    expect(urls).toEqual([expect.stringMatching(/^\/ws\/[0-9]+$/)]);
  });

  test("the clock is told cheaply and is the one that signatures are held against: ccxt adjusts to it", async () => {
    const { a } = await market();
    const difference = await a.loadTimeDifference();
    a.options.adjustForTimeDifference = true;
    const balance = await a.fetchBalance();
    expect([Math.abs(difference ?? Number.NaN) < 5_000, balance.info.accountType]).toEqual([true, "SPOT"]);
  });
}
