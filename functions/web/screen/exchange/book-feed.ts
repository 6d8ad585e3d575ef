/** A book that follows the exchange: its stream, its snapshots, and BookSync between them; shown once a frame. */
import { type Accessor, createSignal } from "solid-js";
import { backoffMs, REFETCH } from "./backoff.ts";
import { LEVELS_SHOWN_MAX } from "./book-levels.ts";
import { BookSync } from "./book-sync.ts";
import type { BookSnapshot } from "./contract.ts";
import type { FeedParts } from "./feed-parts.ts";
import { changeOf, type DepthShape, type DepthUpdateShape, snapshotOf, type Units } from "./market-shapes.ts";
import { get } from "./rest.ts";
import type { Feed } from "./shared-feeds.ts";

/** A thin book is looked at anew this seldom at most: 50 of 6,000 weight a minute each. */
const RENEW_EVERY_MS = 10_000;

export class BookFeed implements Feed {
  readonly shown: Accessor<BookSnapshot | null>;
  readonly #show: (book: BookSnapshot) => void;
  readonly #sync = new BookSync(LEVELS_SHOWN_MAX);
  readonly #symbol: string;
  readonly #units: Units;
  readonly #parts: FeedParts;
  readonly #unlisten: () => void;
  #fetching: AbortController | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #renewedMs = 0;
  readonly #draw = (): void => {
    this.#show({
      symbol: this.#symbol,
      lastUpdateId: this.#sync.lastUpdateId,
      bids: this.#sync.bids(),
      asks: this.#sync.asks(),
      freshness: this.#sync.freshness,
      resyncs: this.#sync.resyncs,
    });
  };

  constructor(symbol: string, units: Units, parts: FeedParts) {
    this.#symbol = symbol;
    this.#units = units;
    this.#parts = parts;
    const [shown, show] = createSignal<BookSnapshot | null>(null);
    this.shown = shown;
    this.#show = show;
    this.#unlisten = parts.streams.listen(`${symbol.toLowerCase()}@depth@100ms`, {
      subscribed: () => {
        this.#sync.begin();
        this.#fetchAnew();
      },
      lost: () => {
        this.#stopFetching();
        this.#sync.lose();
        this.#changed();
      },
      event: (data) => this.#onEvent(data as DepthUpdateShape),
    });
  }

  close(): void {
    this.#unlisten();
    this.#stopFetching();
    this.#parts.frames.forget(this.#draw);
  }

  #onEvent(event: DepthUpdateShape): void {
    this.#parts.told(event.E);
    const outcome = this.#sync.change(changeOf(this.#units, event));
    if (outcome === "buffered") return;
    if (outcome === "gap") this.#fetchAnew();
    else if (this.#sync.isThin) this.#lookFurther();
    this.#changed();
  }

  #lookFurther(): void {
    const nowMs = performance.now();
    if (this.#sync.needsSnapshot || nowMs - this.#renewedMs < RENEW_EVERY_MS) return;
    this.#renewedMs = nowMs;
    this.#sync.renew();
    this.#fetchAnew();
  }

  #fetchAnew(): void {
    this.#stopFetching();
    this.#failures = 0;
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    const fetching = new AbortController();
    this.#fetching = fetching;
    const asked = { symbol: this.#symbol, limit: LEVELS_SHOWN_MAX };
    const answer = await get("/api/v3/depth", asked, fetching.signal);
    // Given up meanwhile: whoever did has another under way, or waits for the stream.
    if (this.#fetching !== fetching) return;
    this.#fetching = null;
    const joined =
      answer.outcome === "ok" && this.#sync.join(snapshotOf(this.#units, answer.value as DepthShape)) === "joined";
    this.#changed();
    if (joined) return;
    this.#retry = setTimeout(() => void this.#fetch(), backoffMs(REFETCH, this.#failures, Math.random()));
    this.#failures += 1;
  }

  #stopFetching(): void {
    clearTimeout(this.#retry);
    const fetching = this.#fetching;
    this.#fetching = null;
    fetching?.abort();
  }

  #changed(): void {
    this.#parts.frames.request(this.#draw);
  }
}
