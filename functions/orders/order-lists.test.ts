/** Lists of orders: their parameters, what reaches the engine, and the shapes of placing, cancelling and asking. */

import { beforeEach, expect, test } from "vitest";
import { historyAway } from "../../engine/bus/history-client.ts";
import type { PlaceOrderList } from "../../engine/protocol/commands.ts";
import { type FakeEdge, fakeEdge, send, shown } from "../_shared/testing/fake-edge.ts";
import { handleOrders } from "./handler.ts";

let edge: FakeEdge;
beforeEach(() => {
  edge = fakeEdge();
});

const T = 1_767_225_600_123;

async function ask(
  method: string,
  path: string,
  query = "",
  trader = edge.alice,
  // biome-ignore lint/suspicious/noExplicitAny: a test compares what came, whatever it is.
): Promise<{ status: number; body: any }> {
  return shown(await send(handleOrders, edge, trader, method, `/api/v3/${path}`, query));
}

const OCO =
  "symbol=BTCUSDT&side=SELL&quantity=0.5&aboveType=LIMIT_MAKER&abovePrice=21000&aboveClientOrderId=up" +
  "&belowType=STOP_LOSS_LIMIT&belowStopPrice=19000&belowPrice=18900&belowTimeInForce=GTC&belowClientOrderId=down";
const OTOCO =
  "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=20000&workingQuantity=0.5&workingTimeInForce=GTC" +
  "&pendingSide=SELL&pendingQuantity=0.4&pendingAboveType=TAKE_PROFIT&pendingAboveStopPrice=21000" +
  "&pendingBelowType=STOP_LOSS&pendingBelowTrailingDelta=100";

/** The legs that the last command had, as short words. */
function legsSent(): unknown[] {
  const command = edge.engine.received.at(-1)?.command as PlaceOrderList;
  return [
    command.contingency,
    ...command.legs.map((leg) => {
      const { stopTicks = 0, trailingDeltaBips = 0 } = leg.conditions ?? {};
      return `${leg.side} ${leg.quantityLots} ${leg.orderType} ${leg.timeInForce} @ ${leg.priceTicks} stop ${stopTicks} trail ${trailingDeltaBips}`;
    }),
  ];
}

test("an OCO is answered with its list and, below first, the report of each order; the stop leg waits", async () => {
  const { status, body } = await ask("POST", "orderList/oco", `${OCO}&listClientOrderId=pair`);
  const report = {
    symbol: "BTCUSDT",
    orderListId: 1,
    transactTime: T,
    origQty: "0.50000000",
    executedQty: "0.00000000",
    origQuoteOrderQty: "0.00000000",
    cummulativeQuoteQty: "0.00000000",
    status: "NEW",
    timeInForce: "GTC",
    side: "SELL",
    selfTradePreventionMode: "EXPIRE_MAKER",
  };
  expect([status, body]).toEqual([
    200,
    {
      orderListId: 1,
      contingencyType: "OCO",
      listStatusType: "EXEC_STARTED",
      listOrderStatus: "EXECUTING",
      listClientOrderId: "pair",
      transactionTime: T,
      symbol: "BTCUSDT",
      orders: [
        { symbol: "BTCUSDT", orderId: 1, clientOrderId: "down" },
        { symbol: "BTCUSDT", orderId: 2, clientOrderId: "up" },
      ],
      orderReports: [
        {
          ...report,
          orderId: 1,
          clientOrderId: "down",
          price: "18900.00000000",
          type: "STOP_LOSS_LIMIT",
          stopPrice: "19000.00000000",
          workingTime: -1,
        },
        { ...report, orderId: 2, clientOrderId: "up", price: "21000.00000000", type: "LIMIT_MAKER", workingTime: T },
      ],
    },
  ]);
});

