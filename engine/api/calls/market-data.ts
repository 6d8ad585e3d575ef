/**
 * All that needs no key: the clock, the instruments, depth, trades, candles, tickers.
 *
 * Depth, recent trades, tickers and the running candle come from the stream's read port; older rows from Postgres.
 */

import type { TickerView } from "../../bus/stream-client.ts";
import type { Instrument } from "../../domain/instrument.ts";
import { formatTicks } from "../../protocol/decimal.ts";
import { aggregateTradeShape } from "../aggregate-trades.ts";
import { exchangeInfoShape, PERMISSION } from "../exchange-info.ts";
import { candleSpan, readInterval, readTimeZoneMs } from "../klines.ts";
import { publishedLimits } from "../limits/limit-shapes.ts";
import { DEPTH_LIMITS, LIST_LIMITS, readLimit, readWindow } from "../lists.ts";
import {
  averagePrice,
  bookTickerShape,
  depthShape,
  emptyTicker,
  klineRow,
  serverTime,
  ticker24hrShape,
  tradeShape,
} from "../market-shapes.ts";
import { instrumentOf } from "../new-order.ts";
import { type ShapeContext, shapeContext } from "../order-shapes.ts";
import { bothMissing, combinationInvalid, notSupported } from "../refusal.ts";
import { limitsOf } from "../rejects.ts";
import { readSelection, readSymbolStatus, withStatus } from "../symbol-selection.ts";
import { moment } from "../time-unit.ts";
import { readTickerForm, readWindowSizeMs, windowTickerShape } from "../window-ticker.ts";
import { aggregatesFrom, aggregatesWithin } from "./aggregate-reads.ts";
import type { Call } from "./call.ts";
import { lastMinutes, readCandles } from "./candle-reads.ts";
import { newestTrades, tradesFrom } from "./trade-reads.ts";
import { tradingDay as dayOf, rollingWindow } from "./window-reads.ts";

export function ping(): object {
  return {};
}

export function time(call: Call): object {
  return { serverTime: serverTime(call.unit, call.nowUs) };
}

const AVERAGE_MINUTES = 5;

function contextOf(call: Call, instrument: Instrument): ShapeContext {
  return shapeContext(call.deps.reads.catalog(), instrument, call.unit);
}

export function exchangeInfo(call: Call): object {
  const { parameters, deps } = call;
  const named = parameters.has("symbol") || parameters.has("symbols");
  if (named && (parameters.has("permissions") || parameters.has("symbolStatus"))) throw combinationInvalid();
  const catalog = deps.reads.catalog();
  const { instruments } = readSelection(parameters, catalog);
  const sets = parameters.flag("showPermissionSets", true);
  const shown = permits(parameters.text("permissions")) ? instruments : [];
  const rateLimits = publishedLimits(deps.limiter?.limits ?? null, limitsOf(catalog));
  return exchangeInfoShape(catalog, shown, serverTime(call.unit, call.nowUs), rateLimits, sets);
}

/** One permission or a JSON array of them; its characters are checked. */
function permits(sent: string): boolean {
  if (sent === "") return true;
  const asked: readonly string[] = sent.startsWith("[") ? JSON.parse(sent) : [sent];
  return asked.includes(PERMISSION);
}

export async function depth(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const instrument = withStatus(instrumentOf(parameters, deps.reads.catalog()), readSymbolStatus(parameters));
  const limit = readLimit(parameters, DEPTH_LIMITS);
  // The stream hears of a new instrument a moment after the catalog names it: its book is empty until then.
  const empty = { instrument: instrument.id, updateId: 0, bids: [], asks: [] };
  return depthShape(instrument, (await deps.stream.depth(instrument.id, limit)) ?? empty, limit);
}

export async function trades(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const instrument = instrumentOf(parameters, deps.reads.catalog());
  const limit = readLimit(parameters, LIST_LIMITS);
  const context = contextOf(call, instrument);
  return (await newestTrades(deps, instrument.id, limit)).map((trade) => tradeShape(context, trade));
}

export async function historicalTrades(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const fromTradeId = parameters.integer("fromId");
  if (fromTradeId === null) return trades(call);
  const instrument = instrumentOf(parameters, deps.reads.catalog());
  const limit = readLimit(parameters, LIST_LIMITS);
  const context = contextOf(call, instrument);
  return (await tradesFrom(deps, instrument.id, fromTradeId, limit)).map((trade) => tradeShape(context, trade));
}

/** @throws Refusal -1128: an id goes with no time. */
export async function aggTrades(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const instrument = instrumentOf(parameters, deps.reads.catalog());
  const fromId = parameters.integer("fromId");
  const window = readWindow(parameters);
  if (fromId !== null && (window.startUs !== null || window.endUs !== null)) throw combinationInvalid();
  const limit = readLimit(parameters, LIST_LIMITS);
  const rows =
    fromId === null
      ? await aggregatesWithin(deps, instrument.id, window, limit)
      : await aggregatesFrom(deps, instrument.id, fromId, limit);
  const context = contextOf(call, instrument);
  return rows.map((row) => aggregateTradeShape(context, row));
}

