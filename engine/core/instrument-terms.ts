/**
 * From an operator's terms to an instrument: the numbers that follow from them, or a no.
 */
import {
  AMOUNT_MAX,
  type Asset,
  FEE_RATE_MAX_E8,
  type Instrument,
  type InstrumentTerms,
  PRICE_TICKS_MAX,
  QUANTITY_LOTS_MAX,
  SYMBOL_PATTERN,
} from "../domain/instrument.ts";
import { rulesFrom } from "./instrument-rules.ts";

const E8_DECIMALS = 8;

/** null: the terms contradict themselves or do not come out in whole atoms. */
export function instrumentFrom(terms: InstrumentTerms, id: number, base: Asset, quote: Asset): Instrument | null {
  if (!SYMBOL_PATTERN.test(terms.symbol) || base.id === quote.id) return null;
  const whole = [terms.tickE8, terms.lotE8, terms.makerFeeE8, terms.takerFeeE8, terms.ordersMax];
  if (!whole.every((number) => Number.isSafeInteger(number) && number >= 0) || terms.ordersMax < 1) return null;
  if (terms.makerFeeE8 > FEE_RATE_MAX_E8 || terms.takerFeeE8 > FEE_RATE_MAX_E8) return null;
  if (!terms.selfTradeAllowed.includes(terms.selfTradeDefault)) return null;
  const ranges: readonly (readonly [number, number, number])[] = [
    [terms.priceTicksMin, terms.priceTicksMax, PRICE_TICKS_MAX],
    [terms.quantityLotsMin, terms.quantityLotsMax, QUANTITY_LOTS_MAX],
    [terms.marketLotsMin, terms.marketLotsMax, QUANTITY_LOTS_MAX],
  ];
  if (
    !ranges.every(
      ([min, max, end]) =>
        Number.isSafeInteger(min) && Number.isSafeInteger(max) && 1 <= min && min <= max && max <= end,
    )
  )
    return null;
  const notionals = [terms.notionalMinE8, terms.notionalMaxE8];
  if (!notionals.every((text) => /^\d{1,19}$/.test(text) && BigInt(text) <= AMOUNT_MAX)) return null;
  const [notionalMin, notionalMax] = [BigInt(terms.notionalMinE8), BigInt(terms.notionalMaxE8)];
  if (notionalMax !== 0n && notionalMin > notionalMax) return null;
  // Rounded down to atoms such a bound would be 0, which means that there is none.
  if (notionalMax !== 0n && notionalMax < 10n ** BigInt(E8_DECIMALS - quote.decimals)) return null;

  const rules = terms.rules === undefined ? undefined : rulesFrom(terms.rules);
  if (rules === null) return null;
  const baseAtomsPerLot = wholeAtoms(BigInt(terms.lotE8), E8_DECIMALS, base.decimals);
  const quoteAtomsPerTickLot = wholeAtoms(BigInt(terms.tickE8) * BigInt(terms.lotE8), 2 * E8_DECIMALS, quote.decimals);
  if (baseAtomsPerLot === null || quoteAtomsPerTickLot === null) return null;
  if (BigInt(terms.priceTicksMax) * quoteAtomsPerTickLot > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  if (BigInt(terms.quantityLotsMax) * baseAtomsPerLot > AMOUNT_MAX) return null;
  return {
    symbol: terms.symbol,
    base: terms.base,
    quote: terms.quote,
    tickE8: terms.tickE8,
    lotE8: terms.lotE8,
    priceTicksMin: terms.priceTicksMin,
    priceTicksMax: terms.priceTicksMax,
    quantityLotsMin: terms.quantityLotsMin,
    quantityLotsMax: terms.quantityLotsMax,
    marketLotsMin: terms.marketLotsMin,
    marketLotsMax: terms.marketLotsMax,
    notionalMinE8: terms.notionalMinE8,
    notionalMaxE8: terms.notionalMaxE8,
    notionalMinAppliesToMarket: terms.notionalMinAppliesToMarket,
    notionalMaxAppliesToMarket: terms.notionalMaxAppliesToMarket,
    ordersMax: terms.ordersMax,
    makerFeeE8: terms.makerFeeE8,
    takerFeeE8: terms.takerFeeE8,
    selfTradeDefault: terms.selfTradeDefault,
    selfTradeAllowed: terms.selfTradeAllowed,
    // Left out where none are stated: so is the text of an instrument of before there were any.
    ...(rules === undefined ? {} : { rules }),
    id,
    status: "trading",
    baseAsset: base.id,
    quoteAsset: quote.id,
    baseAtomsPerLot: Number(baseAtomsPerLot),
    quoteAtomsPerTickLot: Number(quoteAtomsPerTickLot),
  };
}

/** value × 10^−scale units, in atoms of an asset; null unless that is a whole number of at least one and below 2^53. */
function wholeAtoms(value: bigint, scale: number, decimals: number): bigint | null {
  const divisor = 10n ** BigInt(scale - decimals);
  if (value < 1n || value % divisor !== 0n) return null;
  const atoms = value / divisor;
  return atoms <= BigInt(Number.MAX_SAFE_INTEGER) ? atoms : null;
}