test("each form of list reaches the engine as its legs, in the engine's order", async () => {
  const seen: unknown[] = [];
  for (const [path, query] of [
    ["orderList/oco", OCO],
    [
      "orderList/oto",
      "symbol=BTCUSDT&workingType=LIMIT_MAKER&workingSide=BUY&workingPrice=20000&workingQuantity=0.5" +
        "&pendingType=MARKET&pendingSide=SELL&pendingQuantity=0.5",
    ],
    ["orderList/otoco", OTOCO],
    ["order/oco", "symbol=BTCUSDT&side=SELL&quantity=0.5&price=21000&stopPrice=19000"],
    [
      "order/oco",
      "symbol=BTCUSDT&side=BUY&quantity=0.5&price=19000&stopPrice=21000&stopLimitPrice=21100&stopLimitTimeInForce=FOK",
    ],
  ] as const) {
    const { status } = await ask("POST", path, query);
    seen.push([status, ...legsSent()]);
  }
  expect(seen).toEqual([
    [
      200,
      "oco",
      "sell 50000 stop_loss_limit gtc @ 1890000 stop 1900000 trail 0",
      "sell 50000 limit_maker gtc @ 2100000 stop 0 trail 0",
    ],
    [200, "oto", "buy 50000 limit_maker gtc @ 2000000 stop 0 trail 0", "sell 50000 market gtc @ 0 stop 0 trail 0"],
    [
      200,
      "otoco",
      "buy 50000 limit gtc @ 2000000 stop 0 trail 0",
      "sell 40000 stop_loss gtc @ 0 stop 0 trail 100",
      "sell 40000 take_profit gtc @ 0 stop 2100000 trail 0",
    ],
    [
      200,
      "oco",
      "sell 50000 stop_loss gtc @ 0 stop 1900000 trail 0",
      "sell 50000 limit_maker gtc @ 2100000 stop 0 trail 0",
    ],
    [
      200,
      "oco",
      "buy 50000 limit_maker gtc @ 1900000 stop 0 trail 0",
      "buy 50000 stop_loss_limit fok @ 2110000 stop 2100000 trail 0",
    ],
  ]);
});

test("an OTOCO says OTO, and what waits for its working order is PENDING_NEW", async () => {
  const { body } = await ask("POST", "orderList/otoco", OTOCO);
  expect([body.contingencyType, body.orderReports.map((each: { status: string }) => each.status)]).toEqual([
    "OTO",
    ["NEW", "PENDING_NEW", "PENDING_NEW"],
  ]);
});

const MISSING = (name: string): string =>
  `-1102 Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`;

test.each([
  ["orderList/oco", `${OCO}&belowPegPriceType=PRIMARY_PEG`, "-1020 This operation is not supported."],
  ["orderList/oco", OCO.replace("&aboveType=LIMIT_MAKER", ""), MISSING("aboveType")],
  ["orderList/oco", OCO.replace("LIMIT_MAKER", "NOTHING"), "-1116 Invalid orderType."],
  ["orderList/oco", OCO.replace("&abovePrice=21000", ""), MISSING("abovePrice")],
  ["orderList/oco", OCO.replace("&belowTimeInForce=GTC", ""), MISSING("belowTimeInForce")],
  ["orderList/oco", OCO.replace("=GTC", "=GTD"), "-1115 Invalid timeInForce."],
  [
    "orderList/oco",
    OCO.replace("&belowStopPrice=19000", ""),
    "-1102 Param 'belowStopPrice' or 'belowTrailingDelta' must be sent, but both were empty/null!",
  ],
  ["orderList/oco", `${OCO}&aboveStopPrice=1`, "-1106 Parameter 'aboveStopPrice' sent when not required."],
  ["orderList/oco", `${OCO}&belowStrategyType=5`, "-1134 `strategyType` was less than 1000000."],
  ["orderList/oco", `${OCO}&aboveTimeInForce=GTC`, "-1114 TimeInForce parameter sent when not required."],
  ["orderList/oco", OCO.replace("21000", "21000.001"), "-1013 Filter failure: PRICE_FILTER"],
  ["orderList/oco", OCO.replace("0.5", "0.0000001"), "-1013 Filter failure: LOT_SIZE"],
  [
    "orderList/oco",
    OCO.replace("=down", "=n%20o"),
    "-1100 Illegal characters found in parameter 'belowClientOrderId'; legal range is '^[.A-Z:/a-z0-9_-]{1,36}$'.",
  ],
  ["orderList/otoco", OTOCO.replace("&workingPrice=20000", ""), MISSING("workingPrice")],
  ["orderList/otoco", OTOCO.replace("&pendingSide=SELL", ""), MISSING("pendingSide")],
  ["orderList/otoco", OTOCO.replace("SELL", "HOLD"), "-1117 Invalid side."],
  [
    "order/oco",
    "symbol=BTCUSDT&side=SELL&quantity=0.5&price=21000&stopPrice=19000&stopLimitTimeInForce=GTC",
    "-1106 Parameter 'stopLimitTimeInForce' sent when not required.",
  ],
  ["order/oco", "symbol=BTCUSDT&side=SELL&quantity=0.5&price=21000", MISSING("stopPrice")],
])("POST %s?%s is refused: %s", async (path, query, refusal) => {
  const { status, body } = await ask("POST", path, query);
  expect([status, `${body.code} ${body.msg}`, edge.engine.received]).toEqual([400, refusal, []]);
});