/** Trades outside of the book: here are none. */
export function blockTrades(call: Call): object {
  instrumentOf(call.parameters, call.deps.reads.catalog());
  return [];
}

/** Rules and prices that only the venue has. @throws Refusal -1020 */
export function notOffered(): never {
  throw notSupported();
}

export async function klines(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const instrument = instrumentOf(parameters, deps.reads.catalog());
  const interval = readInterval(parameters);
  const offsetMs = readTimeZoneMs(parameters);
  const limit = readLimit(parameters, LIST_LIMITS);
  const span = candleSpan(interval, offsetMs, readWindow(parameters), limit, Math.floor(call.nowUs / 1_000));
  if (span === null) return [];
  const context = contextOf(call, instrument);
  return (await readCandles(deps, instrument.id, span)).map((candle) => klineRow(context, candle));
}

/** The venue smooths these for charts; its own testnet does not. */
export const uiKlines = klines;

/** Over the running minute and the four before it; the last price where nothing traded in them. */
export async function avgPrice(call: Call): Promise<object> {
  const { parameters, deps, unit } = call;
  const instrument = instrumentOf(parameters, deps.reads.catalog());
  const candles = await lastMinutes(deps, instrument.id, AVERAGE_MINUTES, Math.floor(call.nowUs / 1_000));
  const [last] = await deps.stream.recentTrades(instrument.id, 1);
  const volumeLots = candles.reduce((sum, candle) => sum + candle.volumeLots, 0n);
  const quoteAtoms = candles.reduce((sum, candle) => sum + candle.quoteAtoms, 0n);
  const price =
    volumeLots === 0n
      ? formatTicks(instrument, last?.priceTicks ?? 0)
      : averagePrice(contextOf(call, instrument), quoteAtoms, volumeLots);
  return { mins: AVERAGE_MINUTES, price, closeTime: moment(unit, last?.timeUs ?? call.nowUs) };
}

/** One shape for `symbol`, a list for `symbols` and for all. */
async function forSelection(call: Call, shape: (instrument: Instrument) => Promise<object>): Promise<object> {
  const { instruments, single } = readSelection(call.parameters, call.deps.reads.catalog());
  const shapes = await Promise.all(instruments.map(shape));
  return single && shapes[0] !== undefined ? shapes[0] : shapes;
}

/** An instrument without trades still has a ticker, of zeros. */
async function tickerOf(call: Call, instrument: Instrument): Promise<TickerView> {
  const view = await call.deps.stream.ticker(instrument.id);
  return view ?? emptyTicker(instrument.id, Math.floor(call.nowUs / 1_000));
}

/** Statistics of a rolling window. @throws Refusal -1102 where no symbol is named. */
export async function ticker(call: Call): Promise<object> {
  mustNameSymbols(call);
  const form = readTickerForm(call.parameters);
  const windowMs = readWindowSizeMs(call.parameters);
  const nowMs = Math.floor(call.nowUs / 1_000);
  return forSelection(call, async (instrument) => {
    const statistics = await rollingWindow(call.deps, instrument.id, windowMs, nowMs);
    return windowTickerShape(contextOf(call, instrument), statistics, form);
  });
}

/** Statistics of the calendar day. @throws Refusal -1102 where no symbol is named. */
export async function tradingDay(call: Call): Promise<object> {
  mustNameSymbols(call);
  const form = readTickerForm(call.parameters);
  const offsetMs = readTimeZoneMs(call.parameters);
  const nowMs = Math.floor(call.nowUs / 1_000);
  return forSelection(call, async (instrument) => {
    const statistics = await dayOf(call.deps, instrument.id, offsetMs, nowMs);
    return windowTickerShape(contextOf(call, instrument), statistics, form);
  });
}

function mustNameSymbols({ parameters }: Call): void {
  if (!parameters.has("symbol") && !parameters.has("symbols")) throw bothMissing("symbol", "symbols");
}

export function ticker24hr(call: Call): Promise<object> {
  const type = readTickerForm(call.parameters);
  return forSelection(call, async (instrument) =>
    ticker24hrShape(contextOf(call, instrument), await tickerOf(call, instrument), type),
  );
}

export function tickerPrice(call: Call): Promise<object> {
  return forSelection(call, async (instrument) => ({
    symbol: instrument.symbol,
    price: formatTicks(instrument, (await tickerOf(call, instrument)).lastTicks),
  }));
}

export function bookTicker(call: Call): Promise<object> {
  return forSelection(call, async (instrument) => {
    const view = await call.deps.stream.depth(instrument.id, 1);
    return bookTickerShape(instrument, view?.bids[0] ?? null, view?.asks[0] ?? null);
  });
}
