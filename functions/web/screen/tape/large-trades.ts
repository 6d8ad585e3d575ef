/** Which trades are large beside the others on the tape. */
import type { PublicTrade } from "../exchange/contract.ts";

/** So many times the middle one. */
const TIMES_MEDIAN = 10;
/** Below this many nothing stands out. */
const COMPARED_MIN = 12;

/** @returns the quantity from which a trade is large; Infinity: none is. For emphasis alone: figures are not computed with it. */
export function largeFrom(trades: readonly PublicTrade[]): number {
  if (trades.length < COMPARED_MIN) return Number.POSITIVE_INFINITY;
  const quantities = Float64Array.from(trades, ({ quantity }) => Number(quantity)).sort();
  return TIMES_MEDIAN * (quantities[quantities.length >> 1] ?? Number.POSITIVE_INFINITY);
}
