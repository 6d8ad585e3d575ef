/** ccxt trades by REST: every kind of order, edits, cancels, and what an account reads of itself. */
import { afterEach, expect, test } from "vitest";
import { eventually, type Target } from "../target.ts";
import { type CcxtMarket, ClientsMade, ccxtMarket, idOf, keyFor } from "./client-market.ts";

/** A trade of 0.1 at a price, which leaves nothing on the book. */
async function tradeAt({ symbol, a, b }: CcxtMarket, price: number): Promise<void> {
  await b.createOrder(symbol, "limit", "buy", 0.1, price);
  await a.createOrder(symbol, "limit", "sell", 0.1, price);
}

/** Declares the suite's tests. */
export function ccxtOrdersSuite(target: () => Target): void {
  const made = new ClientsMade();
  afterEach(() => made.end());
  const market = (): Promise<CcxtMarket> => ccxtMarket(target(), made);

  test("a limit order rests, is read back the same in every way, fills in parts, and is among the closed", async () => {
    const { symbol, base, quote, a, b } = await market();
    const placed = await a.createOrder(symbol, "limit", "sell", 2, 100, { clientOrderId: "mine-1" });
    const open = await a.fetchOpenOrders(symbol);
    // ccxt wants to be told that all symbols cost more.
    a.options.fetchOpenOrders = { warnWithoutSymbol: false };
    const everywhere = await a.fetchOpenOrders();
    const held = await a.fetchBalance();
    await b.createOrder(symbol, "limit", "buy", 0.5, 100);
    const part = await a.fetchOrder(idOf(placed), symbol);
    await b.createOrder(symbol, "limit", "buy", 1.5, 100);
    const byName = await a.fetchOrder("", symbol, { clientOrderId: "mine-1" });
    const trades = await a.fetchOrderTrades(idOf(placed), symbol);
    const balance = await a.fetchBalance();
    expect(placed).toMatchObject({
      clientOrderId: "mine-1",
      symbol,
      type: "limit",
      timeInForce: "GTC",
      side: "sell",
      price: 100,
      amount: 2,
      filled: 0,
      remaining: 2,
      status: "open",
      trades: [],
    });
    expect([open.map(({ id }) => id), everywhere.map(({ id }) => id)]).toEqual([[placed.id], [placed.id]]);
    expect([held[base], held[quote]]).toEqual([
      { free: 98, used: 2, total: 100 },
      { free: 100_000, used: 0, total: 100_000 },
    ]);
    expect(part).toMatchObject({ status: "open", filled: 0.5, remaining: 1.5, cost: 50, average: 100 });
    expect(byName).toMatchObject({ id: placed.id, status: "closed", filled: 2, cost: 200 });
    expect(trades.map(({ amount, takerOrMaker, fee }) => [amount, takerOrMaker, fee])).toEqual([
      [0.5, "maker", { cost: 0.05, currency: quote }],
      [1.5, "maker", { cost: 0.15, currency: quote }],
    ]);
    expect([balance[base], balance[quote]]).toEqual([
      { free: 98, used: 0, total: 98 },
      { free: 100_199.8, used: 0, total: 100_199.8 },
    ]);
  });

  test("market orders by quantity and by cost are answered with their fills and fees", async () => {
    const { symbol, base, quote, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    await a.createOrder(symbol, "limit", "sell", 5, 110);
    const byQuantity = await b.createOrder(symbol, "market", "buy", 2);
    const byCost = await b.createMarketBuyOrderWithCost(symbol, 220);
    await a.createOrder(symbol, "limit", "buy", 1, 90);
    const sold = await b.createMarketSellOrderWithCost(symbol, 45);
    const short = await b.createOrder(symbol, "market", "sell", 1);
    expect(byQuantity).toMatchObject({ status: "closed", filled: 2, cost: 210, average: 105, type: "market" });
    expect(byQuantity.trades.map(({ price, amount, fee }) => [price, amount, fee])).toEqual([
      [100, 1, { cost: 0.001, currency: base }],
      [110, 1, { cost: 0.001, currency: base }],
    ]);
    expect([byCost.status, byCost.filled, byCost.cost]).toEqual(["closed", 2, 220]);
    expect([sold.status, sold.filled, sold.cost, sold.fee]).toEqual([
      "closed",
      0.5,
      45,
      { cost: 0.045, currency: quote },
    ]);
    // Half of it finds a buyer, the rest expires: no error.
    expect([short.status, short.filled, short.remaining]).toEqual(["expired", 0.5, 0.5]);
  });

  test("post-only rests, IOC takes what is there, FOK takes all or nothing", async () => {
    const { symbol, a, b } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    const postOnly = await b.createPostOnlyOrder(symbol, "limit", "buy", 1, 99);
    const ioc = await b.createOrder(symbol, "limit", "buy", 1.5, 100, { timeInForce: "IOC" });
    const killed = await a.createOrder(symbol, "limit", "sell", 2, 99, { timeInForce: "FOK" });
    const filled = await a.createOrder(symbol, "limit", "sell", 1, 99, { timeInForce: "FOK" });
    const read = await b.fetchOrder(idOf(postOnly), symbol);
    expect([ioc, killed, filled].map((each) => [each.status, each.filled, each.timeInForce])).toEqual([
      ["expired", 1, "IOC"],
      ["expired", 0, "FOK"],
      ["closed", 1, "FOK"],
    ]);
    expect(read).toMatchObject({ status: "closed", postOnly: true, type: "limit" });
  });

  test("stop-loss and take-profit, with and without a limit, wait, fire and fill", async () => {
    const it = await market();
    const { symbol, a, b } = it;
    await tradeAt(it, 100);
    await b.createOrder(symbol, "limit", "buy", 5, 89);
    const lossAtMarket = await a.createOrder(symbol, "market", "sell", 1, undefined, { stopLossPrice: 95 });
    const lossAtLimit = await a.createOrder(symbol, "limit", "sell", 1, 88, { stopLossPrice: 95 });
    const asWritten = await a.createOrder(symbol, "STOP_LOSS_LIMIT", "sell", 1, 88, { stopPrice: 94 });
    const byTrigger = await a.createStopOrder(symbol, "limit", "sell", 1, 94, 93);
    const profitAtMarket = await a.createOrder(symbol, "market", "sell", 1, undefined, { takeProfitPrice: 105 });
    const profitAtLimit = await a.createOrder(symbol, "limit", "sell", 1, 104, { takeProfitPrice: 105 });
    const all = [lossAtMarket, lossAtLimit, asWritten, byTrigger, profitAtMarket, profitAtLimit];
    const waiting = await a.fetchOpenOrders(symbol);
    await tradeAt(it, 95);
    const losses = await Promise.all(all.map((each) => a.fetchOrder(idOf(each), symbol)));
    await b.createOrder(symbol, "limit", "buy", 5, 104);
    await a.createOrder(symbol, "limit", "sell", 5, 104);
    await b.createOrder(symbol, "limit", "buy", 3, 104);
    await tradeAt(it, 105);
    const profits = await Promise.all([profitAtMarket, profitAtLimit].map((each) => a.fetchOrder(idOf(each), symbol)));
    expect(waiting.map(({ id, type, triggerPrice, status }) => [id, type, triggerPrice, status])).toEqual([
      [lossAtMarket.id, "market", 95, "open"],
      [lossAtLimit.id, "limit", 95, "open"],
      [asWritten.id, "limit", 94, "open"],
      [byTrigger.id, "limit", 93, "open"],
      [profitAtMarket.id, "market", 105, "open"],
      [profitAtLimit.id, "limit", 105, "open"],
    ]);
    // At 95 the first two fire; what they sell at 89 fires the next two.
    expect(losses.map(({ status, filled, cost }) => [status, filled, cost])).toEqual([
      ["closed", 1, 89],
      ["closed", 1, 89],
      ["closed", 1, 89],
      ["open", 0, 0],
      ["open", 0, 0],
      ["open", 0, 0],
    ]);
    expect(profits.map(({ status, filled, cost }) => [status, filled, cost])).toEqual([
      ["closed", 1, 104],
      ["closed", 1, 104],
    ]);
  });

  test("a trailing order follows the price and fires when it has fallen by its share", async () => {
    const it = await market();
    const { symbol, a, b } = it;
    await tradeAt(it, 100);
    const placed = await a.createTrailingPercentOrder(symbol, "market", "sell", 1, undefined, 5, undefined, {
      stopLossOrTakeProfit: "stopLoss",
    });
    await tradeAt(it, 120);
    await tradeAt(it, 115);
    const following = await a.fetchOrder(idOf(placed), symbol);
    await b.createOrder(symbol, "limit", "buy", 5, 113);
    await tradeAt(it, 114);
    const fired = await a.fetchOrder(idOf(placed), symbol);
    expect([following.status, fired.status, fired.cost]).toEqual(["open", "closed", 113]);
  });

  test("an iceberg shows its tip", async () => {
    const { symbol, a } = await market();
    await a.createOrder(symbol, "limit", "sell", 3, 100, { icebergQty: 1 });
    const book = await eventually(
      () => a.fetchOrderBook(symbol),
      ({ asks }) => asks.length > 0,
    );
    expect(book.asks).toEqual([[100, 1]]);
  });

  test("a list of two orders that cancel each other, and one whose second waits, go through ccxt's own calls", async () => {
    const it = await market();
    const { id, symbol, a, b } = it;
    await tradeAt(it, 100);
    const oco = await a.privatePostOrderListOco({
      symbol: id,
      side: "SELL",
      quantity: "1.000",
      aboveType: "LIMIT_MAKER",
      abovePrice: "110.00",
      belowType: "STOP_LOSS",
      belowStopPrice: "90.00",
    });
    const open = await a.fetchOpenOrders(symbol);
    await b.createOrder(symbol, "market", "buy", 1);
    const ended = await a.fetchOrders(symbol);
    expect([oco.contingencyType, open.map(({ type }) => type)]).toEqual(["OCO", ["market", "limit"]]);
    expect(ended.slice(-2).map(({ status, type }) => [type, status])).toEqual([
      ["market", "expired"],
      ["limit", "closed"],
    ]);

    const terms = { symbol: id, workingType: "LIMIT", workingTimeInForce: "GTC" };
    const pending = { pendingSide: "SELL", pendingType: "LIMIT", pendingTimeInForce: "GTC", pendingQuantity: "1.000" };
    const oto = await a.privatePostOrderListOto({
      ...{ ...terms, ...pending, workingSide: "BUY", workingQuantity: "1.000", workingPrice: "95.00" },
      pendingPrice: "120.00",
    });
    const resting = async (): Promise<unknown> =>
      (await a.fetchOpenOrders(symbol)).map(({ side, price, info }) => [side, price, info.status]);
    const before = await resting();
    await b.createOrder(symbol, "market", "sell", 1);
    expect([oto.contingencyType, before, await resting()]).toEqual([
      "OTO",
      [
        ["buy", 95, "NEW"],
        ["sell", 120, "PENDING_NEW"],
      ],
      [["sell", 120, "NEW"]],
    ]);
  });

  test("an edit replaces the order: other id, other terms, the old one canceled", async () => {
    const { symbol, base, a } = await market();
    const old = await a.createOrder(symbol, "limit", "sell", 2, 110);
    const edited = await a.editOrder(idOf(old), symbol, "limit", "sell", 3, 111);
    const before = await a.fetchOrder(idOf(old), symbol);
    const { [base]: held } = await a.fetchBalance();
    expect([edited.price, edited.amount, edited.status, before.status]).toEqual([111, 3, "open", "canceled"]);
    expect(held).toEqual({ free: 97, used: 3, total: 100 });
  });

  test("orders are canceled one by one, by their client's id, and all at once", async () => {
    const { symbol, base, a } = await market();
    const one = await a.createOrder(symbol, "limit", "sell", 1, 110);
    await a.createOrder(symbol, "limit", "sell", 1, 111, { clientOrderId: "second" });
    await a.createOrder(symbol, "limit", "sell", 1, 112);
    await a.createOrder(symbol, "limit", "sell", 1, 113);
    const byId = await a.cancelOrder(idOf(one), symbol);
    const byName = await a.cancelOrder("", symbol, { clientOrderId: "second" });
    const rest = await a.cancelAllOrders(symbol);
    const canceled = await a.fetchCanceledOrders(symbol);
    const { [base]: held } = await a.fetchBalance();
    expect([byId.status, byName.price, rest.map(({ status }) => status)]).toEqual([
      "canceled",
      111,
      ["canceled", "canceled"],
    ]);
    expect([canceled.map(({ price }) => price), held?.used]).toEqual([[110, 111, 112, 113], 0]);
  });

  test("all, open and closed orders and own trades are told oldest first, from a time and in pages", async () => {
    const { symbol, a, b } = await market();
    const prices = [101, 102, 103, 104];
    for (const price of prices) await a.createOrder(symbol, "limit", "sell", 1, price);
    await b.createOrder(symbol, "limit", "buy", 2, 110);
    const [all, open, closed] = [
      await a.fetchOrders(symbol),
      await a.fetchOpenOrders(symbol),
      await a.fetchClosedOrders(symbol),
    ];
    const trades = await b.fetchMyTrades(symbol);
    const page = await b.fetchMyTrades(symbol, undefined, 1);
    const next = await b.fetchMyTrades(symbol, undefined, 1, { fromId: trades[0]?.id });
    const since = await a.fetchOrders(symbol, all[0]?.timestamp, 2);
    const pricesOf = (orders: readonly { price?: number | undefined }[]): unknown => orders.map(({ price }) => price);
    expect([all, open, closed, trades, page, next, since].map(pricesOf)).toEqual([
      prices,
      [103, 104],
      [101, 102],
      [101, 102],
      [102],
      [101],
      [101, 102],
    ]);
    expect(trades.map(({ takerOrMaker, side, amount }) => [takerOrMaker, side, amount])).toEqual([
      ["taker", "buy", 1],
      ["taker", "buy", 1],
    ]);
  });

  test("an order can be tried without being sent", async () => {
    const { symbol, a } = await market();
    await a.createOrder(symbol, "limit", "sell", 1, 110, { test: true });
    expect(await a.fetchOpenOrders(symbol)).toEqual([]);
  });

  test("fees, deposits and withdrawals are told", async () => {
    const { id, symbol, base, quote, a } = await market();
    const fee = await a.fetchTradingFee(symbol);
    const { [symbol]: among } = await a.fetchTradingFees();
    const commission = await a.privateGetAccountCommission({ symbol: id });
    // History is written behind trading.
    const historyOf = (asset: string): ReturnType<typeof a.fetchDeposits> =>
      eventually(
        () => a.fetchDeposits(asset),
        ({ length }) => length > 0,
      );
    const [deposits, other] = [await historyOf(base), await historyOf(quote)];
    expect([fee.maker, fee.taker, among?.maker, among?.taker]).toEqual([0.001, 0.001, 0.001, 0.001]);
    expect(commission.standardCommission).toMatchObject({ maker: "0.00100000", taker: "0.00100000" });
    expect([deposits, other].map((list) => list.map((each) => [each.currency, each.amount, each.status]))).toEqual([
      [[base, 100, "ok"]],
      [[quote, 100_000, "ok"]],
    ]);
    expect(await a.fetchWithdrawals(base)).toEqual([]);
  });

  test.each(["ed25519", "rsa_sha256"] as const)("ccxt trades with a key of kind %s", async (kind) => {
    const { symbol, alice } = await market();
    const client = await made.ccxt(target(), await keyFor(target(), alice.account, kind));
    const placed = await client.createOrder(symbol, "limit", "buy", 1, 99.5, { clientOrderId: "a.b:c/d_e-f" });
    const canceled = await client.cancelOrder(idOf(placed), symbol);
    const read = await client.fetchOrders(symbol);
    expect([placed.status, canceled.status, read.map(({ clientOrderId }) => clientOrderId)]).toEqual([
      "open",
      "canceled",
      ["a.b:c/d_e-f"],
    ]);
  });
}
