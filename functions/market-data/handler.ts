/**
 * All that needs no key: the clock, the instruments, depth, trades, candles, tickers.
 *
 * Depth, recent trades, tickers and the running candle come from the stream's read port; older rows from Postgres.
 */
import { exchangeInfoShape, PERMISSION } from "../../engine/api/exchange-info.ts";
import { candleSpan, readInterval, readTimeZoneMs } from "../../engine/api/klines.ts";
import { DEPTH_LIMITS, LIST_LIMITS, readLimit, readWindow } from "../../engine/api/lists.ts";
import {
  averagePrice,
  bookTickerShape,
  depthShape,
  emptyTicker,
  klineRow,
  serverTime,
  ticker24hrShape,
  tradeShape,
} from "../../engine/api/market-shapes.ts";
import { instrumentOf } from "../../engine/api/new-order.ts";
import { type ShapeContext, shapeContext } from "../../engine/api/order-shapes.ts";
import { combinationInvalid, parameterInvalid } from "../../engine/api/refusal.ts";
import { readSelection, readSymbolStatus, withStatus } from "../../engine/api/symbol-selection.ts";
import { moment } from "../../engine/api/time-unit.ts";
import type { TickerView } from "../../engine/bus/stream-client.ts";
import type { Instrument } from "../../engine/domain/instrument.ts";
import { formatTicks } from "../../engine/protocol/decimal.ts";
import { answerPublic, type Call, type CallHandlers } from "../_shared/answer.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { Handler } from "../_shared/http.ts";
import { lastMinutes, readCandles } from "./candle-reads.ts";
import { answerHistoryCall, isHistoryCall } from "./history-port.ts";
import { newestTrades, tradesFrom } from "./trade-reads.ts";

export const handleMarketData: Handler<EdgeDeps> = (request, deps) =>
  isHistoryCall(request.path) ? answerHistoryCall(request, deps) : answerPublic("market-data", HANDLERS, request, deps);

const HANDLERS: CallHandlers<"market-data", Call> = {
  ping: () => ({}),
  time: (call) => ({ serverTime: serverTime(call.unit, call.nowUs) }),
  exchangeInfo,
  depth,
  trades,
  historicalTrades,
  klines,
  avgPrice,
  ticker24hr,
  tickerPrice,
  bookTicker,
};

const AVERAGE_MINUTES = 5;

function contextOf(call: Call, instrument: Instrument): ShapeContext {
  return shapeContext(call.deps.reads.catalog(), instrument, call.unit);
}

function exchangeInfo(call: Call): object {
  const { parameters, deps } = call;
  const named = parameters.has("symbol") || parameters.has("symbols");
  if (named && (parameters.has("permissions") || parameters.has("symbolStatus"))) throw combinationInvalid();
  const catalog = deps.reads.catalog();
  const { instruments } = readSelection(parameters, catalog);
  const sets = parameters.flag("showPermissionSets", true);
  const shown = permits(parameters.text("permissions")) ? instruments : [];
  return exchangeInfoShape(catalog, shown, serverTime(call.unit, call.nowUs), sets);
}

/** One permission or a JSON array of them; its characters are checked. */
function permits(sent: string): boolean {
  if (sent === "") return true;
  const asked: readonly string[] = sent.startsWith("[") ? JSON.parse(sent) : [sent];
  return asked.includes(PERMISSION);
}

async function depth(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const instrument = withStatus(instrumentOf(parameters, deps.reads.catalog()), readSymbolStatus(parameters));
  const limit = readLimit(parameters, DEPTH_LIMITS);
  // The stream hears of a new instrument a moment after the catalog names it: its book is empty until then.
  const empty = { instrument: instrument.id, updateId: 0, bids: [], asks: [] };
  return depthShape(instrument, (await deps.stream.depth(instrument.id, limit)) ?? empty, limit);
}

async function trades(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const instrument = instrumentOf(parameters, deps.reads.catalog());
  const limit = readLimit(parameters, LIST_LIMITS);
  const context = contextOf(call, instrument);
  return (await newestTrades(deps, instrument.id, limit)).map((trade) => tradeShape(context, trade));
}

async function historicalTrades(call: Call): Promise<object> {
  const { parameters, deps } = call;
  const fromTradeId = parameters.integer("fromId");
  if (fromTradeId === null) return trades(call);
  const instrument = instrumentOf(parameters, deps.reads.catalog());
  const limit = readLimit(parameters, LIST_LIMITS);
  const context = contextOf(call, instrument);
  return (await tradesFrom(deps, instrument.id, fromTradeId, limit)).map((trade) => tradeShape(context, trade));
}

async function klines(call: Call): Promise<object> {
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

/** Over the running minute and the four before it; the last price where nothing traded in them. */
async function avgPrice(call: Call): Promise<object> {
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

function ticker24hr(call: Call): Promise<object> {
  const type = call.parameters.text("type") || "FULL";
  if (type !== "FULL" && type !== "MINI") throw parameterInvalid("type");
  return forSelection(call, async (instrument) =>
    ticker24hrShape(contextOf(call, instrument), await tickerOf(call, instrument), type),
  );
}

function tickerPrice(call: Call): Promise<object> {
  return forSelection(call, async (instrument) => ({
    symbol: instrument.symbol,
    price: formatTicks(instrument, (await tickerOf(call, instrument)).lastTicks),
  }));
}

function bookTicker(call: Call): Promise<object> {
  return forSelection(call, async (instrument) => {
    const view = await call.deps.stream.depth(instrument.id, 1);
    return bookTickerShape(instrument, view?.bids[0] ?? null, view?.asks[0] ?? null);
  });
}
