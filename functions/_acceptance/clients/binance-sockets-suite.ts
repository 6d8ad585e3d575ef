/** The npm package `binance` by WebSocket: market streams, user data in its three ways, and the WebSocket API. */
import { type WebsocketClient, WS_KEY_MAP } from "binance";
import { afterEach, expect, test } from "vitest";
import { eventually, type Target } from "../target.ts";
import { type BinanceMarket, binanceMarket, ClientsMade, keyFor } from "./client-market.ts";

// biome-ignore lint/suspicious/noExplicitAny: messages as they come.
type Message = any;

const { main, mainWSAPI } = WS_KEY_MAP;

/** Everything that a client hands its user, newest last; what its connection went through beside it. */
class Heard {
  readonly messages: Message[] = [];
  readonly connection: string[] = [];

  constructor(client: WebsocketClient) {
    client.on("message", (message: Message) => this.messages.push(message));
    for (const event of ["reconnecting", "reconnected", "close", "exception"] as const) {
      client.on(event, () => this.connection.push(event));
    }
  }

  /** The client names the stream of what it passes on. */
  streams(): string[] {
    const named = this.messages.map((message) => message.streamName ?? message[0]?.streamName);
    return [...new Set<string>(named)].filter((name) => name !== undefined).sort();
  }

  of(type: string): Message[] {
    return this.messages.map(unwrapped).filter((message) => message?.e === type);
  }
}

/** The client leaves it to its user to say when. */
function now(): { timestamp: number } {
  return { timestamp: Date.now() };
}

function unwrapped(message: Message): Message {
  return message.data ?? message.event ?? message;
}

