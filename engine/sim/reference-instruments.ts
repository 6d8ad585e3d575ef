/**
 * The reference's instruments: listing them, and changing what holds for them. Each function checks, then changes; it
 * returns the reason for a refusal, or null when the command took effect.
 */
import {
  AMOUNT_MAX,
  FEE_RATE_MAX_E8,
  type Instrument,
  type InstrumentRules,
  type InstrumentTerms,
  PRICE_TICKS_MAX,
  rulesOf,
  SYMBOL_PATTERN,
} from "../domain/instrument.ts";
import type { Reject } from "../domain/rejects.ts";
import type {
  AddInstrument,
  SetInstrumentFees,
  SetInstrumentRules,
  SetInstrumentStatus,
} from "../protocol/commands.ts";
import type { Market, State, Turn } from "./reference-state.ts";

const E8 = 10n ** 8n;
const AVERAGE_MINUTES_MAX = 60;

export function addInstrument({ state, events }: Turn, { terms }: AddInstrument): Reject | null {
  const base = state.assets.find((asset) => asset.name === terms.base);
  const quote = state.assets.find((asset) => asset.name === terms.quote);
  if (base === undefined || quote === undefined) return "asset_not_found";
  if (state.markets.some((market) => market.instrument.symbol === terms.symbol)) return "instrument_exists";
  if (!SYMBOL_PATTERN.test(terms.symbol) || base === quote || !areLimitsValid(terms)) return "instrument_invalid";

  const notionalMax = BigInt(terms.notionalMaxE8);
  if (notionalMax !== 0n && notionalMax < 10n ** BigInt(8 - quote.decimals)) return "instrument_invalid";

  // A lot of base, and a lot at one tick, must be whole numbers of atoms: tick · lot · 10^decimals / 1e16.
  const quoteScaled = BigInt(terms.tickE8) * BigInt(terms.lotE8) * 10n ** BigInt(quote.decimals);
  const baseScaled = BigInt(terms.lotE8) * 10n ** BigInt(base.decimals);
  if (quoteScaled % (E8 * E8) !== 0n || baseScaled % E8 !== 0n) return "instrument_invalid";
  const quotePerTickLot = quoteScaled / (E8 * E8);
  const basePerLot = baseScaled / E8;
  if (BigInt(terms.priceTicksMax) * quotePerTickLot > BigInt(Number.MAX_SAFE_INTEGER)) return "instrument_invalid";
  if (BigInt(terms.quantityLotsMax) * basePerLot > AMOUNT_MAX) return "instrument_invalid";

  const instrument: Instrument = {
    ...terms,
    id: state.markets.length,
    status: "trading",
    baseAsset: base.id,
    quoteAsset: quote.id,
    baseAtomsPerLot: Number(basePerLot),
    quoteAtomsPerTickLot: Number(quotePerTickLot),
  };
  state.markets.push({
    instrument,
    open: [],
    book: [],
    minutes: [],
    lastOrderId: 0,
    lastTradeId: 0,
    lastUpdateId: 0,
    lastTradePriceTicks: 0,
  });
  events.push({ type: "instrument_changed", instrument });
  return null;
}

function areLimitsValid(terms: InstrumentTerms): boolean {
  const { priceTicksMin, priceTicksMax, quantityLotsMin, quantityLotsMax, marketLotsMin, marketLotsMax } = terms;
  const safe = Number.MAX_SAFE_INTEGER;
  if (!isWholeWithin(terms.tickE8, 1, safe) || !isWholeWithin(terms.lotE8, 1, safe)) return false;
  if (!isWholeWithin(priceTicksMax, 1, PRICE_TICKS_MAX) || !isWholeWithin(priceTicksMin, 1, priceTicksMax))
    return false;
  if (!isWholeWithin(quantityLotsMax, 1, safe) || !isWholeWithin(quantityLotsMin, 1, quantityLotsMax)) return false;
  if (!isWholeWithin(marketLotsMax, 1, safe) || !isWholeWithin(marketLotsMin, 1, marketLotsMax)) return false;
  const { notionalMinE8, notionalMaxE8 } = terms;
  if (![notionalMinE8, notionalMaxE8].every((text) => /^\d{1,19}$/.test(text) && BigInt(text) <= AMOUNT_MAX))
    return false;
  const notionalMin = BigInt(terms.notionalMinE8);
  const notionalMax = BigInt(terms.notionalMaxE8);
  if (notionalMax !== 0n && notionalMin > notionalMax) return false;
  if (!isWholeWithin(terms.ordersMax, 1, safe)) return false;
  if (!areRatesValid(terms) || !areRulesValid(rulesOf(terms))) return false;
  return terms.selfTradeAllowed.includes(terms.selfTradeDefault);
}

