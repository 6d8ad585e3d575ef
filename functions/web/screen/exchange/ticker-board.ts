/** The rolling day of all markets: one picture by REST, then what the stream says has changed. */
import { type Accessor, createSignal } from "solid-js";
import { backoffMs, REFETCH } from "./backoff.ts";
import type { Ticker } from "./contract.ts";
import type { FeedParts } from "./feed-parts.ts";
import { type DayShape, type MiniTickerShape, tickerOfDay, tickerOfStream } from "./market-shapes.ts";
import { get } from "./rest.ts";

const STREAM = "!miniTicker@arr";

export class TickerBoard {
  readonly tickers: Accessor<ReadonlyMap<string, Ticker>>;
  readonly #show: (tickers: ReadonlyMap<string, Ticker>) => void;
  readonly #known = new Map<string, Ticker>();
  /** Told by the stream of this connection: newer than any picture. */
  readonly #told = new Set<string>();
  readonly #parts: FeedParts;
  readonly #unlisten: () => void;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #pictures = 0;
  readonly #draw = (): void => this.#show(new Map(this.#known));

  /** @param unknown a symbol is told that nobody has listed. */
  constructor(parts: FeedParts, unknown: (symbol: string) => void) {
    this.#parts = parts;
    const [tickers, show] = createSignal<ReadonlyMap<string, Ticker>>(new Map());
    this.tickers = tickers;
    this.#show = show;
    this.#unlisten = parts.streams.listen(STREAM, {
      subscribed: () => {
        this.#told.clear();
        this.#failures = 0;
        void this.#fetch();
      },
      lost: () => clearTimeout(this.#retry),
      event: (data) => {
        for (const mini of data as readonly MiniTickerShape[]) {
          parts.told(mini.E);
          if (this.#known.size > 0 && !this.#known.has(mini.s)) unknown(mini.s);
          this.#known.set(mini.s, tickerOfStream(mini));
          this.#told.add(mini.s);
        }
        // The price in the title is read while the tab is hidden.
        parts.frames.request(this.#draw, "even_hidden");
      },
    });
    // The picture is there before the socket is.
    void this.#fetch();
  }

  close(): void {
    this.#unlisten();
    clearTimeout(this.#retry);
    this.#pictures += 1;
    this.#parts.frames.forget(this.#draw);
  }

  async #fetch(): Promise<void> {
    clearTimeout(this.#retry);
    this.#pictures += 1;
    const picture = this.#pictures;
    const answer = await get("/api/v3/ticker/24hr", { type: "MINI" });
    if (picture !== this.#pictures) return;
    if (answer.outcome !== "ok") {
      this.#retry = setTimeout(() => void this.#fetch(), backoffMs(REFETCH, this.#failures, Math.random()));
      this.#failures += 1;
      return;
    }
    for (const day of answer.value as readonly DayShape[]) {
      if (!this.#told.has(day.symbol)) this.#known.set(day.symbol, tickerOfDay(day));
    }
    this.#parts.frames.request(this.#draw, "even_hidden");
  }
}
