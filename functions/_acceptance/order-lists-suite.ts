/** Lists of orders over HTTP, on any origin: part of the trading suite. */
import { expect, test } from "vitest";
import { tradeAt } from "./special-orders-suite.ts";
import type { Target } from "./target.ts";
import { type Answer, freshMarket, type Market, type Parameters, type Trader } from "./trader.ts";

const refusal = ({ status, body }: Answer): unknown[] => [status, body.code, body.msg];

/** Sells one: at 110 as maker, or at the market once the price has come down to 90. */
const OCO: Parameters = {
  side: "SELL",
  quantity: "1.000",
  aboveType: "LIMIT_MAKER",
  abovePrice: "110.00",
  belowType: "STOP_LOSS",
  belowStopPrice: "90.00",
};
const OTO: Parameters = {
  workingType: "LIMIT",
  workingSide: "BUY",
  workingPrice: "100.00",
  workingQuantity: "1.000",
  workingTimeInForce: "GTC",
  pendingType: "LIMIT",
  pendingSide: "SELL",
  pendingPrice: "120.00",
  pendingQuantity: "1.000",
  pendingTimeInForce: "GTC",
};

/** Status and reason of each order of a list. */
async function ordersOf(trader: Trader, symbol: string, list: Answer): Promise<unknown[]> {
  const ids: { orderId: number }[] = list.body.orders;
  const answers = await Promise.all(ids.map(({ orderId }) => trader.call("GET", "/api/v3/order", { symbol, orderId })));
  return answers.map(({ body }) => [body.type, body.status, body.expiryReason]);
}

async function statusOf(trader: Trader, list: Answer): Promise<unknown> {
  const { body } = await trader.call("GET", "/api/v3/orderList", { orderListId: list.body.orderListId });
  return [body.listStatusType, body.listOrderStatus];
}

