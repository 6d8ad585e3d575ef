/** The tape of one instrument: what was, joined with what its stream tells; shown once a frame. */
import { type Accessor, createSignal } from "solid-js";
import type { Answer, PublicTrade } from "./contract.ts";
import type { FeedParts } from "./feed-parts.ts";
import { type TradeEventShape, type TradeShape, tradeOf, tradeOfStream } from "./market-shapes.ts";
import { get } from "./rest.ts";
import { Retrieval } from "./retrieval.ts";
import type { Feed } from "./shared-feeds.ts";
import { TRADES_SHOWN_MAX, TradeTape } from "./trade-tape.ts";

export class TradeFeed implements Feed {
  readonly shown: Accessor<readonly PublicTrade[]>;
  readonly #tape = new TradeTape();
  readonly #parts: FeedParts;
  readonly #unlisten: () => void;
  readonly #draw: () => void;
  readonly #past: Retrieval<Answer<unknown>>;

  constructor(symbol: string, parts: FeedParts) {
    this.#parts = parts;
    const [shown, show] = createSignal<readonly PublicTrade[]>([]);
    this.shown = shown;
    this.#draw = () => void show(this.#tape.trades);
    this.#past = new Retrieval(
      (signal) => get("/api/v3/trades", { symbol, limit: TRADES_SHOWN_MAX }, signal),
      (answer) => this.#join(answer),
    );
    this.#unlisten = parts.streams.listen(`${symbol.toLowerCase()}@trade`, {
      subscribed: () => this.#past.begin(),
      lost: () => this.#past.stop(),
      event: (data) => {
        const isGap = this.#tape.add(tradeOfStream(data as TradeEventShape)) === "gap";
        if (isGap && !this.#past.isAsking) this.#past.begin();
        parts.frames.request(this.#draw);
      },
    });
  }

  close(): void {
    this.#unlisten();
    this.#past.stop();
    this.#parts.frames.forget(this.#draw);
  }

  #join(answer: Answer<unknown>): "done" | "again" {
    if (answer.outcome !== "ok") return "again";
    this.#tape.join((answer.value as readonly TradeShape[]).map(tradeOf));
    this.#parts.frames.request(this.#draw);
    return "done";
  }
}
