/** Stops, trailing stops, icebergs: what reaches the engine, and how such orders are shown while they wait and afterwards. */
import { beforeEach, expect, test } from "vitest";
import { DEFAULT_RULES, type Instrument } from "../../engine/domain/instrument.ts";
import type { OrderConditions } from "../../engine/domain/order.ts";
import type { PlaceOrder } from "../../engine/protocol/commands.ts";
import type { OrderView } from "../../engine/protocol/views.ts";
import { type FakeEdge, fakeEdge, send, shown } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { handleOrders } from "./handler.ts";

let edge: FakeEdge;
beforeEach(() => {
  edge = fakeEdge();
});

const T = 1_767_225_600_123;
const SELL = "symbol=BTCUSDT&side=SELL&quantity=0.5&newClientOrderId=mine";

async function ask(method: string, path: string, query = ""): Promise<{ status: number; body: unknown }> {
  return shown(await send(handleOrders, edge, edge.alice, method, `/api/v3/${path}`, query));
}

/** What the engine was sent of an order: its words, and its conditions that are not zero. */
async function sent(query: string): Promise<unknown[]> {
  const { status } = await ask("POST", "order", `${SELL}&${query}`);
  const command = edge.engine.received.at(-1)?.command as PlaceOrder;
  const conditions: OrderConditions | undefined = command.conditions;
  const set = conditions && Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== 0));
  return [status, command.orderType, command.timeInForce, command.priceTicks, command.quantityLots, set];
}

test("each special type reaches the engine in ticks, lots and 1/10,000; a plain order has no conditions", async () => {
  expect([
    await sent("type=STOP_LOSS&stopPrice=19000"),
    await sent("type=TAKE_PROFIT&trailingDelta=100"),
    await sent("type=STOP_LOSS_LIMIT&stopPrice=19000&trailingDelta=50&price=18900&timeInForce=IOC"),
    await sent("type=TAKE_PROFIT_LIMIT&stopPrice=21000&price=21000&timeInForce=GTC&icebergQty=0.1"),
    await sent("type=LIMIT&price=20000&timeInForce=GTC&icebergQty=0.005"),
    await sent("type=LIMIT_MAKER&price=20000&icebergQty=0.5"),
    await sent("type=MARKET&strategyId=7&strategyType=1000000"),
    await sent("type=LIMIT&price=20000&timeInForce=GTC"),
  ]).toEqual([
    [200, "stop_loss", "gtc", 0, 50_000, { stopTicks: 1_900_000 }],
    [200, "take_profit", "gtc", 0, 50_000, { trailingDeltaBips: 100 }],
    [200, "stop_loss_limit", "ioc", 1_890_000, 50_000, { stopTicks: 1_900_000, trailingDeltaBips: 50 }],
    [200, "take_profit_limit", "gtc", 2_100_000, 50_000, { stopTicks: 2_100_000, icebergLots: 10_000 }],
    [200, "limit", "gtc", 2_000_000, 50_000, { icebergLots: 500 }],
    [200, "limit_maker", "gtc", 2_000_000, 50_000, { icebergLots: 50_000 }],
    [200, "market", "gtc", 0, 50_000, { strategyId: 7, strategyType: 1_000_000 }],
    [200, "limit", "gtc", 2_000_000, 50_000, undefined],
  ]);
});

test("orders that fire above the price have one pair of bounds for their delta, those that fire below another", async () => {
  const trailing = { aboveMin: 100, aboveMax: 200, belowMin: 300, belowMax: 400 };
  const [instrument] = edge.engine.instruments as [Instrument];
  edge.engine.instruments[0] = { ...instrument, rules: { ...DEFAULT_RULES, trailing } };
  const passing: string[] = [];
  for (const side of ["BUY", "SELL"]) {
    for (const type of ["STOP_LOSS", "TAKE_PROFIT"]) {
      for (const delta of [99, 100, 200, 201, 299, 300, 400, 401]) {
        const query = `symbol=BTCUSDT&side=${side}&type=${type}&quantity=0.5&trailingDelta=${delta}`;
        if ((await ask("POST", "order/test", query)).status === 200) passing.push(`${side} ${type} ${delta}`);
      }
    }
  }
  expect(passing).toEqual([
    ...["BUY STOP_LOSS 100", "BUY STOP_LOSS 200", "BUY TAKE_PROFIT 300", "BUY TAKE_PROFIT 400"],
    ...["SELL STOP_LOSS 300", "SELL STOP_LOSS 400", "SELL TAKE_PROFIT 100", "SELL TAKE_PROFIT 200"],
  ]);
});

