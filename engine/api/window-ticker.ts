/**
 * Statistics over a window of the past: which windows there are, candles folded into one, and how the dialect shows them.
 */
import type { Candle, TickerView } from "../bus/stream-client.ts";
import { formatAtoms, formatLots, formatTicks } from "../protocol/decimal.ts";
import { averagePrice, percentChange, type TickerForm } from "./market-shapes.ts";
import type { ShapeContext } from "./order-shapes.ts";
import type { Parameters } from "./parameters.ts";
import { parameterInvalid } from "./refusal.ts";
import { closing, opening } from "./time-unit.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const UNITS: Readonly<Record<string, { readonly ms: number; readonly max: number }>> = {
  m: { ms: MINUTE_MS, max: 59 },
  h: { ms: HOUR_MS, max: 23 },
  d: { ms: DAY_MS, max: 7 },
};

/** 1m … 59m, 1h … 23h, 1d … 7d; a day where it was not sent. @throws Refusal -1130 */
export function readWindowSizeMs(parameters: Parameters): number {
  const text = parameters.text("windowSize") || "1d";
  const unit = UNITS[text.slice(-1)];
  const count = Number(text.slice(0, -1));
  if (unit === undefined || count < 1 || count > unit.max) throw parameterInvalid("windowSize");
  return count * unit.ms;
}

/** @throws Refusal -1130 */
export function readTickerForm(parameters: Parameters): TickerForm {
  const form = parameters.text("type") || "FULL";
  if (form !== "FULL" && form !== "MINI") throw parameterInvalid("type");
  return form;
}

/** What a window shows: of a ticker all but the best prices and what was before it. */
export type WindowStatistics = Omit<TickerView, "instrument" | "lastLots" | "prevCloseTicks" | "bestBid" | "bestAsk">;

/**
 * @param candles one after the other, oldest first; flat ones count for nothing.
 * @param lastTicks the last price of all, for a window in which nothing traded.
 */
export function statisticsOf(
  candles: readonly Candle[],
  { openTimeMs, closeTimeMs }: Pick<WindowStatistics, "openTimeMs" | "closeTimeMs">,
  lastTicks: number,
): WindowStatistics {
  const traded = candles.filter(({ trades }) => trades > 0);
  const [first, last] = [traded[0], traded.at(-1)];
  const prices = { openTicks: 0, highTicks: 0, lowTicks: 0, lastTicks };
  const sums = { volumeLots: 0n, quoteAtoms: 0n, firstTradeId: -1, lastTradeId: -1, trades: 0 };
  if (first === undefined || last === undefined) return { openTimeMs, closeTimeMs, ...prices, ...sums };
  return {
    openTimeMs,
    closeTimeMs,
    openTicks: first.openTicks,
    highTicks: traded.reduce((high, candle) => Math.max(high, candle.highTicks), 0),
    lowTicks: traded.reduce((low, candle) => Math.min(low, candle.lowTicks), first.lowTicks),
    lastTicks: last.closeTicks,
    volumeLots: traded.reduce((sum, candle) => sum + candle.volumeLots, 0n),
    quoteAtoms: traded.reduce((sum, candle) => sum + candle.quoteAtoms, 0n),
    firstTradeId: first.firstTradeId,
    lastTradeId: last.lastTradeId,
    trades: last.lastTradeId - first.firstTradeId + 1,
  };
}

export function windowTickerShape(context: ShapeContext, of: WindowStatistics, form: TickerForm): object {
  const { instrument, unit, quoteDecimals } = context;
  const prices = {
    openPrice: formatTicks(instrument, of.openTicks),
    highPrice: formatTicks(instrument, of.highTicks),
    lowPrice: formatTicks(instrument, of.lowTicks),
    lastPrice: formatTicks(instrument, of.lastTicks),
  };
  const rest = {
    volume: formatLots(instrument, of.volumeLots),
    quoteVolume: formatAtoms(quoteDecimals, of.quoteAtoms),
    openTime: opening(unit, of.openTimeMs),
    closeTime: closing(unit, of.closeTimeMs),
    firstId: of.firstTradeId,
    lastId: of.lastTradeId,
    count: of.trades,
  };
  const { symbol } = instrument;
  if (form === "MINI") return { symbol, ...prices, ...rest };
  const traded = of.trades > 0;
  return {
    symbol,
    priceChange: formatTicks(instrument, traded ? of.lastTicks - of.openTicks : 0),
    priceChangePercent: percentChange(of.openTicks, traded ? of.lastTicks : of.openTicks),
    weightedAvgPrice: averagePrice(context, of.quoteAtoms, of.volumeLots),
    ...prices,
    ...rest,
  };
}
