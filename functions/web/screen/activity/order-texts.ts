/** An order's terms as a table shows them: what is absent is a dash. */
import type { Market, Order } from "../exchange/contract.ts";
import { averageOf, decimalOf, drawn, drawnExact, unitsOf } from "../trade/amounts.ts";

const PLACES = 8;
export const NONE = "–";

function isZero(decimal: string): boolean {
  return !/[1-9]/.test(decimal);
}

export function priceText(order: Pick<Order, "price">, market: Market | null): string {
  return isZero(order.price) ? NONE : drawn(order.price, market?.pricePlaces ?? PLACES);
}

/** Stop price, or what a trailing order trails by: "1.50%". */
export function triggerText(order: Pick<Order, "stopPrice" | "trailingDelta">, market: Market | null): string {
  const parts: string[] = [];
  if (!isZero(order.stopPrice)) parts.push(drawn(order.stopPrice, market?.pricePlaces ?? PLACES));
  if (order.trailingDelta > 0) parts.push(`${decimalOf(BigInt(order.trailingDelta), 2)}%`);
  return parts.length === 0 ? NONE : parts.join(" · ");
}

/** Whole per cent, rounded down: 100 only when all of it is. */
export function filledPercent(order: Pick<Order, "executedQty" | "origQty">): number {
  const all = unitsOf(order.origQty, PLACES) ?? 0n;
  const done = unitsOf(order.executedQty, PLACES) ?? 0n;
  return all === 0n ? 0 : Number((done * 100n) / all);
}

/** Of what was executed; a dash while nothing is. Rounded down to the market's places. */
export function averagePriceText(
  order: Pick<Order, "executedQty" | "cummulativeQuoteQty">,
  market: Market | null,
): string {
  const average = averageOf(order.cummulativeQuoteQty, order.executedQty);
  return average === null ? NONE : drawn(average, market?.pricePlaces ?? PLACES);
}

export function quantityText(decimal: string): string {
  return isZero(decimal) ? NONE : drawnExact(decimal);
}
