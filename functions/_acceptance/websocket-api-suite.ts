/** The WebSocket API on any origin: every method says what REST says, sessions, and user data streams in order. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ApiSocket } from "./api-socket.ts";
import { StreamClient } from "./stream-client.ts";
import { eventually, type Target } from "./target.ts";
import { type Answer, freshMarket, type Market, type Parameters, sortedOf, type Trader } from "./trader.ts";

/** Of a reading that is taken twice, what moves with the clock. */
const MOVING = new Set(["serverTime", "openTime", "closeTime", "updateTime"]);

function still(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, inner) => (MOVING.has(name) ? undefined : inner)));
}

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function websocketApiSuite(open: () => Promise<Target>): void {
  let target: Target;
  const sockets: ApiSocket[] = [];
  beforeAll(async () => {
    target = await open();
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });
  afterAll(() => target?.close());

  const connect = async (query?: string): Promise<ApiSocket> => {
    const socket = await ApiSocket.open(target.http.origin, query);
    sockets.push(socket);
    return socket;
  };
  /** A market with a trade in its books, as REST and the sockets will both tell it. */
  const tradedMarket = async (): Promise<Market> => {
    const market = await freshMarket(target.operator);
    await market.alice.limit(market.symbol, "SELL", "2.000", "100.00");
    await market.bob.limit(market.symbol, "BUY", "0.500", "100.00");
    await eventually(
      () => target.http.get("/api/v3/trades", { symbol: market.symbol }),
      ({ body }) => body.length === 1,
    );
    return market;
  };

  const PUBLIC: readonly (readonly [string, string, Parameters])[] = [
    ["ping", "/api/v3/ping", {}],
    ["time", "/api/v3/time", {}],
    ["exchangeInfo", "/api/v3/exchangeInfo", {}],
    ["depth", "/api/v3/depth", { limit: 5 }],
    ["trades.recent", "/api/v3/trades", {}],
    ["trades.aggregate", "/api/v3/aggTrades", {}],
    ["klines", "/api/v3/klines", { interval: "1d" }],
    ["ticker.24hr", "/api/v3/ticker/24hr", {}],
    ["ticker.price", "/api/v3/ticker/price", {}],
    ["ticker.book", "/api/v3/ticker/bookTicker", {}],
    ["avgPrice", "/api/v3/avgPrice", {}],
  ];

  test("what needs no key is answered as REST answers it", async () => {
    const { symbol } = await tradedMarket();
    const socket = await connect();
    for (const [method, path, more] of PUBLIC) {
      const params = method === "ping" || method === "time" ? {} : { symbol, ...more };
      const rest = await target.http.get(path, params);
      expect([method, still(await socket.must(method, params))]).toEqual([method, still(rest.body)]);
    }
  });

  test("what a key reads is answered as REST answers it", async () => {
    const { symbol, alice } = await tradedMarket();
    const socket = await connect();
    const asked: readonly (readonly [string, string, Parameters])[] = [
      ["order.status", "/api/v3/order", { symbol, orderId: 1 }],
      ["openOrders.status", "/api/v3/openOrders", { symbol }],
      ["allOrders", "/api/v3/allOrders", { symbol }],
      ["account.status", "/api/v3/account", {}],
      ["myTrades", "/api/v3/myTrades", { symbol }],
    ];
    for (const [method, path, params] of asked) {
      const rest = await alice.call("GET", path, params);
      expect([method, rest.status, await socket.must(method, alice.signedParams(params))]).toEqual([
        method,
        200,
        rest.body,
      ]);
    }
  });

  test("orders are placed, tested, canceled one by one and all at once; refusals have REST's codes and words", async () => {
    const { symbol, alice } = await freshMarket(target.operator);
    const socket = await connect();
    const order = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1.000", price: "100.00" };
    const signed = (params: Parameters): Parameters => alice.signedParams(params);
    const placed = await socket.must("order.place", signed({ ...order, newClientOrderId: "one" }));
    const again = await socket.call("order.place", signed({ ...order, newClientOrderId: "one" }));
    const tested = await socket.must("order.test", signed(order));
    const canceled = await socket.must("order.cancel", signed({ symbol, orderId: placed.orderId }));
    const gone = await socket.call("order.cancel", signed({ symbol, orderId: placed.orderId }));
    await socket.must("order.place", signed({ ...order, newClientOrderId: "two" }));
    await socket.must("order.place", signed({ ...order, newClientOrderId: "three" }));
    const all = await socket.must("openOrders.cancelAll", signed({ symbol }));
    expect([
      [placed.status, placed.clientOrderId, again.status, again.error],
      tested,
      [canceled.status, canceled.origClientOrderId, gone.status, gone.error],
      all.map((each: { origClientOrderId: string }) => each.origClientOrderId),
    ]).toEqual([
      ["NEW", "one", 400, { code: -2010, msg: "Duplicate order sent." }],
      {},
      ["CANCELED", "one", 400, { code: -2011, msg: "Unknown order sent." }],
      ["two", "three"],
    ]);
  });

  test("a wrong signature, an unknown key and an old timestamp are refused, each in its words", async () => {
    const { symbol, alice } = await freshMarket(target.operator);
    const socket = await connect();
    const good = alice.signedParams({ symbol });
    const asked = [
      { ...good, signature: "0".repeat(64) },
      { ...good, apiKey: "k".repeat(64) },
      alice.signedParams({ symbol, timestamp: Date.now() - 60_000 }),
    ];
    const answers = [];
    for (const params of asked) answers.push(await socket.call("openOrders.status", params));
    expect(answers).toEqual([
      { status: 400, error: { code: -1022, msg: "Signature for this request is not valid." } },
      { status: 401, error: { code: -2015, msg: "Invalid API-key, IP, or permissions for action." } },
      { status: 400, error: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." } },
    ]);
  });

  test("a session signs once, with Ed25519: it trades and hears its account until it logs out", async () => {
    const { symbol, alice } = await freshMarket(target.operator);
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const { apiKey } = await target.operator.must("POST", "/keys", {
      account: alice.account,
      kind: "ed25519",
      publicKey: String(publicKey.export({ type: "spki", format: "pem" })),
      permissions: ["read", "trade"],
    });
    const socket = await connect();
    const hmac = await socket.call("session.logon", alice.signedParams());
    const loggedOn = await socket.must("session.logon", signedBy(privateKey, { apiKey, timestamp: Date.now() }));
    const subscribed = await socket.must("userDataStream.subscribe");
    const twice = await socket.call("userDataStream.subscribe.signature", alice.signedParams());
    const order = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1.000", price: "100.00" };
    await socket.must("order.place", { ...order, newClientOrderId: "s", timestamp: Date.now() });
    const events = await socket.eventsUntil(2);
    const told = events.map(({ subscriptionId, event }) => [subscriptionId, event.e, event.c]);
    const out = await socket.must("session.logout");
    const end = (await socket.eventsUntil(3)).at(-1);
    const after = await socket.call("openOrders.status", { symbol, timestamp: Date.now() });
    expect([hmac.status, loggedOn.apiKey, subscribed, twice.error.code, told]).toEqual([
      400,
      apiKey,
      { subscriptionId: 0 },
      -2035,
      [
        [0, "executionReport", "s"],
        [0, "outboundAccountPosition", undefined],
      ],
    ]);
    expect([out.apiKey, end.subscriptionId, end.event.e, after.error.code]).toEqual([
      null,
      0,
      "eventStreamTerminated",
      -1102,
    ]);
  });

  test("a fill is told to maker and taker, each in order and with its own fees; a subscription that is ended tells no more", async () => {
    const { symbol, base, quote, alice, bob } = await freshMarket(target.operator);
    const [maker, taker] = [await listen(alice), await listen(bob)];
    await alice.limit(symbol, "SELL", "2.000", "100.00", { newClientOrderId: "m" });
    await maker.eventsUntil(2);
    await bob.limit(symbol, "BUY", "3.000", "101.00", { newClientOrderId: "t" });
    const shown = ({ event }: { event: Record<string, unknown> }): unknown[] =>
      event.e === "executionReport"
        ? ["c", "x", "X", "l", "z", "L", "n", "N", "t", "m", "w"].map((field) => event[field])
        : [event.B];
    const none = ["0.00000000", "0.00000000", "0.00000000", "0", null, -1, false];
    expect((await maker.eventsUntil(4)).map(shown)).toEqual([
      ["m", "NEW", "NEW", ...none, true],
      [[{ a: base, f: "98.00000000", l: "2.00000000" }]],
      ["m", "TRADE", "FILLED", "2.00000000", "2.00000000", "100.00000000", "0.20000000", quote, 1, true, false],
      [
        [
          { a: base, f: "98.00000000", l: "0.00000000" },
          { a: quote, f: "100199.80000000", l: "0.00000000" },
        ],
      ],
    ]);
    expect((await taker.eventsUntil(3)).map(shown)).toEqual([
      ["t", "NEW", "NEW", ...none, true],
      [
        "t",
        "TRADE",
        "PARTIALLY_FILLED",
        "2.00000000",
        "2.00000000",
        "100.00000000",
        "0.00200000",
        base,
        1,
        false,
        true,
      ],
      [
        [
          { a: quote, f: "99699.00000000", l: "101.00000000" },
          { a: base, f: "101.99800000", l: "0.00000000" },
        ],
      ],
    ]);
    const executions = [...maker.events, ...taker.events].flatMap(({ event }) => event.I ?? []);
    expect(executions.every(Number.isSafeInteger)).toBe(true);
    await taker.must("userDataStream.unsubscribe", { subscriptionId: 0 });
    const [, , , end] = await taker.eventsUntil(4);
    await bob.call("DELETE", "/api/v3/openOrders", { symbol });
    await maker.must("ping");
    expect([
      end.event.e,
      taker.events.length,
      (await taker.call("userDataStream.unsubscribe", { subscriptionId: 0 })).error,
    ]).toEqual(["eventStreamTerminated", 4, { code: -2036, msg: "User Data Stream subscription not active." }]);
  });

  test("a client of before makes a listen key with its API key alone, hears its account by it, and ends it", async () => {
    const { symbol, alice, bob } = await freshMarket(target.operator);
    const path = "/api/v3/userDataStream";
    const ask = (method: string, who: Trader, query = ""): Promise<Answer> =>
      target.http.send(method, `${path}${query}`, { "x-mbx-apikey": who.apiKey });
    const { body } = await ask("POST", alice);
    const again = await ask("POST", alice);
    const query = `?listenKey=${body.listenKey}`;
    const others = await ask("PUT", bob, query);
    const stream = await StreamClient.open(target.http.origin, `/ws/${body.listenKey}`);
    // Whoever cannot be asked when it began to hear is heard by what it hears: orders until the first report.
    let orders = 0;
    while (stream.messages.length === 0) {
      await alice.limit(symbol, "BUY", "1.000", "100.00", { newClientOrderId: `o${++orders}` });
    }
    const [{ e, s, x }] = await stream.until((messages) => messages.length > 0);
    stream.close();
    const extended = await ask("PUT", alice, query);
    const ended = await ask("DELETE", alice, query);
    const gone = await ask("PUT", alice, query);
    expect([again.body, others.body.code, [e, s, x], extended.body, ended.body, gone.status, gone.body]).toEqual([
      body,
      -1125,
      ["executionReport", symbol, "NEW"],
      {},
      {},
      400,
      { code: -1125, msg: "This listenKey does not exist." },
    ]);
  });

  async function listen(trader: Trader): Promise<ApiSocket> {
    const socket = await connect();
    await socket.must("userDataStream.subscribe.signature", trader.signedParams());
    return socket;
  }
}

function signedBy(key: KeyObject, params: Parameters): Parameters {
  return { ...params, signature: sign(null, Buffer.from(sortedOf(params)), key).toString("base64") };
}
