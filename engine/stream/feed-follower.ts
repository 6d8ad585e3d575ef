/**
 * Follows the engine's feed without losing anything: the one place that knows of sequences and gaps.
 *
 * In order: frames are applied as they come. After a gap (a frame that does not continue the last one, or an event that
 * skips an id) frames are queued while the rest is asked from the engine: missed trades by `eventsSince`, every book that
 * may have moved by `bookSnapshot`. A snapshot's difference is noted like any change, so each depth stream tells it in ONE
 * event that begins where the last one ended. Then the queue is applied; ids make what is contained already harmless. I36: a
 * feed of another past ends this copy.
 */
import type { EngineReads, FeedSource } from "../bus/engine-client.ts";
import type { Instrument } from "../domain/instrument.ts";
import { catalogOf, type FeedFrame } from "../protocol/bus-messages.ts";
import type { EngineEvent, TradeExecuted } from "../protocol/events.ts";
import type { Catalog } from "../protocol/views.ts";
import { Market } from "./market.ts";
import type { Stop, StreamClock } from "./stream-clock.ts";

/** Frames kept while catching up; beyond, all are dropped, which is one more gap and heals the same way. */
const QUEUED_FRAMES_MAX = 10_000;
const EVENTS_PER_CALL = 10_000;
const RETRY_MS = 100;

export type StreamLog = (entry: Readonly<Record<string, unknown>>) => void;

/** What the stream asks of the engine, in this process or another. */
export interface BookSource extends Pick<EngineReads, "eventsSince" | "bookSnapshot"> {
  catalog(): Catalog | Promise<Catalog>;
}

export interface FollowerStats {
  readonly following: boolean;
  readonly lastSeq: number | null;
  /** The newest sequence that the feed has named; null: nothing heard yet. */
  readonly headSeq: number | null;
  /** When the feed was last heard; an idle engine repeats itself, so silence means that it cannot be heard. */
  readonly heardMs: number | null;
  readonly gapsHealed: number;
}

export interface FeedFollowerDeps {
  readonly feed: FeedSource;
  readonly reads: BookSource;
  readonly clock: StreamClock;
  readonly log: StreamLog;
  /** After each frame and each catch-up: the markets that may have moved, with their new trades. */
  readonly onMoved: (moved: ReadonlyMap<Market, readonly TradeExecuted[]>) => void;
  /** A market is followed from now on, or has begun anew: history before its tape is wanted. */
  readonly onHistoryWanted: (market: Market) => void;
  /** A newer epoch has less than was told here, or is of another lineage: its journal was restored, and this copy is of another past. */
  readonly onRewound: () => void;
}

export class FeedFollower {
  /** By instrument id, which counts from 0 in order of appearance. */
  readonly #markets = new Map<number, Market>();
  readonly #deps: FeedFollowerDeps;
  #queue: FeedFrame[] = [];
  #following = false;
  #stopped = false;
  /** null: no frame is known to be contained yet. */
  #lastSeq: number | null = null;
  #epoch = 0;
  /** Of the journal that this is a copy of; null: the engine has not been asked yet. */
  #lineage: number | null = null;
  #headSeq: number | null = null;
  #heardMs: number | null = null;
  #gapsHealed = 0;
  #catalog: Catalog = catalogOf([], []);
  #unsubscribe: Stop = () => {};
  #cancelRetry: Stop = () => {};

  constructor(deps: FeedFollowerDeps) {
    this.#deps = deps;
  }

  get markets(): ReadonlyMap<number, Market> {
    return this.#markets;
  }
  /** As far as the markets here know it: instruments and assets. The exchange's limits are asked of the engine's reads. */
  get catalog(): Catalog {
    return this.#catalog;
  }
  get stats(): FollowerStats {
    return {
      following: this.#following,
      lastSeq: this.#lastSeq,
      headSeq: this.#headSeq,
      heardMs: this.#heardMs,
      gapsHealed: this.#gapsHealed,
    };
  }

  /** Resolves when every book is there; when the engine cannot be asked, it goes on trying. */
  async start(): Promise<void> {
    // Listening comes first: what happens while the snapshots are taken waits in the queue.
    this.#unsubscribe = this.#deps.feed.subscribeFeed((frame) => this.#onFrame(frame));
    await this.#untilDone(() => this.#takeLineage());
    await this.#untilDone(() => this.#takeBooks());
    await this.#resume();
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelRetry();
  }

