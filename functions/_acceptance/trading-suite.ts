/** Trading over HTTP, on any origin: what a trader sends, what comes back, what is read afterwards. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { orderLimitsSuite } from "./order-limits-suite.ts";
import { orderListsSuite } from "./order-lists-suite.ts";
import { specialOrdersSuite } from "./special-orders-suite.ts";
import type { Target } from "./target.ts";
import { type Answer, freshMarket, type Market } from "./trader.ts";

/** The fields that a test is about. */
function pick(answer: Answer, ...names: string[]): Record<string, unknown> {
  return { http: answer.status, ...Object.fromEntries(names.map((name) => [name, answer.body[name]])) };
}
const refusal = ({ status, body }: Answer): unknown[] => [status, body.code, body.msg];

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function tradingSuite(open: () => Promise<Target>): void {
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target?.close());

  const market = (more?: object): Promise<Market> => freshMarket(target.operator, more);

  test("a taker pays the maker's price; both pay their fee in what they receive; what was held comes back", async () => {
    const { symbol, base, quote, alice, bob } = await market();
    const maker = await alice.limit(symbol, "SELL", "2.000", "100.00");
    const taker = await bob.limit(symbol, "BUY", "3.000", "101.00", { newClientOrderId: "taker-1" });
    expect([
      pick(maker, "status", "executedQty", "fills"),
      pick(taker, "status", "executedQty", "cummulativeQuoteQty"),
    ]).toEqual([
      { http: 200, status: "NEW", executedQty: "0.00000000", fills: [] },
      { http: 200, status: "PARTIALLY_FILLED", executedQty: "2.00000000", cummulativeQuoteQty: "200.00000000" },
    ]);
    expect(taker.body.fills).toEqual([
      { price: "100.00000000", qty: "2.00000000", commission: "0.00200000", commissionAsset: base, tradeId: 1 },
    ]);
    const balances = [alice.balance(base), alice.balance(quote), bob.balance(base), bob.balance(quote)];
    expect(await Promise.all(balances)).toEqual([
      ["98.00000000", "0.00000000"],
      ["100199.80000000", "0.00000000"],
      ["101.99800000", "0.00000000"],
      ["99699.00000000", "101.00000000"],
    ]);
  });

  test("a reader sees its own writes: order, open orders, all orders and trades, at once", async () => {
    const { symbol, alice, bob } = await market();
    const { body: sold } = await alice.limit(symbol, "SELL", "1.000", "100.00", { newClientOrderId: "mine" });
    await bob.limit(symbol, "BUY", "0.400", "100.00");
    const order = await alice.call("GET", "/api/v3/order", { symbol, origClientOrderId: "mine" });
    expect(pick(order, "orderId", "status", "executedQty", "isWorking")).toEqual({
      http: 200,
      orderId: sold.orderId,
      status: "PARTIALLY_FILLED",
      executedQty: "0.40000000",
      isWorking: true,
    });
    const open = await alice.call("GET", "/api/v3/openOrders", { symbol });
    const all = await alice.call("GET", "/api/v3/allOrders", { symbol });
    expect([open.body, all.body]).toEqual([[order.body], [order.body]]);
    const [sale] = (await alice.call("GET", "/api/v3/myTrades", { symbol })).body;
    const [purchase] = (await bob.call("GET", "/api/v3/myTrades", { symbol })).body;
    const shared = { symbol, id: 1, price: "100.00000000", qty: "0.40000000", quoteQty: "40.00000000" };
    expect([sale, purchase]).toMatchObject([
      { ...shared, orderId: sold.orderId, isBuyer: false, isMaker: true, commission: "0.04000000" },
      { ...shared, isBuyer: true, isMaker: false, commission: "0.00040000" },
    ]);
  });

  test("a cancel releases what was held, and a second one is refused in the same words as an unknown order", async () => {
    const { symbol, quote, alice } = await market();
    const { body } = await alice.limit(symbol, "BUY", "1.000", "100.00");
    const target_ = { symbol, orderId: body.orderId };
    const held = await alice.balance(quote);
    const first = await alice.call("DELETE", "/api/v3/order", target_);
    const again = await alice.call("DELETE", "/api/v3/order", target_);
    const unknown = await alice.call("DELETE", "/api/v3/order", { symbol, orderId: 999_999 });
    expect([held, pick(first, "status"), await alice.balance(quote), refusal(again), refusal(unknown)]).toEqual([
      ["99900.00000000", "100.00000000"],
      { http: 200, status: "CANCELED" },
      ["100000.00000000", "0.00000000"],
      [400, -2011, "Unknown order sent."],
      [400, -2011, "Unknown order sent."],
    ]);
  });

  test("cancel-replace moves an order in one step; with nothing to cancel it stops", async () => {
    const { symbol, alice } = await market();
    const { body: old } = await alice.limit(symbol, "BUY", "1.000", "100.00");
    const order = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1.000", price: "99.00" };
    const replace = { ...order, cancelReplaceMode: "STOP_ON_FAILURE", cancelOrderId: old.orderId };
    const moved = await alice.call("POST", "/api/v3/order/cancelReplace", replace);
    const again = await alice.call("POST", "/api/v3/order/cancelReplace", replace);
    const open = (await alice.call("GET", "/api/v3/openOrders", { symbol })).body;
    expect([
      pick(moved, "cancelResult", "newOrderResult"),
      [again.status, again.body.code, again.body.data.cancelResult, again.body.data.newOrderResult],
      open.map((each: { price: string }) => each.price),
    ]).toEqual([
      { http: 200, cancelResult: "SUCCESS", newOrderResult: "SUCCESS" },
      [400, -2022, "FAILURE", "NOT_ATTEMPTED"],
      ["99.00000000"],
    ]);
  });

  test("an amended order keeps its place before one that came later", async () => {
    const { symbol, alice, bob } = await market();
    const { body: first } = await alice.limit(symbol, "SELL", "2.000", "100.00");
    const { body: second } = await alice.limit(symbol, "SELL", "1.000", "100.00");
    const path = "/api/v3/order/amend/keepPriority";
    const amended = await alice.call("PUT", path, { symbol, orderId: first.orderId, newQty: "1.000" });
    const more = await alice.call("PUT", path, { symbol, orderId: first.orderId, newQty: "5.000" });
    await bob.limit(symbol, "BUY", "1.000", "100.00");
    const open = (await alice.call("GET", "/api/v3/openOrders", { symbol })).body;
    expect([amended.status, amended.body.amendedOrder.qty, refusal(more).slice(0, 2)]).toEqual([
      200,
      "1.00000000",
      [400, -2038],
    ]);
    expect(open.map((each: { orderId: number }) => each.orderId)).toEqual([second.orderId]);
  });

  test("a market order by quantity walks the book; by quote it spends no more than it says; with no book it is refused", async () => {
    const { symbol, alice, bob } = await market();
    const nothing = await bob.order({ symbol, side: "BUY", type: "MARKET", quantity: "1.000" });
    await alice.limit(symbol, "SELL", "1.000", "100.00");
    await alice.limit(symbol, "SELL", "5.000", "200.00");
    const byQuantity = await bob.order({ symbol, side: "BUY", type: "MARKET", quantity: "2.000" });
    const byQuote = await bob.order({ symbol, side: "BUY", type: "MARKET", quoteOrderQty: "500.10" });
    const fields = ["status", "executedQty", "cummulativeQuoteQty"];
    expect([nothing.status, pick(byQuantity, ...fields), pick(byQuote, ...fields)]).toEqual([
      400,
      { http: 200, status: "FILLED", executedQty: "2.00000000", cummulativeQuoteQty: "300.00000000" },
      { http: 200, status: "FILLED", executedQty: "2.50000000", cummulativeQuoteQty: "500.00000000" },
    ]);
  });

  test("IOC expires what it cannot take; FOK takes all or nothing; LIMIT_MAKER never takes", async () => {
    const { symbol, alice, bob } = await market();
    await alice.limit(symbol, "SELL", "1.000", "100.00");
    const order = { symbol, side: "BUY", type: "LIMIT", price: "100.00" };
    const fok = await bob.order({ ...order, timeInForce: "FOK", quantity: "2.000" });
    const post = await bob.order({ symbol, side: "BUY", type: "LIMIT_MAKER", quantity: "1.000", price: "100.00" });
    const ioc = await bob.order({ ...order, timeInForce: "IOC", quantity: "2.000" });
    expect([pick(fok, "status", "executedQty"), refusal(post), pick(ioc, "status", "executedQty")]).toEqual([
      { http: 200, status: "EXPIRED", executedQty: "0.00000000" },
      [400, -2010, "Order would immediately match and take."],
      { http: 200, status: "EXPIRED", executedQty: "1.00000000" },
    ]);
  });

  test("filters are named: price, lot, notional, number of orders", async () => {
    const { symbol, alice } = await market({ maxNumOrders: 1 });
    const answers = [
      await alice.limit(symbol, "BUY", "1.000", "100.001"),
      await alice.limit(symbol, "BUY", "1.0001", "100.00"),
      await alice.limit(symbol, "BUY", "0.001", "100.00"),
      await alice.limit(symbol, "BUY", "1.000", "100.00"),
      await alice.limit(symbol, "BUY", "1.000", "100.00"),
      await alice.limit(symbol, "SELL", "1000.000", "100.00"),
    ];
    expect(answers.map((answer) => (answer.status === 200 ? answer.body.status : answer.body.msg))).toEqual([
      "Filter failure: PRICE_FILTER",
      "Filter failure: LOT_SIZE",
      "Filter failure: NOTIONAL",
      "NEW",
      "Filter failure: MAX_NUM_ORDERS",
      "Filter failure: MAX_NUM_ORDERS",
    ]);
  });

  test("who has too little is refused, and nothing is held", async () => {
    const { symbol, base, alice } = await market();
    const refused = await alice.limit(symbol, "SELL", "1000.000", "100.00");
    expect([refusal(refused), await alice.balance(base)]).toEqual([
      [400, -2010, "Account has insufficient balance for requested action."],
      ["100.00000000", "0.00000000"],
    ]);
  });

  test("a wrong signature, an unknown key and an old timestamp are refused, each in its words", async () => {
    const { symbol, alice } = await market();
    const send = (query: string, apiKey: string): Promise<Answer> =>
      target.http.send("GET", `/api/v3/openOrders?${query}`, { "x-mbx-apikey": apiKey });
    const wrong = await send(`symbol=${symbol}&timestamp=${Date.now()}&signature=${"0".repeat(64)}`, alice.apiKey);
    const unknown = await send(`symbol=${symbol}&timestamp=${Date.now()}&signature=${"0".repeat(64)}`, "k".repeat(64));
    const stale = await alice.call("GET", "/api/v3/openOrders", { symbol, timestamp: Date.now() - 60_000 });
    expect([wrong, unknown, stale].map(refusal)).toEqual([
      [400, -1022, "Signature for this request is not valid."],
      [401, -2015, "Invalid API-key, IP, or permissions for action."],
      [400, -1021, "Timestamp for this request is outside of the recvWindow."],
    ]);
  });

  test("order/test checks and places nothing", async () => {
    const { symbol, alice } = await market();
    const order = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1.000", price: "100.00" };
    const good = await alice.call("POST", "/api/v3/order/test", order);
    const bad = await alice.call("POST", "/api/v3/order/test", { ...order, price: "0.001" });
    expect([good.body, bad.body.code, (await alice.call("GET", "/api/v3/openOrders", { symbol })).body]).toEqual([
      {},
      -1013,
      [],
    ]);
  });

  specialOrdersSuite(() => target);
  orderListsSuite(() => target);
  orderLimitsSuite(() => target);
}
