/** The npm package `binance` by REST: MainClient, every kind of order and list, every kind of key. */
import type { OrderResponseFull, SpotOrder } from "binance";
import { afterEach, expect, test } from "vitest";
import { eventually, type Target } from "../target.ts";
import { type BinanceMarket, binanceMarket, ClientsMade, keyFor } from "./client-market.ts";
import type { BinanceClients } from "./documented.ts";

/** What the client throws: it passes our body on. */
async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    const { code, message } = error as { code: number; message: string };
    return [code, message];
  }
}

/** A trade of 0.1 at a price, which leaves nothing on the book. */
async function tradeAt({ id, a, b }: BinanceMarket, price: number): Promise<void> {
  const terms = { symbol: id, type: "LIMIT", timeInForce: "GTC", quantity: 0.1, price } as const;
  await b.rest.submitNewOrder({ ...terms, side: "BUY" });
  await a.rest.submitNewOrder({ ...terms, side: "SELL" });
}

/** Declares the suite's tests. */
export function binanceRestSuite(target: () => Target): void {
  const made = new ClientsMade();
  afterEach(() => made.end());
  const market = (): Promise<BinanceMarket> => binanceMarket(target(), made);
  const limit = (
    { rest }: BinanceClients,
    symbol: string,
    side: "BUY" | "SELL",
    quantity: number,
    price: number,
  ): Promise<OrderResponseFull> =>
    rest.submitNewOrder({
      symbol,
      side,
      type: "LIMIT",
      timeInForce: "GTC",
      quantity,
      price,
      newOrderRespType: "FULL",
    }) as Promise<OrderResponseFull>;

  test("MainClient reads everything that is public", async () => {
    const it = await market();
    const { id: symbol, a } = it;
    const { rest } = a;
    await tradeAt(it, 100);
    await limit(a, symbol, "SELL", 2, 110);
    await eventually(
      () => rest.getRecentTrades({ symbol }),
      (trades) => trades.length === 1,
    );
    await eventually(
      () => rest.getOrderBook({ symbol }),
      ({ asks }) => asks.length === 1,
    );
    const info = await rest.getExchangeInfo({ symbol });
    const [trade] = await rest.getRecentTrades({ symbol });
    const [old] = await rest.getHistoricalTrades({ symbol, fromId: 1 });
    const [together] = await rest.getAggregateTrades({ symbol });
    const [candle] = await rest.getKlines({ symbol, interval: "1d" });
    const [uiCandle] = await rest.getUIKlines({ symbol, interval: "1d" });
    expect(await rest.testConnectivity()).toEqual({});
    expect([info.symbols.map((each) => each.symbol), info.rateLimits.map((each) => each.rateLimitType)]).toEqual([
      [symbol],
      expect.arrayContaining(["REQUEST_WEIGHT", "RAW_REQUESTS"]),
    ]);
    expect((await rest.getOrderBook({ symbol, limit: 5 })).asks).toEqual([["110.00000000", "2.00000000"]]);
    expect([trade, old]).toMatchObject([
      { id: 1, price: "100.00000000", qty: "0.10000000" },
      { id: 1, price: "100.00000000" },
    ]);
    expect(together).toMatchObject({ a: 1, f: 1, l: 1, p: "100.00000000", q: "0.10000000" });
    expect([candle?.slice(1, 6), uiCandle?.slice(1, 6)]).toEqual([
      ["100.00000000", "100.00000000", "100.00000000", "100.00000000", "0.10000000"],
      ["100.00000000", "100.00000000", "100.00000000", "100.00000000", "0.10000000"],
    ]);
    expect([
      await rest.getAvgPrice({ symbol }),
      await rest.get24hrChangeStatistics({ symbol }),
      await rest.getSymbolPriceTicker({ symbol }),
      await rest.getSymbolOrderBookTicker({ symbol }),
      await rest.getTradingDayTicker({ symbol }),
      await rest.getRollingWindowTicker({ symbol, windowSize: "1h" }),
    ]).toMatchObject([
      { price: "100.00000000" },
      { symbol, lastPrice: "100.00000000", count: 1 },
      { symbol, price: "100.00000000" },
      { symbol, askPrice: "110.00000000", askQty: "2.00000000", bidPrice: "0.00000000" },
      { symbol, lastPrice: "100.00000000" },
      { symbol, lastPrice: "100.00000000", volume: "0.10000000" },
    ]);
  });

  test("MainClient places, tests, replaces, reads and cancels orders", async () => {
    const { id: symbol, a, b } = await market();
    const { rest } = a;
    expect(await rest.testNewOrder({ symbol, side: "SELL", type: "MARKET", quantity: 1 })).toEqual({});
    const placed = await limit(a, symbol, "SELL", 3, 110);
    const replaced = (await rest.replaceOrder({
      symbol,
      side: "SELL",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: 2,
      price: 111,
      cancelReplaceMode: "STOP_ON_FAILURE",
      cancelOrderId: placed.orderId,
    })) as unknown as { cancelResult: string; newOrderResult: string; newOrderResponse: SpotOrder };
    const { orderId } = replaced.newOrderResponse;
    const bought = (await b.rest.submitNewOrder({
      symbol,
      side: "BUY",
      type: "MARKET",
      quoteOrderQty: 55.5,
      newOrderRespType: "FULL",
    })) as OrderResponseFull;
    const read = await rest.getOrder({ symbol, orderId });
    const open = await rest.getOpenOrders({ symbol });
    const canceled = await rest.cancelOrder({ symbol, orderId });
    await limit(a, symbol, "SELL", 1, 120);
    const rest_ = await rest.cancelAllSymbolOrders({ symbol });
    const all = await rest.getAllOrders({ symbol });
    const [trade] = await rest.getAccountTradeList({ symbol });
    expect([replaced.cancelResult, replaced.newOrderResult]).toEqual(["SUCCESS", "SUCCESS"]);
    expect(bought).toMatchObject({ status: "FILLED", executedQty: "0.50000000", cummulativeQuoteQty: "55.50000000" });
    expect(read).toMatchObject({ status: "PARTIALLY_FILLED", executedQty: "0.50000000", origQty: "2.00000000" });
    expect([open.map((each) => each.orderId), canceled.status, rest_.length]).toEqual([[orderId], "CANCELED", 1]);
    expect(all.map(({ status, executedQty }) => [status, executedQty])).toEqual([
      ["CANCELED", "0.00000000"],
      ["CANCELED", "0.50000000"],
      ["CANCELED", "0.00000000"],
    ]);
    expect(trade).toMatchObject({ orderId, price: "111.00000000", qty: "0.50000000", isMaker: true, isBuyer: false });
  });

  test("MainClient places every type of order that waits", async () => {
    const it = await market();
    const { id: symbol, a } = it;
    const { rest } = a;
    await tradeAt(it, 100);
    const base = { symbol, side: "SELL", quantity: 1 } as const;
    const orders = [
      await rest.submitNewOrder({ ...base, type: "STOP_LOSS", stopPrice: 95 }),
      await rest.submitNewOrder({ ...base, type: "STOP_LOSS_LIMIT", stopPrice: 95, price: 94, timeInForce: "GTC" }),
      await rest.submitNewOrder({ ...base, type: "TAKE_PROFIT", stopPrice: 105 }),
      await rest.submitNewOrder({ ...base, type: "TAKE_PROFIT_LIMIT", stopPrice: 105, price: 104, timeInForce: "GTC" }),
      await rest.submitNewOrder({ ...base, type: "STOP_LOSS", trailingDelta: 500 }),
      await rest.submitNewOrder({ ...base, type: "LIMIT_MAKER", price: 120 }),
      await rest.submitNewOrder({ ...base, type: "LIMIT", price: 121, timeInForce: "GTC", icebergQty: 0.5 }),
    ];
    const open = await rest.getOpenOrders({ symbol });
    expect(open.map(({ orderId, type }) => [orderId, type])).toEqual(
      orders.map(({ orderId }, index) => [
        orderId,
        ["STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT", "STOP_LOSS", "LIMIT_MAKER", "LIMIT"][
          index
        ],
      ]),
    );
    expect(await rest.cancelAllSymbolOrders({ symbol })).toHaveLength(7);
  });

  test("MainClient places OCO, OTO and OTOCO lists, reads and cancels them", async () => {
    const it = await market();
    const { id: symbol, a, b } = it;
    const { rest } = a;
    await tradeAt(it, 100);
    const oco = await rest.submitNewOCO({ symbol, side: "SELL", quantity: 1, price: 115, stopPrice: 80 });
    const working = {
      symbol,
      workingType: "LIMIT",
      workingSide: "BUY",
      workingPrice: "95",
      workingQuantity: "1",
      workingTimeInForce: "GTC",
    } as const;
    const oto = await rest.submitNewOrderListOTO({
      ...working,
      pendingType: "LIMIT",
      pendingSide: "SELL",
      pendingPrice: "120",
      pendingQuantity: "1",
      pendingTimeInForce: "GTC",
    });
    const otoco = await rest.submitNewOrderListOTOCO({
      ...working,
      pendingSide: "SELL",
      pendingQuantity: "1",
      pendingAboveType: "LIMIT_MAKER",
      pendingAbovePrice: "130",
      pendingBelowType: "STOP_LOSS",
      pendingBelowStopPrice: "85",
    });
    const ids = [oco, oto, otoco].map(({ orderListId }) => orderListId);
    const open = await rest.getAllOpenOCO();
    const [first] = ids;
    const read = await rest.getOCO({ orderListId: first ?? 0 });
    await limit(b, symbol, "SELL", 2, 95);
    const pending = await rest.getOpenOrders({ symbol });
    const canceled = await rest.cancelOCO({ symbol, orderListId: first ?? 0 });
    const all = await rest.getAllOCO();
    expect([oco.orders.length, oto.orders.length, otoco.orders.length]).toEqual([2, 2, 3]);
    expect([open.map(({ orderListId }) => orderListId), read.contingencyType, canceled.listOrderStatus]).toEqual([
      ids,
      "OCO",
      "ALL_DONE",
    ]);
    // Both working orders were filled: what waited behind them is on the book now.
    expect(pending.map(({ price, status }) => [price, status])).toEqual(
      expect.arrayContaining([
        ["120.00000000", "NEW"],
        ["130.00000000", "NEW"],
      ]),
    );
    expect(all.map(({ orderListId, listOrderStatus }) => [orderListId, listOrderStatus])).toEqual(
      ids.map((id) => [id, id === first ? "ALL_DONE" : "EXECUTING"]),
    );
  });

  test("MainClient reads its account, its rates, its count of orders and what was prevented", async () => {
    const { id: symbol, base, a } = await market();
    const { rest } = a;
    const maker = await limit(a, symbol, "SELL", 1, 100);
    await limit(a, symbol, "BUY", 1, 100);
    const account = await rest.getAccountInformation({ omitZeroBalances: true });
    const commission = await rest.getCommissionRates({ symbol });
    const [prevented] = await rest.getPreventedMatches({ symbol, orderId: maker.orderId });
    const [fee] = await rest.getTradeFee({ symbol });
    const [deposit] = await eventually(
      () => rest.getDepositHistory({ coin: base }),
      ({ length }) => length > 0,
    );
    expect(account).toMatchObject({ canTrade: true, accountType: "SPOT", permissions: ["SPOT"] });
    expect(account.balances).toContainEqual({ asset: base, free: "100.00000000", locked: "0.00000000" });
    expect(commission.standardCommission.taker).toBe("0.00100000");
    expect(prevented).toMatchObject({ makerOrderId: maker.orderId, selfTradePreventionMode: "EXPIRE_MAKER" });
    expect(fee).toEqual({ symbol, makerCommission: "0.00100000", takerCommission: "0.00100000" });
    expect([deposit?.coin, Number(deposit?.amount), deposit?.status]).toEqual([base, 100, 1]);
    expect(await rest.getWithdrawHistory()).toEqual([]);
    expect((await rest.getSystemStatus()).status).toBe(0);
    // No limit of orders is set here; counts under one: order-limits-suite.ts.
    expect(await rest.getOrderRateLimit()).toEqual([]);
  });

  test("what we refuse reaches the client with our code and our words", async () => {
    const { id: symbol, a } = await market();
    const { rest } = a;
    expect([
      await refusalOf(limit(a, symbol, "SELL", 1_000, 100)),
      await refusalOf(rest.getOrder({ symbol, orderId: 999_999_999 })),
      await refusalOf(rest.cancelOrder({ symbol, orderId: 999_999_999 })),
      await refusalOf(rest.getOrderBook({ symbol: "NOSUCH" })),
      await refusalOf(limit(a, symbol, "SELL", 1, 100.001)),
      await refusalOf(rest.cancelAllSymbolOrders({ symbol })),
    ]).toEqual([
      [-2010, "Account has insufficient balance for requested action."],
      [-2013, "Order does not exist."],
      [-2011, "Unknown order sent."],
      [-1121, "Invalid symbol."],
      [-1013, "Filter failure: PRICE_FILTER"],
      [-2011, "Unknown order sent."],
    ]);
  });

  test.each(["ed25519", "rsa_sha256"] as const)("MainClient trades with a key of kind %s", async (kind) => {
    const { id: symbol, alice } = await market();
    const clients = await made.binance(target(), await keyFor(target(), alice.account, kind));
    const placed = await limit(clients, symbol, "BUY", 1, 99.5);
    const canceled = await clients.rest.cancelOrder({ symbol, orderId: placed.orderId });
    expect([placed.status, canceled.status]).toEqual(["NEW", "CANCELED"]);
  });
}
