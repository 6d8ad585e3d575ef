/**
 * One instrument as the stream knows it: book, tape, candles, rolling day, and what each diff-depth stream has yet to tell.
 *
 * Owns: folding events into these. Continuity is checked by ids: an event already contained is skipped, one that skips an
 * id marks the part as behind and leaves it as it was, until feed-follower.ts has brought it up.
 */
import type { BookSnapshot } from "../bus/engine-client.ts";
import {
  type Candle,
  KLINE_INTERVALS,
  type KlineInterval,
  type TickerView,
  type TradeView,
} from "../bus/stream-client.ts";
import { assert } from "../domain/assert.ts";
import type { Instrument } from "../domain/instrument.ts";
import { shiftsWithTimeZone } from "../protocol/candle-time.ts";
import type { LevelChanged, TradeExecuted } from "../protocol/events.ts";
import { BookCopy } from "./book-copy.ts";
import { CandleSeries, toCandle } from "./candle-series.ts";
import type { DepthChanges } from "./depth-changes.ts";
import { subtractSums, TradeTape } from "./trade-tape.ts";

export const TICKER_WINDOW_MS = 24 * 3_600_000;
/** Minutes of the average price, the running one included. */
export const AVERAGE_MINUTES = 5;
const MINUTE_MS = 60_000;
/** Of each interval; the edges make five-minute averages of them, and answer short spans while history is away. */
const CANDLES_KEPT = 16;
/** A day of minutes, the running one, and the one before the window, whose close is the previous close. */
const MINUTES_KEPT = 24 * 60 + 2;
/** The time zones that kline streams come in: UTC and `@+08:00`. */
const OFFSETS_MS = [0, 8 * 3_600_000] as const;
export type KlineOffsetMs = (typeof OFFSETS_MS)[number];

export class Market {
  instrument: Instrument;
  readonly book = new BookCopy();
  /** One per diff-depth stream that has subscribers. */
  readonly depthChanges = new Set<DepthChanges>();
  #tape: TradeTape;
  #series: readonly CandleSeries[];
  #historyJoined: boolean;
  #closeBeforeWindowTicks: number | null = null;
  #bookBehind = false;
  #tradesBehind = false;

  /** @param startTradeId trades up to this one are history's; 0: the instrument has never traded. */
  constructor(instrument: Instrument, startTradeId: number) {
    this.instrument = instrument;
    this.#tape = new TradeTape(instrument, startTradeId);
    this.#series = emptySeries();
    this.#historyJoined = startTradeId === 0;
  }

  get tape(): TradeTape {
    return this.#tape;
  }
  /** The one-minute candles of UTC: the rolling day is read from them. */
  get minutes(): CandleSeries {
    return this.seriesOf("1m", 0);
  }
  /** Whether everything before `startTradeId` that is still of interest is known. */
  get hasHistory(): boolean {
    return this.#historyJoined;
  }
  /** A level change was missed: a snapshot is needed. */
  get bookBehind(): boolean {
    return this.#bookBehind;
  }
  /** A trade was missed: it must be fetched. */
  get tradesBehind(): boolean {
    return this.#tradesBehind;
  }

  allSeries(): readonly CandleSeries[] {
    return this.#series;
  }

  seriesOf(interval: KlineInterval, offsetMs: KlineOffsetMs): CandleSeries {
    const effectiveMs = shiftsWithTimeZone(interval) ? offsetMs : 0;
    return this.#series.find((series) => series.interval === interval && series.offsetMs === effectiveMs)!;
  }

  applyLevel(event: LevelChanged): void {
    const { book } = this;
    if (event.updateId <= book.updateId) return;
    if (this.#bookBehind || event.updateId !== book.updateId + 1) {
      this.#bookBehind = true;
      return;
    }
    book.apply(event.updateId, event.side, event.priceTicks, event.quantityLots);
    for (const changes of this.depthChanges) changes.note(event.side, event.priceTicks);
  }

