/**
 * The candles of one instrument and one interval: those with trades, newest last; flat ones are made when asked for.
 *
 * Each candle holds the tape's sums before its first and after its last trade, so a trade costs no addition here and a
 * volume is a difference. Trades come in the order of their ids and times; a candle stays open for trades of its time
 * even when the clock has passed it.
 */
import { type Candle, flatCandle, type KlineInterval, type TradeView } from "../bus/stream-client.ts";
import { candleOpenMs, nextCandleOpenMs } from "../protocol/candle-time.ts";
import { subtractSums, type TradeSums } from "./trade-tape.ts";

export interface TradedCandle {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  openTicks: number;
  highTicks: number;
  lowTicks: number;
  closeTicks: number;
  firstTradeId: number;
  lastTradeId: number;
  sumsBefore: TradeSums;
  sumsAfter: TradeSums;
}

export class CandleSeries {
  readonly interval: KlineInterval;
  readonly offsetMs: number;
  readonly #keptMax: number;
  #candles: TradedCandle[] = [];

  constructor(interval: KlineInterval, offsetMs: number, keptMax: number) {
    this.interval = interval;
    this.offsetMs = offsetMs;
    this.#keptMax = keptMax;
  }

  /** Oldest first. */
  get traded(): readonly TradedCandle[] {
    return this.#candles;
  }

  openMsAt(timeMs: number): number {
    return candleOpenMs(this.interval, timeMs, this.offsetMs);
  }

  nextOpenMs(openMs: number): number {
    return nextCandleOpenMs(this.interval, openMs, this.offsetMs);
  }

  add(trade: TradeView, timeMs: number, sumsBefore: TradeSums, sumsAfter: TradeSums): void {
    const running = this.#candles.at(-1);
    if (running === undefined || timeMs > running.closeTimeMs) {
      const openTimeMs = this.openMsAt(timeMs);
      this.#candles.push({
        openTimeMs,
        closeTimeMs: this.nextOpenMs(openTimeMs) - 1,
        openTicks: trade.priceTicks,
        highTicks: trade.priceTicks,
        lowTicks: trade.priceTicks,
        closeTicks: trade.priceTicks,
        firstTradeId: trade.tradeId,
        lastTradeId: trade.tradeId,
        sumsBefore,
        sumsAfter,
      });
      if (this.#candles.length >= 2 * this.#keptMax) this.#candles = this.#candles.slice(-this.#keptMax);
      return;
    }
    if (trade.priceTicks > running.highTicks) running.highTicks = trade.priceTicks;
    if (trade.priceTicks < running.lowTicks) running.lowTicks = trade.priceTicks;
    running.closeTicks = trade.priceTicks;
    running.lastTradeId = trade.tradeId;
    running.sumsAfter = sumsAfter;
  }

  /**
   * Joins what happened before the tape's start. The newest may share its time with the first live candle: it becomes
   * its beginning.
   *
   * @param earlier oldest first, each with the sums of its trades before the start only. A running `scale` of sums is
   *   carried backwards from the start, so that sums over several candles are one difference, too.
   */
  joinHistory(earlier: readonly EarlierCandle[], scaleAtStart: TradeSums): void {
    let scale = scaleAtStart;
    for (const { candle, sumsBeforeStart } of earlier.toReversed()) {
      const sumsBefore = subtractSums(scale, sumsBeforeStart);
      const first = this.#candles[0];
      if (first !== undefined && first.openTimeMs === candle.openTimeMs) {
        first.openTicks = candle.openTicks;
        first.highTicks = Math.max(first.highTicks, candle.highTicks);
        first.lowTicks = Math.min(first.lowTicks, candle.lowTicks);
        first.firstTradeId = candle.firstTradeId;
        first.sumsBefore = sumsBefore;
      } else {
        this.#candles.unshift({
          openTimeMs: candle.openTimeMs,
          closeTimeMs: this.nextOpenMs(candle.openTimeMs) - 1,
          openTicks: candle.openTicks,
          highTicks: candle.highTicks,
          lowTicks: candle.lowTicks,
          closeTicks: candle.closeTicks,
          firstTradeId: candle.firstTradeId,
          lastTradeId: candle.lastTradeId,
          sumsBefore,
          sumsAfter: scale,
        });
      }
      scale = sumsBefore;
    }
  }

  /** The candle that opened at `openMs`, flat at the close before it when nothing traded; null: that close is not known. */
  at(openMs: number): Candle | null {
    for (let i = this.#candles.length - 1; i >= 0; i--) {
      const candle = this.#candles[i]!;
      if (candle.openTimeMs === openMs) return toCandle(candle);
      if (candle.openTimeMs < openMs) return flatCandle(openMs, this.nextOpenMs(openMs) - 1, candle.closeTicks);
    }
    return null;
  }
}

export interface EarlierCandle {
  readonly candle: Candle;
  readonly sumsBeforeStart: TradeSums;
}

export function toCandle(candle: TradedCandle): Candle {
  return {
    openTimeMs: candle.openTimeMs,
    closeTimeMs: candle.closeTimeMs,
    openTicks: candle.openTicks,
    highTicks: candle.highTicks,
    lowTicks: candle.lowTicks,
    closeTicks: candle.closeTicks,
    ...subtractSums(candle.sumsAfter, candle.sumsBefore),
    firstTradeId: candle.firstTradeId,
    lastTradeId: candle.lastTradeId,
    // Trade ids have no gaps.
    trades: candle.lastTradeId - candle.firstTradeId + 1,
  };
}