test("a stop is acknowledged by default, and shows itself waiting: not working, with no working time", async () => {
  const stop = `${SELL}&type=STOP_LOSS_LIMIT&timeInForce=GTC&price=18900&stopPrice=19000&trailingDelta=100&icebergQty=0.1`;
  const acknowledged = await ask("POST", "order", stop);
  const full = await ask("POST", "order", `${stop}&newOrderRespType=FULL&strategyId=3&strategyType=1000001`);
  const queried = await ask("GET", "order", "symbol=BTCUSDT&orderId=2");
  const canceled = await ask("DELETE", "order", "symbol=BTCUSDT&orderId=2&newClientOrderId=bye");
  const state = {
    price: "18900.00000000",
    origQty: "0.50000000",
    executedQty: "0.00000000",
    origQuoteOrderQty: "0.00000000",
    cummulativeQuoteQty: "0.00000000",
    timeInForce: "GTC",
    type: "STOP_LOSS_LIMIT",
    side: "SELL",
    stopPrice: "19000.00000000",
    trailingDelta: 100,
    trailingTime: -1,
    icebergQty: "0.10000000",
    selfTradePreventionMode: "EXPIRE_MAKER",
    strategyId: 3,
    strategyType: 1_000_001,
  };
  const named = { symbol: "BTCUSDT", orderId: 2, orderListId: -1 };
  expect([acknowledged.body, full.body, queried.body, canceled.body]).toEqual([
    { symbol: "BTCUSDT", orderId: 1, orderListId: -1, clientOrderId: "mine", transactTime: T },
    { ...named, ...state, clientOrderId: "mine", transactTime: T, status: "NEW", workingTime: -1, fills: [] },
    {
      ...named,
      ...state,
      clientOrderId: "mine",
      status: "NEW",
      time: T,
      updateTime: T,
      isWorking: false,
      workingTime: -1,
    },
    { ...named, ...state, origClientOrderId: "mine", clientOrderId: "bye", transactTime: T, status: "CANCELED" },
  ]);
  expect(Object.keys(full.body as object)).toEqual([
    ...["symbol", "orderId", "orderListId", "clientOrderId", "transactTime", "price", "origQty", "executedQty"],
    ...["origQuoteOrderQty", "cummulativeQuoteQty", "status", "timeInForce", "type", "side", "stopPrice"],
    ...["trailingDelta", "trailingTime", "icebergQty", "workingTime", "fills", "selfTradePreventionMode"],
    ...["strategyId", "strategyType"],
  ]);
});

test("after its trigger an order has the time since which it works, and follows the price since another", async () => {
  await ask("POST", "order", `${SELL}&type=STOP_LOSS&stopPrice=19000&trailingDelta=100`);
  const [waiting] = edge.engine.orders as [OrderView];
  const special = waiting.special;
  if (special === undefined) throw new Error("a stop has special terms");
  edge.engine.orders[0] = {
    ...waiting,
    special: { ...special, phase: "working", trailingUs: FAKE_NOW_US + 1_000, workingUs: FAKE_NOW_US + 2_000 },
  };
  const { body } = await ask("GET", "order", "symbol=BTCUSDT&orderId=1");
  expect(body).toMatchObject({ isWorking: true, workingTime: T + 2, trailingTime: T + 1, stopPrice: "19000.00000000" });
});

test("each way in which a waiting order can fail says REJECTED, the other leg of a list why it went", async () => {
  await ask("POST", "order", `${SELL}&type=STOP_LOSS&stopPrice=19000`);
  const [order] = edge.engine.orders as [OrderView];
  const reasons: unknown[] = [];
  for (const expiryReason of [
    "unfunded_on_trigger",
    "rejected_on_trigger",
    "would_take_on_activation",
    "would_trigger_on_activation",
    "oco_trigger",
    "oto_phase_one_expired",
  ] as const) {
    edge.engine.orders[0] = { ...order, status: "expired", expiryReason };
    reasons.push(
      ((await ask("GET", "order", "symbol=BTCUSDT&orderId=1")).body as Record<string, unknown>).expiryReason,
    );
  }
  expect(reasons).toEqual(["REJECTED", "REJECTED", "REJECTED", "REJECTED", "OCO_TRIGGER", "OTO_PHASE_ONE_EXPIRED"]);
});