/** Declares the suite's tests. */
export function orderListsSuite(target: () => Target): void {
  const traded = async (): Promise<Market> => {
    const it = await freshMarket(target().operator);
    await tradeAt(it, "100.00");
    return it;
  };

  test("an OCO holds what one of its orders needs; the fill of one expires the other and ends the list", async () => {
    const it = await traded();
    const { symbol, base, alice, bob } = it;
    const list = await alice.call("POST", "/api/v3/orderList/oco", { symbol, ...OCO, listClientOrderId: "pair" });
    const held = await alice.balance(base);
    const open = await alice.call("GET", "/api/v3/openOrderList");
    await bob.limit(symbol, "BUY", "1.000", "110.00");
    expect([list.status, list.body.orderReports.map((each: { workingTime: number }) => each.workingTime > 0)]).toEqual([
      200,
      [false, true],
    ]);
    expect([
      held,
      open.body.map((each: { listClientOrderId: string }) => each.listClientOrderId),
      await ordersOf(alice, symbol, list),
      await statusOf(alice, list),
      await alice.balance(base),
      (await alice.call("GET", "/api/v3/openOrderList")).body,
    ]).toEqual([
      ["98.90000000", "1.00000000"],
      ["pair"],
      [
        ["STOP_LOSS", "EXPIRED", "OCO_TRIGGER"],
        ["LIMIT_MAKER", "FILLED", undefined],
      ],
      ["ALL_DONE", "ALL_DONE"],
      ["98.90000000", "0.00000000"],
      [],
    ]);
  });

  test("the trigger of an OCO's stop takes its limit order off the book first", async () => {
    const it = await traded();
    const { symbol, alice, bob } = it;
    const list = await alice.call("POST", "/api/v3/orderList/oco", { symbol, ...OCO });
    await bob.limit(symbol, "BUY", "2.000", "89.00");
    await tradeAt(it, "90.00");
    expect([await ordersOf(alice, symbol, list), await statusOf(alice, list)]).toEqual([
      [
        ["STOP_LOSS", "FILLED", undefined],
        ["LIMIT_MAKER", "EXPIRED", "OCO_TRIGGER"],
      ],
      ["ALL_DONE", "ALL_DONE"],
    ]);
  });

  test("a list whose prices, types or ids do not go together is refused whole, in its words", async () => {
    const { symbol, alice } = await traded();
    const oco = (more: Parameters): Promise<Answer> =>
      alice.call("POST", "/api/v3/orderList/oco", { symbol, ...OCO, ...more });
    const good = await oco({ listClientOrderId: "used" });
    const answers = [
      await oco({ belowStopPrice: "115.00" }),
      await oco({ abovePrice: "99.00" }),
      await oco({ belowType: "LIMIT_MAKER", belowPrice: "90.00", belowStopPrice: "" }),
      await oco({ listClientOrderId: "used" }),
      await oco({ aboveClientOrderId: "twice", belowClientOrderId: "twice" }),
      await oco({ quantity: "1000.000" }),
    ];
    const wrong = [400, -2010, "The relationship of the prices for the orders is not correct."];
    expect([good.status, answers.map(refusal)]).toEqual([
      200,
      [
        wrong,
        wrong,
        [400, -2010, "Unsupported order combination"],
        [400, -2010, "Duplicate order sent."],
        [400, -2010, "Duplicate order sent."],
        [400, -2010, "Account has insufficient balance for requested action."],
      ],
    ]);
    expect((await alice.call("GET", "/api/v3/openOrders", { symbol })).body).toHaveLength(2);
  });

  test("to cancel one order of a list, the list, or everything, cancels the list whole", async () => {
    const { symbol, base, alice } = await traded();
    const path = "/api/v3/orderList/oco";
    const first = await alice.call("POST", path, { symbol, ...OCO });
    const byLeg = await alice.call("DELETE", "/api/v3/order", { symbol, orderId: first.body.orders[1].orderId });
    await alice.call("POST", path, { symbol, ...OCO, listClientOrderId: "second" });
    const byList = await alice.call("DELETE", "/api/v3/orderList", { symbol, listClientOrderId: "second" });
    await alice.call("POST", path, { symbol, ...OCO });
    await alice.limit(symbol, "SELL", "1.000", "130.00");
    const all = await alice.call("DELETE", "/api/v3/openOrders", { symbol });
    const again = await alice.call("DELETE", "/api/v3/orderList", { symbol, listClientOrderId: "second" });
    const shape = (body: Record<string, unknown>): unknown =>
      body.orderReports === undefined
        ? body.status
        : [body.listOrderStatus, (body.orderReports as { status: string }[]).map(({ status }) => status)];
    const canceled = ["ALL_DONE", ["CANCELED", "CANCELED"]];
    expect([shape(byLeg.body), shape(byList.body), all.body.map(shape), refusal(again)]).toEqual([
      canceled,
      canceled,
      [canceled, "CANCELED"],
      [400, -2011, "Unknown order sent."],
    ]);
    expect(await alice.balance(base)).toEqual(["99.90000000", "0.00000000"]);
  });

  test("an OTO's second order waits for the fill of the first; without it, it goes with the first", async () => {
    const { symbol, alice, bob } = await traded();
    const list = await alice.call("POST", "/api/v3/orderList/oto", { symbol, ...OTO });
    const waiting = await ordersOf(alice, symbol, list);
    await bob.limit(symbol, "SELL", "1.000", "100.00");
    const activated = [await ordersOf(alice, symbol, list), await statusOf(alice, list)];
    await bob.limit(symbol, "BUY", "1.000", "120.00");
    const done = [await ordersOf(alice, symbol, list), await statusOf(alice, list)];
    expect([waiting, activated, done]).toEqual([
      [
        ["LIMIT", "NEW", undefined],
        ["LIMIT", "PENDING_NEW", undefined],
      ],
      [
        [
          ["LIMIT", "FILLED", undefined],
          ["LIMIT", "NEW", undefined],
        ],
        ["UPDATED", "EXECUTING"],
      ],
      [
        [
          ["LIMIT", "FILLED", undefined],
          ["LIMIT", "FILLED", undefined],
        ],
        ["ALL_DONE", "ALL_DONE"],
      ],
    ]);
    // Immediate or cancel, and nothing to take: the working order expires.
    const ioc = { ...OTO, symbol, workingTimeInForce: "IOC" };
    const stillborn = await alice.call("POST", "/api/v3/orderList/oto", ioc);
    expect([stillborn.status, await ordersOf(alice, symbol, stillborn), await statusOf(alice, stillborn)]).toEqual([
      200,
      [
        ["LIMIT", "EXPIRED", "UNFILLED_IOC_QUANTITY_EXPIRED"],
        ["LIMIT", "EXPIRED", "OTO_PHASE_ONE_EXPIRED"],
      ],
      ["ALL_DONE", "ALL_DONE"],
    ]);
  });

  test("an OTOCO buys, then takes its profit or stops its loss", async () => {
    const it = await traded();
    const { symbol, alice, bob } = it;
    const list = await alice.call("POST", "/api/v3/orderList/otoco", {
      symbol,
      workingType: "LIMIT",
      workingSide: "BUY",
      workingPrice: "100.00",
      workingQuantity: "1.000",
      workingTimeInForce: "GTC",
      pendingSide: "SELL",
      pendingQuantity: "1.000",
      pendingAboveType: "TAKE_PROFIT",
      pendingAboveStopPrice: "110.00",
      pendingBelowType: "STOP_LOSS_LIMIT",
      pendingBelowStopPrice: "90.00",
      pendingBelowPrice: "89.00",
      pendingBelowTimeInForce: "GTC",
    });
    const pending = await ordersOf(alice, symbol, list);
    await bob.limit(symbol, "SELL", "1.000", "100.00");
    const active = await ordersOf(alice, symbol, list);
    await bob.limit(symbol, "BUY", "5.000", "109.00");
    await tradeAt(it, "110.00");
    expect([list.body.contingencyType, pending, active]).toEqual([
      "OTO",
      [
        ["LIMIT", "NEW", undefined],
        ["STOP_LOSS_LIMIT", "PENDING_NEW", undefined],
        ["TAKE_PROFIT", "PENDING_NEW", undefined],
      ],
      [
        ["LIMIT", "FILLED", undefined],
        ["STOP_LOSS_LIMIT", "NEW", undefined],
        ["TAKE_PROFIT", "NEW", undefined],
      ],
    ]);
    expect([await ordersOf(alice, symbol, list), await statusOf(alice, list)]).toEqual([
      [
        ["LIMIT", "FILLED", undefined],
        ["STOP_LOSS_LIMIT", "EXPIRED", "OCO_TRIGGER"],
        ["TAKE_PROFIT", "FILLED", undefined],
      ],
      ["ALL_DONE", "ALL_DONE"],
    ]);
  });

  test("the OCO of old is a list like any other; all lists are told oldest first, to their owner alone", async () => {
    const { symbol, alice, bob } = await traded();
    const old = { symbol, side: "SELL", quantity: "1.000", price: "110.00", stopPrice: "90.00" };
    const first = await alice.call("POST", "/api/v3/order/oco", { ...old, listClientOrderId: "old" });
    const second = await alice.call("POST", "/api/v3/orderList/oto", { symbol, ...OTO });
    const idsOf = ({ body }: Answer): number[] => body.map((each: { orderListId: number }) => each.orderListId);
    const [one, two] = [first.body.orderListId, second.body.orderListId];
    expect([
      first.body.orderReports.map((each: { type: string }) => each.type),
      idsOf(await alice.call("GET", "/api/v3/allOrderList")),
      idsOf(await alice.call("GET", "/api/v3/allOrderList", { limit: 1 })),
      idsOf(await alice.call("GET", "/api/v3/allOrderList", { fromId: one, limit: 1 })),
      idsOf(await bob.call("GET", "/api/v3/allOrderList")),
      refusal(await bob.call("GET", "/api/v3/orderList", { orderListId: one })),
      refusal(await bob.call("DELETE", "/api/v3/orderList", { symbol, orderListId: one })),
    ]).toEqual([
      ["STOP_LOSS", "LIMIT_MAKER"],
      [one, two],
      [two],
      [one],
      [],
      [400, -2013, "Order does not exist."],
      [400, -2011, "Unknown order sent."],
    ]);
  });

  test("a replacement that fails after its cancel says both; one that is refused before changes nothing", async () => {
    const { symbol, alice } = await traded();
    const replace = { symbol, side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: "1.000", price: "100.00" };
    const path = "/api/v3/order/cancelReplace";
    const { body: old } = await alice.limit(symbol, "SELL", "1.000", "120.00");
    const before = await alice.call("POST", path, {
      ...replace,
      quantity: "0.0001",
      cancelReplaceMode: "STOP_ON_FAILURE",
      cancelOrderId: old.orderId,
    });
    const half = await alice.call("POST", path, {
      ...replace,
      quantity: "1000.000",
      cancelReplaceMode: "STOP_ON_FAILURE",
      cancelOrderId: old.orderId,
    });
    const other = await alice.call("POST", path, {
      ...replace,
      cancelReplaceMode: "ALLOW_FAILURE",
      cancelOrderId: old.orderId,
    });
    expect([refusal(before), refusal(half), refusal(other)]).toEqual([
      [400, -1013, "Filter failure: LOT_SIZE"],
      [409, -2021, "Order cancel-replace partially failed."],
      [409, -2021, "Order cancel-replace partially failed."],
    ]);
    expect([half.body.data, other.body.data]).toMatchObject([
      {
        cancelResult: "SUCCESS",
        newOrderResult: "FAILURE",
        cancelResponse: { orderId: old.orderId, status: "CANCELED" },
        newOrderResponse: { code: -2010, msg: "Account has insufficient balance for requested action." },
      },
      {
        cancelResult: "FAILURE",
        newOrderResult: "SUCCESS",
        cancelResponse: { code: -2011, msg: "Unknown order sent." },
        newOrderResponse: { status: "NEW", price: "100.00000000" },
      },
    ]);
  });
}
