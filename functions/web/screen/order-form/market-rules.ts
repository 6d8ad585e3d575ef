/** An instrument's filters as whole numbers: prices, quantities and amounts in 1e-8, multipliers in 1e-4. 0 and null: off. */
import type { Market } from "../exchange/contract.ts";
import { unitsOf } from "../trade/amounts.ts";

export interface Bounds {
  readonly min: bigint;
  /** 0n: none. */
  readonly max: bigint;
  /** 0n: none. */
  readonly step: bigint;
}

export interface MarketRules {
  readonly price: Bounds;
  readonly quantity: Bounds;
  /** Of orders that trade at market. */
  readonly marketQuantity: Bounds;
  readonly notional: {
    readonly min: bigint;
    readonly max: bigint;
    readonly minAppliesToMarket: boolean;
    readonly maxAppliesToMarket: boolean;
  };
  /** How many visible parts an iceberg may have; 0: no bound. */
  readonly icebergPartsMax: bigint;
  /** In basis points. */
  readonly trailing: { readonly above: Bounds; readonly below: Bounds } | null;
  readonly percentPrice: {
    readonly buy: Bounds;
    readonly sell: Bounds;
    /** 0: compared with the last price, which the screen knows; else with an average that it does not. */
    readonly averageMinutes: number;
  } | null;
  readonly positionMax: bigint;
  /** Places of the quote asset: no amount is finer. */
  readonly quotePlaces: number;
}

const PLACES = 8;
const MULTIPLIER_PLACES = 4;
export const ONE_E8 = 100_000_000n;

/** Math.min and Math.max know no bigint. */
export function smaller(one: bigint, other: bigint): bigint {
  if (one < other) return one;
  return other;
}

/** On the grid of a step, upwards or downwards. */
export function roundedTo(value: bigint, step: bigint, up: boolean): bigint {
  const below = value - (value % step);
  return below === value || !up ? below : below + step;
}

export function larger(one: bigint, other: bigint): bigint {
  if (one > other) return one;
  return other;
}

type Filter = Readonly<Record<string, string | number | boolean>> | undefined;

export function rulesOf(market: Market): MarketRules {
  const { filters } = market;
  const lot = filters.LOT_SIZE;
  const notional = filters.NOTIONAL;
  return {
    price: bounds(filters.PRICE_FILTER, "minPrice", "maxPrice", "tickSize"),
    quantity: bounds(lot, "minQty", "maxQty", "stepSize"),
    marketQuantity: bounds(filters.MARKET_LOT_SIZE ?? lot, "minQty", "maxQty", "stepSize"),
    notional: {
      min: e8(notional, "minNotional"),
      max: e8(notional, "maxNotional"),
      minAppliesToMarket: notional?.applyMinToMarket === true,
      maxAppliesToMarket: notional?.applyMaxToMarket === true,
    },
    icebergPartsMax: count(filters.ICEBERG_PARTS, "limit"),
    trailing: trailingOf(filters.TRAILING_DELTA),
    percentPrice: percentPriceOf(filters.PERCENT_PRICE_BY_SIDE),
    positionMax: e8(filters.MAX_POSITION, "maxPosition"),
    quotePlaces: market.quoteAssetPlaces ?? PLACES,
  };
}

function bounds(filter: Filter, min: string, max: string, step: string): Bounds {
  return { min: e8(filter, min), max: e8(filter, max), step: e8(filter, step) };
}

function e8(filter: Filter, field: string): bigint {
  return unitsOf(String(filter?.[field] ?? "0"), PLACES) ?? 0n;
}

function count(filter: Filter, field: string): bigint {
  return BigInt(Math.trunc(Number(filter?.[field] ?? 0)));
}

function trailingOf(filter: Filter): MarketRules["trailing"] {
  if (filter === undefined) return null;
  const of = (min: string, max: string): Bounds => ({ min: count(filter, min), max: count(filter, max), step: 0n });
  return {
    above: of("minTrailingAboveDelta", "maxTrailingAboveDelta"),
    below: of("minTrailingBelowDelta", "maxTrailingBelowDelta"),
  };
}

function percentPriceOf(filter: Filter): MarketRules["percentPrice"] {
  if (filter === undefined) return null;
  const of = (down: string, up: string): Bounds => ({
    min: multiple(filter[down]),
    max: multiple(filter[up]),
    step: 0n,
  });
  return {
    buy: of("bidMultiplierDown", "bidMultiplierUp"),
    sell: of("askMultiplierDown", "askMultiplierUp"),
    averageMinutes: Number(filter.avgPriceMins ?? 0),
  };
}

function multiple(value: string | number | boolean | undefined): bigint {
  return unitsOf(String(value ?? "0"), MULTIPLIER_PLACES) ?? 0n;
}
