/**
 * The route table: every path of the public dialect, of people's API and of the operator's, who answers it, and what it takes.
 *
 * Looked up by routes.ts. Functions are split by path, never by method, because an ingress cannot route by method;
 * `routes.test.ts` keeps that true. Parameters that a route does not name are accepted and ignored (trading-api.md §1.2).
 */
import { legParameters } from "./parameters.ts";

const FUNCTION_NAMES = ["orders", "account", "market-data", "users", "funding", "dead-letters", "web"] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/**
 * NONE needs nothing; TRADE, USER_DATA and WITHDRAW are signed, by a key that may trade, read, withdraw; USER_STREAM shows a
 * key that may read, unsigned; OPERATOR carries the bearer token; PERSON comes with the cookie of a session, which some of its
 * routes only begin, and with the Origin of our own pages (functions/_shared/people).
 */
export type Security = "NONE" | "TRADE" | "USER_DATA" | "WITHDRAW" | "USER_STREAM" | "OPERATOR" | "PERSON";
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
const LIST_OPTIONAL = ["listClientOrderId", "newOrderRespType", "selfTradePreventionMode"];
const PAIR_SHARES = ["Side", "Quantity"] as const;
const WORKING_NEVER = ["StopPrice", "TrailingDelta"] as const;

function route<Needed extends Security, Owner extends FunctionName, Handler extends string>(
  security: Needed,
  owner: Owner,
  call: `${Method} ${string}`,
  handler: Handler,
  mandatory: readonly string[] = [],
  optional: readonly string[] = [],
): Route & { readonly security: Needed; readonly owner: Owner; readonly handler: Handler } {
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
  route("NONE", "market-data", "GET /api/v3/aggTrades", "aggTrades", ["symbol"], ["fromId", ...LIST]),
  route("NONE", "market-data", "GET /api/v3/historicalBlockTrades", "blockTrades", ["symbol"], ["fromId", "limit"]),
  route("NONE", "market-data", "GET /api/v3/uiKlines", "uiKlines", ["symbol", "interval"], [...LIST, "timeZone"]),
  route("NONE", "market-data", "GET /api/v3/klines", "klines", ["symbol", "interval"], [...LIST, "timeZone"]),
  route("NONE", "market-data", "GET /api/v3/avgPrice", "avgPrice", ["symbol"]),
  route("NONE", "market-data", "GET /api/v3/ticker", "ticker", [], [...SYMBOLS, "windowSize", "type"]),
  route("NONE", "market-data", "GET /api/v3/ticker/tradingDay", "tradingDay", [], [...SYMBOLS, "timeZone", "type"]),
  route("NONE", "market-data", "GET /api/v3/executionRules", "notOffered", [], ["symbol"]),
  route("NONE", "market-data", "GET /api/v3/referencePrice", "notOffered", [], ["symbol"]),
  route("NONE", "market-data", "GET /api/v3/referencePrice/calculation", "notOffered", [], ["symbol"]),
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
    "USER_DATA",
    "orders",
    "GET /api/v3/order/amendments",
    "amendments",
    ["symbol", "orderId"],
    ["fromExecutionId", "limit"],
  ),
  route(
    "TRADE",
    "orders",
    "POST /api/v3/order/oco",
    "placeOldOco",
    ["symbol", "side", "quantity", "price", "stopPrice"],
    [
      ...LIST_OPTIONAL,
      "limitClientOrderId",
      "limitIcebergQty",
      "limitStrategyId",
      "limitStrategyType",
      "trailingDelta",
      "stopClientOrderId",
      "stopLimitPrice",
      "stopLimitTimeInForce",
      "stopIcebergQty",
      "stopStrategyId",
      "stopStrategyType",
    ],
  ),
  route(
    "TRADE",
    "orders",
    "POST /api/v3/orderList/oco",
    "placeOco",
    ["symbol", "side", "quantity", "aboveType", "belowType"],
    [...LIST_OPTIONAL, ...legParameters("above", PAIR_SHARES), ...legParameters("below", PAIR_SHARES)],
  ),
  route(
    "TRADE",
    "orders",
    "POST /api/v3/orderList/oto",
    "placeOto",
    [
      "symbol",
      "workingType",
      "workingSide",
      "workingPrice",
      "workingQuantity",
      "pendingType",
      "pendingSide",
      "pendingQuantity",
    ],
    [...LIST_OPTIONAL, ...legParameters("working", WORKING_NEVER), ...legParameters("pending")],
  ),
  route(
    "TRADE",
    "orders",
    "POST /api/v3/orderList/otoco",
    "placeOtoco",
    [
      "symbol",
      "workingType",
      "workingSide",
      "workingPrice",
      "workingQuantity",
      "pendingSide",
      "pendingQuantity",
      "pendingAboveType",
      "pendingBelowType",
    ],
    [
      ...LIST_OPTIONAL,
      ...legParameters("working", WORKING_NEVER),
      ...legParameters("pendingAbove", PAIR_SHARES),
      ...legParameters("pendingBelow", PAIR_SHARES),
    ],
  ),
  route("USER_DATA", "orders", "GET /api/v3/orderList", "queryOrderList", [], ["orderListId", "origClientOrderId"]),
  route(
    "TRADE",
    "orders",
    "DELETE /api/v3/orderList",
    "cancelOrderList",
    ["symbol"],
    ["orderListId", "listClientOrderId", "newClientOrderId"],
  ),
  route("USER_DATA", "orders", "GET /api/v3/openOrderList", "openOrderLists"),
  route("USER_DATA", "orders", "GET /api/v3/allOrderList", "allOrderLists", [], ["fromId", ...LIST]),
  route("TRADE", "orders", "POST /api/v3/sor/order", "smartRoutedOrder"),
  route("TRADE", "orders", "POST /api/v3/sor/order/test", "smartRoutedOrder"),
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
  route("USER_DATA", "account", "GET /api/v3/account/commission", "commission", ["symbol"]),
  route("USER_DATA", "account", "GET /api/v3/rateLimit/order", "orderCounts"),
  route(
    "USER_DATA",
    "account",
    "GET /api/v3/myPreventedMatches",
    "preventedMatches",
    ["symbol"],
    ["preventedMatchId", "orderId", "fromPreventedMatchId", "limit"],
  ),
  route("USER_DATA", "account", "GET /api/v3/myAllocations", "allocations", ["symbol"]),
  route("USER_DATA", "account", "GET /api/v3/myFilters", "ownFilters", ["symbol"]),
  route("USER_STREAM", "account", "POST /api/v3/userDataStream", "openListenKey"),
  route("USER_STREAM", "account", "PUT /api/v3/userDataStream", "extendListenKey", ["listenKey"]),
  route("USER_STREAM", "account", "DELETE /api/v3/userDataStream", "closeListenKey", ["listenKey"]),
  route("USER_DATA", "account", "GET /sapi/v1/asset/tradeFee", "tradeFees", [], ["symbol"]),
  route("USER_DATA", "account", "GET /sapi/v1/capital/config/getall", "coins"),
  route("NONE", "market-data", "GET /sapi/v1/system/status", "systemStatus"),
  route("NONE", "market-data", "GET /sapi/v1/margin/allPairs", "noPairs"),
  route("NONE", "market-data", "GET /sapi/v1/margin/isolated/allPairs", "noPairs"),
  route("NONE", "market-data", "GET /fapi/v1/exchangeInfo", "noSymbols"),
  route("NONE", "market-data", "GET /dapi/v1/exchangeInfo", "noSymbols"),
  route("NONE", "market-data", "GET /openapi.json", "openApi"),
  route("NONE", "market-data", "GET /asyncapi.json", "asyncApi"),

  route("USER_DATA", "users", "GET /api/v3/apiKey", "listOwnKeys"),
  route(
    "WITHDRAW",
    "users",
    "POST /api/v3/apiKey",
    "addOwnKey",
    ["keyPermissions"],
    ["kind", "publicKey", "label", "ipAllowList", "expires"],
  ),
  route("USER_DATA", "users", "DELETE /api/v3/apiKey", "revokeOwnKey", ["apiKey"]),

  route("OPERATOR", "users", "GET /ops/v1/status", "status"),
  route("OPERATOR", "users", "GET /ops/v1/instruments", "listInstruments"),
  route("OPERATOR", "users", "POST /ops/v1/instruments", "addInstrument"),
  route("OPERATOR", "users", "GET /ops/v1/accounts", "listAccounts", [], ["fromId", "limit"]),
  route("OPERATOR", "users", "POST /ops/v1/accounts", "openAccount"),
  route("OPERATOR", "users", "GET /ops/v1/accounts/*", "showAccount"),
  route("OPERATOR", "users", "POST /ops/v1/accounts/*", "setAccount"),
  route("OPERATOR", "users", "GET /ops/v1/keys", "listKeys"),
  route("OPERATOR", "users", "POST /ops/v1/keys", "addKey"),
  route("OPERATOR", "users", "POST /ops/v1/keys/*", "setKey"),
  route("OPERATOR", "users", "DELETE /ops/v1/keys/*", "revokeKey"),
  route("OPERATOR", "users", "POST /ops/v1/fees", "setFees"),
  route("OPERATOR", "users", "GET /ops/v1/rules", "showRules"),
  route("OPERATOR", "users", "POST /ops/v1/rules", "setRules"),
  route("OPERATOR", "users", "GET /ops/v1/limits", "showLimits"),
  route("OPERATOR", "users", "POST /ops/v1/limits", "setLimits"),
  route("OPERATOR", "users", "POST /ops/v1/deposits", "deposit"),
  route("OPERATOR", "users", "POST /ops/v1/halts", "halt"),
  route("OPERATOR", "users", "DELETE /ops/v1/halts/*", "resume"),
  route("OPERATOR", "users", "POST /ops/v1/cancel-all", "cancelAll"),
  route("OPERATOR", "users", "POST /ops/v1/links", "makeLink"),

  route("PERSON", "users", "GET /people/v1/venue", "showVenue"),
  route("PERSON", "users", "GET /people/v1/session", "showSession"),
  route("PERSON", "users", "POST /people/v1/challenges", "makeChallenge"),
  route("PERSON", "users", "POST /people/v1/sign-up", "signUp"),
  route("PERSON", "users", "POST /people/v1/sign-in", "signIn"),
  route("PERSON", "users", "POST /people/v1/sign-in-by-link", "signInByLink"),
  route("PERSON", "users", "POST /people/v1/sign-in-by-code", "signInByCode"),
  route("PERSON", "users", "POST /people/v1/guests", "signInAsGuest"),
  route("PERSON", "users", "POST /people/v1/sign-out", "signOut"),
  route("PERSON", "users", "GET /people/v1/passkeys", "listPasskeys"),
  route("PERSON", "users", "POST /people/v1/passkeys", "addPasskey"),
  route("PERSON", "users", "DELETE /people/v1/passkeys/*", "removePasskey"),
  route("PERSON", "users", "POST /people/v1/recovery-codes", "renewRecoveryCodes"),
  route("PERSON", "users", "GET /people/v1/sessions", "listSessions"),
  route("PERSON", "users", "DELETE /people/v1/sessions/*", "endSession"),
  route("PERSON", "users", "POST /people/v1/devices", "addDevice"),
  route("PERSON", "users", "GET /people/v1/keys", "listPersonKeys"),
  route("PERSON", "users", "POST /people/v1/keys", "addPersonKey"),
  route("PERSON", "users", "DELETE /people/v1/keys/*", "revokePersonKey"),
  route("PERSON", "users", "GET /people/v1/deposits", "showDemoFunds"),
  route("PERSON", "users", "POST /people/v1/deposits", "askDemoFunds"),
  route("PERSON", "funding", "POST /people/v1/withdrawals", "withdrawAsPerson"),

  route(
    "WITHDRAW",
    "funding",
    "POST /sapi/v1/capital/withdraw/apply",
    "applyWithdrawal",
    ["coin", "address", "amount"],
    ["withdrawOrderId", "network", "addressTag"],
  ),
  route(
    "USER_DATA",
    "funding",
    "GET /sapi/v1/capital/withdraw/history",
    "withdrawalHistory",
    [],
    ["coin", "withdrawOrderId", "status", "offset", "idList", ...LIST],
  ),
  route(
    "USER_DATA",
    "funding",
    "GET /sapi/v1/capital/deposit/hisrec",
    "depositHistory",
    [],
    ["coin", "status", "offset", "txId", ...LIST],
  ),
  route("USER_DATA", "funding", "GET /sapi/v1/capital/deposit/address", "depositAddress", ["coin"], ["network"]),
  route("USER_DATA", "funding", "GET /api/v3/statement", "statement", ["asset"], ["fromId", ...LIST]),
  route("OPERATOR", "funding", "GET /ops/v1/withdrawals", "listWithdrawals", [], ["state", "limit"]),
  route("OPERATOR", "funding", "POST /ops/v1/withdrawals/*", "decideWithdrawal"),
  route("OPERATOR", "funding", "GET /ops/v1/audit", "showAudit"),
  route("OPERATOR", "funding", "POST /ops/v1/audit", "doAudit"),

  route("OPERATOR", "dead-letters", "GET /ops/v1/dead-letters", "listLetters", [], ["before", "limit", "state"]),
  route("OPERATOR", "dead-letters", "GET /ops/v1/dead-letters/*", "showLetter"),
  route("OPERATOR", "dead-letters", "POST /ops/v1/dead-letters/*", "replayLetter"),
  route("OPERATOR", "dead-letters", "DELETE /ops/v1/dead-letters/*", "discardLetter"),
  route("OPERATOR", "dead-letters", "DELETE /ops/v1/history", "emptyHistory"),
];

/** The handlers that a function must have, of some kind of security or of any: its table of handlers is complete by type. */
export type HandlerName<Owner extends FunctionName, Needed extends Security = Security> = Extract<
  (typeof ROUTES)[number],
  { readonly owner: Owner; readonly security: Needed }
>["handler"];

/** Routes that give a document as it lies there: no call of the dialect, and no method of the WebSocket API. */
export type DocumentName = "openApi" | "asyncApi";
