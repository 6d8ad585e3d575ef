/** The route table: one owner per path, and every request finds its route or a clear no. */
import { expect, test } from "vitest";
import { ownerOf, ROUTES, routeOf, SCREEN_FILES, SCREEN_PAGES } from "./routes.ts";

test("every path has one owner, because an ingress cannot route by method", () => {
  const owners = new Map<string, Set<string>>();
  for (const { path, owner } of ROUTES) owners.set(path, (owners.get(path) ?? new Set()).add(owner));
  expect([...owners].filter(([, several]) => several.size !== 1)).toEqual([]);
});

test("no method and path stands in the table twice", () => {
  const calls = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(calls).size).toBe(calls.length);
});

test("orders/ owns orders and their lists, account/ what an account sees of itself, market-data/ what needs no key", () => {
  const paths = (name: string): string[] => [...new Set(ROUTES.filter((r) => r.owner === name).map((r) => r.path))];
  expect([paths("orders"), paths("account")]).toEqual([
    [
      "/api/v3/order",
      "/api/v3/order/test",
      "/api/v3/order/cancelReplace",
      "/api/v3/order/amendments",
      "/api/v3/order/oco",
      "/api/v3/orderList/oco",
      "/api/v3/orderList/oto",
      "/api/v3/orderList/otoco",
      "/api/v3/orderList",
      "/api/v3/openOrderList",
      "/api/v3/allOrderList",
      "/api/v3/sor/order",
      "/api/v3/sor/order/test",
      "/api/v3/order/amend/keepPriority",
      "/api/v3/openOrders",
    ],
    [
      "/api/v3/account",
      "/api/v3/allOrders",
      "/api/v3/myTrades",
      "/api/v3/account/commission",
      "/api/v3/rateLimit/order",
      "/api/v3/myPreventedMatches",
      "/api/v3/myAllocations",
      "/api/v3/myFilters",
      "/api/v3/userDataStream",
      "/sapi/v1/asset/tradeFee",
      "/sapi/v1/capital/config/getall",
    ],
  ]);
  expect(
    ROUTES.filter((r) => r.owner === "market-data").every((r) => r.security === "NONE" && r.method === "GET"),
  ).toBe(true);
});

test("a request finds its route, an unknown path, or the methods that its path takes", () => {
  const seen = (method: string, path: string): string => {
    const match = routeOf(method, path);
    if (match.outcome === "found") return `${match.route.handler} ${match.name}`;
    return match.outcome === "unknown_path" ? "unknown" : match.allow;
  };
  expect([
    seen("GET", "/api/v3/ping"),
    seen("DELETE", "/api/v3/order"),
    seen("PATCH", "/api/v3/order"),
    seen("HEAD", "/api/v3/ping"),
    seen("GET", "/api/v3/ping/"),
    seen("GET", "/api/v1/ping"),
    seen("GET", "/ops/v1/accounts/12"),
    seen("PUT", "/ops/v1/accounts/12"),
    seen("GET", "/ops/v1/accounts/"),
    seen("GET", "/ops/v1/accounts/*"),
    seen("GET", "/ops/v1/accounts/1/2"),
    seen("GET", ""),
    seen("GET", "/__proto__"),
  ]).toEqual([
    "ping ",
    "cancelOrder ",
    "POST, GET, DELETE",
    "GET",
    "unknown",
    "unknown",
    "showAccount 12",
    "GET, POST",
    "unknown",
    "unknown",
    "unknown",
    "unknown",
    "unknown",
  ]);
});

test("a path outside the table still has the owner of its prefix, or none", () => {
  expect(
    [
      "/api/v3/order",
      "/api/v3/order/nothing",
      "/api/v3/nothing",
      "/ops/v1/keys/x",
      "/ops/v1",
      "/ops/v1/dead-letters",
      "/ops/v1/dead-letters/7",
      "/ops/v1/dead-letters/7/nothing",
      "/ws",
      "/apis",
    ].map(ownerOf),
  ).toEqual([
    "orders",
    "orders",
    "market-data",
    "users",
    "users",
    "dead-letters",
    "dead-letters",
    "dead-letters",
    null,
    null,
  ]);
});

test("the screen's pages and files are web's, and no call of the dialect; its page /ops is not the operator's API", () => {
  const paths = [
    "/",
    "/account",
    "/ops",
    "/sign-in",
    "/assets/main-1a.js",
    "/assets/a/b",
    "/robots.txt",
    "/licenses.txt",
  ];
  expect(paths.map(ownerOf)).toEqual(paths.map(() => "web"));
  expect([...SCREEN_PAGES, ...SCREEN_FILES].filter((path) => routeOf("GET", path).outcome !== "unknown_path")).toEqual(
    [],
  );
  const others = [
    "/ops/v1",
    "/ops/v1/status",
    "/ops/",
    "/accounts",
    "/account/1",
    "/index.html",
    "/sign-in/x",
    "/assetsx",
  ];
  expect(others.map(ownerOf)).toEqual(["users", "users", null, null, null, null, null, null]);
});