test("cancelling the list, or one of its orders, answers the whole list; in openOrders' array it is one object", async () => {
  const orders = { status: "CANCELED", clientOrderId: "bye" };
  const list = {
    contingencyType: "OCO",
    listStatusType: "ALL_DONE",
    listOrderStatus: "ALL_DONE",
    symbol: "BTCUSDT",
    orderReports: [
      { ...orders, origClientOrderId: "down" },
      { ...orders, origClientOrderId: "up" },
    ],
  };
  await ask("POST", "orderList/oco", `${OCO}&listClientOrderId=pair`);
  const whole = await ask("DELETE", "orderList", "symbol=BTCUSDT&listClientOrderId=pair&newClientOrderId=bye");
  const again = await ask("DELETE", "orderList", "symbol=BTCUSDT&orderListId=1");
  await ask("POST", "orderList/oco", OCO);
  const byLeg = await ask("DELETE", "order", "symbol=BTCUSDT&orderId=4&newClientOrderId=bye");
  expect([whole, again, byLeg]).toMatchObject([
    { status: 200, body: { orderListId: 1, ...list } },
    { status: 400, body: { code: -2011, msg: "Unknown order sent." } },
    { status: 200, body: { orderListId: 2, ...list } },
  ]);
});

test("DELETE openOrders tells plain orders one by one and each list once, at the place of its first order", async () => {
  const limit = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.5&price=20000";
  await ask("POST", "order", limit);
  const { body: placed } = await ask("POST", "orderList/oco", OCO);
  await ask("POST", "order", limit);
  const orders = edge.engine.orders.map((order) => ({ ...order, status: "canceled" as const }));
  const lists = edge.engine.lists.map((one) => ({ ...one, status: "all_done" as const }));
  edge.engine.answers.push({
    outcome: "canceled_all",
    orders,
    lists,
    cancelClientOrderId: "bye",
    seq: 9,
    timeUs: edge.engine.timeUs,
  });
  const { body } = await ask("DELETE", "openOrders", "symbol=BTCUSDT");
  expect(body).toMatchObject([
    { orderId: 1, status: "CANCELED" },
    { orderListId: placed.orderListId, listOrderStatus: "ALL_DONE", orderReports: [{ orderId: 2 }, { orderId: 3 }] },
    { orderId: 4, status: "CANCELED" },
  ]);
  expect(body).toHaveLength(3);
});

test("a list is found by either id; open lists are those with an open order; nobody else sees any", async () => {
  await ask("POST", "orderList/oco", `${OCO}&listClientOrderId=one`);
  await ask("POST", "orderList/oco", `${OCO}&listClientOrderId=two`);
  await ask("DELETE", "orderList", "symbol=BTCUSDT&orderListId=1");
  const byId = await ask("GET", "orderList", "orderListId=2");
  const byClientId = await ask("GET", "orderList", "origClientOrderId=one");
  const ids = (answer: { body: { orderListId: number }[] }): number[] => answer.body.map((each) => each.orderListId);
  expect(byId.body).toEqual({
    orderListId: 2,
    contingencyType: "OCO",
    listStatusType: "EXEC_STARTED",
    listOrderStatus: "EXECUTING",
    listClientOrderId: "two",
    transactionTime: T,
    symbol: "BTCUSDT",
    orders: [
      { symbol: "BTCUSDT", orderId: 3, clientOrderId: "down" },
      { symbol: "BTCUSDT", orderId: 4, clientOrderId: "up" },
    ],
  });
  expect([
    byClientId.body.listOrderStatus,
    ids(await ask("GET", "openOrderList")),
    ids(await ask("GET", "allOrderList")),
    ids(await ask("GET", "allOrderList", "limit=1")),
    ids(await ask("GET", "allOrderList", "fromId=1&limit=1")),
    (await ask("GET", "allOrderList", `fromId=1&startTime=${T}`)).body.code,
    (await ask("GET", "orderList", "orderListId=2&origClientOrderId=one")).body.code,
    (await ask("GET", "orderList")).body.code,
    (await ask("GET", "orderList", "orderListId=2", edge.bob)).body,
    (await ask("GET", "allOrderList", "", edge.bob)).body,
  ]).toEqual([
    "ALL_DONE",
    [2],
    [1, 2],
    [2],
    [1],
    -1128,
    -2013,
    -1102,
    { code: -2013, msg: "Order does not exist." },
    [],
  ]);
});

test("while history is away a list that the engine holds is told, and nothing is said of what it may have dropped", async () => {
  await ask("POST", "orderList/oco", OCO);
  edge.deps = { ...edge.deps, history: historyAway("the database cannot be asked") };
  expect([
    (await ask("GET", "orderList", "orderListId=1")).status,
    (await ask("GET", "openOrderList")).status,
    (await ask("GET", "orderList", "orderListId=9")).body.code,
    (await ask("GET", "allOrderList")).body.code,
  ]).toEqual([200, 200, -1008, -1008]);
});
