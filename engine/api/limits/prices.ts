/**
 * What each request costs, and what becomes of it when there is no weight left (trading-api.md §1.4). One table for REST, the
 * WebSocket API (a method costs what its route does) and the reference.
 */
import type { Route } from "../routes.ts";

/** Decoded value by name; "" for what was not sent. Nothing of them is checked yet. */
export type Sent = (name: string) => string;

/**
 * `order`: places or changes an order; refused while nobody can count. `cancel`: takes orders back; counted, and never
 * limited away, a banned address's neither. `read`: everything else; answered while nobody can count.
 */
export type Purpose = "order" | "cancel" | "read";

export interface Price {
  readonly weight: number | ((sent: Sent) => number);
  /** For the reference, where the weight depends on what is sent. */
  readonly shown?: string;
  readonly purpose: Purpose;
  /** What succeeds costs nothing. */
  readonly freeWhenDone: boolean;
}

/** Attempts to open the WebSocket API. */
export const WS_API_CONNECT_WEIGHT = 2;
/** session.* and userDataStream.*, which have no path. */
export const WS_SESSION_PRICE: Price = read(2);
/** A path that is none, a method that it does not have; routes that only we have. */
export const DEFAULT_PRICE: Price = read(1);

const PLACING: Price = { weight: 1, purpose: "order", freeWhenDone: true };
const CANCELING: Price = { weight: 1, purpose: "cancel", freeWhenDone: true };
const ONE_OR_MANY = read((sent) => (sent("symbol") !== "" ? 2 : 4), "2 with symbol, else 4");
const PER_SYMBOL_MAX = 200;
const PER_SYMBOL = read((sent) => Math.min(4 * symbolsIn(sent), PER_SYMBOL_MAX), "4 per symbol, at most 200");