function areRatesValid({ makerFeeE8, takerFeeE8 }: { makerFeeE8: number; takerFeeE8: number }): boolean {
  return isWholeWithin(makerFeeE8, 0, FEE_RATE_MAX_E8) && isWholeWithin(takerFeeE8, 0, FEE_RATE_MAX_E8);
}

export function isWholeWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}

export function marketBySymbol(state: State, symbol: string): Market | undefined {
  return state.markets.find((market) => market.instrument.symbol === symbol);
}

export function setInstrumentStatus({ state, events }: Turn, command: SetInstrumentStatus): Reject | null {
  const market = marketBySymbol(state, command.symbol);
  if (market === undefined) return "instrument_not_found";
  if (market.instrument.status === command.status) return "status_unchanged";
  market.instrument = { ...market.instrument, status: command.status };
  events.push({ type: "instrument_changed", instrument: market.instrument });
  return null;
}

export function setInstrumentFees({ state, events }: Turn, command: SetInstrumentFees): Reject | null {
  const market = marketBySymbol(state, command.symbol);
  if (market === undefined) return "instrument_not_found";
  if (!areRatesValid(command)) return "instrument_invalid";
  const { makerFeeE8, takerFeeE8 } = command;
  market.instrument = { ...market.instrument, makerFeeE8, takerFeeE8 };
  events.push({ type: "instrument_changed", instrument: market.instrument });
  return null;
}

/** The sums of the average price begin anew, whatever the rules were. */
export function setInstrumentRules({ state, events }: Turn, { symbol, rules }: SetInstrumentRules): Reject | null {
  const market = marketBySymbol(state, symbol);
  if (market === undefined) return "instrument_not_found";
  if (!areRulesValid(rules)) return "instrument_invalid";
  market.instrument = { ...market.instrument, rules };
  market.minutes = [];
  events.push({ type: "instrument_changed", instrument: market.instrument });
  return null;
}

function areRulesValid(rules: InstrumentRules): boolean {
  const { averageMinutes, percentPrice, positionMaxAtoms, trailing } = rules;
  const counts = [
    rules.algoOrdersMax,
    rules.icebergOrdersMax,
    rules.icebergPartsMax,
    rules.orderListsMax,
    rules.amendsMax,
  ];
  if (!isWholeWithin(averageMinutes, 0, AVERAGE_MINUTES_MAX) || !counts.every(isCount)) return false;
  if (!/^\d{1,19}$/.test(positionMaxAtoms) || BigInt(positionMaxAtoms) > AMOUNT_MAX) return false;
  if (percentPrice !== null) {
    const { bidUpE4, bidDownE4, askUpE4, askDownE4 } = percentPrice;
    const multiples = [bidUpE4, bidDownE4, askUpE4, askDownE4];
    if (!multiples.every((multiple) => isCount(multiple) && multiple > 0)) return false;
    if (bidDownE4 > bidUpE4 || askDownE4 > askUpE4) return false;
  }
  if (trailing === null) return true;
  const { aboveMin, aboveMax, belowMin, belowMax } = trailing;
  if (![aboveMin, aboveMax, belowMin, belowMax].every(isCount)) return false;
  return aboveMin <= aboveMax && belowMin <= belowMax;
}

const isCount = (value: number): boolean => isWholeWithin(value, 0, Number.MAX_SAFE_INTEGER);
