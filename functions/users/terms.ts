/**
 * An instrument's terms from what an operator states, and back. Bounds left out become the widest that the core takes.
 */
import { parameterInvalid, Refusal } from "../../engine/api/refusal.ts";
import {
  AMOUNT_MAX,
  type Instrument,
  type InstrumentTerms,
  PRICE_TICKS_MAX,
  QUANTITY_LOTS_MAX,
} from "../../engine/domain/instrument.ts";
import { SELF_TRADE_MODES } from "../../engine/domain/order.ts";
import { formatE8, formatLots, formatTicks, parseAtoms, parseDecimalE8 } from "../../engine/protocol/decimal.ts";
import type { AddInstrumentBody } from "./requests.ts";

const ONE_E8 = 100_000_000n;

/** What an operator is told when the words of the public dialect would not help. */
export function ill(field: string, rule: string): Refusal {
  return new Refusal(400, -1130, `'${field}' ${rule}.`);
}

/** In 1e-8. @throws Refusal with more than eight places. */
export function e8Of(text: string, field: string): bigint {
  const parsed = parseDecimalE8(text);
  if (parsed.outcome === "ok") return parsed.valueE8;
  if (parsed.outcome === "too_precise") throw ill(field, "has more than 8 decimals");
  throw parameterInvalid(field);
}

/** In atoms of an asset. @throws Refusal with a part of an atom. */
export function atomsOf(text: string, field: string, decimals: number): bigint {
  const parsed = parseAtoms(decimals, text);
  if (parsed.outcome === "ok") return parsed.atoms;
  if (parsed.outcome === "too_precise") throw ill(field, `has more than the asset's ${decimals} decimals`);
  throw parameterInvalid(field);
}

/** @throws Refusal where a field is off the grid that the instrument itself sets. */
export function termsOf(body: AddInstrumentBody, baseDecimals: number, quoteDecimals: number): InstrumentTerms {
  const tickE8 = positiveStep(body.tickSize, "tickSize");
  const lotE8 = positiveStep(body.stepSize, "stepSize");
  const baseAtomsPerLot = whole(lotE8, 10n ** BigInt(8 - baseDecimals));
  if (baseAtomsPerLot === null) throw ill("stepSize", `is finer than the base asset's ${baseDecimals} decimals`);
  const quoteAtomsPerTickLot = whole(tickE8 * lotE8, ONE_E8 * 10n ** BigInt(8 - quoteDecimals));
  if (quoteAtomsPerTickLot === null) {
    throw ill("tickSize", `times stepSize is finer than the quote asset's ${quoteDecimals} decimals`);
  }
  const ticksMax = smaller(BigInt(PRICE_TICKS_MAX), BigInt(Number.MAX_SAFE_INTEGER) / quoteAtomsPerTickLot);
  const lotsMax = smaller(BigInt(QUANTITY_LOTS_MAX), AMOUNT_MAX / baseAtomsPerLot);
  const quantityLotsMax = steps(body.maxQty, lotE8, lotsMax, lotsMax, "maxQty");
  const quantityLotsMin = steps(body.minQty, lotE8, 1n, lotsMax, "minQty");
  return {
    symbol: body.symbol,
    base: body.base,
    quote: body.quote,
    tickE8: Number(tickE8),
    lotE8: Number(lotE8),
    priceTicksMin: steps(body.minPrice, tickE8, 1n, ticksMax, "minPrice"),
    priceTicksMax: steps(body.maxPrice, tickE8, ticksMax, ticksMax, "maxPrice"),
    quantityLotsMin,
    quantityLotsMax,
    marketLotsMin: quantityLotsMin,
    marketLotsMax: steps(body.marketMaxQty, lotE8, BigInt(quantityLotsMax), lotsMax, "marketMaxQty"),
    notionalMinE8: String(e8Of(body.minNotional, "minNotional")),
    notionalMaxE8: String(body.maxNotional === undefined ? 0n : e8Of(body.maxNotional, "maxNotional")),
    notionalMinAppliesToMarket: true,
    notionalMaxAppliesToMarket: body.maxNotional !== undefined,
    ordersMax: body.maxNumOrders,
    makerFeeE8: rate(body.makerFee, "makerFee"),
    takerFeeE8: rate(body.takerFee, "takerFee"),
    selfTradeDefault: "expire_maker",
    selfTradeAllowed: [...SELF_TRADE_MODES],
  };
}

function positiveStep(text: string, field: string): bigint {
  const value = e8Of(text, field);
  if (value < 1n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw ill(field, "is above zero and below 90 million");
  return value;
}

function whole(value: bigint, unit: bigint): bigint | null {
  return value % unit === 0n && value >= unit ? value / unit : null;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function steps(text: string | undefined, stepE8: bigint, otherwise: bigint, max: bigint, field: string): number {
  if (text === undefined) return Number(otherwise);
  const value = e8Of(text, field);
  const count = value / stepE8;
  if (count * stepE8 !== value) throw ill(field, "is no whole number of steps");
  if (count < 1n || count > max) throw ill(field, `lies within ${formatE8(stepE8)} and ${formatE8(max * stepE8)}`);
  return Number(count);
}

/** A rate below the core's own limit; it refuses the rest as instrument_invalid. */
export function rate(text: string, field: string): number {
  const value = e8Of(text, field);
  if (value > ONE_E8) throw ill(field, 'is a share of 1: ten basis points are "0.001"');
  return Number(value);
}

export function instrumentShape(instrument: Instrument): object {
  return {
    symbol: instrument.symbol,
    status: instrument.status,
    base: instrument.base,
    quote: instrument.quote,
    tickSize: formatTicks(instrument, 1),
    stepSize: formatLots(instrument, 1),
    minPrice: formatTicks(instrument, instrument.priceTicksMin),
    maxPrice: formatTicks(instrument, instrument.priceTicksMax),
    minQty: formatLots(instrument, instrument.quantityLotsMin),
    maxQty: formatLots(instrument, instrument.quantityLotsMax),
    marketMaxQty: formatLots(instrument, instrument.marketLotsMax),
    minNotional: formatE8(BigInt(instrument.notionalMinE8)),
    /** null: without a bound of its own. */
    maxNotional: instrument.notionalMaxE8 === "0" ? null : formatE8(BigInt(instrument.notionalMaxE8)),
    maxNumOrders: instrument.ordersMax,
    makerFee: formatE8(instrument.makerFeeE8),
    takerFee: formatE8(instrument.takerFeeE8),
    selfTradeDefault: instrument.selfTradeDefault,
    selfTradeAllowed: instrument.selfTradeAllowed,
  };
}
