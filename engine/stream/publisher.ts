/**
 * Says what has happened to whoever has subscribed to it.
 *
 * Live streams speak after every feed frame; the others on a tick, 100 ms apart, when their time has come and something
 * has changed. A new subscriber of a stream of states (partial depth, book ticker, klines, tickers) is told at the next
 * tick where it stands, so that a quiet market is not a silent one.
 */
import type { TradeExecuted } from "../protocol/events.ts";
import type { Catalog } from "../protocol/views.ts";
import type { Delivery } from "./delivery.ts";
import { DepthChanges } from "./depth-changes.ts";
import type { Market } from "./market.ts";
import {
  aggregateTradePayload,
  bookTickerPayload,
  depthUpdatePayload,
  type InstrumentFormat,
  klinePayload,
  miniTickerPayload,
  partialDepthPayload,
  tickerPayload,
  tradePayload,
} from "./payloads.ts";
import { parseStreamName, type StreamKind } from "./stream-names.ts";
import { type Subscriber, Topic } from "./topic.ts";

export const TICK_MS = 100;
const SECOND_MS = 1_000;
const KLINE_UPDATE_MS = 2_000;
/** A candle is closed this long after its end, so that its last trades have arrived. */
const CANDLE_CLOSE_GRACE_MS = 200;
/** After a pause of the process not every missed candle is closed aloud. */
const CANDLES_CLOSED_PER_TICK_MAX = 5;

export interface PublisherDeps {
  readonly delivery: Delivery;
  readonly catalog: () => Catalog;
  readonly markets: () => ReadonlyMap<number, Market>;
  readonly nowMs: () => number;
}

