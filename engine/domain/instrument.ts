/**
 * Assets and instruments: what can be held, what can be traded, and the numbers that fix their units.
 *
 * Shape: decimals of the outside world are integers in 1e-8 ("E8") here; inside the core prices are ticks, quantities
 * lots, amounts atoms (the asset's smallest unit). Every limit is inclusive.
 */

import type { SelfTradeMode } from "./order.ts";

export const PRICE_TICKS_MAX = 2 ** 31 - 1;
export const QUANTITY_LOTS_MAX = Number.MAX_SAFE_INTEGER;
/** Balances, products and sums stay within a signed 64-bit integer. */
export const AMOUNT_MAX = 2n ** 63n - 1n;
export const ASSET_DECIMALS_MAX = 8;
/** Rates are integers in 1e-8; a fee above one half of what is received is refused as a mistake. */
export const FEE_RATE_MAX_E8 = 50_000_000;
export const RATE_ONE_E8 = 100_000_000;
export const SYMBOL_PATTERN = /^[A-Z0-9._-]{1,20}$/;
/** Who collects the fees: an account like any other, made before the first. */
export const FEE_ACCOUNT = 0;

export interface Asset {
  /** Position in the list of assets; 0, 1, 2 … */
  readonly id: number;
  readonly name: string;
  /** 0 … 8: one unit is 10^decimals atoms. */
  readonly decimals: number;
}

export const INSTRUMENT_STATUSES = ["trading", "cancel_only", "halt"] as const;
export type InstrumentStatus = (typeof INSTRUMENT_STATUSES)[number];

/** What an operator states of an instrument. Prices and quantities in 1e-8 of a unit. */
export interface InstrumentTerms {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickE8: number;
  readonly lotE8: number;
  /** PRICE_FILTER, in ticks. */
  readonly priceTicksMin: number;
  readonly priceTicksMax: number;
  /** LOT_SIZE, in lots. */
  readonly quantityLotsMin: number;
  readonly quantityLotsMax: number;
  /** MARKET_LOT_SIZE, in lots. */
  readonly marketLotsMin: number;
  readonly marketLotsMax: number;
  /** NOTIONAL, in quote units of 1e-8 as a decimal integer string (it may pass 2^53). "0" switches a bound off. */
  readonly notionalMinE8: string;
  readonly notionalMaxE8: string;
  readonly notionalMinAppliesToMarket: boolean;
  readonly notionalMaxAppliesToMarket: boolean;
  /** MAX_NUM_ORDERS: open orders of one account on this instrument. */
  readonly ordersMax: number;
  readonly makerFeeE8: number;
  readonly takerFeeE8: number;
  readonly selfTradeDefault: SelfTradeMode;
  readonly selfTradeAllowed: readonly SelfTradeMode[];
  /** Filters of the special orders, and those that are rarely set. Not given: DEFAULT_RULES. */
  readonly rules?: InstrumentRules;
}

/** Every count's 0 and every null switches that filter off. */
export interface InstrumentRules {
  /** avgPriceMins of the filters that compare with an average price, minutes, 0 … 60; 0: the last trade's price. */
  readonly averageMinutes: number;
  /** PERCENT_PRICE_BY_SIDE: multiples of that price, in 1/10,000, inclusive. */
  readonly percentPrice: {
    readonly bidUpE4: number;
    readonly bidDownE4: number;
    readonly askUpE4: number;
    readonly askDownE4: number;
  } | null;
  /** MAX_POSITION: base atoms that a buyer may come to hold, as a decimal integer string; "0": off. */
  readonly positionMaxAtoms: string;
  /** MAX_NUM_ALGO_ORDERS: open stop and take-profit orders of one account here. */
  readonly algoOrdersMax: number;
  readonly icebergOrdersMax: number;
  /** ICEBERG_PARTS. */
  readonly icebergPartsMax: number;
  /** MAX_NUM_ORDER_LISTS. */
  readonly orderListsMax: number;
  /** MAX_NUM_ORDER_AMENDS, of one order. */
  readonly amendsMax: number;
  /** TRAILING_DELTA, in 1/10,000. Above: stop_loss buy and take_profit sell; below: the other two. */
  readonly trailing: {
    readonly aboveMin: number;
    readonly aboveMax: number;
    readonly belowMin: number;
    readonly belowMax: number;
  } | null;
}

/**
 * What one command may set off is bounded by what may be open: every stop of a thousand accounts at one price is 100,000 orders
 * (0.5 s in the core), every iceberg of theirs a million fills (0.3 s, 130 MB of events).
 */
export const DEFAULT_RULES: InstrumentRules = {
  averageMinutes: 5,
  percentPrice: null,
  positionMaxAtoms: "0",
  algoOrdersMax: 100,
  icebergOrdersMax: 10,
  icebergPartsMax: 100,
  orderListsMax: 100,
  amendsMax: 0,
  trailing: { aboveMin: 10, aboveMax: 2_000, belowMin: 10, belowMax: 2_000 },
};

export function rulesOf(terms: InstrumentTerms): InstrumentRules {
  return terms.rules ?? DEFAULT_RULES;
}

/** What one account may have and do on all instruments together. 0: no limit. */
export interface ExchangeLimits {
  /** ORDERS: orders taken in per 10 s and per UTC day, windows aligned, less what was filled. */
  readonly ordersPer10s: number;
  readonly ordersPerDay: number;
  /** EXCHANGE_MAX_NUM_…: open ones. */
  readonly ordersMax: number;
  readonly algoOrdersMax: number;
  readonly icebergOrdersMax: number;
  readonly orderListsMax: number;
}

export const NO_LIMITS: ExchangeLimits = {
  ordersPer10s: 0,
  ordersPerDay: 0,
  ordersMax: 0,
  algoOrdersMax: 0,
  icebergOrdersMax: 0,
  orderListsMax: 0,
};

/** An instrument as the core holds it: its terms plus what follows from them. */
export interface Instrument extends InstrumentTerms {
  /** Position in the list of instruments; 0, 1, 2 … */
  readonly id: number;
  readonly status: InstrumentStatus;
  readonly baseAsset: number;
  readonly quoteAsset: number;
  /** Base atoms in one lot. */
  readonly baseAtomsPerLot: number;
  /** Quote atoms in one lot at one tick. */
  readonly quoteAtomsPerTickLot: number;
}