  #onFrame(frame: FeedFrame): void {
    // A fenced engine may still speak: nothing of a lower epoch is heard.
    if (this.#stopped || frame.epoch < this.#epoch) return;
    if (this.#isOfAnotherPast(frame)) {
      this.#deps.onRewound();
      return;
    }
    this.#epoch = frame.epoch;
    this.#headSeq = Math.max(this.#headSeq ?? 0, frame.lastSeq);
    this.#heardMs = this.#deps.clock.nowMs();
    if (!this.#following) {
      if (this.#queue.length >= QUEUED_FRAMES_MAX) this.#queue = [];
      this.#queue.push(frame);
      return;
    }
    if (!this.#apply(frame)) {
      this.#following = false;
      this.#queue.push(frame);
      void this.#catchUp();
    }
  }

  #isOfAnotherPast({ epoch, lineage = 0, lastSeq }: FeedFrame): boolean {
    if (this.#lineage !== null && lineage !== this.#lineage) return true;
    return epoch > this.#epoch && lastSeq < (this.#lastSeq ?? 0);
  }

  /** @returns false where something before it, or in it, was missed. A frame may be applied twice. */
  #apply(frame: FeedFrame): boolean {
    if (this.#lastSeq !== null) {
      if (frame.lastSeq <= this.#lastSeq) return true;
      if (frame.firstSeq > this.#lastSeq + 1) return false;
    }
    const whole = this.#applyEvents(frame.events, "feed");
    if (whole) this.#lastSeq = frame.lastSeq;
    return whole;
  }

  /** What the engine itself leaves out is lost; what the feed leaves out can still be asked for. @returns false: so it must. */
  #applyEvents(events: readonly EngineEvent[], source: "feed" | "engine"): boolean {
    const moved = new Map<Market, TradeExecuted[]>();
    const touch = (market: Market): TradeExecuted[] => {
      const trades = moved.get(market) ?? [];
      moved.set(market, trades);
      return trades;
    };
    let whole = true;
    for (const event of events) {
      if (event.type === "instrument_changed") {
        if (!this.#takeInstrument(event.instrument)) whole = false;
        continue;
      }
      if (event.type !== "level_changed" && event.type !== "trade_executed") continue;
      const market = this.#markets.get(event.instrument);
      if (market === undefined) {
        whole = false;
        continue;
      }
      const trades = touch(market);
      if (event.type === "level_changed") {
        market.applyLevel(event);
      } else {
        if (source === "engine" && event.tradeId > market.tape.lastTradeId + 1)
          this.#loseTrades(market, event.tradeId - 1);
        if (market.applyTrade(event)) trades.push(event);
      }
      if (market.bookBehind || market.tradesBehind) whole = false;
    }
    if (moved.size > 0) this.#deps.onMoved(moved);
    return whole;
  }

  /**
   * An instrument first heard of by its event is newborn: empty, never traded.
   *
   * @returns false: its assets, or one before it, are not known here: the catalog must be asked.
   */
  #takeInstrument(instrument: Instrument): boolean {
    const { assets, instruments } = this.#catalog;
    if (assets[instrument.baseAsset] === undefined || assets[instrument.quoteAsset] === undefined) return false;
    if (instrument.id > instruments.length) return false;
    const changed = [...instruments];
    changed[instrument.id] = instrument;
    this.#catalog = catalogOf(assets, changed);
    const known = this.#markets.get(instrument.id);
    if (known === undefined) this.#addMarket(new Market(instrument, 0));
    else known.instrument = instrument;
    return true;
  }

  #addMarket(market: Market): void {
    this.#markets.set(market.instrument.id, market);
    if (!market.hasHistory) this.#deps.onHistoryWanted(market);
  }

