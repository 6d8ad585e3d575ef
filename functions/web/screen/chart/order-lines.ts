/** Which lines the open orders of a market draw, what moving one changes, and where their chips stand. No drawing here. */
import type { Market, Order, Parameters } from "../exchange/contract.ts";
import { decimalOf, unitsOf } from "../trade/amounts.ts";

/** A stop with a limit draws two until it is triggered. */
export interface OrderLine {
  /** Of the line, as long as the order lives. */
  readonly key: string;
  readonly order: Order;
  readonly of: "price" | "stopPrice";
  readonly price: string;
  /** null: it moves. Else why it does not. */
  readonly fixed: "list" | "trailing" | null;
}

/** More would be a wall; the newest are drawn. */
const LINES_MAX = 60;

const NO_PRICE = /^0*(\.0*)?$/;

export function orderLines(orders: readonly Order[], symbol: string): readonly OrderLine[] {
  return orders
    .filter((order) => order.symbol === symbol)
    .flatMap(linesOf)
    .slice(0, LINES_MAX);
}

function linesOf(order: Order): readonly OrderLine[] {
  // One leg that is replaced takes its list with it: that is no small move of a line.
  const fixed = order.orderListId === -1 ? null : "list";
  const waits = !NO_PRICE.test(order.stopPrice) && !order.isWorking;
  const stop: OrderLine = {
    key: `${order.orderId}:stopPrice`,
    order,
    of: "stopPrice",
    price: order.stopPrice,
    fixed: order.trailingDelta > 0 ? "trailing" : fixed,
  };
  const limit: OrderLine = { key: `${order.orderId}:price`, order, of: "price", price: order.price, fixed };
  return [...(waits ? [stop] : []), ...(NO_PRICE.test(order.price) ? [] : [limit])];
}

/** What `account.replace` is told. */
export function changeOf(line: OrderLine, price: string): Parameters {
  return line.of === "price" ? { price } : { stopPrice: price };
}

/** What is still open, as a decimal. */
export function restOf(order: Order, market: Market): string {
  const places = market.quantityPlaces;
  const [whole, done] = [unitsOf(order.origQty, places), unitsOf(order.executedQty, places)];
  return whole === null || done === null ? order.origQty : decimalOf(whole - done, places);
}

/** Steps of the tick from zero; null: not on the tick. */
export function ticksOf(price: string, market: Market): bigint | null {
  const [units, tick] = [unitsOf(price, market.pricePlaces), unitsOf(market.tickSize, market.pricePlaces)];
  return units === null || tick === null || tick === 0n || units % tick !== 0n ? null : units / tick;
}

/** As the exchange wants it: exact, on the tick, one tick at least. */
export function priceOfTicks(ticks: bigint, market: Market): string {
  const tick = unitsOf(market.tickSize, market.pricePlaces) ?? 1n;
  return decimalOf((ticks < 1n ? 1n : ticks) * tick, market.pricePlaces);
}

/** The tick nearest to where a pointer is: what comes from pixels is a double, what leaves is exact. */
export function ticksNear(price: number, market: Market): bigint {
  const ticks = Math.round(price / Number(market.tickSize));
  return Number.isFinite(ticks) && ticks >= 1 ? BigInt(ticks) : 1n;
}

/** Whether a limit at this price would trade at once rather than rest. By the last price: a warning, not a promise. */
export function takesAtOnce(line: OrderLine, ticks: bigint, lastTicks: bigint | null): boolean {
  if (line.of !== "price" || lastTicks === null || !line.order.isWorking) return false;
  return line.order.side === "BUY" ? ticks > lastTicks : ticks < lastTicks;
}

/**
 * Chips of lines that lie close stand beside each other, the later ones further in.
 *
 * @param tops of the lines in pixels, by key.
 * @returns the column of each, 0 outermost; beyond the last column they cover each other.
 */
export function columnsOf(
  tops: ReadonlyMap<string, number>,
  heightPx: number,
  columns: number,
): ReadonlyMap<string, number> {
  const placed = new Map<string, number>();
  const bottoms: number[] = Array.from({ length: columns }, () => Number.NEGATIVE_INFINITY);
  for (const [key, top] of [...tops].sort((a, b) => a[1] - b[1])) {
    const free = bottoms.findIndex((bottom) => bottom <= top);
    const column = free === -1 ? columns - 1 : free;
    bottoms[column] = top + heightPx;
    placed.set(key, column);
  }
  return placed;
}
