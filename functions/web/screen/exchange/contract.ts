/**
 * What the rooms of the screen know of the exchange: read by signals, changed by calls. Everything here comes over the public
 * API (REST, streams, WebSocket API); only `people` speaks /people/v1.
 *
 * Numbers: wire decimals stay strings. `ticks` and `lots` are the same numbers as whole multiples of the instrument's tick
 * and step, exact in a double, for adding up and comparing. Times are ms, of the exchange's clock unless said otherwise.
 * Signals of streams change at most once per animation frame, whatever arrives.
 */
import type { Accessor } from "solid-js";
import type { People } from "./people-contract.ts";

export interface Market {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly status: "TRADING" | "HALT" | "BREAK" | "CANCEL_ONLY" | "END_OF_DAY";
  readonly tickSize: string;
  readonly stepSize: string;
  /** Decimal places of tick and step: as many are drawn. */
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
  /** As exchangeInfo gives them, by filterType. */
  readonly filters: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly orderTypes: readonly string[];
  readonly selfTradeModes: readonly string[];
  /** exchangeInfo's defaultSelfTradePreventionMode; not given: the form says "the market's own". */
  readonly selfTradeDefault?: string;
  /** exchangeInfo's quoteAssetPrecision; not given: 8. No amount of quote may be finer. */
  readonly quoteAssetPlaces?: number;
}

export interface Ticker {
  readonly symbol: string;
  readonly last: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly baseVolume: string;
  readonly quoteVolume: string;
  /** Of 24 hours, in per cent, with sign, two places: drawn, not computed with. */
  readonly changePercent: number;
}

export interface Level {
  readonly price: string;
  readonly quantity: string;
  readonly ticks: number;
  readonly lots: number;
}

/** A stream's state: `stale` is shown, never hidden. */
export type Freshness = "loading" | "live" | "stale";

export interface BookSnapshot {
  readonly symbol: string;
  readonly lastUpdateId: number;
  /** Best first; up to 1,000 a side. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly freshness: Freshness;
  /** Times that it was fetched anew since the page was opened, for whatever reason. */
  readonly resyncs: number;
}

export interface PublicTrade {
  readonly id: number;
  readonly price: string;
  readonly quantity: string;
  readonly time: number;
  /** Of the taker. */
  readonly side: "BUY" | "SELL";
}

export interface Candle {
  /** Of its opening, ms. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base. All five are for drawing alone. */
  readonly volume: number;
  readonly isClosed: boolean;
}

export const INTERVALS = [
  ...["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"],
] as const;
export type Interval = string;

export interface CandleFeed {
  /** Oldest first; changes identity when history is loaded or after a gap, not by live candles. */
  readonly history: Accessor<readonly Candle[]>;
  /** The running candle, and each closed one as it closes. */
  readonly live: Accessor<Candle | null>;
  readonly freshness: Accessor<Freshness>;
  /** Older ones before the first; resolves when they are in `history`. */
  readonly loadOlder: () => Promise<void>;
}

export interface Connection {
  /** `live`: market streams answer; `offline`: the browser says so. */
  readonly state: "connecting" | "live" | "reconnecting" | "offline";
  /** Round trip of a ping over the socket; null: not measured yet. */
  readonly latencyMs: number | null;
  /** Since when in this state, ms of this machine. */
  readonly since: number;
}

export interface MarketData {
  /** null: not loaded yet. */
  readonly markets: Accessor<readonly Market[] | null>;
  readonly marketOf: (symbol: string) => Market | null;
  /** None for a market in which nobody has ever traded. */
  readonly tickers: Accessor<ReadonlyMap<string, Ticker>>;
  readonly connection: Accessor<Connection>;
  /** Exchange's clock less this machine's, ms. */
  readonly clockOffsetMs: Accessor<number>;
  /** Each of these opens its stream for the owner that calls it, follows the symbol, and closes with the owner (onCleanup). */
  readonly book: (symbol: Accessor<string>) => Accessor<BookSnapshot | null>;
  /** Newest first, up to 200. */
  readonly trades: (symbol: Accessor<string>) => Accessor<readonly PublicTrade[]>;
  readonly candles: (symbol: Accessor<string>, interval: Accessor<Interval>) => CandleFeed;
}