  /** @returns whether it was the next trade; one already known, or one after a missed one, is not taken. */
  applyTrade(event: TradeExecuted): boolean {
    const tape = this.#tape;
    if (event.tradeId <= tape.lastTradeId) return false;
    if (event.tradeId !== tape.lastTradeId + 1) {
      this.#tradesBehind = true;
      return false;
    }
    this.#tradesBehind = false;
    const trade: TradeView = {
      instrument: event.instrument,
      tradeId: event.tradeId,
      priceTicks: event.priceTicks,
      quantityLots: event.quantityLots,
      takerSide: event.takerSide,
      takerOrderId: event.takerOrderId,
      timeUs: event.timeUs,
    };
    const sumsBefore = tape.sums;
    tape.add(trade);
    const timeMs = Math.floor(event.timeUs / 1_000);
    for (const series of this.#series) series.add(trade, timeMs, sumsBefore, tape.sums);
    return true;
  }

  /** @returns false for a snapshot older than the copy: it is left alone, and still behind if it was. */
  applySnapshot(snapshot: BookSnapshot): boolean {
    if (snapshot.updateId < this.book.updateId) return false;
    const differing = this.book.replace(snapshot);
    for (const changes of this.depthChanges) {
      for (const price of differing.bids) changes.note("buy", price);
      for (const price of differing.asks) changes.note("sell", price);
    }
    this.#bookBehind = false;
    return true;
  }

  /** Trades were missed and cannot be had any more: begins anew after `startTradeId`; the rest is history's again. */
  restartTrades(startTradeId: number): void {
    this.#tape = new TradeTape(this.instrument, startTradeId);
    this.#series = emptySeries();
    this.#historyJoined = startTradeId === 0;
    this.#tradesBehind = false;
  }

  historyJoined(closeBeforeWindowTicks: number | null): void {
    this.#historyJoined = true;
    this.#closeBeforeWindowTicks = closeBeforeWindowTicks;
  }

  /** A candle is shown only when it is whole: the first live one may lack what only history knows. */
  candle(interval: KlineInterval, offsetMs: KlineOffsetMs, openMs: number): Candle | null {
    const candle = this.seriesOf(interval, offsetMs).at(openMs);
    if (candle === null || this.#historyJoined || candle.firstTradeId !== this.#tape.startTradeId + 1) return candle;
    return null;
  }

  /** The newest candles with trades that are whole, then the running one, flat if nothing has traded in it yet. */
  candles(interval: KlineInterval, nowMs: number): readonly Candle[] {
    const series = this.seriesOf(interval, 0);
    const startTradeId = this.#tape.startTradeId;
    const candles = series.traded
      .slice(-CANDLES_KEPT)
      .filter((candle) => this.#historyJoined || candle.firstTradeId > startTradeId + 1)
      .map(toCandle);
    const runningOpenMs = series.openMsAt(nowMs);
    const last = series.traded.at(-1);
    if (last !== undefined && last.openTimeMs < runningOpenMs) {
      const flat = series.at(runningOpenMs);
      if (flat !== null) candles.push(flat);
    }
    return candles;
  }

  /**
   * The rolling day, or a shorter window: from the start of the minute so long ago. Where nothing traded in it all is zero and ids are −1,
   * but for the last price and quantity, which stay what they were. Before history is joined it tells what it has.
   */
  ticker(nowMs: number, windowMs = TICKER_WINDOW_MS): TickerView {
    assert(windowMs <= TICKER_WINDOW_MS, "a window is no longer than the day whose minutes are kept");
    const openTimeMs = this.minutes.openMsAt(nowMs - windowMs);
    const minutes = this.minutes.traded;
    const last = this.#tape.last;
    const view = {
      instrument: this.instrument.id,
      openTimeMs,
      closeTimeMs: nowMs,
      lastTicks: last?.priceTicks ?? 0,
      lastLots: last?.quantityLots ?? 0,
      bestBid: this.book.bestBid,
      bestAsk: this.book.bestAsk,
    };
    const begin = minutes.findIndex((minute) => minute.openTimeMs >= openTimeMs);
    const first = minutes[begin];
    if (first === undefined) {
      const prevCloseTicks = last?.priceTicks ?? 0;
      return { ...view, ...NOTHING_TRADED, prevCloseTicks };
    }
    let highTicks = first.highTicks;
    let lowTicks = first.lowTicks;
    for (let i = begin + 1; i < minutes.length; i++) {
      const minute = minutes[i]!;
      if (minute.highTicks > highTicks) highTicks = minute.highTicks;
      if (minute.lowTicks < lowTicks) lowTicks = minute.lowTicks;
    }
    const newest = minutes.at(-1)!;
    const { volumeLots, quoteAtoms } = subtractSums(newest.sumsAfter, first.sumsBefore);
    return {
      ...view,
      openTicks: first.openTicks,
      highTicks,
      lowTicks,
      prevCloseTicks: minutes[begin - 1]?.closeTicks ?? this.#closeBeforeWindowTicks ?? 0,
      volumeLots,
      quoteAtoms,
      firstTradeId: first.firstTradeId,
      lastTradeId: newest.lastTradeId,
      trades: newest.lastTradeId - first.firstTradeId + 1,
    };
  }

  /** Of AVERAGE_MINUTES. */
  recentVolume(nowMs: number): RecentVolume {
    const sinceMs = this.minutes.openMsAt(nowMs) - (AVERAGE_MINUTES - 1) * MINUTE_MS;
    const minutes = this.minutes.traded;
    const { last } = this.#tape;
    const first = minutes[minutes.findLastIndex((minute) => minute.openTimeMs < sinceMs) + 1];
    if (first === undefined) return { volumeLots: 0n, quoteAtoms: 0n, last };
    const { volumeLots, quoteAtoms } = subtractSums(minutes.at(-1)!.sumsAfter, first.sumsBefore);
    return { volumeLots, quoteAtoms, last };
  }
}

/** What the last minutes traded, and the last trade of all, however old. */
export interface RecentVolume {
  readonly volumeLots: bigint;
  readonly quoteAtoms: bigint;
  /** null: the instrument has never traded, as far as is known. */
  readonly last: TradeView | null;
}

const NOTHING_TRADED = {
  openTicks: 0,
  highTicks: 0,
  lowTicks: 0,
  volumeLots: 0n,
  quoteAtoms: 0n,
  firstTradeId: -1,
  lastTradeId: -1,
  trades: 0,
} as const;

function emptySeries(): readonly CandleSeries[] {
  return OFFSETS_MS.flatMap((offsetMs) =>
    KLINE_INTERVALS.filter((interval) => offsetMs === 0 || shiftsWithTimeZone(interval)).map(
      (interval) => new CandleSeries(interval, offsetMs, interval === "1m" ? MINUTES_KEPT : CANDLES_KEPT),
    ),
  );
}
