/**
 * Decimals of a request as whole units of an instrument, and the filters that need neither book nor balance.
 *
 * More places than eight (or than the quote asset has) is -1111; within them but off the grid is the filter's failure.
 */
import { AMOUNT_MAX, type Instrument, type InstrumentRules, PRICE_TICKS_MAX } from "../domain/instrument.ts";
import type { OrderType, Side } from "../domain/order.ts";
import { parseDecimalE8 } from "../protocol/decimal.ts";
import type { Catalog } from "../protocol/views.ts";
import { charactersIllegal, type FilterName, filterFailure, tooPrecise } from "./refusal.ts";

const DECIMALS_DEFAULT = 8;

/** Decimal places of amounts of an asset; of one that the catalog at hand does not know yet, what most have. */
export function decimalsOf(catalog: Catalog, asset: number): number {
  return catalog.assets[asset]?.decimals ?? DECIMALS_DEFAULT;
}

export function quoteDecimalsOf(catalog: Catalog, { quoteAsset }: Pick<Instrument, "quoteAsset">): number {
  return decimalsOf(catalog, quoteAsset);
}

/** The decimal's value in 1e-8. @throws Refusal -1111 */
export function decimalE8(text: string, parameter: string): bigint {
  const parsed = parseDecimalE8(text);
  switch (parsed.outcome) {
    case "ok":
      return parsed.valueE8;
    case "too_precise":
      throw tooPrecise(parameter);
    case "malformed":
      throw charactersIllegal(parameter, "^([0-9]{1,20})(\\.[0-9]{1,20})?$");
  }
}

/** How many times the step goes into the value. @throws Refusal -1013 when it does not go evenly or beyond `countMax`. */
function stepsOf(valueE8: bigint, stepE8: number, countMax: number, filter: FilterName): number {
  const step = BigInt(stepE8);
  const steps = valueE8 / step;
  if (steps * step !== valueE8 || steps > countMax) throw filterFailure(filter);
  return Number(steps);
}

/** PRICE_FILTER: on the grid and within bounds. */
export function priceTicksOf(instrument: Instrument, priceE8: bigint): number {
  const ticks = stepsOf(priceE8, instrument.tickE8, PRICE_TICKS_MAX, "PRICE_FILTER");
  if (ticks < instrument.priceTicksMin || ticks > instrument.priceTicksMax) throw filterFailure("PRICE_FILTER");
  return ticks;
}

/** LOT_SIZE: on the grid and within bounds. */
export function quantityLotsOf(instrument: Instrument, quantityE8: bigint): number {
  const lots = stepsOf(quantityE8, instrument.lotE8, Number.MAX_SAFE_INTEGER, "LOT_SIZE");
  if (lots < instrument.quantityLotsMin || lots > instrument.quantityLotsMax) throw filterFailure("LOT_SIZE");
  return lots;
}

/** MARKET_LOT_SIZE, for a quantity that is on the grid already. */
export function checkMarketLots(instrument: Instrument, lots: number): void {
  if (lots < instrument.marketLotsMin || lots > instrument.marketLotsMax) throw filterFailure("MARKET_LOT_SIZE");
}

/** ICEBERG_PARTS: into how many visible parts the whole goes. */
export function checkIcebergParts(rules: InstrumentRules, lots: number, icebergLots: number): void {
  const partsMax = rules.icebergPartsMax;
  // Exact: as a quotient of doubles a last, small part could vanish.
  if (partsMax > 0 && BigInt(lots) > BigInt(icebergLots) * BigInt(partsMax)) throw filterFailure("ICEBERG_PARTS");
}

/** TRAILING_DELTA: one pair of bounds for orders that fire above the price, one for those that fire below. */
export function checkTrailingDelta(rules: InstrumentRules, side: Side, orderType: OrderType, deltaBips: number): void {
  if (deltaBips < 1 || deltaBips > PRICE_TICKS_MAX) throw filterFailure("TRAILING_DELTA");
  if (rules.trailing === null) return;
  const isStop = orderType === "stop_loss" || orderType === "stop_loss_limit";
  const { aboveMin, aboveMax, belowMin, belowMax } = rules.trailing;
  const [min, max] = isStop === (side === "buy") ? [aboveMin, aboveMax] : [belowMin, belowMax];
  if (deltaBips < min || deltaBips > max) throw filterFailure("TRAILING_DELTA");
}

/** NOTIONAL of a priced order. */
export function checkNotional(instrument: Instrument, quoteDecimals: number, ticks: number, lots: number): void {
  const atoms = BigInt(ticks) * BigInt(lots) * BigInt(instrument.quoteAtomsPerTickLot);
  if (atoms > AMOUNT_MAX) throw filterFailure("NOTIONAL");
  const valueE8 = atoms * atomE8(quoteDecimals);
  if (valueE8 < BigInt(instrument.notionalMinE8)) throw filterFailure("NOTIONAL");
  if (exceeds(valueE8, instrument.notionalMaxE8)) throw filterFailure("NOTIONAL");
}

/** A quote amount to spend or receive: -1111 beyond the asset's places, then NOTIONAL where it applies to market. */
export function quoteAtomsOf(instrument: Instrument, quoteDecimals: number, amountE8: bigint): bigint {
  const unit = atomE8(quoteDecimals);
  const atoms = amountE8 / unit;
  if (atoms * unit !== amountE8) throw tooPrecise("quoteOrderQty");
  const tooSmall = instrument.notionalMinAppliesToMarket && amountE8 < BigInt(instrument.notionalMinE8);
  const tooLarge = instrument.notionalMaxAppliesToMarket && exceeds(amountE8, instrument.notionalMaxE8);
  if (tooSmall || tooLarge || atoms > AMOUNT_MAX) throw filterFailure("NOTIONAL");
  return atoms;
}

/** "0" switches the bound off. */
function exceeds(valueE8: bigint, maxE8: string): boolean {
  const max = BigInt(maxE8);
  return max !== 0n && valueE8 > max;
}

/** One atom of an asset, in 1e-8. */
function atomE8(decimals: number): bigint {
  return 10n ** BigInt(8 - decimals);
}
