/** What a market's day comes to, as texts: signs beside colours. */
import type { Ticker } from "../exchange/contract.ts";
import { decimalOf, drawn, unitsOf } from "../trade/amounts.ts";

const MINUS = "−";

export type DaySide = "rise" | "fall" | "even";

export function daySide(ticker: Ticker | undefined): DaySide {
  const change = ticker?.changePercent ?? 0;
  return change > 0 ? "rise" : change < 0 ? "fall" : "even";
}

/** "+1.25%". */
export function percentText({ changePercent }: Ticker): string {
  const sign = changePercent > 0 ? "+" : changePercent < 0 ? MINUS : "";
  return `${sign}${drawn(Math.abs(changePercent).toFixed(2), 2)}%`;
}

/** Last less open, exact: "−12.50". */
export function changeText({ last, open }: Ticker, places: number): string {
  const [to, from] = [unitsOf(last, 8), unitsOf(open, 8)];
  if (to === null || from === null) return "";
  const change = to - from;
  const sign = change > 0n ? "+" : change < 0n ? MINUS : "";
  return sign + drawn(decimalOf(change < 0n ? -change : change, 8), places);
}
