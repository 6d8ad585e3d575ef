/**
 * Assets and instruments: what can be held, what can be traded, and the numbers that fix their units.
 *
 * Shape: decimals of the outside world are integers in 1e-8 ("E8") here; inside the core prices are ticks, quantities
 * lots, amounts atoms (the asset's smallest unit). Every limit is inclusive.
 */

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
  readonly selfTradeDefault: "none" | "expire_taker" | "expire_maker" | "expire_both";
  readonly selfTradeAllowed: readonly ("none" | "expire_taker" | "expire_maker" | "expire_both")[];
}

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
