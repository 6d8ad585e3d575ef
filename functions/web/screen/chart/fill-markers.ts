/** Own fills as marks on candles: one per candle and side, so that a hundred small fills are one mark with their sum. */
import type { Fill } from "../exchange/contract.ts";
import { decimalOf, unitsOf } from "../trade/amounts.ts";

export interface FillMark {
  /** Place of the candle. */
  readonly index: number;
  readonly side: "BUY" | "SELL";
  readonly quantity: string;
  readonly fills: number;
}

/**
 * @param indexAt the place of the candle that a time belongs to; -1: of none that is drawn.
 * @returns by candle, buys before sells.
 */
export function fillMarks(
  fills: readonly Fill[],
  symbol: string,
  quantityPlaces: number,
  indexAt: (timeMs: number) => number,
): readonly FillMark[] {
  const sums = new Map<string, { index: number; side: "BUY" | "SELL"; units: bigint; fills: number }>();
  for (const fill of fills) {
    const index = fill.symbol === symbol ? indexAt(fill.time) : -1;
    if (index === -1) continue;
    const key = `${index} ${fill.side}`;
    const sum = sums.get(key) ?? { index, side: fill.side, units: 0n, fills: 0 };
    sum.units += unitsOf(fill.quantity, quantityPlaces) ?? 0n;
    sum.fills += 1;
    sums.set(key, sum);
  }
  return [...sums.values()]
    .sort((a, b) => a.index - b.index || (a.side < b.side ? -1 : 1))
    .map(({ units, ...mark }) => ({ ...mark, quantity: decimalOf(units, quantityPlaces) }));
}
