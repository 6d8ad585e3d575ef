/** The tape of one instrument: what was, joined with what its stream tells; shown once a frame. */
import { type Accessor, createSignal } from "solid-js";
import { backoffMs, REFETCH } from "./backoff.ts";
import type { PublicTrade } from "./contract.ts";
import type { FeedParts } from "./feed-parts.ts";
import { type TradeEventShape, type TradeShape, tradeOf, tradeOfStream } from "./market-shapes.ts";
import { get } from "./rest.ts";
import type { Feed } from "./shared-feeds.ts";
import { TRADES_SHOWN_MAX, TradeTape } from "./trade-tape.ts";

export class TradeFeed implements Feed {
  readonly shown: Accessor<readonly PublicTrade[]>;
  readonly #tape = new TradeTape();
  readonly #symbol: string;
  readonly #parts: FeedParts;
  readonly #unlisten: () => void;
  readonly #draw: () => void;
  #fetching: AbortController | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(symbol: string, parts: FeedParts) {
    this.#symbol = symbol;
    this.#parts = parts;
    const [shown, show] = createSignal<readonly PublicTrade[]>([]);
    this.shown = shown;
    this.#draw = () => void show(this.#tape.trades);
    this.#unlisten = parts.streams.listen(`${symbol.toLowerCase()}@trade`, {
      subscribed: () => this.#fetchAnew(),
      lost: () => this.#stopFetching(),
      event: (data) => {
        const isGap = this.#tape.add(tradeOfStream(data as TradeEventShape)) === "gap";
        if (isGap && this.#fetching === null) this.#fetchAnew();
        parts.frames.request(this.#draw);
      },
    });
  }

  close(): void {
    this.#unlisten();
    this.#stopFetching();
    this.#parts.frames.forget(this.#draw);
  }

  #fetchAnew(): void {
    this.#stopFetching();
    this.#failures = 0;
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    const fetching = new AbortController();
    this.#fetching = fetching;
    const asked = { symbol: this.#symbol, limit: TRADES_SHOWN_MAX };
    const answer = await get("/api/v3/trades", asked, fetching.signal);
    if (this.#fetching !== fetching) return;
    this.#fetching = null;
    if (answer.outcome === "ok") {
      this.#tape.join((answer.value as readonly TradeShape[]).map(tradeOf));
      this.#parts.frames.request(this.#draw);
      return;
    }
    this.#retry = setTimeout(() => void this.#fetch(), backoffMs(REFETCH, this.#failures, Math.random()));
    this.#failures += 1;
  }

  #stopFetching(): void {
    clearTimeout(this.#retry);
    const fetching = this.#fetching;
    this.#fetching = null;
    fetching?.abort();
  }
}
