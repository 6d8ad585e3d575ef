/**
 * The contract of account/: golden JSON of every answer, through the Functions Framework, and what holds while the
 * database is away. The engine behind it is a fake.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { historyAway } from "../../engine/bus/history-client.ts";
import type { FillView, OrderView } from "../../engine/protocol/views.ts";
import { installDeps } from "../_shared/deps.ts";
import { type FakeEdge, fakeEdge, signedQuery, type Trader } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { type Answer, call, type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import "./index.ts";

let server: ServedFunction;
let edge: FakeEdge;

beforeAll(async () => {
  server = await serveFunction("account", null);
});
afterAll(() => server.close());
beforeEach(() => {
  edge = fakeEdge();
  installDeps(() => edge.deps);
});

function ask(path: string, query = "", trader: Trader = edge.alice): Promise<Answer> {
  const headers = { "X-MBX-APIKEY": trader.apiKey };
  return call(server.origin, "GET", `/api/v3/${path}?${signedQuery(trader, query)}`, { headers });
}

const T = 1_767_225_600_123;
const DAY_MS = 86_400_000;

test("account shows commissions in basis points and as rates, and every balance unless zeros are left out", async () => {
  const balances = [
    { asset: "BTC", free: "10.00000000", locked: "0.00000000" },
    { asset: "USDT", free: "990000.00000000", locked: "10000.00000000" },
  ];
  const golden = {
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: "0.00100000", taker: "0.00100000", buyer: "0.00000000", seller: "0.00000000" },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: T,
    accountType: "SPOT",
    balances,
    permissions: ["SPOT"],
    uid: 1,
  };
  expect(await ask("account", "omitZeroBalances=true")).toEqual({
    status: 200,
    contentType: "application/json;charset=UTF-8",
    body: golden,
  });
  const all = [...balances, { asset: "ETH", free: "0.00000000", locked: "0.00000000" }];
  expect((await ask("account")).body).toEqual({ ...golden, balances: all });
});

function order(orderId: number, change: Partial<OrderView> = {}): OrderView {
  return {
    instrument: 0,
    orderId,
    account: 1,
    clientOrderId: `c${orderId}`,
    side: "sell",
    orderType: "limit",
    timeInForce: "ioc",
    selfTradeMode: "none",
    priceTicks: 2_000_000,
    quantityLots: 50_000,
    executedLots: 20_000,
    preventedLots: 0,
    cumulativeQuoteAtoms: 400_000_000_000n,
    quoteAtoms: 0n,
    status: "expired",
    expiryReason: "ioc_unfilled",
    createdUs: FAKE_NOW_US + orderId * 1_000,
    updatedUs: FAKE_NOW_US + orderId * 1_000,
    firstSeq: orderId * 10,
    lastSeq: orderId * 10 + 1,
    ...change,
  };
}

function fill(tradeId: number, change: Partial<FillView> = {}): FillView {
  return {
    instrument: 0,
    tradeId,
    orderId: 1,
    account: 1,
    side: "sell",
    priceTicks: 2_000_000,
    quantityLots: 20_000,
    quoteAtoms: 400_000_000_000n,
    commissionAtoms: 400_000_000n,
    commissionAsset: 1,
    isMaker: true,
    timeUs: FAKE_NOW_US + tradeId * 1_000,
    seq: tradeId,
    ...change,
  };
}

const ids = (answer: Answer): unknown => (answer.body as { orderId: number }[]).map((row) => row.orderId);
const tradeIds = (answer: Answer): unknown => (answer.body as { id: number }[]).map((row) => row.id);

test("allOrders shows closed orders with the reason of their expiry", async () => {
  edge.engine.orders.push(order(1));
  expect((await ask("allOrders", "symbol=BTCUSDT")).body).toEqual([
    {
      symbol: "BTCUSDT",
      orderId: 1,
      orderListId: -1,
      clientOrderId: "c1",
      price: "20000.00000000",
      origQty: "0.50000000",
      executedQty: "0.20000000",
      cummulativeQuoteQty: "4000.00000000",
      status: "EXPIRED",
      timeInForce: "IOC",
      type: "LIMIT",
      side: "SELL",
      stopPrice: "0.00000000",
      icebergQty: "0.00000000",
      time: T + 1,
      updateTime: T + 1,
      isWorking: true,
      workingTime: T + 1,
      origQuoteOrderQty: "0.00000000",
      selfTradePreventionMode: "NONE",
      expiryReason: "UNFILLED_IOC_QUANTITY_EXPIRED",
    },
  ]);
});

test("myTrades shows one row per fill of one's own side, with its order's list", async () => {
  edge.engine.fills.push(fill(5), { ...fill(6), orderListId: 7 });
  const { body } = await ask("myTrades", "symbol=BTCUSDT");
  const [row, listed] = body as readonly object[];
  expect(listed).toEqual({ ...row, id: 6, time: T + 6, orderListId: 7 });
  expect([row]).toEqual([
    {
      symbol: "BTCUSDT",
      id: 5,
      orderId: 1,
      orderListId: -1,
      price: "20000.00000000",
      qty: "0.20000000",
      quoteQty: "4000.00000000",
      commission: "4.00000000",
      commissionAsset: "USDT",
      time: T + 5,
      isBuyer: false,
      isMaker: true,
      isBestMatch: true,
    },
  ]);
});

describe("lists merge the engine with history", () => {
  beforeEach(() => {
    edge.market.storedOrders.push(order(1), order(2), order(3, { lastSeq: 30, status: "new" }));
    edge.engine.orders.push(order(3, { lastSeq: 31 }), order(4));
    edge.market.storedFills.push(fill(1), fill(2), fill(3));
    edge.engine.fills.push(fill(3), fill(4));
  });

  test("each order once, oldest first, the newer version of it; the limit takes the newest", async () => {
    expect(ids(await ask("allOrders", "symbol=BTCUSDT"))).toEqual([1, 2, 3, 4]);
    expect(ids(await ask("allOrders", "symbol=BTCUSDT&limit=2"))).toEqual([3, 4]);
    const third = (await ask("allOrders", "symbol=BTCUSDT&orderId=3&limit=1")).body as { status: string }[];
    expect(third.map((row) => row.status)).toEqual(["EXPIRED"]);
  });

  test("bounds of time are inclusive; with a start the limit takes the oldest", async () => {
    const during = (query: string): Promise<Answer> => ask("allOrders", `symbol=BTCUSDT&${query}`);
    expect([
      ids(await during(`startTime=${T + 2}&endTime=${T + 3}`)),
      ids(await during(`startTime=${T + 2}&limit=2`)),
      ids(await during(`endTime=${T + 3}&limit=2`)),
      ids(await during(`startTime=${FAKE_NOW_US + 2_001}`)),
      ids(await during("orderId=2&limit=2")),
    ]).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
      [3, 4],
      [2, 3],
    ]);
  });

  test("fills likewise, and by order", async () => {
    edge.engine.fills.push(fill(6, { orderId: 9 }));
    expect([
      tradeIds(await ask("myTrades", "symbol=BTCUSDT")),
      tradeIds(await ask("myTrades", "symbol=BTCUSDT&fromId=3")),
      tradeIds(await ask("myTrades", "symbol=BTCUSDT&orderId=9")),
      tradeIds(await ask("myTrades", "symbol=BTCUSDT&orderId=9&fromId=7")),
    ]).toEqual([[1, 2, 3, 4, 6], [3, 4, 6], [6], []]);
  });

  test("nobody sees another's rows", async () => {
    expect((await ask("allOrders", "symbol=BTCUSDT", edge.bob)).body).toEqual([]);
    expect((await ask("myTrades", "symbol=BTCUSDT", edge.bob)).body).toEqual([]);
  });
});

describe("while the database is away", () => {
  const AWAY = {
    status: 503,
    contentType: "application/json;charset=UTF-8",
    body: {
      code: -1008,
      msg: "Server is currently overloaded with other requests. Please try again in a few minutes.",
    },
  };

  beforeEach(() => {
    edge = { ...edge, deps: { ...edge.deps, history: historyAway("the database cannot be asked") } };
    edge.engine.orders.push(order(3), order(4));
    edge.engine.fills.push(fill(3), fill(4));
  });

  test("an engine that has dropped nothing answers whole lists", async () => {
    expect(ids(await ask("allOrders", "symbol=BTCUSDT"))).toEqual([3, 4]);
    expect(tradeIds(await ask("myTrades", "symbol=BTCUSDT"))).toEqual([3, 4]);
    expect((await ask("account")).status).toBe(200);
  });

  test("what it dropped makes a list uncertain, unless all that was asked for is newer", async () => {
    edge.engine.droppedHistory = {
      orderId: 3,
      orderCreatedUs: FAKE_NOW_US + 3_000,
      tradeId: 3,
      tradeUs: FAKE_NOW_US + 3_000,
    };
    expect(await ask("allOrders", "symbol=BTCUSDT")).toEqual(AWAY);
    expect(await ask("myTrades", "symbol=BTCUSDT")).toEqual(AWAY);
    expect(await ask("allOrders", "symbol=BTCUSDT&limit=2")).toEqual(AWAY);
    expect(await ask("myTrades", "symbol=BTCUSDT&fromId=3")).toEqual(AWAY);
    expect([
      ids(await ask("allOrders", "symbol=BTCUSDT&limit=1")),
      ids(await ask("allOrders", "symbol=BTCUSDT&orderId=4")),
      ids(await ask("allOrders", `symbol=BTCUSDT&startTime=${T + 4}`)),
      tradeIds(await ask("myTrades", "symbol=BTCUSDT&fromId=4")),
    ]).toEqual([[4], [4], [4], [4]]);
  });
});

test.each([
  ["allOrders", "", "-1102 Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
  ["allOrders", "symbol=NONE", "-1121 Invalid symbol."],
  ["allOrders", "symbol=BTCUSDT&limit=0", "-1130 Data sent for parameter 'limit' is not valid."],
  ["allOrders", "symbol=BTCUSDT&startTime=5&endTime=4", "-1128 Combination of optional parameters invalid."],
  [
    "allOrders",
    `symbol=BTCUSDT&startTime=0&endTime=${DAY_MS + 1}`,
    "-1127 More than 24 hours between startTime and endTime.",
  ],
  [
    "myTrades",
    `symbol=BTCUSDT&startTime=0&endTime=${DAY_MS + 1}`,
    "-1127 More than 24 hours between startTime and endTime.",
  ],
  ["myTrades", "symbol=BTCUSDT&startTime=0&fromId=1", "-1128 Combination of optional parameters invalid."],
  ["myTrades", "symbol=BTCUSDT&endTime=0&orderId=1", "-1128 Combination of optional parameters invalid."],
  [
    "account",
    "omitZeroBalances=maybe",
    "-1100 Illegal characters found in parameter 'omitZeroBalances'; legal range is '^(true|false|TRUE|FALSE)$'.",
  ],
])("%s?%s is refused: %s", async (path, query, refusal) => {
  const { status, body } = await ask(path, query);
  const { code, msg } = body as { code: number; msg: string };
  expect([status, `${code} ${msg}`]).toEqual([400, refusal]);
});

test("a full day between start and end is still allowed", async () => {
  expect((await ask("allOrders", `symbol=BTCUSDT&startTime=0&endTime=${DAY_MS}`)).status).toBe(200);
});
