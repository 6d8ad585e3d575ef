/** What applies to an account: fees, filters, counts of orders, coins, self-trades that were prevented. */
import { beforeEach, expect, test } from "vitest";
import { DEFAULT_RULES } from "../../engine/domain/instrument.ts";
import type { PreventedMatchView } from "../../engine/protocol/views.ts";
import { type FakeEdge, fakeEdge, request, send, shown } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { handleMarketData } from "../market-data/handler.ts";
import { handleAccount } from "./handler.ts";

let edge: FakeEdge;
beforeEach(() => {
  edge = fakeEdge();
});

const T = 1_767_225_600_123;
const ZERO = "0.00000000";

async function ask(
  path: string,
  query = "",
  // biome-ignore lint/suspicious/noExplicitAny: a test compares what came, whatever it is.
): Promise<{ status: number; body: any }> {
  return shown(await send(handleAccount, edge, edge.alice, "GET", path, query));
}

test("rates of commission are the symbol's own; there are no taxes and no discount", async () => {
  const none = { maker: ZERO, taker: ZERO, buyer: ZERO, seller: ZERO };
  expect(await ask("/api/v3/account/commission", "symbol=BTCUSDT")).toEqual({
    status: 200,
    body: {
      symbol: "BTCUSDT",
      standardCommission: { ...none, maker: "0.00100000", taker: "0.00100000" },
      specialCommission: none,
      taxCommission: none,
      discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: "", discount: ZERO },
    },
  });
  const rates = { makerCommission: "0.00100000", takerCommission: "0.00100000" };
  expect([
    (await ask("/sapi/v1/asset/tradeFee")).body,
    (await ask("/sapi/v1/asset/tradeFee", "symbol=ETHUSDT")).body,
    (await ask("/sapi/v1/asset/tradeFee", "symbol=XXX")).body.code,
  ]).toEqual([
    [
      { symbol: "BTCUSDT", ...rates },
      { symbol: "ETHUSDT", ...rates },
    ],
    [{ symbol: "ETHUSDT", ...rates }],
    -1121,
  ]);
});

test("counts of orders are shown for the windows that have a limit", async () => {
  edge.engine.counts = { per10s: 3, perDay: 40 };
  const without = await ask("/api/v3/rateLimit/order");
  edge.engine.limits = { ...edge.engine.limits, ordersPer10s: 100, ordersPerDay: 200_000 };
  const withLimits = await ask("/api/v3/rateLimit/order");
  expect([without.body, withLimits.body]).toEqual([
    [],
    [
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 100, count: 3 },
      { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 200_000, count: 40 },
    ],
  ]);
});

test("filters are the exchange's that are switched on, and the symbol's", async () => {
  edge.engine.limits = { ...edge.engine.limits, ordersMax: 1_000, orderListsMax: 20 };
  edge.engine.instruments[0] = { ...(edge.engine.instruments[0] as never as object), rules: DEFAULT_RULES } as never;
  const { body } = await ask("/api/v3/myFilters", "symbol=BTCUSDT");
  expect([body.exchangeFilters, body.assetFilters]).toEqual([
    [
      { filterType: "EXCHANGE_MAX_NUM_ORDERS", maxNumOrders: 1_000 },
      { filterType: "EXCHANGE_MAX_NUM_ORDER_LISTS", maxNumOrderLists: 20 },
    ],
    [],
  ]);
  expect(body.symbolFilters).toContainEqual({ filterType: "MAX_NUM_ORDERS", maxNumOrders: 200 });
});

test("a coin is a row with what the account has of it and one network", async () => {
  const { body } = await ask("/sapi/v1/capital/config/getall");
  expect([body.length, body[1]]).toEqual([
    3,
    {
      coin: "USDT",
      name: "USDT",
      depositAllEnable: true,
      withdrawAllEnable: true,
      trading: true,
      isLegalMoney: false,
      free: "990000.00000000",
      locked: "10000.00000000",
      freeze: ZERO,
      withdrawing: ZERO,
      storage: ZERO,
      ipoing: ZERO,
      ipoable: ZERO,
      networkList: [
        {
          network: "USDT",
          coin: "USDT",
          name: "USDT",
          isDefault: true,
          depositEnable: true,
          withdrawEnable: true,
          withdrawFee: ZERO,
          withdrawIntegerMultiple: "0.00000001",
          withdrawMin: "0.00000001",
          withdrawMax: "92233720368.54775807",
        },
      ],
    },
  ]);
});

const PREVENTED: PreventedMatchView = {
  instrument: 0,
  preventedMatchId: 31,
  account: 1,
  takerOrderId: 5,
  makerOrderId: 4,
  selfTradeMode: "decrement",
  priceTicks: 2_000_000,
  takerPreventedLots: 100,
  makerPreventedLots: 0,
  timeUs: FAKE_NOW_US,
};

test("a prevented match is found by its id, or by either order from an id on; what a side did not lose is left out", async () => {
  edge.engine.prevented.push(
    PREVENTED,
    { ...PREVENTED, preventedMatchId: 32, takerOrderId: 6, makerOrderId: 5, makerPreventedLots: 7 },
    { ...PREVENTED, preventedMatchId: 33, takerOrderId: 8, makerOrderId: 7 },
    { ...PREVENTED, preventedMatchId: 34, account: 2 },
  );
  const ids = async (query: string): Promise<unknown> => {
    const { status, body } = await ask("/api/v3/myPreventedMatches", `symbol=BTCUSDT&${query}`);
    return status === 200 ? body.map((each: { preventedMatchId: number }) => each.preventedMatchId) : body.code;
  };
  const { body } = await ask("/api/v3/myPreventedMatches", "symbol=BTCUSDT&preventedMatchId=31");
  expect(body).toEqual([
    {
      symbol: "BTCUSDT",
      preventedMatchId: 31,
      takerOrderId: 5,
      makerSymbol: "BTCUSDT",
      makerOrderId: 4,
      tradeGroupId: -1,
      selfTradePreventionMode: "DECREMENT",
      price: "20000.00000000",
      takerPreventedQuantity: "0.00100000",
      transactTime: T,
    },
  ]);
  expect([
    await ids("orderId=5"),
    await ids("orderId=5&limit=1"),
    await ids("orderId=5&fromPreventedMatchId=31&limit=1"),
    await ids("orderId=5&fromPreventedMatchId=32"),
    await ids("preventedMatchId=34"),
    await ids("preventedMatchId=31&orderId=5"),
    await ids("limit=1"),
  ]).toEqual([[31, 32], [32], [31], [32], [], -1128, -1102]);
});

test("nothing is ever allocated from another book, of a symbol that exists", async () => {
  expect([
    (await ask("/api/v3/myAllocations", "symbol=BTCUSDT")).body,
    (await ask("/api/v3/myAllocations", "symbol=XXX")).body.code,
  ]).toEqual([[], -1121]);
});

test("what clients ask of other markets when they start is answered without a key: there are none", async () => {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse((await handleMarketData(request({ path }), edge.deps)).body);
  const noSymbols = { timezone: "UTC", serverTime: T, rateLimits: [], exchangeFilters: [], symbols: [] };
  expect([
    await read("/sapi/v1/system/status"),
    await read("/sapi/v1/margin/allPairs"),
    await read("/sapi/v1/margin/isolated/allPairs"),
    await read("/fapi/v1/exchangeInfo"),
    await read("/dapi/v1/exchangeInfo"),
  ]).toEqual([{ status: 0, msg: "normal" }, [], [], noSymbols, noSymbols]);
});
