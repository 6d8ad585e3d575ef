/**
 * The rolling day of all markets: one picture by REST, so that it is there before the socket is, then the stream, which tells
 * whoever comes all of them, and afterwards what has changed.
 */
import { type Accessor, createSignal } from "solid-js";
import type { Answer, Ticker } from "./contract.ts";
import type { FeedParts } from "./feed-parts.ts";
import { type DayShape, type MiniTickerShape, tickerOfDay, tickerOfStream } from "./market-shapes.ts";
import { get } from "./rest.ts";
import { Retrieval } from "./retrieval.ts";

const STREAM = "!miniTicker@arr";

export class TickerBoard {
  readonly tickers: Accessor<ReadonlyMap<string, Ticker>>;
  readonly #show: (tickers: ReadonlyMap<string, Ticker>) => void;
  readonly #known = new Map<string, Ticker>();
  readonly #parts: FeedParts;
  readonly #unlisten: () => void;
  readonly #day: Retrieval<Answer<unknown>>;
  /** Where nobody has ever traded there is no price, though the exchange says 0. */
  readonly #draw = (): void => this.#show(new Map([...this.#known].filter(([, { last }]) => /[1-9]/.test(last))));

  /** @param unknown a symbol is told that nobody has listed. */
  constructor(parts: FeedParts, unknown: (symbol: string) => void) {
    this.#parts = parts;
    const [tickers, show] = createSignal<ReadonlyMap<string, Ticker>>(new Map());
    this.tickers = tickers;
    this.#show = show;
    this.#day = new Retrieval(
      (signal) => get("/api/v3/ticker/24hr", { type: "MINI" }, signal),
      (answer) => this.#join(answer),
    );
    this.#unlisten = parts.streams.listen(STREAM, {
      subscribed: () => {},
      lost: () => {},
      event: (data) => {
        for (const mini of data as readonly MiniTickerShape[]) {
          parts.told(mini.E);
          if (this.#known.size > 0 && !this.#known.has(mini.s)) unknown(mini.s);
          this.#known.set(mini.s, tickerOfStream(mini));
        }
        // The price in the title is read while the tab is hidden.
        parts.frames.request(this.#draw, "even_hidden");
      },
    });
    this.#day.begin();
  }

  close(): void {
    this.#unlisten();
    this.#day.stop();
    this.#parts.frames.forget(this.#draw);
  }

  #join(answer: Answer<unknown>): "done" | "again" {
    // The stream may have been faster, and is newer.
    if (answer.outcome !== "ok") return this.#known.size > 0 ? "done" : "again";
    for (const day of answer.value as readonly DayShape[]) {
      if (!this.#known.has(day.symbol)) this.#known.set(day.symbol, tickerOfDay(day));
    }
    this.#parts.frames.request(this.#draw, "even_hidden");
    return "done";
  }
}
