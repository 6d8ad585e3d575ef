/**
 * The route table: every path of the public dialect and of the operator's API, who answers it, and what it takes.
 *
 * One table for everybody: the functions dispatch by it, functions/_local mounts by it, ingress manifests are compared
 * with it. Functions are split by path, never by method, because an ingress cannot route by method; `routes.test.ts`
 * keeps that true. Parameters that a route does not name are accepted and ignored (trading-api.md §1.2).
 */

export const FUNCTION_NAMES = ["orders", "account", "market-data", "users", "dead-letters"] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** NONE needs nothing; TRADE and USER_DATA are signed; OPERATOR carries the bearer token. */
export type Security = "NONE" | "TRADE" | "USER_DATA" | "OPERATOR";
export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Route {
  readonly method: Method;
  /** A last segment of `*` stands for one segment that names a thing. */
  readonly path: string;
  readonly owner: FunctionName;
  readonly security: Security;
  readonly handler: string;
  /** Checked for presence before anything else, in this order. */
  readonly mandatory: readonly string[];
  readonly optional: readonly string[];
}

const NEW_ORDER_MANDATORY = ["symbol", "side", "type"];
const NEW_ORDER_OPTIONAL = [
  "timeInForce",
  "quantity",
  "quoteOrderQty",
  "price",
  "newClientOrderId",
  "strategyId",
  "strategyType",
  "stopPrice",
  "trailingDelta",
  "icebergQty",
  "newOrderRespType",
  "selfTradePreventionMode",
];
const TARGET = ["orderId", "origClientOrderId"];
const SYMBOLS = ["symbol", "symbols", "symbolStatus"];
const LIST = ["startTime", "endTime", "limit"];

function route<Owner extends FunctionName, Handler extends string>(
  security: Security,
  owner: Owner,
  call: `${Method} ${string}`,
  handler: Handler,
  mandatory: readonly string[] = [],
  optional: readonly string[] = [],
): Route & { readonly owner: Owner; readonly handler: Handler } {
  const [method, path] = call.split(" ") as [Method, string];
  return { method, path, owner, security, handler, mandatory, optional };
}

export const ROUTES = [
  route("NONE", "market-data", "GET /api/v3/ping", "ping"),
  route("NONE", "market-data", "GET /api/v3/time", "time"),
  route(
    "NONE",
    "market-data",
    "GET /api/v3/exchangeInfo",
    "exchangeInfo",
    [],
    [...SYMBOLS, "permissions", "showPermissionSets"],
  ),
  route("NONE", "market-data", "GET /api/v3/depth", "depth", ["symbol"], ["limit", "symbolStatus"]),
  route("NONE", "market-data", "GET /api/v3/trades", "trades", ["symbol"], ["limit"]),
  route("NONE", "market-data", "GET /api/v3/historicalTrades", "historicalTrades", ["symbol"], ["limit", "fromId"]),
  route("NONE", "market-data", "GET /api/v3/klines", "klines", ["symbol", "interval"], [...LIST, "timeZone"]),
  route("NONE", "market-data", "GET /api/v3/avgPrice", "avgPrice", ["symbol"]),
  route("NONE", "market-data", "GET /api/v3/ticker/24hr", "ticker24hr", [], [...SYMBOLS, "type"]),
  route("NONE", "market-data", "GET /api/v3/ticker/price", "tickerPrice", [], SYMBOLS),
  route("NONE", "market-data", "GET /api/v3/ticker/bookTicker", "bookTicker", [], SYMBOLS),

  route("TRADE", "orders", "POST /api/v3/order", "placeOrder", NEW_ORDER_MANDATORY, NEW_ORDER_OPTIONAL),
  route("TRADE", "orders", "POST /api/v3/order/test", "testOrder", NEW_ORDER_MANDATORY, [
    ...NEW_ORDER_OPTIONAL,
    "computeCommissionRates",
  ]),
  route("USER_DATA", "orders", "GET /api/v3/order", "queryOrder", ["symbol"], TARGET),
  route(
    "TRADE",
    "orders",
    "DELETE /api/v3/order",
    "cancelOrder",
    ["symbol"],
    [...TARGET, "newClientOrderId", "cancelRestrictions"],
  ),
  route(
    "TRADE",
    "orders",
    "POST /api/v3/order/cancelReplace",
    "cancelReplace",
    [...NEW_ORDER_MANDATORY, "cancelReplaceMode"],
    [
      ...NEW_ORDER_OPTIONAL,
      "cancelOrderId",
      "cancelOrigClientOrderId",
      "cancelNewClientOrderId",
      "cancelRestrictions",
      "orderRateLimitExceededMode",
    ],
  ),
  route(
    "TRADE",
    "orders",
    "PUT /api/v3/order/amend/keepPriority",
    "amendOrder",
    ["symbol", "newQty"],
    [...TARGET, "newClientOrderId"],
  ),
  route("USER_DATA", "orders", "GET /api/v3/openOrders", "openOrders", [], ["symbol"]),
  route("TRADE", "orders", "DELETE /api/v3/openOrders", "cancelOpenOrders", ["symbol"]),

  route("USER_DATA", "account", "GET /api/v3/account", "account", [], ["omitZeroBalances"]),
  route("USER_DATA", "account", "GET /api/v3/allOrders", "allOrders", ["symbol"], ["orderId", ...LIST]),
  route("USER_DATA", "account", "GET /api/v3/myTrades", "myTrades", ["symbol"], ["orderId", "fromId", ...LIST]),

  route("OPERATOR", "users", "GET /ops/v1/status", "status"),
  route("OPERATOR", "users", "GET /ops/v1/instruments", "listInstruments"),
  route("OPERATOR", "users", "POST /ops/v1/instruments", "addInstrument"),
  route("OPERATOR", "users", "GET /ops/v1/accounts", "listAccounts", [], ["fromId", "limit"]),
  route("OPERATOR", "users", "POST /ops/v1/accounts", "openAccount"),
  route("OPERATOR", "users", "GET /ops/v1/accounts/*", "showAccount"),
  route("OPERATOR", "users", "POST /ops/v1/accounts/*", "setAccount"),
  route("OPERATOR", "users", "GET /ops/v1/keys", "listKeys"),
  route("OPERATOR", "users", "POST /ops/v1/keys", "addKey"),
  route("OPERATOR", "users", "DELETE /ops/v1/keys/*", "revokeKey"),
  route("OPERATOR", "users", "POST /ops/v1/deposits", "deposit"),
  route("OPERATOR", "users", "POST /ops/v1/halts", "halt"),
  route("OPERATOR", "users", "DELETE /ops/v1/halts/*", "resume"),
  route("OPERATOR", "users", "POST /ops/v1/cancel-all", "cancelAll"),

  route("OPERATOR", "dead-letters", "GET /ops/v1/dead-letters", "listLetters", [], ["before", "limit", "state"]),
  route("OPERATOR", "dead-letters", "GET /ops/v1/dead-letters/*", "showLetter"),
  route("OPERATOR", "dead-letters", "POST /ops/v1/dead-letters/*", "replayLetter"),
  route("OPERATOR", "dead-letters", "DELETE /ops/v1/dead-letters/*", "discardLetter"),
  route("OPERATOR", "dead-letters", "DELETE /ops/v1/history", "emptyHistory"),
];

