/** The order book: its head, what must be said about its state, and the ladder. */
import { createMemo, type JSX, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { scaleOf } from "../trade/scale.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { BookHead } from "./book-head.tsx";
import { BookLadder } from "./book-ladder.tsx";
import { FreshnessNote, StatusBanner } from "./book-notes.tsx";
import "./book.css";

export function BookPane(): JSX.Element {
  const { marketData } = useExchange();
  const { symbol, market } = useTrade();
  const book = marketData.book(symbol);
  const scale = createMemo(() => {
    const instrument = market();
    return instrument === null ? null : scaleOf(instrument);
  });
  /** Of the symbol in hand: between two symbols there is none. */
  const shown = createMemo(() => {
    const now = book();
    return now !== null && now.symbol === symbol() && now.freshness !== "loading" ? now : null;
  });
  const freshness = createMemo(() => shown()?.freshness ?? "loading");
  const isEmpty = createMemo(() => {
    const now = shown();
    return now !== null && now.asks.length + now.bids.length === 0;
  });
  return (
    <section
      class="pane book"
      aria-label={words().book.title}
      data-freshness={freshness()}
      data-last-update-id={book()?.lastUpdateId}
      data-resyncs={book()?.resyncs}
    >
      <BookHead />
      <StatusBanner />
      <div class="book-body">
        <BookLadder book={shown()} scale={scale()} />
        <Show when={freshness() === "loading"}>
          <p class="only-heard">{words().book.loading}</p>
        </Show>
        <Show when={isEmpty()}>
          <p class="book-empty">{words().book.empty}</p>
        </Show>
        <FreshnessNote freshness={freshness()} lastUpdateId={book()?.lastUpdateId} />
      </div>
    </section>
  );
}
