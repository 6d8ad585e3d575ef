/** What REST and the streams say of markets, as the contract has it. Pure; only fields that are read are named. */
import type { DepthChange, DepthSnapshot } from "./book-sync.ts";
import type { Candle, Level, Market, PublicTrade, Ticker } from "./contract.ts";
import { countOf, type Unit, unitOf } from "./scale.ts";

type Filter = Readonly<Record<string, string | number | boolean>>;

export interface SymbolShape {
  readonly symbol: string;
  readonly status: Market["status"];
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly orderTypes: readonly string[];
  readonly filters: readonly Filter[];
  readonly quoteAssetPrecision: number;
  readonly defaultSelfTradePreventionMode: string;
  readonly allowedSelfTradePreventionModes: readonly string[];
}

export function marketOf(shape: SymbolShape): Market {
  const filters = Object.fromEntries(shape.filters.map((filter) => [String(filter.filterType), filter]));
  const tickSize = String(filters.PRICE_FILTER?.tickSize ?? "1");
  const stepSize = String(filters.LOT_SIZE?.stepSize ?? "1");
  return {
    symbol: shape.symbol,
    base: shape.baseAsset,
    quote: shape.quoteAsset,
    status: shape.status,
    tickSize,
    stepSize,
    pricePlaces: unitOf(tickSize).places,
    quantityPlaces: unitOf(stepSize).places,
    filters,
    orderTypes: shape.orderTypes,
    selfTradeModes: shape.allowedSelfTradePreventionModes,
    selfTradeDefault: shape.defaultSelfTradePreventionMode,
    quoteAssetPlaces: shape.quoteAssetPrecision,
  };
}

export interface DayShape {
  readonly symbol: string;
  readonly lastPrice: string;
  readonly openPrice: string;
  readonly highPrice: string;
  readonly lowPrice: string;
  readonly volume: string;
  readonly quoteVolume: string;
}

export function tickerOfDay(day: DayShape): Ticker {
  return {
    symbol: day.symbol,
    last: day.lastPrice,
    open: day.openPrice,
    high: day.highPrice,
    low: day.lowPrice,
    baseVolume: day.volume,
    quoteVolume: day.quoteVolume,
    changePercent: changePercent(day.openPrice, day.lastPrice),
  };
}

export interface MiniTickerShape {
  readonly E: number;
  readonly s: string;
  readonly c: string;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly v: string;
  readonly q: string;
}

export function tickerOfStream(mini: MiniTickerShape): Ticker {
  return {
    symbol: mini.s,
    last: mini.c,
    open: mini.o,
    high: mini.h,
    low: mini.l,
    baseVolume: mini.v,
    quoteVolume: mini.q,
    changePercent: changePercent(mini.o, mini.c),
  };
}

/** Two places, for drawing. */
function changePercent(open: string, last: string): number {
  const from = Number(open);
  return from === 0 ? 0 : Math.round(((Number(last) - from) / from) * 10_000) / 100;
}

export interface Units {
  readonly tick: Unit;
  readonly step: Unit;
}

export function unitsOf({ tickSize, stepSize }: Pick<Market, "tickSize" | "stepSize">): Units {
  return { tick: unitOf(tickSize), step: unitOf(stepSize) };
}

type PriceAndQuantity = readonly [price: string, quantity: string];

function levelsOf({ tick, step }: Units, pairs: readonly PriceAndQuantity[]): readonly Level[] {
  return pairs.map(([price, quantity]) => ({
    price,
    quantity,
    ticks: countOf(tick, price),
    lots: countOf(step, quantity),
  }));
}

export interface DepthShape {
  readonly lastUpdateId: number;
  readonly bids: readonly PriceAndQuantity[];
  readonly asks: readonly PriceAndQuantity[];
}

export function snapshotOf(units: Units, { lastUpdateId, bids, asks }: DepthShape): DepthSnapshot {
  return { lastUpdateId, bids: levelsOf(units, bids), asks: levelsOf(units, asks) };
}

export interface DepthUpdateShape {
  readonly E: number;
  readonly U: number;
  readonly u: number;
  readonly b: readonly PriceAndQuantity[];
  readonly a: readonly PriceAndQuantity[];
}

export function changeOf(units: Units, { U, u, b, a }: DepthUpdateShape): DepthChange {
  return { firstUpdateId: U, lastUpdateId: u, bids: levelsOf(units, b), asks: levelsOf(units, a) };
}

export interface TradeShape {
  readonly id: number;
  readonly price: string;
  readonly qty: string;
  readonly time: number;
  readonly isBuyerMaker: boolean;
}

export function tradeOf({ id, price, qty, time, isBuyerMaker }: TradeShape): PublicTrade {
  return { id, price, quantity: qty, time, side: isBuyerMaker ? "SELL" : "BUY" };
}

export interface TradeEventShape {
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly T: number;
  readonly m: boolean;
}

export function tradeOfStream({ t, p, q, T, m }: TradeEventShape): PublicTrade {
  return { id: t, price: p, quantity: q, time: T, side: m ? "SELL" : "BUY" };
}

/** [opening, open, high, low, close, volume, closing, …] */
export type KlineRow = readonly [number, string, string, string, string, string, number, ...unknown[]];

/** @param nowMs by the exchange's clock. */
export function candleOf([time, open, high, low, close, volume, closing]: KlineRow, nowMs: number): Candle {
  return {
    time,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(volume),
    isClosed: closing < nowMs,
  };
}

export interface KlineEventShape {
  readonly k: {
    readonly t: number;
    readonly o: string;
    readonly h: string;
    readonly l: string;
    readonly c: string;
    readonly v: string;
    readonly x: boolean;
  };
}

export function candleOfStream({ k }: KlineEventShape): Candle {
  return {
    time: k.t,
    open: Number(k.o),
    high: Number(k.h),
    low: Number(k.l),
    close: Number(k.c),
    volume: Number(k.v),
    isClosed: k.x,
  };
}