/** The handlers that a function must have: its table of handlers is complete by type. */
export type HandlerName<Owner extends FunctionName> = Extract<
  (typeof ROUTES)[number],
  { readonly owner: Owner }
>["handler"];

/** Whole prefixes that belong to one function; what is below them and in no route is that function's to refuse. */
const OWNED_PREFIXES: readonly (readonly [string, FunctionName])[] = [
  ["/ops/v1/dead-letters", "dead-letters"],
  ["/ops/v1/history", "dead-letters"],
  ["/ops/v1", "users"],
  ["/api/v3/order", "orders"],
  ["/api/v3", "market-data"],
];

export type RouteMatch =
  | {
      readonly outcome: "found";
      readonly route: Route /** What `*` stood for, still percent-encoded; else "". */;
      readonly name: string;
    }
  | { readonly outcome: "unknown_path" }
  | { readonly outcome: "method_not_allowed" /** For the header Allow. */; readonly allow: string };

const UNKNOWN_PATH: RouteMatch = { outcome: "unknown_path" };

const byPath = new Map<string, Route[]>();
for (const entry of ROUTES) byPath.set(entry.path, [...(byPath.get(entry.path) ?? []), entry]);
const found = new Map<string, RouteMatch>();
for (const entry of ROUTES) {
  // A path with a name in it is never met exactly.
  if (!entry.path.endsWith("*"))
    found.set(`${entry.method} ${entry.path}`, { outcome: "found", route: entry, name: "" });
}

/** Cost: one map lookup for a path without a name in it. @param path without the query, as received. */
export function routeOf(method: string, path: string): RouteMatch {
  const exact = found.get(`${method} ${path}`);
  if (exact !== undefined) return exact;
  const slash = path.lastIndexOf("/");
  const routes = byPath.get(path) ?? byPath.get(`${path.slice(0, slash)}/*`);
  if (routes === undefined || path.endsWith("*") || slash === path.length - 1) return UNKNOWN_PATH;
  for (const entry of routes) {
    if (entry.method === method) return { outcome: "found", route: entry, name: path.slice(slash + 1) };
  }
  return { outcome: "method_not_allowed", allow: routes.map((entry) => entry.method).join(", ") };
}

/** Which function answers a path, known or not; null: none of ours. What `_local` and an ingress route by. */
export function ownerOf(path: string): FunctionName | null {
  const routes = byPath.get(path) ?? byPath.get(`${path.slice(0, path.lastIndexOf("/"))}/*`);
  if (routes?.[0] !== undefined) return routes[0].owner;
  for (const [prefix, owner] of OWNED_PREFIXES) {
    if (path === prefix || path.startsWith(`${prefix}/`)) return owner;
  }
  return null;
}
