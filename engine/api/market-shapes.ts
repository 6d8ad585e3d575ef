/**
 * Market data as the dialect shows it: depth, trades, tickers, candles.
 */
import type { Candle, DepthView, TickerView, TradeView } from "../bus/stream-client.ts";
import type { Instrument } from "../domain/instrument.ts";
import { formatAtoms, formatE8, formatLots, formatTicks } from "../protocol/decimal.ts";
import type { ShapeContext } from "./order-shapes.ts";
import { closing, moment, opening, type TimeUnit } from "./time-unit.ts";

type Shape = Record<string, unknown>;
type Level = readonly [number, number];

const ZERO = "0.00000000";

function levels(instrument: Instrument, side: readonly Level[], levelsMax: number): [string, string][] {
  return side
    .slice(0, levelsMax)
    .map(([ticks, lots]) => [formatTicks(instrument, ticks), formatLots(instrument, lots)]);
}

export function depthShape(instrument: Instrument, depth: DepthView, levelsMax: number): Shape {
  return {
    lastUpdateId: depth.updateId,
    bids: levels(instrument, depth.bids, levelsMax),
    asks: levels(instrument, depth.asks, levelsMax),
  };
}

export function tradeShape(context: ShapeContext, trade: TradeView): Shape {
  const { instrument } = context;
  const atoms = BigInt(trade.priceTicks) * BigInt(trade.quantityLots) * BigInt(instrument.quoteAtomsPerTickLot);
  return {
    id: trade.tradeId,
    price: formatTicks(instrument, trade.priceTicks),
    qty: formatLots(instrument, trade.quantityLots),
    quoteQty: formatAtoms(context.quoteDecimals, atoms),
    time: moment(context.unit, trade.timeUs),
    isBuyerMaker: trade.takerSide === "sell",
    isBestMatch: true,
  };
}

export function bookTickerShape(instrument: Instrument, bid: Level | null, ask: Level | null): Shape {
  return {
    symbol: instrument.symbol,
    bidPrice: bid === null ? ZERO : formatTicks(instrument, bid[0]),
    bidQty: bid === null ? ZERO : formatLots(instrument, bid[1]),
    askPrice: ask === null ? ZERO : formatTicks(instrument, ask[0]),
    askQty: ask === null ? ZERO : formatLots(instrument, ask[1]),
  };
}

/** Quote per base over a volume, cut to eight places; zero where nothing traded. */
export function averagePrice(context: ShapeContext, quoteAtoms: bigint, volumeLots: bigint): string {
  if (volumeLots === 0n) return ZERO;
  const { instrument } = context;
  const quoteE8 = quoteAtoms * 10n ** BigInt(8 - context.quoteDecimals);
  return formatE8((quoteE8 * 100_000_000n) / (volumeLots * BigInt(instrument.lotE8)));
}

/** "-95.960": percent with three places, rounded half away from zero; "0.000" where nothing traded. */
export function percentChange(openTicks: number, lastTicks: number): string {
  if (openTicks === 0) return "0.000";
  const thousandths = BigInt(lastTicks - openTicks) * 100_000n;
  const open = BigInt(openTicks);
  const magnitude = ((thousandths < 0n ? -thousandths : thousandths) * 2n + open) / (2n * open);
  const text = `${magnitude / 1_000n}.${String(magnitude % 1_000n).padStart(3, "0")}`;
  return thousandths < 0n && magnitude > 0n ? `-${text}` : text;
}

export type TickerForm = "FULL" | "MINI";

export function ticker24hrShape(context: ShapeContext, ticker: TickerView, form: TickerForm): Shape {
  const { instrument, unit } = context;
  const openPrice = formatTicks(instrument, ticker.openTicks);
  const highPrice = formatTicks(instrument, ticker.highTicks);
  const lowPrice = formatTicks(instrument, ticker.lowTicks);
  const lastPrice = formatTicks(instrument, ticker.lastTicks);
  const rest = {
    volume: formatLots(instrument, ticker.volumeLots),
    quoteVolume: formatAtoms(context.quoteDecimals, ticker.quoteAtoms),
    openTime: opening(unit, ticker.openTimeMs),
    closeTime: closing(unit, ticker.closeTimeMs),
    firstId: ticker.firstTradeId,
    lastId: ticker.lastTradeId,
    count: ticker.trades,
  };
  if (form === "MINI") return { symbol: instrument.symbol, openPrice, highPrice, lowPrice, lastPrice, ...rest };
  const { symbol, ...best } = bookTickerShape(instrument, ticker.bestBid, ticker.bestAsk);
  const traded = ticker.trades > 0;
  return {
    symbol,
    priceChange: traded ? formatTicks(instrument, ticker.lastTicks - ticker.openTicks) : ZERO,
    priceChangePercent: traded ? percentChange(ticker.openTicks, ticker.lastTicks) : "0.000",
    weightedAvgPrice: averagePrice(context, ticker.quoteAtoms, ticker.volumeLots),
    prevClosePrice: formatTicks(instrument, ticker.prevCloseTicks),
    lastPrice,
    lastQty: formatLots(instrument, ticker.lastLots),
    ...best,
    openPrice,
    highPrice,
    lowPrice,
    ...rest,
  };
}

/** One row of klines: twelve elements, the last one unused. */
export function klineRow(context: ShapeContext, candle: Candle): (number | string)[] {
  const { instrument, unit, quoteDecimals } = context;
  return [
    opening(unit, candle.openTimeMs),
    formatTicks(instrument, candle.openTicks),
    formatTicks(instrument, candle.highTicks),
    formatTicks(instrument, candle.lowTicks),
    formatTicks(instrument, candle.closeTicks),
    formatLots(instrument, candle.volumeLots),
    closing(unit, candle.closeTimeMs),
    formatAtoms(quoteDecimals, candle.quoteAtoms),
    candle.trades,
    formatLots(instrument, candle.takerBuyLots),
    formatAtoms(quoteDecimals, candle.takerBuyQuoteAtoms),
    "0",
  ];
}

/** All zeros: an instrument that the stream has not heard of yet. */
export function emptyTicker(instrument: number, nowMs: number): TickerView {
  return {
    instrument,
    openTimeMs: nowMs - 86_400_000,
    closeTimeMs: nowMs,
    openTicks: 0,
    highTicks: 0,
    lowTicks: 0,
    lastTicks: 0,
    lastLots: 0,
    prevCloseTicks: 0,
    volumeLots: 0n,
    quoteAtoms: 0n,
    firstTradeId: -1,
    lastTradeId: -1,
    trades: 0,
    bestBid: null,
    bestAsk: null,
  };
}

/** In the unit of the answer. */
export function serverTime(unit: TimeUnit, nowUs: number): number {
  return moment(unit, nowUs);
}
