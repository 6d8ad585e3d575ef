/**
 * The contract of orders/: golden JSON of every answer, through the Functions Framework. A change here is a change for
 * clients. The engine behind it is a fake; what an exchange really does is tested in functions/_acceptance.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hmacSha256 } from "../../engine/api/signature.ts";
import { NO_CONDITIONS } from "../../engine/domain/order.ts";
import type { FillView, OrderView } from "../../engine/protocol/views.ts";
import { installDeps } from "../_shared/deps.ts";
import { type FakeEdge, fakeEdge, signedQuery, type Trader } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { type Answer, call, type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import "./index.ts";

let server: ServedFunction;
let edge: FakeEdge;

beforeAll(async () => {
  server = await serveFunction("orders", null);
});
afterAll(() => server.close());
beforeEach(() => {
  edge = fakeEdge();
  installDeps(() => edge.deps);
});

function ask(method: string, path: string, query = "", trader: Trader = edge.alice, headers = {}): Promise<Answer> {
  const target = `/api/v3/${path}?${signedQuery(trader, query)}`;
  return call(server.origin, method, target, { headers: { "X-MBX-APIKEY": trader.apiKey, ...headers } });
}

const LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=20000";
const T = 1_767_225_600_123;

const ORDER: OrderView = {
  instrument: 0,
  orderId: 77,
  account: 1,
  clientOrderId: "mine-1",
  side: "buy",
  orderType: "market",
  timeInForce: "gtc",
  selfTradeMode: "expire_maker",
  priceTicks: 0,
  quantityLots: 50_000,
  executedLots: 30_000,
  preventedLots: 0,
  cumulativeQuoteAtoms: 600_003_000_000n,
  quoteAtoms: 0n,
  status: "expired",
  expiryReason: "insufficient_liquidity",
  createdUs: FAKE_NOW_US,
  updatedUs: FAKE_NOW_US + 1,
  firstSeq: 1,
  lastSeq: 2,
};

const FILL: FillView = {
  instrument: 0,
  tradeId: 9,
  orderId: 77,
  account: 1,
  side: "buy",
  priceTicks: 2_000_010,
  quantityLots: 30_000,
  quoteAtoms: 600_003_000_000n,
  commissionAtoms: 30_000n,
  commissionAsset: 0,
  isMaker: false,
  timeUs: FAKE_NOW_US,
  seq: 2,
};

describe("POST order", () => {
  test("a resting LIMIT order is answered FULL, with empty fills, and reaches the engine in ticks and lots", async () => {
    expect(await ask("POST", "order", `${LIMIT}&newClientOrderId=mine-1`)).toEqual({
      status: 200,
      contentType: "application/json;charset=UTF-8",
      body: {
        symbol: "BTCUSDT",
        orderId: 1,
        orderListId: -1,
        clientOrderId: "mine-1",
        transactTime: T,
        price: "20000.00000000",
        origQty: "0.50000000",
        executedQty: "0.00000000",
        origQuoteOrderQty: "0.00000000",
        cummulativeQuoteQty: "0.00000000",
        status: "NEW",
        timeInForce: "GTC",
        type: "LIMIT",
        side: "BUY",
        workingTime: T,
        fills: [],
        selfTradePreventionMode: "EXPIRE_MAKER",
      },
    });
    expect(edge.engine.received).toEqual([
      {
        command: {
          type: "place_order",
          account: 1,
          keyId: 1,
          instrument: 0,
          side: "buy",
          orderType: "limit",
          timeInForce: "gtc",
          selfTradeMode: null,
          priceTicks: 2_000_000,
          quantityLots: 50_000,
          quoteAtoms: 0n,
          clientOrderId: "mine-1",
        },
        // The timestamp is the whole millisecond before the edge's clock; the window of 5 s counts from it.
        deadlineUs: T * 1_000 + 5_000_000,
      },
    ]);
  });

  test("a MARKET order that took what there was carries fills and the reason of its expiry, in µs when asked", async () => {
    const conditions = { ...NO_CONDITIONS, strategyId: 3, strategyType: 1_000_001 };
    const order: OrderView = {
      ...ORDER,
      special: {
        conditions,
        orderListId: 0,
        phase: "working",
        workingUs: FAKE_NOW_US,
        trailingUs: 0,
        preventedMatchId: 0,
      },
    };
    edge.engine.answers.push({ outcome: "placed", order, fills: [FILL], seq: 2, timeUs: FAKE_NOW_US });
    const query = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5&strategyId=3&strategyType=1000001";
    const { body } = await ask("POST", "order", query, edge.alice, { "X-MBX-TIME-UNIT": "microsecond" });
    expect(body).toEqual({
      symbol: "BTCUSDT",
      orderId: 77,
      orderListId: -1,
      clientOrderId: "mine-1",
      transactTime: FAKE_NOW_US,
      price: "0.00000000",
      origQty: "0.50000000",
      executedQty: "0.30000000",
      origQuoteOrderQty: "0.00000000",
      cummulativeQuoteQty: "6000.03000000",
      status: "EXPIRED",
      timeInForce: "GTC",
      type: "MARKET",
      side: "BUY",
      workingTime: FAKE_NOW_US,
      fills: [
        { price: "20000.10000000", qty: "0.30000000", commission: "0.00030000", commissionAsset: "BTC", tradeId: 9 },
      ],
      selfTradePreventionMode: "EXPIRE_MAKER",
      strategyId: 3,
      strategyType: 1_000_001,
      expiryReason: "INSUFFICIENT_LIQUIDITY",
    });
  });

  test("ACK is the default of LIMIT_MAKER; RESULT leaves out the fills; a prevented quantity shows", async () => {
    const maker = "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=0.5&price=20000&newClientOrderId=m";
    const ack = await ask("POST", "order", maker);
    expect(ack.body).toEqual({ symbol: "BTCUSDT", orderId: 1, orderListId: -1, clientOrderId: "m", transactTime: T });
    const prevented: OrderView = {
      ...ORDER,
      status: "expired_in_match",
      expiryReason: "self_trade",
      preventedLots: 20_000,
    };
    edge.engine.answers.push({ outcome: "placed", order: prevented, fills: [FILL], seq: 2, timeUs: FAKE_NOW_US });
    const result = await ask("POST", "order", `${LIMIT}&newOrderRespType=RESULT`);
    expect(result.body).toEqual({
      symbol: "BTCUSDT",
      orderId: 77,
      orderListId: -1,
      clientOrderId: "mine-1",
      transactTime: T,
      price: "0.00000000",
      origQty: "0.50000000",
      executedQty: "0.30000000",
      origQuoteOrderQty: "0.00000000",
      cummulativeQuoteQty: "6000.03000000",
      status: "EXPIRED_IN_MATCH",
      timeInForce: "GTC",
      type: "MARKET",
      side: "BUY",
      workingTime: T,
      selfTradePreventionMode: "EXPIRE_MAKER",
      preventedMatchId: 2,
      preventedQuantity: "0.20000000",
    });
  });

  test("parameters may come in a form-encoded body, or half and half; the signature covers both as they came", async () => {
    const [inQuery, inBody] = [
      "symbol=BTCUSDT&side=BUY&type=LIMIT",
      `timeInForce=GTC&quantity=0.5&price=20000&timestamp=${T}`,
    ];
    const post = (query: string, body: string): Promise<Answer> => {
      const signature = hmacSha256(Buffer.from(edge.alice.secret), query + body).toString("hex");
      const headers = { "X-MBX-APIKEY": edge.alice.apiKey, "content-type": "application/x-www-form-urlencoded" };
      return call(server.origin, "POST", `/api/v3/order?${query}`, { headers, body: `${body}&signature=${signature}` });
    };
    const answers = await Promise.all([post(inQuery, inBody), post("", `${inQuery}&${inBody}`)]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
  });

  test("a client that calls its body JSON is still read by its bytes", async () => {
    const payload = `${LIMIT}&timestamp=${T}`;
    const signature = hmacSha256(Buffer.from(edge.alice.secret), payload).toString("hex");
    const headers = { "X-MBX-APIKEY": edge.alice.apiKey, "content-type": "application/json" };
    const answer = await call(server.origin, "POST", "/api/v3/order", {
      headers,
      body: `${payload}&signature=${signature}`,
    });
    expect(answer.status).toBe(200);
  });

  test("without an id of the sender's the edge makes one of 22 characters", async () => {
    const { body } = await ask("POST", "order", LIMIT);
    expect((body as { clientOrderId: string }).clientOrderId).toMatch(/^[A-Za-z0-9]{22}$/);
  });
});

test("order/test answers {} or the commission rates, and reaches no engine", async () => {
  expect((await ask("POST", "order/test", LIMIT)).body).toEqual({});
  expect((await ask("POST", "order/test", `${LIMIT}&computeCommissionRates=true`)).body).toEqual({
    standardCommissionForOrder: { maker: "0.00100000", taker: "0.00100000" },
    specialCommissionForOrder: { maker: "0.00000000", taker: "0.00000000" },
    taxCommissionForOrder: { maker: "0.00000000", taker: "0.00000000" },
    discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: "", discount: "0.00000000" },
  });
  expect(edge.engine.received).toEqual([]);
});

const QUERIED = {
  symbol: "BTCUSDT",
  orderId: 1,
  orderListId: -1,
  clientOrderId: "mine-1",
  price: "20000.00000000",
  origQty: "0.50000000",
  executedQty: "0.00000000",
  cummulativeQuoteQty: "0.00000000",
  status: "NEW",
  timeInForce: "GTC",
  type: "LIMIT",
  side: "BUY",
  stopPrice: "0.00000000",
  icebergQty: "0.00000000",
  time: T,
  updateTime: T,
  isWorking: true,
  workingTime: T,
  origQuoteOrderQty: "0.00000000",
  selfTradePreventionMode: "EXPIRE_MAKER",
};

describe("orders that exist", () => {
  beforeEach(() => ask("POST", "order", `${LIMIT}&newClientOrderId=mine-1`));

  test("GET order finds it by either id, in the engine or in history, and never another account's", async () => {
    expect((await ask("GET", "order", "symbol=BTCUSDT&orderId=1")).body).toEqual(QUERIED);
    expect((await ask("GET", "order", "symbol=BTCUSDT&origClientOrderId=mine-1")).body).toEqual(QUERIED);
    edge.market.storedOrders.push(...edge.engine.orders.splice(0));
    expect((await ask("GET", "order", "symbol=BTCUSDT&orderId=1&origClientOrderId=mine-1")).body).toEqual(QUERIED);
    const asBob = await ask("GET", "order", "symbol=BTCUSDT&orderId=1", edge.bob);
    expect(asBob).toMatchObject({ status: 400, body: { code: -2013, msg: "Order does not exist." } });
  });

  test("GET openOrders lists the account's own, of one instrument or of all", async () => {
    expect((await ask("GET", "openOrders")).body).toEqual([QUERIED]);
    expect((await ask("GET", "openOrders", "symbol=BTCUSDT")).body).toEqual([QUERIED]);
    expect((await ask("GET", "openOrders", "symbol=ETHUSDT")).body).toEqual([]);
    expect((await ask("GET", "openOrders", "", edge.bob)).body).toEqual([]);
  });

  const CANCELED = {
    symbol: "BTCUSDT",
    origClientOrderId: "mine-1",
    orderId: 1,
    orderListId: -1,
    clientOrderId: "the-cancel",
    transactTime: T,
    price: "20000.00000000",
    origQty: "0.50000000",
    executedQty: "0.00000000",
    origQuoteOrderQty: "0.00000000",
    cummulativeQuoteQty: "0.00000000",
    status: "CANCELED",
    timeInForce: "GTC",
    type: "LIMIT",
    side: "BUY",
    selfTradePreventionMode: "EXPIRE_MAKER",
  };

  test("DELETE order shows the cancel's own id and the order's", async () => {
    expect((await ask("DELETE", "order", "symbol=BTCUSDT&orderId=1&newClientOrderId=the-cancel")).body).toEqual(
      CANCELED,
    );
    const again = await ask("DELETE", "order", "symbol=BTCUSDT&orderId=1");
    expect(again).toMatchObject({ status: 400, body: { code: -2011, msg: "Unknown order sent." } });
  });

  test("DELETE openOrders cancels all; with nothing open it is refused", async () => {
    const { body } = await ask("DELETE", "openOrders", "symbol=BTCUSDT");
    const made = (body as { clientOrderId: string }[])[0]?.clientOrderId;
    expect(body).toEqual([{ ...CANCELED, clientOrderId: made }]);
    const again = await ask("DELETE", "openOrders", "symbol=BTCUSDT");
    expect(again).toMatchObject({ status: 400, body: { code: -2011, msg: "Unknown order sent." } });
  });

  test("cancelReplace answers both halves; 409 when one fails, 400 when both do", async () => {
    const query = `${LIMIT}&newClientOrderId=new&cancelNewClientOrderId=the-cancel&newOrderRespType=ACK`;
    const replace = (mode: string, id: number): Promise<Answer> =>
      ask("POST", "order/cancelReplace", `${query}&cancelReplaceMode=${mode}&cancelOrderId=${id}`);
    const placed = { symbol: "BTCUSDT", orderId: 2, orderListId: -1, clientOrderId: "new", transactTime: T };
    const unknown = { code: -2011, msg: "Unknown order sent." };
    expect(await replace("STOP_ON_FAILURE", 1)).toMatchObject({
      status: 200,
      body: { cancelResult: "SUCCESS", newOrderResult: "SUCCESS", cancelResponse: CANCELED, newOrderResponse: placed },
    });
    expect(await replace("STOP_ON_FAILURE", 99)).toMatchObject({
      status: 400,
      body: {
        code: -2022,
        msg: "Order cancel-replace failed.",
        data: {
          cancelResult: "FAILURE",
          newOrderResult: "NOT_ATTEMPTED",
          cancelResponse: unknown,
          newOrderResponse: null,
        },
      },
    });
    expect(await replace("ALLOW_FAILURE", 99)).toMatchObject({
      status: 409,
      body: {
        code: -2021,
        msg: "Order cancel-replace partially failed.",
        data: {
          cancelResult: "FAILURE",
          newOrderResult: "SUCCESS",
          cancelResponse: unknown,
          newOrderResponse: { ...placed, orderId: 3 },
        },
      },
    });
  });

  test("amend keeps the order and shows both client ids; more or the same quantity is refused in its own words", async () => {
    const amend = (quantity: string): Promise<Answer> =>
      ask("PUT", "order/amend/keepPriority", `symbol=BTCUSDT&orderId=1&newQty=${quantity}&newClientOrderId=mine-2`);
    expect(await amend("0.5")).toMatchObject({
      status: 400,
      body: { code: -2038, msg: "The requested action would change no state; rejecting" },
    });
    expect(await amend("0.6")).toMatchObject({
      status: 400,
      body: { code: -2038, msg: "Order amend (quantity increase) is not supported." },
    });
    const { body } = await amend("0.2");
    expect(body).toEqual({
      transactTime: T,
      executionId: edge.engine.seq,
      amendedOrder: {
        symbol: "BTCUSDT",
        orderId: 1,
        orderListId: -1,
        origClientOrderId: "mine-1",
        clientOrderId: "mine-2",
        price: "20000.00000000",
        qty: "0.20000000",
        executedQty: "0.00000000",
        preventedQty: "0.00000000",
        quoteOrderQty: "0.00000000",
        cumulativeQuoteQty: "0.00000000",
        status: "NEW",
        timeInForce: "GTC",
        type: "LIMIT",
        side: "BUY",
        workingTime: T,
        selfTradePreventionMode: "EXPIRE_MAKER",
      },
    });
  });

  test("both ids that disagree are refused", async () => {
    expect(await ask("GET", "order", "symbol=BTCUSDT&orderId=1&origClientOrderId=other")).toMatchObject({
      status: 400,
      body: { code: -2039, msg: "Client order ID is not correct for this order ID." },
    });
  });
});
