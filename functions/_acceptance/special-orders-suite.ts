/** Stops, trailing stops, icebergs and prevented self-trades over HTTP, on any origin: part of the trading suite. */
import { expect, test } from "vitest";
import type { Target } from "./target.ts";
import { type Answer, freshMarket, type Market, type Parameters } from "./trader.ts";

function pick({ status, body }: Answer, ...names: string[]): Record<string, unknown> {
  return { http: status, ...Object.fromEntries(names.map((name) => [name, body[name]])) };
}
const refusal = ({ status, body }: Answer): unknown[] => [status, body.code, body.msg];

/** A trade of 0.1 at a price, between the two, which leaves nothing on the book. */
export async function tradeAt({ symbol, alice, bob }: Market, price: string): Promise<void> {
  await bob.limit(symbol, "BUY", "0.100", price);
  await alice.limit(symbol, "SELL", "0.100", price);
}

/** Declares the suite's tests. */
export function specialOrdersSuite(target: () => Target): void {
  const market = (): Promise<Market> => freshMarket(target().operator);
  const depth = async (symbol: string): Promise<unknown> => {
    const { bids, asks } = (await target().http.get("/api/v3/depth", { symbol })).body;
    return { bids, asks };
  };
  const query = ({ symbol, alice }: Market, orderId: number): Promise<Answer> =>
    alice.call("GET", "/api/v3/order", { symbol, orderId });

  test("a stop waits off the book and holds what it sells; the trade that reaches its price sends it to the market", async () => {
    const it = await market();
    const { symbol, base, alice, bob } = it;
    await tradeAt(it, "100.00");
    const stop = await alice.order({ symbol, side: "SELL", type: "STOP_LOSS", quantity: "1.000", stopPrice: "95.00" });
    const waiting = await query(it, stop.body.orderId);
    const seen = [await depth(symbol), await alice.balance(base)];
    await bob.limit(symbol, "BUY", "5.000", "94.00");
    await bob.limit(symbol, "BUY", "0.100", "95.00");
    // This sale at 95 fires the stop, which takes the bid at 94 in the same command.
    await alice.limit(symbol, "SELL", "0.100", "95.00");
    const fired = await query(it, stop.body.orderId);
    expect([stop.body, pick(waiting, "status", "isWorking", "workingTime", "stopPrice", "type"), seen]).toEqual([
      {
        symbol,
        orderId: stop.body.orderId,
        orderListId: -1,
        clientOrderId: stop.body.clientOrderId,
        transactTime: stop.body.transactTime,
      },
      { http: 200, status: "NEW", isWorking: false, workingTime: -1, stopPrice: "95.00000000", type: "STOP_LOSS" },
      [{ bids: [], asks: [] }, ["98.90000000", "1.00000000"]],
    ]);
    expect(pick(fired, "status", "executedQty", "cummulativeQuoteQty", "isWorking")).toEqual({
      http: 200,
      status: "FILLED",
      executedQty: "1.00000000",
      cummulativeQuoteQty: "94.00000000",
      isWorking: true,
    });
    expect(fired.body.workingTime).toBeGreaterThanOrEqual(fired.body.time);
  });

  test("a stop whose price is reached already is refused, each direction by its type and side", async () => {
    const it = await market();
    const { symbol, alice } = it;
    await tradeAt(it, "100.00");
    const stop = (side: string, type: string, stopPrice: string): Promise<Answer> =>
      alice.order({ symbol, side, type, quantity: "1.000", stopPrice });
    const answers = [
      await stop("SELL", "STOP_LOSS", "100.00"),
      await stop("BUY", "STOP_LOSS", "100.00"),
      await stop("SELL", "TAKE_PROFIT", "99.00"),
      await stop("BUY", "TAKE_PROFIT", "101.00"),
      await stop("SELL", "STOP_LOSS", "99.99"),
      await stop("BUY", "TAKE_PROFIT", "99.99"),
    ];
    const no = [400, -2010, "Order would trigger immediately."];
    expect(answers.slice(0, 4).map(refusal)).toEqual([no, no, no, no]);
    expect(answers.slice(4).map(({ status }) => status)).toEqual([200, 200]);
  });

  test("a stop with a limit rests at its limit once it has fired, and can be canceled before and after", async () => {
    const it = await market();
    const { symbol, quote, alice } = it;
    await tradeAt(it, "100.00");
    const terms = { symbol, side: "BUY", type: "STOP_LOSS_LIMIT", timeInForce: "GTC", quantity: "1.000" };
    const { body: first } = await alice.order({ ...terms, price: "106.00", stopPrice: "105.00" });
    const { body: second } = await alice.order({ ...terms, price: "107.00", stopPrice: "120.00" });
    const held = (await alice.balance(quote))[1];
    const canceled = await alice.call("DELETE", "/api/v3/order", { symbol, orderId: second.orderId });
    await tradeAt(it, "105.00");
    const resting = await query(it, first.orderId);
    expect([
      held,
      pick(canceled, "status", "stopPrice", "orderListId"),
      pick(resting, "status", "isWorking", "price"),
      await depth(symbol),
    ]).toEqual([
      "213.00000000",
      { http: 200, status: "CANCELED", stopPrice: "120.00000000", orderListId: -1 },
      { http: 200, status: "NEW", isWorking: true, price: "106.00000000" },
      { bids: [["106.00000000", "1.00000000"]], asks: [] },
    ]);
  });

  test("a trailing stop follows the price up and fires when it has fallen by its delta", async () => {
    const it = await market();
    const { symbol, alice, bob } = it;
    await tradeAt(it, "100.00");
    const order: Parameters = { symbol, side: "SELL", type: "STOP_LOSS", quantity: "1.000", trailingDelta: 500 };
    const { body } = await alice.order({ ...order, newOrderRespType: "RESULT" });
    await tradeAt(it, "120.00");
    await tradeAt(it, "115.00");
    const following = await query(it, body.orderId);
    await bob.limit(symbol, "BUY", "5.000", "113.00");
    // 120 less 5 %: 114.
    await tradeAt(it, "114.00");
    const fired = await query(it, body.orderId);
    expect([body.trailingDelta, body.workingTime, body.trailingTime > 0]).toEqual([500, -1, true]);
    expect([pick(following, "status", "isWorking"), pick(fired, "status", "cummulativeQuoteQty")]).toEqual([
      { http: 200, status: "NEW", isWorking: false },
      { http: 200, status: "FILLED", cummulativeQuoteQty: "113.00000000" },
    ]);
  });

  test("one trade can set off a cascade, which is done before its answer comes", async () => {
    const it = await market();
    const { symbol, alice, bob } = it;
    await tradeAt(it, "100.00");
    for (const price of ["98.00", "97.00", "96.00"]) await bob.limit(symbol, "BUY", "1.000", price);
    const stops: number[] = [];
    for (const stopPrice of ["99.00", "98.00", "97.00"]) {
      const order = { symbol, side: "SELL", type: "STOP_LOSS", quantity: "1.000", stopPrice };
      stops.push((await alice.order(order)).body.orderId);
    }
    await tradeAt(it, "99.00");
    const answers = await Promise.all(stops.map((orderId) => query(it, orderId)));
    expect(answers.map(({ body }) => [body.status, body.cummulativeQuoteQty])).toEqual([
      ["FILLED", "98.00000000"],
      ["FILLED", "97.00000000"],
      ["FILLED", "96.00000000"],
    ]);
  });

  test("a stop that cannot be paid for when it fires expires as rejected, and so says its record", async () => {
    const it = await market();
    const { symbol, alice, bob } = it;
    await tradeAt(it, "100.00");
    // A market order to buy holds nothing while it waits.
    const { body } = await alice.order({
      symbol,
      side: "BUY",
      type: "STOP_LOSS",
      quantity: "90.000",
      stopPrice: "110.00",
    });
    await alice.limit(symbol, "BUY", "999.000", "100.00");
    await bob.limit(symbol, "SELL", "50.000", "111.00");
    await bob.limit(symbol, "SELL", "0.100", "110.00");
    const { body: third } = await bob.order({
      symbol,
      side: "BUY",
      type: "MARKET",
      quantity: "0.100",
      selfTradePreventionMode: "NONE",
    });
    const ended = await query(it, body.orderId);
    expect([third.status, pick(ended, "status", "executedQty", "expiryReason")]).toEqual([
      "FILLED",
      { http: 200, status: "EXPIRED", executedQty: "0.00000000", expiryReason: "REJECTED" },
    ]);
  });

  test("an iceberg shows a part, and goes behind the others of its price with each new part", async () => {
    const { symbol, alice, bob } = await market();
    const iceberg = await alice.limit(symbol, "SELL", "3.000", "100.00", { icebergQty: "1.000" });
    const { body: behind } = await alice.limit(symbol, "SELL", "1.000", "100.00");
    const before = await depth(symbol);
    await bob.limit(symbol, "BUY", "2.000", "100.00");
    const plain = await alice.call("GET", "/api/v3/order", { symbol, orderId: behind.orderId });
    const order = await alice.call("GET", "/api/v3/order", { symbol, orderId: iceberg.body.orderId });
    const amended = await alice.call("PUT", "/api/v3/order/amend/keepPriority", {
      symbol,
      orderId: iceberg.body.orderId,
      newQty: "2.500",
    });
    expect([
      pick(iceberg, "status", "icebergQty"),
      before,
      plain.body.status,
      pick(order, "executedQty", "icebergQty"),
      await depth(symbol),
      refusal(amended),
    ]).toEqual([
      { http: 200, status: "NEW", icebergQty: "1.00000000" },
      { bids: [], asks: [["100.00000000", "2.00000000"]] },
      "FILLED",
      { http: 200, executedQty: "1.00000000", icebergQty: "1.00000000" },
      { bids: [], asks: [["100.00000000", "1.00000000"]] },
      [400, -2038, "Order amend is not supported for this order."],
    ]);
  });

  test("a trader who meets himself under DECREMENT loses the quantity on both sides, and finds it among his prevented matches", async () => {
    const { symbol, alice } = await market();
    const { body: maker } = await alice.limit(symbol, "SELL", "1.000", "100.00");
    const taker = await alice.limit(symbol, "BUY", "3.000", "100.00", { selfTradePreventionMode: "DECREMENT" });
    const gone = await alice.call("GET", "/api/v3/order", { symbol, orderId: maker.orderId });
    const path = "/api/v3/myPreventedMatches";
    const byOrder = await alice.call("GET", path, { symbol, orderId: maker.orderId });
    const [match] = byOrder.body;
    const byId = await alice.call("GET", path, { symbol, preventedMatchId: match.preventedMatchId });
    expect([
      pick(taker, "status", "executedQty", "preventedQuantity", "preventedMatchId"),
      pick(gone, "status", "preventedQuantity", "preventedMatchId"),
      byOrder.body,
      byId.body,
    ]).toEqual([
      {
        http: 200,
        status: "NEW",
        executedQty: "0.00000000",
        preventedQuantity: "1.00000000",
        preventedMatchId: match.preventedMatchId,
      },
      {
        http: 200,
        status: "EXPIRED_IN_MATCH",
        preventedQuantity: "1.00000000",
        preventedMatchId: match.preventedMatchId,
      },
      [
        {
          symbol,
          preventedMatchId: match.preventedMatchId,
          takerOrderId: taker.body.orderId,
          makerSymbol: symbol,
          makerOrderId: maker.orderId,
          tradeGroupId: -1,
          selfTradePreventionMode: "DECREMENT",
          price: "100.00000000",
          takerPreventedQuantity: "1.00000000",
          makerPreventedQuantity: "1.00000000",
          transactTime: taker.body.transactTime,
        },
      ],
      byOrder.body,
    ]);
  });

  test("under EXPIRE_MAKER and EXPIRE_TAKER the order that went names its prevented match", async () => {
    const { symbol, alice } = await market();
    const seen: unknown[] = [];
    for (const selfTradePreventionMode of ["EXPIRE_MAKER", "EXPIRE_TAKER"]) {
      const { body: maker } = await alice.limit(symbol, "SELL", "1.000", "100.00");
      const { body: taker } = await alice.limit(symbol, "BUY", "1.000", "100.00", { selfTradePreventionMode });
      const orderId = selfTradePreventionMode === "EXPIRE_MAKER" ? maker.orderId : taker.orderId;
      const { body: gone } = await alice.call("GET", "/api/v3/order", { symbol, orderId });
      const [match] = (await alice.call("GET", "/api/v3/myPreventedMatches", { symbol, orderId })).body;
      seen.push([gone.status, gone.preventedQuantity, gone.preventedMatchId === match.preventedMatchId]);
      await alice.call("DELETE", "/api/v3/openOrders", { symbol });
    }
    expect(seen).toEqual([
      ["EXPIRED_IN_MATCH", "1.00000000", true],
      ["EXPIRED_IN_MATCH", "1.00000000", true],
    ]);
  });

  test("amendments of an order are listed with the ids that their answers had", async () => {
    const { symbol, alice } = await market();
    const { body: order } = await alice.limit(symbol, "SELL", "5.000", "100.00", { newClientOrderId: "first" });
    const amend = (newQty: string, newClientOrderId: string): Promise<Answer> =>
      alice.call("PUT", "/api/v3/order/amend/keepPriority", {
        symbol,
        orderId: order.orderId,
        newQty,
        newClientOrderId,
      });
    const one = await amend("4.000", "second");
    const two = await amend("3.000", "third");
    const same = await amend("3.000", "third");
    const { body } = await alice.call("GET", "/api/v3/order/amendments", { symbol, orderId: order.orderId });
    const row = { symbol, orderId: order.orderId };
    expect([body, refusal(same)]).toEqual([
      [
        {
          ...row,
          executionId: one.body.executionId,
          origClientOrderId: "first",
          newClientOrderId: "second",
          origQty: "5.00000000",
          newQty: "4.00000000",
          time: one.body.transactTime,
        },
        {
          ...row,
          executionId: two.body.executionId,
          origClientOrderId: "second",
          newClientOrderId: "third",
          origQty: "4.00000000",
          newQty: "3.00000000",
          time: two.body.transactTime,
        },
      ],
      [400, -2038, "The requested action would change no state; rejecting"],
    ]);
  });
}
