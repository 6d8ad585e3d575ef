/**
 * The events of the market streams as JSON text (trading-api.md §1.13). Written by hand: they are made once for all
 * subscribers of one time unit but often, and every value is a number, a decimal of ours or a symbol, so nothing needs
 * escaping. Fields, their order and what they mean: stream-catalog.ts.
 */
import { closing, moment, opening, type TimeUnit } from "../api/time-unit.ts";
import type { Candle, KlineInterval, TickerView } from "../bus/stream-client.ts";
import type { Instrument } from "../domain/instrument.ts";
import { formatAtoms, formatE8, formatLots, formatTicks } from "../protocol/decimal.ts";
import type { TradeExecuted } from "../protocol/events.ts";
import type { BookCopy, Level } from "./book-copy.ts";
import type { DepthUpdate } from "./depth-changes.ts";
import { AVERAGE_MINUTES, type RecentVolume } from "./market.ts";
import type { TickerWindow } from "./stream-names.ts";

const ZERO = "0.00000000";

/** How one instrument's numbers are written. Quote amounts have the quote asset's own places. */
export interface InstrumentFormat extends Instrument {
  readonly quoteDecimals: number;
}

export function tradePayload(of: Instrument, trade: TradeExecuted, eventUs: number, unit: TimeUnit): string {
  return (
    `{"e":"trade","E":${moment(unit, eventUs)},"s":"${of.symbol}","t":${trade.tradeId},"p":"${formatTicks(of, trade.priceTicks)}",` +
    `"q":"${formatLots(of, trade.quantityLots)}","T":${moment(unit, trade.timeUs)},"m":${trade.takerSide === "sell"},"M":true}`
  );
}

/** Trades of one taker order at one price and time. Its id is its first trade's: increasing, and the same wherever it is asked. */
export function aggregateTradePayload(
  of: Instrument,
  run: readonly TradeExecuted[],
  eventUs: number,
  unit: TimeUnit,
): string {
  const first = run[0]!;
  const lots = run.reduce((sum, trade) => sum + BigInt(trade.quantityLots), 0n);
  return (
    `{"e":"aggTrade","E":${moment(unit, eventUs)},"s":"${of.symbol}","a":${first.tradeId},"p":"${formatTicks(of, first.priceTicks)}",` +
    `"q":"${formatLots(of, lots)}","f":${first.tradeId},"l":${run.at(-1)!.tradeId},` +
    `"T":${moment(unit, first.timeUs)},"m":${first.takerSide === "sell"},"M":true}`
  );
}

function levels(of: Instrument, list: readonly Level[]): string {
  return `[${list.map(([price, lots]) => `["${formatTicks(of, price)}","${formatLots(of, lots)}"]`).join(",")}]`;
}

export function depthUpdatePayload(of: Instrument, update: DepthUpdate, eventUs: number, unit: TimeUnit): string {
  return (
    `{"e":"depthUpdate","E":${moment(unit, eventUs)},"s":"${of.symbol}","U":${update.firstUpdateId},"u":${update.lastUpdateId},` +
    `"b":${levels(of, update.bids)},"a":${levels(of, update.asks)}}`
  );
}

export function partialDepthPayload(of: Instrument, book: BookCopy, levelsMax: number): string {
  return (
    `{"lastUpdateId":${book.updateId},"bids":${levels(of, book.top("buy", levelsMax))},` +
    `"asks":${levels(of, book.top("sell", levelsMax))}}`
  );
}

function bestLevel(of: Instrument, level: Level | null): readonly [price: string, quantity: string] {
  return level === null ? [ZERO, ZERO] : [formatTicks(of, level[0]), formatLots(of, level[1])];
}

export function bookTickerPayload(of: Instrument, book: BookCopy): string {
  const [bid, bidQuantity] = bestLevel(of, book.bestBid);
  const [ask, askQuantity] = bestLevel(of, book.bestAsk);
  return `{"u":${book.updateId},"s":"${of.symbol}","b":"${bid}","B":"${bidQuantity}","a":"${ask}","A":"${askQuantity}"}`;
}

export function klinePayload(
  of: InstrumentFormat,
  interval: KlineInterval,
  candle: Candle,
  state: "running" | "closed",
  eventUs: number,
  unit: TimeUnit,
): string {
  const price = (ticks: number): string => formatTicks(of, ticks);
  const quote = (atoms: bigint): string => formatAtoms(of.quoteDecimals, atoms);
  return (
    `{"e":"kline","E":${moment(unit, eventUs)},"s":"${of.symbol}","k":{"t":${opening(unit, candle.openTimeMs)},` +
    `"T":${closing(unit, candle.closeTimeMs)},` +
    `"s":"${of.symbol}","i":"${interval}","f":${candle.firstTradeId},"L":${candle.lastTradeId},` +
    `"o":"${price(candle.openTicks)}","c":"${price(candle.closeTicks)}","h":"${price(candle.highTicks)}",` +
    `"l":"${price(candle.lowTicks)}","v":"${formatLots(of, candle.volumeLots)}","n":${candle.trades},` +
    `"x":${state === "closed"},"q":"${quote(candle.quoteAtoms)}","V":"${formatLots(of, candle.takerBuyLots)}",` +
    `"Q":"${quote(candle.takerBuyQuoteAtoms)}","B":"0"}}`
  );
}

