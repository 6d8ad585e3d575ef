/**
 * Says what has happened to whoever has subscribed to it.
 *
 * Live streams speak after every feed frame; the others on a tick, 100 ms apart, when their time has come and something
 * has changed. A new subscriber of a stream of states (partial depth, book ticker, klines, tickers) is told at the next
 * tick where it stands, so that a quiet market is not a silent one.
 */
import type { TimeUnit } from "../api/time-unit.ts";
import type { TradeExecuted } from "../protocol/events.ts";
import type { Catalog } from "../protocol/views.ts";
import type { Delivery } from "./delivery.ts";
import { DepthChanges } from "./depth-changes.ts";
import type { Market } from "./market.ts";
import {
  aggregateTradePayload,
  averagePrice,
  averagePricePayload,
  bookTickerPayload,
  depthUpdatePayload,
  type InstrumentFormat,
  klinePayload,
  partialDepthPayload,
  tradePayload,
} from "./payloads.ts";
import type { StreamClock } from "./stream-clock.ts";
import { parseStreamName, type StreamKind, type TickerKind } from "./stream-names.ts";
import { bestOf, type Moment, tickerEvent } from "./ticker-event.ts";
import { type Payload, type Subscriber, Topic } from "./topic.ts";

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
  readonly clock: Pick<StreamClock, "nowMs" | "nowUs">;
}