/** Declares the suite's tests. */
export function binanceSocketsSuite(target: () => Target): void {
  const made = new ClientsMade();
  afterEach(() => made.end());
  const market = (): Promise<BinanceMarket> => binanceMarket(target(), made);

  /** One order of each side that meet, and one that rests. */
  async function trade({ id: symbol, a, b }: BinanceMarket): Promise<void> {
    const terms = { symbol, type: "LIMIT", timeInForce: "GTC", quantity: 0.1, price: 100 } as const;
    await b.rest.submitNewOrder({ ...terms, side: "BUY" });
    await a.rest.submitNewOrder({ ...terms, side: "SELL" });
  }

  test("every public stream is subscribed to and tells of the market over one connection", async () => {
    const it = await market();
    const name = it.id.toLowerCase();
    const { streams } = it.a;
    const heard = new Heard(streams);
    const names = [
      `${name}@trade`,
      `${name}@aggTrade`,
      `${name}@depth`,
      `${name}@depth@100ms`,
      `${name}@depth5`,
      `${name}@bookTicker`,
      `${name}@kline_1m`,
      `${name}@miniTicker`,
      `${name}@ticker`,
      `${name}@ticker_1h`,
      `${name}@avgPrice`,
      "!miniTicker@arr",
    ];
    await streams.subscribe(names, main);
    await eventually(
      () => trade(it),
      () => heard.streams().length === names.length,
    );
    const [first] = heard.of("trade");
    expect(heard.streams()).toEqual([...names].sort());
    expect(first).toMatchObject({ s: it.id, t: expect.any(Number), p: "100.00000000", q: "0.10000000" });
    expect(heard.connection).toEqual([]);
  });

  test("what is unsubscribed is heard no more", async () => {
    const it = await market();
    const name = it.id.toLowerCase();
    const { streams } = it.a;
    const heard = new Heard(streams);
    await streams.subscribe([`${name}@trade`, `${name}@aggTrade`], main);
    await eventually(
      () => trade(it),
      () => heard.of("trade").length > 0,
    );
    await streams.unsubscribe([`${name}@trade`], main);
    const before = heard.of("trade").length;
    const together = heard.of("aggTrade").length;
    await eventually(
      () => trade(it),
      () => heard.of("aggTrade").length > together + 2,
    );
    expect(heard.of("trade").length - before).toBeLessThanOrEqual(1);
  });

  test.each(["hmac_sha256", "ed25519", "rsa_sha256"] as const)(
    "user data come by the WebSocket API with a key of kind %s, whole and in order",
    async (kind) => {
      const it = await market();
      const { id: symbol, b } = it;
      const { api } = await made.binance(target(), await keyFor(target(), it.alice.account, kind));
      const heard = new Heard(api.getWSClient());
      await api.subscribeUserDataStream(mainWSAPI);
      const { result } = await api.submitNewSpotOrder({
        symbol,
        side: "SELL",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: "2",
        price: "100",
        ...now(),
      });
      const order = result as { orderId: number; clientOrderId: string };
      await b.rest.submitNewOrder({ symbol, side: "BUY", type: "MARKET", quantity: 0.5 });
      await api.cancelSpotOrder({ symbol, orderId: order.orderId, ...now() });
      await eventually(
        async () => heard.of("outboundAccountPosition"),
        ({ length }) => length === 3,
      );
      const told = heard.messages.map(unwrapped).filter(({ e }) => e !== undefined);
      expect(told.map(({ e, x, X, z, i }) => (e === "executionReport" ? [x, X, z, i] : e))).toEqual([
        ["NEW", "NEW", "0.00000000", order.orderId],
        "outboundAccountPosition",
        ["TRADE", "PARTIALLY_FILLED", "0.50000000", order.orderId],
        "outboundAccountPosition",
        ["CANCELED", "CANCELED", "0.50000000", order.orderId],
        "outboundAccountPosition",
      ]);
      const canceled = told[4];
      expect([canceled.C, canceled.c !== canceled.C]).toEqual([order.clientOrderId, true]);
      await api.unsubscribeUserDataStream(mainWSAPI);
    },
  );

  test("user data come the old way, by a listen key, and its request goes nowhere else", async () => {
    const it = await market();
    const { id: symbol, a } = it;
    const heard = new Heard(a.streams);
    await a.streams.subscribeSpotUserDataStream();
    await a.rest.submitNewOrder({ symbol, side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: 1, price: 100 });
    await eventually(
      async () => heard.of("outboundAccountPosition"),
      ({ length }) => length === 1,
    );
    expect(heard.messages.map(unwrapped).map(({ e, x }) => x ?? e)).toEqual(["NEW", "outboundAccountPosition"]);
    expect(heard.connection).toEqual([]);
    await a.streams.unsubscribeSpotUserDataStream();
  });

  test.each(["hmac_sha256", "ed25519"] as const)(
    "WebsocketAPIClient reads the market and trades with a key of kind %s",
    async (kind) => {
      const it = await market();
      const { id: symbol, base } = it;
      await trade(it);
      await eventually(
        () => it.a.rest.getRecentTrades({ symbol }),
        ({ length }) => length === 1,
      );
      const { api } = await made.binance(target(), await keyFor(target(), it.alice.account, kind));
      const read = {
        ping: await api.testSpotConnectivity(),
        time: await api.getSpotServerTime(),
        info: await api.getSpotExchangeInfo({ symbol }),
        book: await api.getSpotOrderBook({ symbol }),
        trades: await api.getSpotRecentTrades({ symbol }),
        old: await api.getSpotHistoricalTrades({ symbol, fromId: 1 }),
        together: await api.getSpotAggregateTrades({ symbol }),
        candles: await api.getSpotKlines({ symbol, interval: "1d" }),
        uiCandles: await api.getSpotUIKlines({ symbol, interval: "1d" }),
        average: await api.getSpotAveragePrice({ symbol }),
        day: await api.getSpot24hrTicker({ symbol }),
        tradingDay: await api.getSpotTradingDayTicker({ symbol }),
        rolling: await api.getSpotTicker({ symbol, windowSize: "1h" }),
        price: await api.getSpotSymbolPriceTicker({ symbol }),
        best: await api.getSpotSymbolOrderBookTicker({ symbol }),
        account: await api.getSpotAccountInformation(now()),
        rates: await api.getSpotOrderRateLimits(now()),
        commission: await api.getSpotAccountCommission({ symbol, ...now() }),
        myTrades: await api.getSpotMyTrades({ symbol, ...now() }),
      };
      expect(Object.entries(read).filter(([, { status }]) => status !== 200)).toEqual([]);
      const account = read.account.result as unknown as { balances: { asset: string; free: string }[] };
      expect(account.balances.find(({ asset }) => asset === base)?.free).toBe("99.90000000");

      const terms = { symbol, side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: "3", price: "110" } as const;
      const placed = await api.submitNewSpotOrder({ ...terms, ...now() });
      const tested = await api.testSpotOrder({ ...terms, ...now() });
      const { orderId } = placed.result as { orderId: number };
      const amended = await api.amendSpotOrderKeepPriority({ symbol, orderId, newQty: "2", ...now() });
      const replaced = await api.cancelReplaceSpotOrder({
        ...terms,
        price: "111",
        cancelReplaceMode: "STOP_ON_FAILURE",
        cancelOrderId: orderId,
        ...now(),
      });
      const newOrder = (replaced.result as unknown as { newOrderResponse: { orderId: number } }).newOrderResponse;
      const found = await api.getSpotOrderStatus({ symbol, orderId: newOrder.orderId, ...now() });
      const oco = await api.placeSpotOCOOrderList({
        symbol,
        side: "SELL",
        quantity: "1",
        aboveType: "LIMIT_MAKER",
        abovePrice: "120",
        belowType: "STOP_LOSS",
        belowStopPrice: "90",
        ...now(),
      });
      const { orderListId } = oco.result as unknown as { orderListId: number };
      const listed = await api.getSpotOrderListStatus({ orderListId, ...now() });
      const openLists = await api.getSpotOpenOrderLists(now());
      const open = await api.getSpotOpenOrders({ symbol, ...now() });
      const listCanceled = await api.cancelSpotOrderList({ symbol, orderListId, ...now() });
      const all = await api.cancelAllSpotOpenOrders({ symbol, ...now() });
      const orders = await api.getSpotAllOrders({ symbol, ...now() });
      const lists = await api.getSpotAllOrderLists(now() as object);
      const outcome = [tested, amended, replaced, found, listed, listCanceled, all].map(({ status }) => status);
      expect(outcome).toEqual(outcome.map(() => 200));
      expect([
        (amended.result as unknown as { amendedOrder: { qty: string } }).amendedOrder.qty,
        openLists.result.length,
        open.result.length,
        orders.result.map(({ status }) => status),
        lists.result.length,
      ]).toEqual(["2.00000000", 1, 3, ["FILLED", "CANCELED", "CANCELED", "CANCELED", "CANCELED"], 1]);
    },
  );
}
