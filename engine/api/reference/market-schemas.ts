/** Answers of the market data, field by field (trading-api.md §1.10). A test compares them with what is really answered. */
import { INSTRUMENT_STATUS_WORD, ORDER_TYPE_WORD, SELF_TRADE_WORD } from "../words.ts";
import {
  constant,
  decimal,
  either,
  flag,
  integer,
  list,
  maybe,
  object,
  percent,
  ref,
  type Schema,
  signedDecimal,
  text,
  time,
  tuple,
  word,
} from "./json-schema.ts";

const symbol = text("Instrument");
const LEVEL = tuple([decimal("Price"), decimal("Quantity")], "One price");

const RATE_LIMIT = {
  rateLimitType: word(["REQUEST_WEIGHT", "ORDERS", "RAW_REQUESTS"], "What is counted"),
  interval: word(["SECOND", "MINUTE", "DAY"], "Unit of the window"),
  intervalNum: integer("How many of them"),
  limit: integer("How much is allowed in one window"),
};

const PRICES = {
  openPrice: decimal("Price of the first trade"),
  highPrice: decimal("Highest price"),
  lowPrice: decimal("Lowest price"),
  lastPrice: decimal("Last price"),
};
const VOLUMES = {
  volume: decimal("Volume, base asset"),
  quoteVolume: decimal("Volume, quote asset"),
  openTime: time("Begin of the window"),
  closeTime: time("End of the window"),
  firstId: integer("First trade; -1: none", -1),
  lastId: integer("Last trade; -1: none", -1),
  count: integer("Trades"),
};
const CHANGE = {
  priceChange: signedDecimal("Last price less the first"),
  priceChangePercent: percent("The same in percent, three places"),
  weightedAvgPrice: decimal("Average price, weighted by quantity"),
};
const BEST = {
  bidPrice: decimal("Best bid; 0: none"),
  bidQty: decimal("Its quantity"),
  askPrice: decimal("Best ask; 0: none"),
  askQty: decimal("Its quantity"),
};

function filter(name: string, says: string, fields: Readonly<Record<string, Schema>>): Schema {
  return object({ filterType: constant(name, "Which filter"), ...fields }, says);
}

const multiplier = (says: string): Schema => ({ type: "string", pattern: "^[0-9]+\\.[0-9]{4}$", description: says });
const minutes = integer("Minutes of the average that stands for the price; 0: the last price");
const steps = {
  minQty: decimal("Smallest quantity"),
  maxQty: decimal("Largest quantity"),
  stepSize: decimal("Quantities are whole multiples of it"),
};

/** In the order in which exchangeInfo has them. */
export const FILTER_SCHEMAS: Readonly<Record<string, Schema>> = {
  PRICE_FILTER: filter("PRICE_FILTER", "Prices: price and stopPrice lie within the bounds, on the tick", {
    minPrice: decimal("Lowest price"),
    maxPrice: decimal("Highest price"),
    tickSize: decimal("Prices are whole multiples of it"),
  }),
  LOT_SIZE: filter("LOT_SIZE", "Quantities: quantity and icebergQty lie within the bounds, on the step", steps),
  MARKET_LOT_SIZE: filter("MARKET_LOT_SIZE", "The same for orders without a price", steps),
  NOTIONAL: filter("NOTIONAL", "Price times quantity lies within the bounds", {
    minNotional: decimal("Smallest amount"),
    applyMinToMarket: flag("Whether it holds for MARKET orders"),
    maxNotional: decimal("Largest amount; without a bound of its own, the largest that the ledger holds"),
    applyMaxToMarket: flag("Whether it holds for MARKET orders"),
    avgPriceMins: minutes,
  }),
  MAX_NUM_ORDERS: filter("MAX_NUM_ORDERS", "Open orders of an account on the symbol", {
    maxNumOrders: integer("How many"),
  }),
  ICEBERG_PARTS: filter("ICEBERG_PARTS", "Quantity over icebergQty, rounded up", { limit: integer("How many parts") }),
  MAX_NUM_ALGO_ORDERS: filter("MAX_NUM_ALGO_ORDERS", "Open stop and take-profit orders of an account on the symbol", {
    maxNumAlgoOrders: integer("How many"),
  }),
  MAX_NUM_ICEBERG_ORDERS: filter("MAX_NUM_ICEBERG_ORDERS", "Open icebergs of an account on the symbol", {
    maxNumIcebergOrders: integer("How many"),
  }),
  MAX_NUM_ORDER_LISTS: filter("MAX_NUM_ORDER_LISTS", "Open lists of an account on the symbol", {
    maxNumOrderLists: integer("How many"),
  }),
  MAX_NUM_ORDER_AMENDS: filter("MAX_NUM_ORDER_AMENDS", "Amendments of one order", {
    maxNumOrderAmends: integer("How many"),
  }),
  TRAILING_DELTA: filter("TRAILING_DELTA", "trailingDelta lies within the bounds, in 1/10,000", {
    minTrailingAboveDelta: integer("Least of STOP_LOSS BUY and TAKE_PROFIT SELL"),
    maxTrailingAboveDelta: integer("Most of these"),
    minTrailingBelowDelta: integer("Least of STOP_LOSS SELL and TAKE_PROFIT BUY"),
    maxTrailingBelowDelta: integer("Most of these"),
  }),
  PERCENT_PRICE_BY_SIDE: filter("PERCENT_PRICE_BY_SIDE", "The price lies within multiples of the average", {
    bidMultiplierUp: multiplier("A BUY's price is at most this often the average"),
    bidMultiplierDown: multiplier("A BUY's price is at least this often the average"),
    askMultiplierUp: multiplier("A SELL's price is at most this often the average"),
    askMultiplierDown: multiplier("A SELL's price is at least this often the average"),
    avgPriceMins: minutes,
  }),
  MAX_POSITION: filter("MAX_POSITION", "What an account has, and has open to BUY, of the base asset; checked for BUY", {
    maxPosition: decimal("How much"),
  }),
};