  async #catchUp(): Promise<void> {
    // First, so that an instrument among what was missed is born with its event and its first trades are told.
    await this.#untilDone(() => this.#takeCatalog());
    await this.#untilDone(() => this.#fetchMissedEvents());
    await this.#untilDone(() => this.#takeBooks());
    this.#gapsHealed += 1;
    this.#deps.log({ at: "stream", outcome: "gap_healed", lastSeq: this.#lastSeq });
    await this.#resume();
  }

  /** Applies the queue; a further gap in it begins another round. */
  async #resume(): Promise<void> {
    const queue = this.#queue;
    this.#queue = [];
    for (const [index, frame] of queue.entries()) {
      if (this.#stopped) return;
      if (this.#apply(frame)) continue;
      this.#queue = [...queue.slice(index), ...this.#queue];
      // The engine's answers may lag behind its feed: give them time.
      await this.#pause();
      return this.#catchUp();
    }
    this.#following = true;
  }

  /** Trades and instruments between the last frame applied and the first one queued. Level changes are left out there. */
  async #fetchMissedEvents(): Promise<"done" | "again"> {
    const first = this.#queue[0];
    if (this.#lastSeq === null || first === undefined) return "done";
    // To the end of the queued frame: it may itself have shown that trades before it were missed.
    while (this.#lastSeq < first.lastSeq) {
      const page = await this.#deps.reads.eventsSince(this.#lastSeq + 1, EVENTS_PER_CALL);
      if (this.#stopped) return "done";
      // Its feed will say so: what it has under these numbers is something else.
      if ((page.lineage ?? 0) !== this.#lineage) return "again";
      if (page.nextSeq <= this.#lastSeq + 1) return "again";
      this.#applyEvents(page.events, "engine");
      this.#lastSeq = page.nextSeq - 1;
    }
    return "done";
  }

  /** Before any book, so that a journal restored meanwhile is noticed by its feed. */
  async #takeLineage(): Promise<"done"> {
    const { lineage = 0 } = await this.#deps.reads.eventsSince(1, 1);
    this.#lineage = lineage;
    return "done";
  }

  async #takeCatalog(): Promise<"done"> {
    this.#catalog = await this.#deps.reads.catalog();
    return "done";
  }

  /** Every instrument's book as the engine has it. What a gap has left untouched differs in nothing and is told nothing. */
  async #takeBooks(): Promise<"done" | "again"> {
    await this.#takeCatalog();
    let asOfSeqMin = Number.POSITIVE_INFINITY;
    for (const instrument of this.#catalog.instruments) {
      const snapshot = await this.#deps.reads.bookSnapshot(instrument.id);
      if (this.#stopped) return "done";
      asOfSeqMin = Math.min(asOfSeqMin, snapshot.asOfSeq);
      let market = this.#markets.get(instrument.id);
      if (market === undefined) {
        market = new Market(instrument, snapshot.lastTradeId);
        this.#addMarket(market);
      } else {
        market.instrument = instrument;
      }
      if (!market.applySnapshot(snapshot)) continue;
      if (market.tape.lastTradeId < snapshot.lastTradeId && this.#tradesAreLost(market, snapshot.asOfSeq)) {
        this.#loseTrades(market, snapshot.lastTradeId);
      }
      this.#deps.onMoved(new Map([[market, []]]));
    }
    // What is queued is joined by ids; before the first frame the snapshots say where to begin.
    if (this.#lastSeq === null && Number.isFinite(asOfSeqMin)) this.#lastSeq = asOfSeqMin;
    return [...this.#markets.values()].some((market) => market.bookBehind) ? "again" : "done";
  }

  /** The engine had given all events up to #lastSeq, and some trade is missing nonetheless; or a trade skipped an id. */
  #tradesAreLost(market: Market, asOfSeq: number): boolean {
    return market.tradesBehind || (this.#lastSeq !== null && asOfSeq <= this.#lastSeq);
  }

  /** They cannot be told any more; candles and the rolling day come from history again. */
  #loseTrades(market: Market, toTradeId: number): void {
    this.#deps.log({
      at: "stream",
      outcome: "trades_missed",
      instrument: market.instrument.symbol,
      afterTradeId: market.tape.lastTradeId,
      toTradeId,
    });
    market.restartTrades(toTradeId);
    this.#deps.onHistoryWanted(market);
  }

  async #untilDone(step: () => Promise<"done" | "again">): Promise<void> {
    for (let attempt = 1; !this.#stopped; attempt++) {
      try {
        if ((await step()) === "done") return;
        await this.#pause();
      } catch (error) {
        // The engine cannot be asked just now; what is known stays as it is, and clients keep their sequence.
        if (attempt === 1) this.#deps.log({ at: "stream", outcome: "engine_not_answering", error: String(error) });
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(RETRY_MS, resolve);
      this.#cancelRetry = () => {
        cancel();
        resolve();
      };
    });
  }
}
