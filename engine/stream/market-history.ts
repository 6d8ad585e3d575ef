/**
 * What the stream asks of history when it begins to follow an instrument, and how that is joined to what it has seen.
 *
 * The stream knows every trade above `startTradeId`; history knows all up to some id, perhaps beyond the start. Trade ids
 * have no gaps, so each answer says by its own ids how far it overlaps: the overlap's sums are subtracted, once.
 */
import type { HistoryReads } from "../bus/http/rpc.ts";
import type { Candle } from "../bus/stream-client.ts";
import type { CandleSeries, EarlierCandle } from "./candle-series.ts";
import { type Market, TICKER_WINDOW_MS } from "./market.ts";
import { NO_SUMS, subtractSums, TAPE_TRADES_KEPT } from "./trade-tape.ts";

/** Rejects while it cannot be asked. Only candles with trades, aligned to UTC. */
export type MarketHistory = HistoryReads;

const CANDLES_PER_CALL = 1_000;

/**
 * Reads history and joins it to the market, all or nothing.
 *
 * @returns "again": history has not reached the start yet, or overlaps further than is known here; ask later.
 */
export async function joinHistory(market: Market, history: MarketHistory, nowMs: number): Promise<"joined" | "again"> {
  const { tape } = market;
  const instrument = market.instrument.id;
  const startTradeId = tape.startTradeId;
  const trades = await history.trades(instrument, {
    fromTradeId: Math.max(1, startTradeId - TAPE_TRADES_KEPT + 1),
    limit: TAPE_TRADES_KEPT,
  });
  const earlier = trades.filter((trade) => trade.tradeId <= startTradeId);
  const lastBefore = earlier.at(-1);
  if (lastBefore?.tradeId !== startTradeId) return "again";

  const lastMs = Math.floor(lastBefore.timeUs / 1_000);
  const windowStartMs = market.minutes.openMsAt(nowMs - TICKER_WINDOW_MS);
  const joins: { readonly series: CandleSeries; readonly earlier: readonly EarlierCandle[] }[] = [];
  for (const series of market.allSeries()) {
    const openMs = series.openMsAt(lastMs);
    const candles =
      series === market.minutes
        ? await minuteCandles(history, instrument, Math.min(windowStartMs, openMs), openMs)
        : await candleOf(history, instrument, series, openMs, lastMs);
    const before = beforeStart(market, candles);
    if (before === null) return "again";
    joins.push({ series, earlier: before });
  }
  const beforeWindow = await history.candleBefore(instrument, "1m", windowStartMs);
  // A catch-up may have begun the market anew while history was answering.
  if (market.tape !== tape) return "again";

  tape.joinHistory(earlier);
  for (const join of joins) join.series.joinHistory(join.earlier, NO_SUMS);
  market.historyJoined(beforeWindow?.closeTicks ?? null);
  return "joined";
}

async function minuteCandles(
  history: MarketHistory,
  instrument: number,
  startMs: number,
  endMs: number,
): Promise<Candle[]> {
  const candles: Candle[] = [];
  for (let fromMs = startMs; ; ) {
    const page = await history.candles(instrument, "1m", { startMs: fromMs, endMs, limit: CANDLES_PER_CALL });
    candles.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < CANDLES_PER_CALL) return candles;
    fromMs = last.closeTimeMs + 1;
  }
}

/** History keeps UTC candles only: one of another time zone is folded from hours, which no whole-hour offset cuts. */
async function candleOf(
  history: MarketHistory,
  instrument: number,
  series: CandleSeries,
  openMs: number,
  lastMs: number,
): Promise<Candle[]> {
  if (series.offsetMs === 0) {
    return [...(await history.candles(instrument, series.interval, { startMs: openMs, endMs: openMs, limit: 1 }))];
  }
  const hours = await history.candles(instrument, "1h", { startMs: openMs, endMs: lastMs, limit: CANDLES_PER_CALL });
  const first = hours[0];
  if (first === undefined) return [];
  return [foldCandles(hours, openMs, series.nextOpenMs(openMs) - 1, first)];
}

/** One candle over several that follow one another. */
function foldCandles(parts: readonly Candle[], openTimeMs: number, closeTimeMs: number, first: Candle): Candle {
  const sum = (of: (part: Candle) => bigint): bigint => parts.reduce((total, part) => total + of(part), 0n);
  const last = parts.at(-1) ?? first;
  return {
    openTimeMs,
    closeTimeMs,
    openTicks: first.openTicks,
    highTicks: Math.max(...parts.map((part) => part.highTicks)),
    lowTicks: Math.min(...parts.map((part) => part.lowTicks)),
    closeTicks: last.closeTicks,
    volumeLots: sum((part) => part.volumeLots),
    quoteAtoms: sum((part) => part.quoteAtoms),
    takerBuyLots: sum((part) => part.takerBuyLots),
    takerBuyQuoteAtoms: sum((part) => part.takerBuyQuoteAtoms),
    firstTradeId: first.firstTradeId,
    lastTradeId: last.lastTradeId,
    trades: last.lastTradeId - first.firstTradeId + 1,
  };
}

/**
 * Leaves only what happened up to the start; each candle was asked for because it contains something of that.
 *
 * @returns null: an answer overlaps beyond the trades that are known here.
 */
function beforeStart(market: Market, candles: readonly Candle[]): readonly EarlierCandle[] | null {
  const earlier: EarlierCandle[] = [];
  for (const candle of candles) {
    const overlap =
      candle.lastTradeId <= market.tape.startTradeId ? NO_SUMS : market.tape.sumsAfter(candle.lastTradeId);
    if (overlap === null) return null;
    earlier.push({ candle, sumsBeforeStart: subtractSums(candle, overlap) });
  }
  return earlier;
}