test("a prevented self-trade is named by the id under which myPreventedMatches has it, where the order knows it", async () => {
  await ask("POST", "order", `${SELL}&type=LIMIT&price=20000&timeInForce=GTC`);
  const [order] = edge.engine.orders as [OrderView];
  const lost = { ...order, preventedLots: 10, lastSeq: 500 } as const;
  const special = { conditions: undefined, orderListId: 0, phase: "working", workingUs: 1, trailingUs: 0 } as const;
  const conditions = { stopTicks: 0, trailingDeltaBips: 0, icebergLots: 0, strategyId: 0, strategyType: 0 };
  const ids: unknown[] = [];
  for (const view of [
    { ...lost, special: { ...special, conditions, preventedMatchId: 321 } },
    { ...lost, status: "expired_in_match", selfTradeMode: "expire_taker" },
    // A taker that went with its maker; then a maker that did.
    { ...lost, status: "expired_in_match", selfTradeMode: "expire_both" },
    { ...lost, status: "expired_in_match", selfTradeMode: "expire_both", updatedUs: order.createdUs + 1 },
  ] as OrderView[]) {
    edge.engine.orders[0] = view;
    const { body } = await ask("GET", "order", "symbol=BTCUSDT&orderId=1");
    ids.push((body as Record<string, unknown>).preventedMatchId);
  }
  expect(ids).toEqual([321, 500, undefined, 500]);
});

test("a replacement asks the engine to cancel alone when the count of orders is used up, and says what came of it", async () => {
  await ask("POST", "order", `${SELL}&type=LIMIT&price=20000&timeInForce=GTC`);
  const canceled = edge.engine.orders[0] as OrderView;
  const stamp = { seq: 9, timeUs: FAKE_NOW_US };
  edge.engine.limits = { ...edge.engine.limits, ordersPer10s: 5 };
  edge.engine.answers.push({
    outcome: "replaced",
    canceled: { outcome: "canceled", order: { ...canceled, status: "canceled" }, cancelClientOrderId: "c", ...stamp },
    placed: { outcome: "rejected", reason: "orders_per_10s_limit", ...stamp },
    ...stamp,
  });
  const replace = `${SELL}&type=LIMIT&price=19000&timeInForce=GTC&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1`;
  const half = await ask("POST", "order/cancelReplace", `${replace}&orderRateLimitExceededMode=CANCEL_ONLY`);
  const wrong = await ask("POST", "order/cancelReplace", `${replace}&orderRateLimitExceededMode=NEVER`);
  expect([half.status, half.body, wrong.body]).toMatchObject([
    409,
    {
      code: -2021,
      msg: "Order cancel-replace partially failed.",
      data: {
        cancelResult: "SUCCESS",
        newOrderResult: "FAILURE",
        cancelResponse: { status: "CANCELED", clientOrderId: "c" },
        newOrderResponse: { code: -1015, msg: "Too many new orders; current limit is 5 orders per 10 SECOND." },
      },
    },
    { code: -1130, msg: "Data sent for parameter 'orderRateLimitExceededMode' is not valid." },
  ]);
  expect(edge.engine.received.at(-1)?.command).toMatchObject({ whenCountUsedUp: "cancel_only" });
});

test("an order that may not be amended is refused in its words, and amendments are listed oldest first", async () => {
  await ask("POST", "order", `${SELL}&type=LIMIT&price=20000&timeInForce=GTC`);
  const amend = "symbol=BTCUSDT&orderId=1&newQty=0.4";
  const said: unknown[] = [];
  for (const reason of ["amend_not_supported", "order_amends_limit", "quantity_already_executed"] as const) {
    edge.engine.answers.push(edge.engine.rejected(reason));
    said.push((await ask("PUT", "order/amend/keepPriority", amend)).body);
  }
  const amendment = {
    instrument: 0,
    orderId: 1,
    account: 1,
    executionId: 44,
    origClientOrderId: "mine",
    newClientOrderId: "later",
    origQuantityLots: 50_000,
    newQuantityLots: 40_000,
    timeUs: FAKE_NOW_US,
  };
  edge.engine.amendments.push(amendment, { ...amendment, executionId: 45, newQuantityLots: 30_000 });
  const listed = await ask("GET", "order/amendments", "symbol=BTCUSDT&orderId=1&limit=1");
  const later = await ask("GET", "order/amendments", "symbol=BTCUSDT&orderId=1&fromExecutionId=45");
  expect([said, listed.body, later.body]).toEqual([
    [
      { code: -2038, msg: "Order amend is not supported for this order." },
      { code: -1013, msg: "Filter failure: MAX_NUM_ORDER_AMENDS" },
      { code: -2038, msg: "Order amend (quantity at or below the executed) is not supported." },
    ],
    [
      {
        symbol: "BTCUSDT",
        orderId: 1,
        executionId: 44,
        origClientOrderId: "mine",
        newClientOrderId: "later",
        origQty: "0.50000000",
        newQty: "0.40000000",
        time: T,
      },
    ],
    [expect.objectContaining({ executionId: 45 })],
  ]);
});

test("orders routed over several books are not supported, whatever they say", async () => {
  const answers = [await ask("POST", "sor/order", `${SELL}&type=MARKET`), await ask("POST", "sor/order/test")];
  expect(answers).toEqual(
    answers.map(() => ({ status: 400, body: { code: -1020, msg: "This operation is not supported." } })),
  );
});
