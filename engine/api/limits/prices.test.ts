/** What requests cost: the table of trading-api.md §1.4, line by line, and by what was sent. */
import { expect, test } from "vitest";
import { isKnownParameter } from "../parameters.ts";
import { type Method, ROUTES } from "../routes.ts";
import { PRICES, priceOf, weightOf } from "./prices.ts";

function weight(call: string, parameters: Readonly<Record<string, string>> = {}): number {
  const [method, path] = call.split(" ") as [Method, string];
  return weightOf(priceOf({ method, path }), (name) => parameters[name] ?? "");
}
const symbols = (count: number): { symbols: string } => ({
  symbols: JSON.stringify(Array.from({ length: count }, (_, index) => `S${index}`)),
});
const ONE = { symbol: "BTCUSDT" };

test.each([
  [1, ["GET ping", "GET time", "POST order", "DELETE order", "DELETE openOrders", "POST order/test"]],
  [1, ["POST order/cancelReplace", "POST orderList/oco", "POST orderList/oto", "POST orderList/otoco"]],
  [1, ["DELETE orderList", "POST order/oco"]],
  [2, ["GET klines", "GET uiKlines", "GET avgPrice", "GET referencePrice", "POST userDataStream"]],
  [4, ["GET aggTrades", "GET order", "GET orderList", "GET order/amendments", "PUT order/amend/keepPriority"]],
  [6, ["GET openOrderList"]],
  [
    20,
    ["GET exchangeInfo", "GET account", "GET allOrders", "GET allOrderList", "GET myTrades", "GET account/commission"],
  ],
  [20, ["GET myAllocations", "GET myPreventedMatches"]],
  [25, ["GET trades", "GET historicalTrades", "GET historicalBlockTrades"]],
  [40, ["GET rateLimit/order", "GET myFilters", "GET executionRules"]],
])("%i: %j", (expected, calls) => {
  for (const call of calls) expect([call, weight(call.replace(" ", " /api/v3/"))]).toEqual([call, expected]);
});

test("what depends on the parameters: depth, tickers, open orders, one order's trades", () => {
  const depth = (limit: string): number => weight("GET /api/v3/depth", { limit });
  expect(["", "1", "100", "101", "500", "501", "1000", "1001", "99999", "x"].map(depth)).toEqual([
    5, 5, 5, 25, 25, 50, 50, 250, 250, 5,
  ]);
  const day = (sent: object): number => weight("GET /api/v3/ticker/24hr", { ...sent });
  expect([ONE, symbols(1), symbols(20), symbols(21), symbols(100), symbols(101), {}].map(day)).toEqual([
    2, 2, 2, 40, 40, 80, 80,
  ]);
  for (const path of ["/api/v3/ticker/price", "/api/v3/ticker/bookTicker"]) {
    expect([ONE, symbols(1), {}].map((sent) => weight(`GET ${path}`, { ...sent }))).toEqual([2, 4, 4]);
  }
  for (const path of ["/api/v3/ticker", "/api/v3/ticker/tradingDay"]) {
    expect([ONE, symbols(3), symbols(50), symbols(100)].map((sent) => weight(`GET ${path}`, { ...sent }))).toEqual([
      4, 12, 200, 200,
    ]);
  }
  expect([weight("GET /api/v3/openOrders", ONE), weight("GET /api/v3/openOrders")]).toEqual([6, 80]);
  expect(weight("GET /api/v3/myTrades", { orderId: "7" })).toBe(5);
  expect(weight("GET /api/v3/myPreventedMatches", { preventedMatchId: "7" })).toBe(2);
  expect(weight("POST /api/v3/order/test", { computeCommissionRates: "true" })).toBe(20);
  expect(weight("POST /api/v3/order/test", { computeCommissionRates: "false" })).toBe(1);
});

test("orders that are taken and cancels that cancel are free; an amendment is not", () => {
  const free = Object.keys(PRICES).filter((call) => PRICES[call]?.freeWhenDone);
  expect(free.map((call) => call.replace("/api/v3/", "")).sort()).toEqual([
    "DELETE openOrders",
    "DELETE order",
    "DELETE orderList",
    "POST order",
    "POST order/cancelReplace",
    "POST order/oco",
    "POST orderList/oco",
    "POST orderList/oto",
    "POST orderList/otoco",
    "POST sor/order",
  ]);
});

test("I37: every route that takes orders back is one that is never limited away, and no other", () => {
  const cancels = ROUTES.filter(
    ({ method, path }) => method === "DELETE" && /\/(order|openOrders|orderList)$/.test(path),
  );
  const passing = ROUTES.filter((route) => priceOf(route).purpose === "cancel");
  expect(passing).toEqual(cancels);
  expect(passing).toHaveLength(3);
});

test("what sums up a whole history, or is kept for ever, is dear", () => {
  const calls = ["GET /api/v3/statement", "POST /sapi/v1/capital/withdraw/apply", "POST /api/v3/apiKey"];
  expect(calls.map((call) => weight(call))).toEqual([50, 50, 50]);
});

test("every route of the spot API has a price of its own, but to end a key", () => {
  const without = ROUTES.filter(
    ({ method, path }) =>
      path.startsWith("/api/v3/") &&
      !(`${method} ${path}` in PRICES) &&
      `${method} ${path}` !== "DELETE /api/v3/apiKey",
  );
  expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("a weight asks for parameters that there are", () => {
  const asked = new Set<string>();
  for (const price of Object.values(PRICES)) {
    weightOf(price, (name) => {
      asked.add(name);
      return "";
    });
  }
  expect([...asked].filter((name) => !isKnownParameter(name))).toEqual([]);
  expect([...asked].sort()).toEqual([
    "computeCommissionRates",
    "limit",
    "orderId",
    "preventedMatchId",
    "symbol",
    "symbols",
  ]);
});