/** As the dialect gives it; missing in the answer: absent. */
export interface Order {
  readonly symbol: string;
  readonly orderId: number;
  /** -1: of no list. */
  readonly orderListId: number;
  readonly clientOrderId: string;
  readonly price: string;
  readonly origQty: string;
  readonly executedQty: string;
  readonly cummulativeQuoteQty: string;
  readonly status: string;
  readonly timeInForce: string;
  readonly type: string;
  readonly side: "BUY" | "SELL";
  readonly stopPrice: string;
  readonly icebergQty: string;
  /** Basis points; 0: none. */
  readonly trailingDelta: number;
  readonly isWorking: boolean;
  readonly time: number;
  readonly updateTime: number;
}

export interface Fill {
  readonly symbol: string;
  readonly tradeId: number;
  readonly orderId: number;
  readonly price: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly time: number;
  readonly side: "BUY" | "SELL";
  readonly isMaker: boolean;
}

export interface Balance {
  readonly asset: string;
  readonly free: string;
  readonly locked: string;
}

/** What happened to the account, for toasts and whoever wants to hear it once. */
export type AccountNews =
  | { readonly kind: "order_accepted" | "order_canceled" | "order_expired" | "order_triggered"; readonly order: Order }
  | { readonly kind: "order_filled" | "order_partly_filled"; readonly order: Order; readonly fill: Fill }
  | { readonly kind: "balance_changed"; readonly asset: string; readonly delta: string };

/** The dialect's refusal, or `unknown`: nobody can say (-1007), which asking again by client order id settles. */
export interface Refused {
  readonly outcome: "refused" | "unknown" | "not_sent";
  readonly code: number;
  /** The exchange's own words. */
  readonly message: string;
}
export type Answer<T> = { readonly outcome: "ok"; readonly value: T } | Refused;

/** Parameters of the dialect, decimals as strings; the client adds keys, ids, time and signature. */
export type Parameters = Readonly<Record<string, string | number>>;

/** A page of one symbol's history. */
export interface PageAsked {
  readonly symbol: string;
  readonly endTime?: number;
  readonly limit: number;
}

export interface Account {
  /** `none`: nobody has signed in on this device; `opening`: the socket logs on and reads; `stale`: it is away. */
  readonly state: Accessor<"none" | "opening" | "live" | "stale">;
  readonly balances: Accessor<ReadonlyMap<string, Balance>>;
  /** Of all symbols, newest first; by its own events. */
  readonly openOrders: Accessor<readonly Order[]>;
  /** Of this session, newest first, up to 500: fills on the chart. */
  readonly fills: Accessor<readonly Fill[]>;
  /** The account's maker and taker rate on a symbol as decimals ("0.001"); null while not known. */
  readonly commission: (symbol: string) => Accessor<{ readonly maker: string; readonly taker: string } | null>;
  /** @returns a function that ends it. Each piece of news once, in order. */
  readonly onNews: (hear: (news: AccountNews) => void) => () => void;

  /** order.place; a `newClientOrderId` is made where none is given, so that an unknown outcome is looked up, never repeated blindly. */
  readonly place: (order: Parameters) => Promise<Answer<Order>>;
  readonly placeList: (kind: "oco" | "oto" | "otoco", list: Parameters) => Promise<Answer<readonly Order[]>>;
  readonly cancel: (order: Pick<Order, "symbol" | "orderId" | "orderListId">) => Promise<Answer<null>>;
  /** undefined: of every symbol that has some. */
  readonly cancelAll: (symbol?: string) => Promise<Answer<number>>;
  /** A smaller quantity keeps its place: order.amend.keepPriority. */
  readonly amendQuantity: (order: Order, quantity: string) => Promise<Answer<Order>>;
  /** Anything else loses it: order.cancelReplace, STOP_ON_FAILURE. @param changes over the order's own terms. */
  readonly replace: (order: Order, changes: Parameters) => Promise<Answer<Order>>;
  /** allOrders: oldest first, the newest up to `endTime`. */
  readonly orderPage: (asked: PageAsked) => Promise<Answer<readonly Order[]>>;
  /** myTrades: likewise. */
  readonly fillPage: (asked: PageAsked) => Promise<Answer<readonly Fill[]>>;
  /** Any method of the WebSocket API under this session. */
  readonly request: (method: string, parameters?: Parameters) => Promise<Answer<unknown>>;
  /** A REST request signed by this browser's key: /sapi/…, /api/v3/statement. */
  readonly signedGet: (path: string, parameters?: Parameters) => Promise<Answer<unknown>>;
}

export interface Exchange {
  readonly marketData: MarketData;
  readonly account: Account;
  readonly people: People;
}
