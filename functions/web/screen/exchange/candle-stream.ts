/**
 * Candles of one instrument and interval: pages of history, the running candle, and each one as it closes.
 *
 * One candle a frame is told: those that closed between two frames wait their turn, so that none is left out. Where more wait
 * than that is worth (a tab comes back), the history is told anew instead.
 */
import { type Accessor, batch, createSignal } from "solid-js";
import { CandleSeries, intervalMs } from "./candle-series.ts";
import type { Candle, Freshness } from "./contract.ts";
import type { FeedParts } from "./feed-parts.ts";
import { candleOf, candleOfStream, type KlineEventShape, type KlineRow } from "./market-shapes.ts";
import { get } from "./rest.ts";
import { Retrieval } from "./retrieval.ts";
import type { Feed } from "./shared-feeds.ts";

const PAGE_MAX = 1_000;
const WAITING_MAX = 20;

export class CandleStream implements Feed {
  readonly history: Accessor<readonly Candle[]>;
  readonly live: Accessor<Candle | null>;
  readonly freshness: Accessor<Freshness>;
  readonly #showHistory: (candles: readonly Candle[]) => void;
  readonly #showLive: (candle: Candle) => void;
  readonly #showFreshness: (freshness: Freshness) => void;
  readonly #series = new CandleSeries();
  readonly #symbol: string;
  readonly #interval: string;
  readonly #parts: FeedParts;
  readonly #unlisten: () => void;
  readonly #newest: Retrieval<readonly Candle[] | null>;
  readonly #closing = new AbortController();
  #waiting: Candle[] = [];
  #isHistoryDue = false;
  #older: Promise<void> | null = null;
  #hasOldest = false;
  readonly #draw = (): void => this.#tell();

  constructor(symbol: string, interval: string, parts: FeedParts) {
    this.#symbol = symbol;
    this.#interval = interval;
    this.#parts = parts;
    const [history, showHistory] = createSignal<readonly Candle[]>([]);
    const [live, showLive] = createSignal<Candle | null>(null);
    const [freshness, showFreshness] = createSignal<Freshness>("loading");
    this.history = history;
    this.live = live;
    this.freshness = freshness;
    this.#showHistory = showHistory;
    this.#showLive = showLive;
    this.#showFreshness = showFreshness;
    this.#newest = new Retrieval(
      (signal) => this.#page({}, signal),
      (page) => this.#join(page),
    );
    this.#unlisten = parts.streams.listen(`${symbol.toLowerCase()}@kline_${interval}`, {
      subscribed: () => this.#newest.begin(),
      lost: () => {
        this.#newest.stop();
        if (freshness() === "live") showFreshness("stale");
      },
      event: (data) => this.#onCandle(candleOfStream(data as KlineEventShape)),
    });
  }

  close(): void {
    this.#unlisten();
    this.#closing.abort();
    this.#newest.stop();
    this.#parts.frames.forget(this.#draw);
  }

  /** One page before the first; nothing where there is none. */
  loadOlder(): Promise<void> {
    this.#older ??= this.#loadOlder().finally(() => {
      this.#older = null;
    });
    return this.#older;
  }

  async #loadOlder(): Promise<void> {
    const { oldestTime } = this.#series;
    if (oldestTime === null || this.#hasOldest || this.#series.isFull) return;
    const page = await this.#page({ endTime: oldestTime - 1 }, this.#closing.signal);
    if (page === null) return;
    this.#hasOldest = page.length === 0;
    this.#series.join(page);
    this.#tellHistory();
  }

  #onCandle(candle: Candle): void {
    const outcome = this.#series.add(candle, intervalMs(this.#interval));
    if (outcome === "old") return;
    if (outcome === "gap" && !this.#newest.isAsking) this.#newest.begin();
    if (this.#waiting.at(-1)?.time === candle.time) this.#waiting[this.#waiting.length - 1] = candle;
    else this.#waiting.push(candle);
    if (this.#waiting.length > WAITING_MAX) this.#tellHistory();
    else this.#parts.frames.request(this.#draw);
  }

  #join(page: readonly Candle[] | null): "done" | "again" {
    if (page === null) return "again";
    this.#series.join(page);
    this.#showFreshness("live");
    this.#tellHistory();
    return "done";
  }

  async #page(bounds: { readonly endTime?: number }, signal: AbortSignal): Promise<readonly Candle[] | null> {
    const asked = { symbol: this.#symbol, interval: this.#interval, limit: PAGE_MAX, ...bounds };
    const answer = await get("/api/v3/uiKlines", asked, signal);
    if (answer.outcome !== "ok") return null;
    const nowMs = this.#parts.nowMs();
    return (answer.value as readonly KlineRow[]).map((row) => candleOf(row, nowMs));
  }

  /** The whole, and what waits is part of it. */
  #tellHistory(): void {
    this.#waiting = this.#waiting.slice(-1);
    this.#isHistoryDue = true;
    this.#parts.frames.request(this.#draw);
  }

  #tell(): void {
    batch(() => {
      if (this.#isHistoryDue) this.#showHistory(this.#series.all());
      this.#isHistoryDue = false;
      const candle = this.#waiting.shift();
      if (candle !== undefined) this.#showLive(candle);
    });
    if (this.#waiting.length > 0) this.#parts.frames.request(this.#draw);
  }
}