export function miniTickerPayload(of: InstrumentFormat, ticker: TickerView, eventUs: number, unit: TimeUnit): string {
  return (
    `{"e":"24hrMiniTicker","E":${moment(unit, eventUs)},"s":"${of.symbol}","c":"${formatTicks(of, ticker.lastTicks)}",` +
    `"o":"${formatTicks(of, ticker.openTicks)}","h":"${formatTicks(of, ticker.highTicks)}",` +
    `"l":"${formatTicks(of, ticker.lowTicks)}","v":"${formatLots(of, ticker.volumeLots)}",` +
    `"q":"${formatAtoms(of.quoteDecimals, ticker.quoteAtoms)}"}`
  );
}

export function tickerPayload(of: InstrumentFormat, ticker: TickerView, eventUs: number, unit: TimeUnit): string {
  const price = (ticks: number): string => formatTicks(of, ticks);
  const [bid, bidQuantity] = bestLevel(of, ticker.bestBid);
  const [ask, askQuantity] = bestLevel(of, ticker.bestAsk);
  const changeTicks = ticker.trades === 0 ? 0 : ticker.lastTicks - ticker.openTicks;
  return (
    `{"e":"24hrTicker","E":${moment(unit, eventUs)},"s":"${of.symbol}","p":"${price(changeTicks)}",` +
    `"P":"${percentHalfAwayFromZero(changeTicks, ticker.openTicks)}","w":"${averagePriceRoundedDown(of, ticker)}",` +
    `"x":"${price(ticker.prevCloseTicks)}","c":"${price(ticker.lastTicks)}","Q":"${formatLots(of, ticker.lastLots)}",` +
    `"b":"${bid}","B":"${bidQuantity}","a":"${ask}","A":"${askQuantity}","o":"${price(ticker.openTicks)}",` +
    `"h":"${price(ticker.highTicks)}","l":"${price(ticker.lowTicks)}","v":"${formatLots(of, ticker.volumeLots)}",` +
    `"q":"${formatAtoms(of.quoteDecimals, ticker.quoteAtoms)}","O":${opening(unit, ticker.openTimeMs)},` +
    `"C":${closing(unit, ticker.closeTimeMs)},` +
    `"F":${ticker.firstTradeId},"L":${ticker.lastTradeId},"n":${ticker.trades}}`
  );
}

/** The statistics of a rolling window, without best prices and the close before it. */
export function windowTickerPayload(
  of: InstrumentFormat,
  window: TickerWindow,
  ticker: TickerView,
  eventUs: number,
  unit: TimeUnit,
): string {
  const price = (ticks: number): string => formatTicks(of, ticks);
  const changeTicks = ticker.trades === 0 ? 0 : ticker.lastTicks - ticker.openTicks;
  return (
    `{"e":"${window}Ticker","E":${moment(unit, eventUs)},"s":"${of.symbol}","p":"${price(changeTicks)}",` +
    `"P":"${percentHalfAwayFromZero(changeTicks, ticker.openTicks)}","o":"${price(ticker.openTicks)}",` +
    `"h":"${price(ticker.highTicks)}","l":"${price(ticker.lowTicks)}","c":"${price(ticker.lastTicks)}",` +
    `"w":"${averagePriceRoundedDown(of, ticker)}","v":"${formatLots(of, ticker.volumeLots)}",` +
    `"q":"${formatAtoms(of.quoteDecimals, ticker.quoteAtoms)}","O":${opening(unit, ticker.openTimeMs)},` +
    `"C":${closing(unit, ticker.closeTimeMs)},"F":${ticker.firstTradeId},"L":${ticker.lastTradeId},"n":${ticker.trades}}`
  );
}

/** Quote per base of the last minutes; where nothing traded in them the last price, and 0 before any trade. */
export function averagePrice(of: Instrument, { volumeLots, quoteAtoms, last }: RecentVolume): string {
  if (volumeLots === 0n) return formatTicks(of, last?.priceTicks ?? 0);
  return averagePriceRoundedDown(of, { quoteAtoms, volumeLots });
}

export function averagePricePayload(of: Instrument, recent: RecentVolume, eventUs: number, unit: TimeUnit): string {
  return (
    `{"e":"avgPrice","E":${moment(unit, eventUs)},"s":"${of.symbol}","i":"${AVERAGE_MINUTES}m",` +
    `"w":"${averagePrice(of, recent)}","T":${moment(unit, recent.last?.timeUs ?? 0)}}`
  );
}

/** The last that a client hears before a planned stop. */
export function serverShutdownPayload(eventUs: number, unit: TimeUnit): string {
  return `{"e":"serverShutdown","E":${moment(unit, eventUs)}}`;
}

/** In percent with three places: "-95.960". */
export function percentHalfAwayFromZero(changeTicks: number, openTicks: number): string {
  if (openTicks === 0) return "0.000";
  const open = BigInt(openTicks);
  const thousandths = (BigInt(Math.abs(changeTicks)) * 200_000n + open) / (2n * open);
  const sign = changeTicks < 0 && thousandths > 0n ? "-" : "";
  return `${sign}${thousandths / 1_000n}.${String(thousandths % 1_000n).padStart(3, "0")}`;
}

/** Σ price × lots = quoteAtoms / quoteAtomsPerTickLot, in ticks × lots. */
export function averagePriceRoundedDown(
  of: Pick<Instrument, "tickE8" | "quoteAtomsPerTickLot">,
  ticker: Pick<TickerView, "quoteAtoms" | "volumeLots">,
): string {
  if (ticker.volumeLots === 0n) return ZERO;
  const tickLots = (ticker.quoteAtoms / BigInt(of.quoteAtomsPerTickLot)) * BigInt(of.tickE8);
  return formatE8(tickLots / ticker.volumeLots);
}
