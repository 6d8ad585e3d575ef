/** The depth in words and numbers: what stands above the hills, at the pointer, and what is heard instead of them. */
import type { BookSnapshot, Market } from "../exchange/contract.ts";
import { drawn, placesOf } from "../trade/amounts.ts";
import { priceOf, quantityOf, scaleOf } from "../trade/scale.ts";
import { spreadPercent } from "../trade/spread.ts";
import { words } from "../words/words.ts";
import { type DepthFrame, distanceText, type Hills, midOf, type Pointed, totalUpTo } from "./depth-geometry.ts";

const NONE = "—";

export function midText(hills: Hills | null, market: Market): string {
  if (hills === null) return NONE;
  const mid = midOf(hills, market);
  return drawn(mid, Math.max(placesOf(mid), market.pricePlaces));
}

export function spreadText(hills: Hills | null, market: Market): string {
  const [bid, ask] = [hills?.bids.ticks[0], hills?.asks.ticks[0]];
  if (hills === null || bid === undefined || ask === undefined) return NONE;
  return `${drawn(priceOf(scaleOf(market), ask - bid), market.pricePlaces)} (${spreadPercent(bid, ask)}%)`;
}

export function rangeText(hills: Hills | null, frame: DepthFrame | null): string {
  if (hills === null || frame === null) return "";
  const percent = (frame.halfWidth / hills.midTicks) * 100;
  return words().depth.range(`${percent.toFixed(percent < 1 ? 2 : 1)}%`);
}

export function quantityText(lots: number, market: Market): string {
  return `${drawn(quantityOf(scaleOf(market), BigInt(lots)), market.quantityPlaces)} ${market.base}`;
}

export function totalText(pointed: Pointed, book: BookSnapshot, market: Market): string {
  return `${drawn(totalUpTo(book[pointed.side], pointed.place, market), market.pricePlaces)} ${market.quote}`;
}

export function pointedText(pointed: Pointed | null, hills: Hills | null, book: BookSnapshot, market: Market): string {
  if (pointed === null || hills === null) return "";
  const text = words().depth;
  return text.pointed(
    text[pointed.side],
    drawn(priceOf(scaleOf(market), pointed.ticks), market.pricePlaces),
    distanceText(pointed.ticks, hills.midTicks),
    quantityText(pointed.lots, market),
    totalText(pointed, book, market),
  );
}

export function summaryText(hills: Hills | null, market: Market): string {
  if (hills === null) return words().depth.empty;
  const best = (ticks: number | undefined): string => drawn(priceOf(scaleOf(market), ticks ?? 0), market.pricePlaces);
  const all = (lots: readonly number[]): string => quantityText(lots.at(-1) ?? 0, market);
  const { bids, asks } = hills;
  return words().depth.summary(
    ...([
      market.symbol,
      midText(hills, market),
      best(bids.ticks[0]),
      all(bids.lots),
      best(asks.ticks[0]),
      all(asks.lots),
    ] as const),
  );
}
