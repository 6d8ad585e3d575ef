/** From ticks and lots back to decimals: of one instrument, exact at any size. */
import type { Market } from "../exchange/contract.ts";
import { decimalOf, unitsOf } from "./amounts.ts";

export interface Scale {
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
  /** A tick in units of the price's last place; a step likewise. */
  readonly tickUnits: bigint;
  readonly stepUnits: bigint;
}

export function scaleOf(market: Pick<Market, "tickSize" | "stepSize" | "pricePlaces" | "quantityPlaces">): Scale {
  const { pricePlaces, quantityPlaces, tickSize, stepSize } = market;
  return {
    pricePlaces,
    quantityPlaces,
    tickUnits: unitsOf(tickSize, pricePlaces) ?? 1n,
    stepUnits: unitsOf(stepSize, quantityPlaces) ?? 1n,
  };
}

export function priceOf(scale: Scale, ticks: number): string {
  return decimalOf(BigInt(ticks) * scale.tickUnits, scale.pricePlaces);
}

export function quantityOf(scale: Scale, lots: bigint): string {
  return decimalOf(lots * scale.stepUnits, scale.quantityPlaces);
}

/** @param cost in ticks × lots. */
export function quoteOf(scale: Scale, cost: bigint): string {
  return decimalOf(cost * scale.tickUnits * scale.stepUnits, scale.pricePlaces + scale.quantityPlaces);
}

/** Of a walk of the book, to the price's last place, halves up. "0" where nothing was taken. */
export function averagePrice(scale: Scale, cost: bigint, lots: bigint): string {
  if (lots === 0n) return "0";
  return decimalOf((2n * cost * scale.tickUnits + lots) / (2n * lots), scale.pricePlaces);
}