export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #topics = new Map<string, Topic>();
  readonly #topicsBySymbol = new Map<string, Set<Topic>>();
  readonly #topicsOfAll = new Set<Topic>();
  readonly #formats = new WeakMap<object, InstrumentFormat>();
  #lastTickMs: number;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
    this.#lastTickMs = deps.clock.nowMs();
  }

  get topics(): number {
    return this.#topics.size;
  }

  /** Of all clients, each name that one of them hears. */
  get subscriptions(): number {
    let count = 0;
    for (const { subscribers } of this.#topics.values()) count += subscribers.size;
    return count;
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
    this.#topicsOfAll.delete(topic);
    if (topic.parsed?.scope !== "instrument") return;
    const { symbol } = topic.parsed;
    const siblings = this.#topicsBySymbol.get(symbol);
    siblings?.delete(topic);
    if (siblings?.size === 0) this.#topicsBySymbol.delete(symbol);
    if (topic.memory.depthChanges !== null) this.#marketOf(symbol)?.depthChanges.delete(topic.memory.depthChanges);
  }

  /** A feed frame has been applied. */
  onMoved(moved: ReadonlyMap<Market, readonly TradeExecuted[]>): void {
    const eventUs = this.#deps.clock.nowUs();
    for (const [market, trades] of moved) {
      for (const topic of this.#topicsBySymbol.get(market.instrument.symbol) ?? []) {
        if (topic.parsed?.scope !== "instrument") continue;
        this.#publishLive(topic, topic.parsed.stream, market, trades, eventUs);
      }
    }
  }

  /** To be called every TICK_MS; a late call makes up for what fell due before. */
  tick(): void {
    const { clock } = this.#deps;
    const now: Moment = { ms: clock.nowMs(), us: clock.nowUs() };
    const lastMs = this.#lastTickMs;
    this.#lastTickMs = now.ms;
    const due = (periodMs: number): boolean => Math.floor(now.ms / periodMs) !== Math.floor(lastMs / periodMs);
    for (const [symbol, topics] of this.#topicsBySymbol) {
      const market = this.#marketOf(symbol);
      if (market === undefined) continue;
      for (const topic of topics) {
        if (topic.parsed?.scope === "instrument") this.#publishDue(topic, topic.parsed.stream, market, due, now);
      }
    }
    if (!due(SECOND_MS)) return;
    for (const topic of this.#topicsOfAll) {
      if (topic.parsed?.scope === "all") this.#publishTickers(topic, topic.parsed.stream, now);
    }
  }

  #open(topic: Topic): void {
    if (topic.parsed?.scope === "all") this.#topicsOfAll.add(topic);
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
    eventUs: number,
  ): void {
    const { delivery } = this.#deps;
    const { instrument, book } = market;
    if (stream.kind === "trade") {
      for (const trade of trades) {
        topic.publish(delivery, (unit) => tradePayload(instrument, trade, eventUs, unit));
      }
    } else if (stream.kind === "agg_trade") {
      for (const run of runsOfOneTaker(trades)) {
        topic.publish(delivery, (unit) => aggregateTradePayload(instrument, run, eventUs, unit));
      }
    } else if (stream.kind === "book_ticker") {
      const told = bestOf(market);
      if (told === topic.memory.told) return;
      topic.memory.told = told;
      topic.publish(delivery, () => bookTickerPayload(instrument, book));
    } else {
      this.#remember(topic, stream, market);
    }
  }

  #publishDue(topic: Topic, stream: StreamKind, market: Market, due: (periodMs: number) => boolean, now: Moment): void {
    const { delivery } = this.#deps;
    const { instrument, book } = market;
    switch (stream.kind) {
      case "trade":
      case "agg_trade":
        return;
      case "book_ticker":
        if (topic.newcomers.size > 0) topic.publishToNewcomers(delivery, () => bookTickerPayload(instrument, book));
        return;
      case "depth": {
        this.#remember(topic, stream, market);
        const update = due(stream.speedMs) ? topic.memory.depthChanges?.take(book) : null;
        if (update != null) {
          topic.publish(delivery, (unit) => depthUpdatePayload(instrument, update, now.us, unit));
        }
        return;
      }
      case "partial_depth":
        if (due(stream.speedMs)) {
          this.#publishState(topic, String(book.updateId), () => partialDepthPayload(instrument, book, stream.levels));
        }
        return;
      case "mini_ticker":
      case "ticker":
      case "window_ticker": {
        if (!due(SECOND_MS)) return;
        const { told, payload } = tickerEvent(stream, market, this.#formatOf(market), now);
        this.#publishState(topic, told, payload);
        return;
      }
      case "average_price": {
        if (!due(SECOND_MS)) return;
        const recent = market.recentVolume(now.ms);
        this.#publishState(topic, `${averagePrice(instrument, recent)}/${recent.last?.tradeId}`, (unit) =>
          averagePricePayload(instrument, recent, now.us, unit),
        );
        return;
      }
      case "kline":
        this.#publishKline(topic, stream, market, due(stream.interval === "1s" ? SECOND_MS : KLINE_UPDATE_MS), now);
        return;
    }
  }

  /** To all when it has changed, else only to those who do not know it yet. */
  #publishState(topic: Topic, state: string, payload: Payload): void {
    if (state !== topic.memory.told) {
      topic.memory.told = state;
      topic.publish(this.#deps.delivery, payload);
    } else if (topic.newcomers.size > 0) {
      topic.publishToNewcomers(this.#deps.delivery, payload);
    }
  }

  #publishKline(
    topic: Topic,
    stream: StreamKind & { readonly kind: "kline" },
    market: Market,
    updateDue: boolean,
    now: Moment,
  ): void {
    const { interval, offsetMs } = stream;
    const { memory } = topic;
    const series = market.seriesOf(interval, offsetMs);
    const format = this.#formatOf(market);
    const runningOpenMs = series.openMsAt(now.ms - CANDLE_CLOSE_GRACE_MS);
    let openMs = memory.candleOpenMs ?? runningOpenMs;
    for (let closed = 0; openMs < runningOpenMs && closed < CANDLES_CLOSED_PER_TICK_MAX; closed++) {
      const candle = market.candle(interval, offsetMs, openMs);
      if (candle !== null) {
        topic.publish(this.#deps.delivery, (unit) => klinePayload(format, interval, candle, "closed", now.us, unit));
      }
      openMs = series.nextOpenMs(openMs);
      memory.told = null;
    }
    memory.candleOpenMs = runningOpenMs;
    if (!updateDue) return;
    const running = market.candle(interval, offsetMs, runningOpenMs);
    if (running === null) return;
    this.#publishState(topic, `${runningOpenMs}/${running.lastTradeId}`, (unit) =>
      klinePayload(format, interval, running, "running", now.us, unit),
    );
  }

  /** One array of the instruments that changed; a newcomer gets one of all the others first. */
  #publishTickers(topic: Topic, stream: TickerKind, now: Moment): void {
    const { delivery } = this.#deps;
    const { toldByInstrument } = topic.memory;
    const changed: Payload[] = [];
    const unchanged: Payload[] = [];
    for (const [id, market] of this.#deps.markets()) {
      const { told, payload } = tickerEvent(stream, market, this.#formatOf(market), now);
      const isUnchanged = toldByInstrument.get(id) === told;
      toldByInstrument.set(id, told);
      (isUnchanged ? unchanged : changed).push(payload);
    }
    if (unchanged.length > 0) topic.publishToNewcomers(delivery, (unit) => arrayOf(unchanged, unit));
    if (changed.length > 0) topic.publish(delivery, (unit) => arrayOf(changed, unit));
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

function arrayOf(payloads: readonly Payload[], unit: TimeUnit): string {
  return `[${payloads.map((payload) => payload(unit)).join(",")}]`;
}