export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #topics = new Map<string, Topic>();
  readonly #topicsBySymbol = new Map<string, Set<Topic>>();
  readonly #formats = new WeakMap<object, InstrumentFormat>();
  #lastTickMs: number;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
    this.#lastTickMs = deps.nowMs();
  }

  get topics(): number {
    return this.#topics.size;
  }

  subscribe(name: string, subscriber: Subscriber): void {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = new Topic(name, parseStreamName(name));
      this.#topics.set(name, topic);
      this.#open(topic);
    }
    topic.subscribers.add(subscriber);
    topic.newcomers.add(subscriber);
  }

  unsubscribe(name: string, subscriber: Subscriber): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    topic.subscribers.delete(subscriber);
    topic.newcomers.delete(subscriber);
    if (topic.subscribers.size > 0) return;
    this.#topics.delete(name);
    if (topic.parsed?.scope !== "instrument") return;
    const { symbol } = topic.parsed;
    const siblings = this.#topicsBySymbol.get(symbol);
    siblings?.delete(topic);
    if (siblings?.size === 0) this.#topicsBySymbol.delete(symbol);
    if (topic.memory.depthChanges !== null) this.#marketOf(symbol)?.depthChanges.delete(topic.memory.depthChanges);
  }

  /** A feed frame has been applied. */
  onMoved(moved: ReadonlyMap<Market, readonly TradeExecuted[]>): void {
    const nowMs = this.#deps.nowMs();
    for (const [market, trades] of moved) {
      for (const topic of this.#topicsBySymbol.get(market.instrument.symbol) ?? []) {
        if (topic.parsed?.scope !== "instrument") continue;
        this.#publishLive(topic, topic.parsed.stream, market, trades, nowMs);
      }
    }
  }

  /** To be called every TICK_MS; a late call makes up for what fell due before. */
  tick(): void {
    const nowMs = this.#deps.nowMs();
    const lastMs = this.#lastTickMs;
    this.#lastTickMs = nowMs;
    const due = (periodMs: number): boolean => Math.floor(nowMs / periodMs) !== Math.floor(lastMs / periodMs);
    for (const [symbol, topics] of this.#topicsBySymbol) {
      const market = this.#marketOf(symbol);
      if (market === undefined) continue;
      for (const topic of topics) {
        if (topic.parsed?.scope === "instrument") this.#publishDue(topic, topic.parsed.stream, market, due, nowMs);
      }
    }
    const all = this.#topics.get("!miniTicker@arr");
    if (all !== undefined && due(SECOND_MS)) this.#publishMiniTickers(all, nowMs);
  }

  #open(topic: Topic): void {
    if (topic.parsed?.scope !== "instrument") return;
    const { symbol } = topic.parsed;
    const siblings = this.#topicsBySymbol.get(symbol);
    if (siblings === undefined) this.#topicsBySymbol.set(symbol, new Set([topic]));
    else siblings.add(topic);
    const market = this.#marketOf(symbol);
    if (market !== undefined) this.#remember(topic, topic.parsed.stream, market);
  }

  /** A stream of changes counts them from its first subscriber on, or from when its instrument appears. */
  #remember(topic: Topic, stream: StreamKind, market: Market): void {
    if (stream.kind === "book_ticker") topic.memory.told ??= bestOf(market);
    if (stream.kind !== "depth" || topic.memory.depthChanges !== null) return;
    topic.memory.depthChanges = new DepthChanges(market.book.updateId);
    market.depthChanges.add(topic.memory.depthChanges);
  }

  #publishLive(
    topic: Topic,
    stream: StreamKind,
    market: Market,
    trades: readonly TradeExecuted[],
    nowMs: number,
  ): void {
    const { delivery } = this.#deps;
    const { instrument, book } = market;
    if (stream.kind === "trade") {
      for (const trade of trades) topic.publish(delivery, tradePayload(instrument, trade, nowMs));
    } else if (stream.kind === "agg_trade") {
      for (const run of runsOfOneTaker(trades)) topic.publish(delivery, aggregateTradePayload(instrument, run, nowMs));
    } else if (stream.kind === "book_ticker") {
      const told = bestOf(market);
      if (told === topic.memory.told) return;
      topic.memory.told = told;
      topic.publish(delivery, bookTickerPayload(instrument, book));
    } else {
      this.#remember(topic, stream, market);
    }
  }

  #publishDue(
    topic: Topic,
    stream: StreamKind,
    market: Market,
    due: (periodMs: number) => boolean,
    nowMs: number,
  ): void {
    const { delivery } = this.#deps;
    const { instrument, book } = market;
    switch (stream.kind) {
      case "trade":
      case "agg_trade":
        return;
      case "book_ticker":
        if (topic.newcomers.size > 0) topic.publishToNewcomers(delivery, bookTickerPayload(instrument, book));
        return;
      case "depth": {
        this.#remember(topic, stream, market);
        const update = due(stream.speedMs) ? topic.memory.depthChanges?.take(book) : null;
        if (update != null) topic.publish(delivery, depthUpdatePayload(instrument, update, nowMs));
        return;
      }
      case "partial_depth":
        if (due(stream.speedMs)) {
          this.#publishState(topic, String(book.updateId), () => partialDepthPayload(instrument, book, stream.levels));
        }
        return;
      case "mini_ticker":
      case "ticker": {
        if (!due(SECOND_MS)) return;
        const ticker = market.ticker(nowMs);
        const format = this.#formatOf(market);
        const traded = `${ticker.firstTradeId}/${ticker.lastTradeId}`;
        if (stream.kind === "ticker") {
          this.#publishState(topic, `${traded}/${bestOf(market)}`, () => tickerPayload(format, ticker, nowMs));
        } else {
          this.#publishState(topic, traded, () => miniTickerPayload(format, ticker, nowMs));
        }
        return;
      }
      case "kline":
        this.#publishKline(topic, stream, market, due(stream.interval === "1s" ? SECOND_MS : KLINE_UPDATE_MS), nowMs);
        return;
    }
  }

  /** To all when it has changed, else only to those who do not know it yet. */
  #publishState(topic: Topic, state: string, payload: () => string): void {
    if (state !== topic.memory.told) {
      topic.memory.told = state;
      topic.publish(this.#deps.delivery, payload());
    } else if (topic.newcomers.size > 0) {
      topic.publishToNewcomers(this.#deps.delivery, payload());
    }
  }

  #publishKline(
    topic: Topic,
    stream: StreamKind & { readonly kind: "kline" },
    market: Market,
    updateDue: boolean,
    nowMs: number,
  ): void {
    const { interval, offsetMs } = stream;
    const { memory } = topic;
    const series = market.seriesOf(interval, offsetMs);
    const format = this.#formatOf(market);
    const runningOpenMs = series.openMsAt(nowMs - CANDLE_CLOSE_GRACE_MS);
    let openMs = memory.candleOpenMs ?? runningOpenMs;
    for (let closed = 0; openMs < runningOpenMs && closed < CANDLES_CLOSED_PER_TICK_MAX; closed++) {
      const candle = market.candle(interval, offsetMs, openMs);
      if (candle !== null) topic.publish(this.#deps.delivery, klinePayload(format, interval, candle, "closed", nowMs));
      openMs = series.nextOpenMs(openMs);
      memory.told = null;
    }
    memory.candleOpenMs = runningOpenMs;
    if (!updateDue) return;
    const running = market.candle(interval, offsetMs, runningOpenMs);
    if (running === null) return;
    this.#publishState(topic, `${runningOpenMs}/${running.lastTradeId}`, () =>
      klinePayload(format, interval, running, "running", nowMs),
    );
  }

  /** One array of the instruments that changed; a newcomer gets one of all the others first. */
  #publishMiniTickers(topic: Topic, nowMs: number): void {
    const { delivery } = this.#deps;
    const { toldByInstrument } = topic.memory;
    const changed: string[] = [];
    const unchanged: string[] = [];
    for (const [id, market] of this.#deps.markets()) {
      const ticker = market.ticker(nowMs);
      const state = `${ticker.firstTradeId}/${ticker.lastTradeId}`;
      const isUnchanged = toldByInstrument.get(id) === state;
      if (isUnchanged && topic.newcomers.size === 0) continue;
      toldByInstrument.set(id, state);
      (isUnchanged ? unchanged : changed).push(miniTickerPayload(this.#formatOf(market), ticker, nowMs));
    }
    if (unchanged.length > 0) topic.publishToNewcomers(delivery, `[${unchanged.join(",")}]`);
    if (changed.length > 0) topic.publish(delivery, `[${changed.join(",")}]`);
  }

  #marketOf(symbol: string): Market | undefined {
    const instrument = this.#deps.catalog().instrumentBySymbol.get(symbol);
    return instrument === undefined ? undefined : this.#deps.markets().get(instrument.id);
  }

  #formatOf(market: Market): InstrumentFormat {
    const { instrument } = market;
    let format = this.#formats.get(instrument);
    if (format === undefined) {
      format = { ...instrument, quoteDecimals: this.#deps.catalog().assets[instrument.quoteAsset]!.decimals };
      this.#formats.set(instrument, format);
    }
    return format;
  }
}

/** Fills of one taker order at one price are one; the order of one command is never split over frames. */
function runsOfOneTaker(trades: readonly TradeExecuted[]): readonly (readonly TradeExecuted[])[] {
  const runs: TradeExecuted[][] = [];
  for (const trade of trades) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last?.takerOrderId === trade.takerOrderId && last.priceTicks === trade.priceTicks) {
      run.push(trade);
    } else {
      runs.push([trade]);
    }
  }
  return runs;
}

function bestOf({ book }: Market): string {
  const { bestBid, bestAsk } = book;
  return `${bestBid?.[0]}x${bestBid?.[1]}/${bestAsk?.[0]}x${bestAsk?.[1]}`;
}
