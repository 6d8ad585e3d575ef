/**
 * The methods of the WebSocket API (trading-api.md §1.15), and the call of the REST API that each one is.
 *
 * Complete by type: a call that is added to the route table shows up here as missing, with its method or with null.
 */
import * as account from "../../api/calls/account.ts";
import * as accountRules from "../../api/calls/account-rules.ts";
import type { CallHandler, SignedCall } from "../../api/calls/call.ts";
import * as marketData from "../../api/calls/market-data.ts";
import * as orderLists from "../../api/calls/order-lists.ts";
import * as orders from "../../api/calls/orders.ts";
import * as stubs from "../../api/calls/stubs.ts";
import * as userStream from "../../api/calls/user-stream.ts";
import { type Price, priceOf, WS_SESSION_PRICE } from "../../api/limits/prices.ts";
import { type DocumentName, type HandlerName, ROUTES, type Route } from "../../api/routes.ts";

export type CallName = Exclude<HandlerName<"orders" | "account" | "market-data">, DocumentName>;

/** null: it has no method. */
const METHOD_OF: Readonly<Record<CallName, string | null>> = {
  ping: "ping",
  time: "time",
  exchangeInfo: "exchangeInfo",
  depth: "depth",
  trades: "trades.recent",
  historicalTrades: "trades.historical",
  aggTrades: "trades.aggregate",
  blockTrades: "blockTrades.historical",
  klines: "klines",
  uiKlines: "uiKlines",
  avgPrice: "avgPrice",
  ticker: "ticker",
  tradingDay: "ticker.tradingDay",
  ticker24hr: "ticker.24hr",
  tickerPrice: "ticker.price",
  bookTicker: "ticker.book",

  placeOrder: "order.place",
  testOrder: "order.test",
  queryOrder: "order.status",
  cancelOrder: "order.cancel",
  cancelReplace: "order.cancelReplace",
  amendOrder: "order.amend.keepPriority",
  openOrders: "openOrders.status",
  cancelOpenOrders: "openOrders.cancelAll",
  amendments: "order.amendments",
  smartRoutedOrder: null,
  placeOco: "orderList.place.oco",
  placeOto: "orderList.place.oto",
  placeOtoco: "orderList.place.otoco",
  placeOldOco: "orderList.place",
  cancelOrderList: "orderList.cancel",
  queryOrderList: "orderList.status",
  openOrderLists: "openOrderLists.status",
  allOrderLists: "allOrderLists",

  account: "account.status",
  allOrders: "allOrders",
  myTrades: "myTrades",
  commission: "account.commission",
  orderCounts: "account.rateLimits.orders",
  preventedMatches: "myPreventedMatches",
  allocations: "myAllocations",
  ownFilters: "myFilters",
  openListenKey: "userDataStream.start",
  extendListenKey: "userDataStream.ping",
  closeListenKey: "userDataStream.stop",

  // Of another family of paths.
  tradeFees: null,
  coins: null,
  systemStatus: null,
  noPairs: null,
  noSymbols: null,
  notOffered: null,
};

const CALLS: Readonly<Record<CallName, CallHandler<SignedCall>>> = {
  ...marketData,
  // The same rows (trading-api.md §1.10).
  uiKlines: marketData.klines,
  ...stubs,
  ...account,
  ...accountRules,
  ...orders,
  ...orderLists,
  ...userStream,
};

/** What the socket itself answers. */
export const SESSION_METHODS = [
  "session.logon",
  "session.status",
  "session.logout",
  "session.subscriptions",
  "userDataStream.subscribe",
  "userDataStream.subscribe.signature",
  "userDataStream.unsubscribe",
] as const;
export type SessionMethod = (typeof SESSION_METHODS)[number];

export type ApiMethod =
  | {
      readonly kind: "call";
      readonly price: Price;
      readonly route: Route;
      readonly handler: CallHandler<SignedCall>;
    }
  | { readonly kind: "session"; readonly price: Price; readonly method: SessionMethod };

const methods = new Map<string, ApiMethod>(
  SESSION_METHODS.map((method) => [method, { kind: "session", price: WS_SESSION_PRICE, method }]),
);
for (const route of ROUTES) {
  const name = route.handler as CallName;
  const method = METHOD_OF[name] ?? null;
  if (method !== null) methods.set(method, { kind: "call", price: priceOf(route), route, handler: CALLS[name] });
}

/** undefined: there is no such method. */
export function methodNamed(name: string): ApiMethod | undefined {
  return methods.get(name);
}

export const METHOD_NAMES: readonly string[] = [...methods.keys()];
