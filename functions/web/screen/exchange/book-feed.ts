/** A book that follows the exchange: its stream, its snapshots, and BookSync between them; shown once a frame. */
import { type Accessor, createSignal } from "solid-js";
import { LEVELS_SHOWN_MAX } from "./book-levels.ts";
import { BookSync } from "./book-sync.ts";
import type { Answer, BookSnapshot } from "./contract.ts";
import type { FeedParts } from "./feed-parts.ts";
import { changeOf, type DepthShape, type DepthUpdateShape, snapshotOf, type Units } from "./market-shapes.ts";
import { get } from "./rest.ts";
import { Retrieval } from "./retrieval.ts";
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
  readonly #snapshot: Retrieval<Answer<unknown>>;
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
    this.#snapshot = new Retrieval(
      (signal) => get("/api/v3/depth", { symbol, limit: LEVELS_SHOWN_MAX }, signal),
      (answer) => this.#join(answer),
    );
    this.#unlisten = parts.streams.listen(`${symbol.toLowerCase()}@depth@100ms`, {
      subscribed: () => {
        this.#sync.begin();
        this.#snapshot.begin();
      },
      lost: () => {
        this.#snapshot.stop();
        this.#sync.lose();
        this.#changed();
      },
      event: (data) => this.#onEvent(data as DepthUpdateShape),
    });
  }

  close(): void {
    this.#unlisten();
    this.#snapshot.stop();
    this.#parts.frames.forget(this.#draw);
  }

  #onEvent(event: DepthUpdateShape): void {
    this.#parts.told(event.E);
    const outcome = this.#sync.change(changeOf(this.#units, event));
    if (outcome === "buffered") return;
    if (outcome === "gap") this.#snapshot.begin();
    else if (this.#sync.isThin) this.#lookFurther();
    this.#changed();
  }

  #lookFurther(): void {
    const nowMs = performance.now();
    if (this.#sync.needsSnapshot || nowMs - this.#renewedMs < RENEW_EVERY_MS) return;
    this.#renewedMs = nowMs;
    this.#sync.renew();
    this.#snapshot.begin();
  }

  #join(answer: Answer<unknown>): "done" | "again" {
    const outcome =
      answer.outcome === "ok" ? this.#sync.join(snapshotOf(this.#units, answer.value as DepthShape)) : null;
    this.#changed();
    return outcome === "joined" ? "done" : "again";
  }

  #changed(): void {
    this.#parts.frames.request(this.#draw);
  }
}