function exchangeFilter(name: string, says: string, field: string): Schema {
  return filter(name, `${says} of an account on all symbols`, { [field]: integer("How many") });
}

export const EXCHANGE_FILTER_SCHEMAS: Readonly<Record<string, Schema>> = {
  EXCHANGE_MAX_NUM_ORDERS: exchangeFilter("EXCHANGE_MAX_NUM_ORDERS", "Open orders", "maxNumOrders"),
  EXCHANGE_MAX_NUM_ALGO_ORDERS: exchangeFilter(
    "EXCHANGE_MAX_NUM_ALGO_ORDERS",
    "Open stop and take-profit orders",
    "maxNumAlgoOrders",
  ),
  EXCHANGE_MAX_NUM_ICEBERG_ORDERS: exchangeFilter(
    "EXCHANGE_MAX_NUM_ICEBERG_ORDERS",
    "Open icebergs",
    "maxNumIcebergOrders",
  ),
  EXCHANGE_MAX_NUM_ORDER_LISTS: exchangeFilter("EXCHANGE_MAX_NUM_ORDER_LISTS", "Open lists", "maxNumOrderLists"),
};

const SELF_TRADE_WORDS = Object.values(SELF_TRADE_WORD);

export const MARKET_SCHEMAS: Readonly<Record<string, Schema>> = {
  ServerTime: object({ serverTime: time("The exchange's clock") }, "The clock."),
  RateLimit: object(RATE_LIMIT, "A limit that is enforced."),
  CountedLimit: object({ ...RATE_LIMIT, count: integer("How much of it is used") }, "A limit, and what is used of it."),
  ExchangeInfo: object(
    {
      timezone: constant("UTC", "Of all times"),
      serverTime: time("The exchange's clock"),
      rateLimits: list(ref("RateLimit"), "The limits that are on"),
      exchangeFilters: list(ref("ExchangeFilter"), "Filters over all symbols that are on"),
      symbols: list(ref("SymbolInfo"), "Instruments"),
    },
    "What can be traded here, and under which rules.",
  ),
  SymbolInfo: object(
    {
      symbol,
      status: word(Object.values(INSTRUMENT_STATUS_WORD), "TRADING; CANCEL_ONLY and HALT take no new orders"),
      baseAsset: text("What is bought and sold"),
      baseAssetPrecision: integer("Its decimals"),
      quoteAsset: text("What is paid with"),
      quotePrecision: integer("Its decimals"),
      quoteAssetPrecision: integer("Its decimals"),
      baseCommissionPrecision: integer("Decimals of commissions in the base asset"),
      quoteCommissionPrecision: integer("Decimals of commissions in the quote asset"),
      orderTypes: list(word(Object.values(ORDER_TYPE_WORD), "Type"), "Types of orders taken"),
      icebergAllowed: flag("icebergQty is taken"),
      ocoAllowed: flag("OCO lists are taken"),
      otoAllowed: flag("OTO and OTOCO lists are taken"),
      opoAllowed: flag("OPO lists are taken: never"),
      quoteOrderQtyMarketAllowed: flag("quoteOrderQty is taken"),
      allowTrailingStop: flag("trailingDelta is taken"),
      cancelReplaceAllowed: flag("order/cancelReplace is taken"),
      amendAllowed: flag("order/amend/keepPriority is taken"),
      pegInstructionsAllowed: flag("Pegged orders are taken: never"),
      isSpotTradingAllowed: flag("Always true"),
      isMarginTradingAllowed: flag("Always false"),
      filters: list(ref("SymbolFilter"), "Filters that are on"),
      permissions: list(text("Permission"), "Always empty: see permissionSets"),
      permissionSets: list(list(text("Permission"), "One of these is needed"), "Of each of these"),
      defaultSelfTradePreventionMode: word(SELF_TRADE_WORDS, "Mode of an order that names none"),
      allowedSelfTradePreventionModes: list(word(SELF_TRADE_WORDS, "Mode"), "Modes that an order may name"),
    },
    "An instrument.",
  ),
  SymbolFilter: either(Object.values(FILTER_SCHEMAS), "A filter of one symbol."),
  ExchangeFilter: either(Object.values(EXCHANGE_FILTER_SCHEMAS), "A filter over all symbols."),
  Depth: object(
    {
      lastUpdateId: integer("The last change of the book that is contained: the counter of the depth streams"),
      bids: list(LEVEL, "Best first"),
      asks: list(LEVEL, "Best first"),
    },
    "The book.",
  ),
  Trade: object(
    {
      id: integer("Ids of a symbol have no gaps"),
      price: decimal("Price"),
      qty: decimal("Quantity, base asset"),
      quoteQty: decimal("Amount, quote asset"),
      time: time("When"),
      isBuyerMaker: flag("Whether the buyer's order was in the book"),
      isBestMatch: constant(true, "Always true"),
    },
    "A trade.",
  ),
  AggregateTrade: object(
    {
      a: integer("Its id: that of its first trade"),
      p: decimal("Price"),
      q: decimal("Quantity, base asset"),
      f: integer("First trade"),
      l: integer("Last trade"),
      T: time("When"),
      m: flag("Whether the buyer's order was in the book"),
      M: constant(true, "Always true"),
    },
    "What one taker order traded at one price at once.",
  ),
  Kline: tuple(
    [
      time("Begin"),
      decimal("Open"),
      decimal("High"),
      decimal("Low"),
      decimal("Close"),
      decimal("Volume, base asset"),
      time("End: the last moment before the next begins"),
      decimal("Volume, quote asset"),
      integer("Trades"),
      decimal("Volume that takers bought, base asset"),
      decimal("Volume that takers bought, quote asset"),
      constant("0", "Nothing"),
    ],
    "A candle.",
  ),
  AveragePrice: object(
    {
      mins: integer("Over how many minutes"),
      price: decimal("Average, weighted by quantity; the last price where nothing traded"),
      closeTime: time("The last trade; now where there was none"),
    },
    "The average price.",
  ),
  Ticker24hr: object(
    {
      symbol,
      ...CHANGE,
      prevClosePrice: decimal("Price of the last trade before the window"),
      lastPrice: PRICES.lastPrice,
      lastQty: decimal("Quantity of the last trade"),
      ...BEST,
      openPrice: PRICES.openPrice,
      highPrice: PRICES.highPrice,
      lowPrice: PRICES.lowPrice,
      ...VOLUMES,
    },
    "The last 24 hours; zeros and -1 where nothing traded.",
  ),
  WindowTicker: object({ symbol, ...CHANGE, ...PRICES, ...VOLUMES }, "A window of the past."),
  MiniTicker: object({ symbol, ...PRICES, ...VOLUMES }, "A window of the past, in short."),
  PriceTicker: object({ symbol, price: decimal("Last price; 0: none") }, "The last price."),
  BookTicker: object({ symbol, ...BEST }, "The best bid and ask."),
  SystemStatus: object(
    { status: constant(0, "0: normal"), msg: constant("normal", "The same in words") },
    "All is well.",
  ),
  NoMarkets: object(
    {
      timezone: constant("UTC", "Of all times"),
      serverTime: time("The exchange's clock"),
      rateLimits: list(ref("RateLimit"), "None"),
      exchangeFilters: list(ref("ExchangeFilter"), "None"),
      symbols: list(ref("SymbolInfo"), "None"),
    },
    "A market that is not here.",
  ),
  Refusal: object(
    {
      code: { type: "integer", maximum: -1, description: "What kind of refusal: see the table of errors" },
      msg: text("In words that clients compare"),
      data: maybe(ref("ReplaceOutcome")),
    },
    "Every answer that is not 2xx.",
  ),
};
