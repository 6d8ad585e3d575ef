/**
 * The reference's view of the book: whom a taker meets, what it would find there, and at what price others traded.
 */
import { rulesOf } from "../domain/instrument.ts";
import type { SelfTradeMode, Side } from "../domain/order.ts";
import {
  baseOf,
  canRest,
  heldFor,
  isMarketKind,
  type Market,
  type MinuteOfTrades,
  type Order,
  type OrderWords,
  quoteOf,
  restOf,
  shownOf,
} from "./reference-state.ts";

const MINUTE_US = 60_000_000;

/** What is asked for: an order that there is, or one that might be. */
export interface Wanted extends OrderWords {
  readonly quantityLots: number;
  /** 0n unless it is for an amount of quote. */
  readonly quoteAtoms: bigint;
}

export const wantedOf = (order: Order): Wanted => ({ ...order, quantityLots: restOf(order), quoteAtoms: 0n });

export const isByQuote = ({ orderType, quantityLots }: Wanted): boolean => orderType === "market" && quantityLots === 0;

/** The orders that a taker meets under its limit, best price first, oldest first. */
export function makersFor(market: Market, taker: OrderWords): Order[] {
  const sign = taker.side === "buy" ? 1 : -1;
  const makers = market.book.filter(
    (open) => open.side !== taker.side && (isMarketKind(taker) || sign * open.priceTicks <= sign * taker.priceTicks),
  );
  // `book` is in order of priority at a price, and the sort is stable.
  return makers.sort((a, b) => sign * (a.priceTicks - b.priceTicks));
}

export function isSideEmpty(market: Market, side: Side): boolean {
  return !market.book.some((open) => open.side === side);
}

export const isOwn = (maker: Order, taker: OrderWords): boolean =>
  maker.account === taker.account && taker.selfTradeMode !== "none";

export const isDecrement = (mode: SelfTradeMode): boolean => mode === "decrement" || mode === "transfer";

export interface Fill {
  readonly maker: Order;
  readonly lots: number;
}

/** What an immediate execution would trade, changing nothing. Parts of icebergs are met as they would be. */
export function dryWalk(market: Market, wanted: Wanted): Fill[] {
  const byQuote = isByQuote(wanted);
  const queue = makersFor(market, wanted).map((maker) => ({ maker, rest: restOf(maker), shown: shownOf(maker) }));
  const fills: Fill[] = [];
  let lotsLeft = wanted.quantityLots;
  let quoteLeft = wanted.quoteAtoms;
  for (let met = queue.shift(); met !== undefined; met = queue.shift()) {
    const { maker, rest, shown } = met;
    if (!byQuote && lotsLeft === 0) break;
    const isSelf = isOwn(maker, wanted);
    if (isSelf && wanted.selfTradeMode === "expire_maker") continue;
    if (isSelf && !isDecrement(wanted.selfTradeMode)) break;
    if (isSelf && (byQuote || wanted.timeInForce === "fok")) break;
    const affordable = byQuote ? quoteLeft / quoteOf(market, maker.priceTicks, 1) : BigInt(lotsLeft);
    const lots = affordable < BigInt(shown) ? Number(affordable) : shown;
    if (lots <= 0) break;
    if (!isSelf) fills.push({ maker, lots });
    lotsLeft -= byQuote ? 0 : lots;
    if (!isSelf) quoteLeft -= quoteOf(market, maker.priceTicks, lots);
    // What a better maker keeps is not passed over for a worse price.
    if (lots < shown) break;
    if (lots === rest) continue;
    const nextPart = { maker, rest: rest - lots, shown: Math.min(maker.conditions.icebergLots, rest - lots) };
    const behind = queue.findLastIndex((other) => other.maker.priceTicks === maker.priceTicks);
    queue.splice(behind + 1, 0, nextPart);
  }
  return fills;
}

export function lotsFound(fills: readonly Fill[]): bigint {
  return fills.reduce((sum, fill) => sum + BigInt(fill.lots), 0n);
}

/** A fill-or-kill order that the walk could not fill whole. */
export function isKilled(wanted: Wanted, fills: readonly Fill[]): boolean {
  return wanted.timeInForce === "fok" && lotsFound(fills) < BigInt(wanted.quantityLots);
}

/** What must be free before an order takes and rests. */
export function needOf(market: Market, wanted: Wanted): bigint {
  const { side, priceTicks, quantityLots } = wanted;
  if (canRest(wanted)) return heldFor(market, side, priceTicks, quantityLots);
  const fills = dryWalk(market, wanted);
  if (isKilled(wanted, fills)) return 0n;
  if (side === "buy") return fills.reduce((sum, { maker, lots }) => sum + quoteOf(market, maker.priceTicks, lots), 0n);
  if (isMarketKind(wanted) && !isByQuote(wanted)) return baseOf(market, quantityLots);
  return fills.reduce((sum, { lots }) => sum + baseOf(market, lots), 0n);
}

/** What an order that waits holds when nobody holds for it. */
export function waitingNeedOf(market: Market, wanted: Wanted): bigint {
  if (isMarketKind(wanted)) return wanted.side === "sell" ? baseOf(market, wanted.quantityLots) : 0n;
  return heldFor(market, wanted.side, wanted.priceTicks, wanted.quantityLots);
}

/** Fires at a price at or above its stop price, else at or below. */
export function firesUpwards({ orderType, side }: OrderWords): boolean {
  return orderType.startsWith("stop_loss") === (side === "buy");
}

/** Keeps a trade for the average price, while one is asked for. */
export function recordTrade(market: Market, priceTicks: number, lots: number, timeUs: number): void {
  const { percentPrice, averageMinutes } = rulesOf(market.instrument);
  if (percentPrice === null || averageMinutes === 0) return;
  const minute = Math.floor(timeUs / MINUTE_US);
  let last: MinuteOfTrades | undefined = market.minutes.at(-1);
  if (last?.minute !== minute) {
    last = { minute, priceTimesLots: 0, lots: 0 };
    market.minutes.push(last);
  }
  last.priceTimesLots += priceTicks * lots;
  last.lots += lots;
}

/** What percent_price compares with; 0: nothing is compared. */
export function referencePrice(market: Market, timeUs: number): number {
  const { averageMinutes } = rulesOf(market.instrument);
  const present = Math.floor(timeUs / MINUTE_US);
  let priceTimesLots = 0;
  let lots = 0;
  for (const minute of market.minutes) {
    if (minute.minute <= present - averageMinutes) continue;
    priceTimesLots += minute.priceTimesLots;
    lots += minute.lots;
  }
  return lots > 0 ? priceTimesLots / lots : market.lastTradePriceTicks;
}