/** By method and path. */
export const PRICES: Readonly<Record<string, Price>> = {
  "GET /api/v3/ping": read(1),
  "GET /api/v3/time": read(1),
  "GET /api/v3/exchangeInfo": read(20),
  "GET /api/v3/depth": read(depthWeight, "5 to limit 100, 25 to 500, 50 to 1000, else 250"),
  "GET /api/v3/trades": read(25),
  "GET /api/v3/historicalTrades": read(25),
  "GET /api/v3/historicalBlockTrades": read(25),
  "GET /api/v3/aggTrades": read(4),
  "GET /api/v3/klines": read(2),
  "GET /api/v3/uiKlines": read(2),
  "GET /api/v3/avgPrice": read(2),
  "GET /api/v3/ticker": PER_SYMBOL,
  "GET /api/v3/ticker/tradingDay": PER_SYMBOL,
  "GET /api/v3/ticker/24hr": read(dayTickerWeight, "2 to 20 symbols, 40 to 100, 80 for all"),
  "GET /api/v3/ticker/price": ONE_OR_MANY,
  "GET /api/v3/ticker/bookTicker": ONE_OR_MANY,
  "GET /api/v3/executionRules": read((sent) => (sent("symbol") !== "" ? 2 : 40), "2 with symbol, else 40"),
  "GET /api/v3/referencePrice": read(2),
  "GET /api/v3/referencePrice/calculation": read(2),

  "POST /api/v3/order": PLACING,
  "POST /api/v3/order/test": read(
    (sent) => (sent("computeCommissionRates").toLowerCase() === "true" ? 20 : 1),
    "1; 20 with computeCommissionRates",
  ),
  "GET /api/v3/order": read(4),
  "DELETE /api/v3/order": CANCELING,
  "POST /api/v3/order/cancelReplace": PLACING,
  // Free only where the amendment expires the order, which it never does here.
  "PUT /api/v3/order/amend/keepPriority": { weight: 4, purpose: "order", freeWhenDone: false },
  "GET /api/v3/order/amendments": read(4),
  "GET /api/v3/openOrders": read((sent) => (sent("symbol") !== "" ? 6 : 80), "6 with symbol, else 80"),
  "DELETE /api/v3/openOrders": CANCELING,
  "POST /api/v3/order/oco": PLACING,
  "POST /api/v3/sor/order": PLACING,
  "POST /api/v3/sor/order/test": read(1),
  "POST /api/v3/orderList/oco": PLACING,
  "POST /api/v3/orderList/oto": PLACING,
  "POST /api/v3/orderList/otoco": PLACING,
  "DELETE /api/v3/orderList": CANCELING,
  "GET /api/v3/orderList": read(4),
  "GET /api/v3/openOrderList": read(6),
  "GET /api/v3/allOrderList": read(20),

  "GET /api/v3/account": read(20),
  "GET /api/v3/account/commission": read(20),
  "GET /api/v3/allOrders": read(20),
  "GET /api/v3/myTrades": read((sent) => (sent("orderId") !== "" ? 5 : 20), "20; 5 with orderId"),
  "GET /api/v3/myPreventedMatches": read(
    (sent) => (sent("preventedMatchId") !== "" ? 2 : 20),
    "2 by preventedMatchId, 20 by orderId",
  ),
  "GET /api/v3/myAllocations": read(20),
  "GET /api/v3/myFilters": read(40),
  "GET /api/v3/rateLimit/order": read(40),
  "POST /api/v3/userDataStream": read(2),
  "PUT /api/v3/userDataStream": read(2),
  "DELETE /api/v3/userDataStream": read(2),

  // Ours, by what they cost us: sums over an account's whole history, rows that are kept for ever.
  "GET /api/v3/statement": read(50),
  "GET /sapi/v1/capital/withdraw/history": read(20),
  "GET /sapi/v1/capital/deposit/hisrec": read(20),
  "POST /sapi/v1/capital/withdraw/apply": read(50),
  "GET /api/v3/apiKey": read(20),
  "POST /api/v3/apiKey": read(50),
  // A way in costs a signature's check and a row that is written; a guest, an account that is kept for ever.
  "POST /people/v1/challenges": read(20),
  "POST /people/v1/sign-up": read(100),
  "POST /people/v1/sign-in": read(50),
  "POST /people/v1/sign-in-by-link": read(100),
  "POST /people/v1/sign-in-by-code": read(100),
  "POST /people/v1/guests": read(200),
  "POST /people/v1/passkeys": read(50),
  "POST /people/v1/recovery-codes": read(50),
  "POST /people/v1/devices": read(50),
  "POST /people/v1/keys": read(50),
  "POST /people/v1/deposits": read(20),
  "POST /people/v1/withdrawals": read(50),
};

/** Cost: one lookup by text. */
export function priceOf({ method, path }: Pick<Route, "method" | "path">): Price {
  return PRICES[`${method} ${path}`] ?? DEFAULT_PRICE;
}

export function weightOf({ weight }: Price, sent: Sent): number {
  return typeof weight === "number" ? weight : weight(sent);
}

function read(weight: Price["weight"], shown?: string): Price {
  return { weight, purpose: "read", freeWhenDone: false, ...(shown === undefined ? {} : { shown }) };
}

/** What is no number is refused afterwards, at the lowest price. */
function depthWeight(sent: Sent): number {
  const limit = Number(sent("limit"));
  if (limit > 1_000) return 250;
  if (limit > 500) return 50;
  return limit > 100 ? 25 : 5;
}

function dayTickerWeight(sent: Sent): number {
  if (sent("symbol") === "" && sent("symbols") === "") return 80;
  const symbols = symbolsIn(sent);
  if (symbols > 100) return 80;
  return symbols > 20 ? 40 : 2;
}

/** Of `symbols`, a JSON array in a string, else 1. */
function symbolsIn(sent: Sent): number {
  let symbols = 1;
  for (const character of sent("symbols")) if (character === ",") symbols += 1;
  return symbols;
}
