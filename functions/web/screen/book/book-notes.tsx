/** What must be said about a book: that its market is not traded as usual, and that what is shown is not live. */
import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show } from "solid-js";
import type { Freshness } from "../exchange/contract.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";

const A_SECOND_MS = 1_000;
const MINUTES_FROM_S = 120;

export function StatusBanner(): JSX.Element {
  const { market } = useTrade();
  const said = createMemo(() => {
    const texts = words().book;
    switch (market()?.status) {
      case "HALT":
        return { title: texts.halted, more: texts.haltedMore };
      case "CANCEL_ONLY":
        return { title: texts.cancelOnly, more: texts.cancelOnlyMore };
      case "BREAK":
      case "END_OF_DAY":
        return { title: texts.closed, more: texts.closedMore };
      case "TRADING":
      case undefined:
        return null;
    }
  });
  return (
    <div role="status">
      <Show when={said()}>
        {(text) => (
          <p class="book-banner">
            <strong>{text().title}</strong> {text().more}
          </p>
        )}
      </Show>
    </div>
  );
}

/** Says the state once, by a status; the age that goes on is not announced. */
export function FreshnessNote(props: {
  readonly freshness: Freshness;
  readonly lastUpdateId: number | undefined;
}): JSX.Element {
  const isStale = createMemo(() => props.freshness === "stale");
  const age = createAge(isStale, () => props.lastUpdateId);
  return (
    <div class="book-stale" data-shown={isStale()}>
      <strong role="status">{isStale() ? words().book.stale : ""}</strong>
      <Show when={isStale()}>
        <span class="number" aria-hidden="true">
          {words().book.staleFor(ageText(age()))}
        </span>
      </Show>
    </div>
  );
}

/** Seconds since the last update that came, counted only while somebody looks at it. */
function createAge(isCounting: () => boolean, lastUpdateId: () => number | undefined): () => number {
  const [ageS, setAgeS] = createSignal(0);
  let updatedAt = performance.now();
  createEffect(() => {
    lastUpdateId();
    updatedAt = performance.now();
  });
  createEffect(() => {
    if (!isCounting()) return;
    const count = (): number => setAgeS(Math.floor((performance.now() - updatedAt) / A_SECOND_MS));
    count();
    const timer = setInterval(count, A_SECOND_MS);
    onCleanup(() => clearInterval(timer));
  });
  return ageS;
}

function ageText(ageS: number): string {
  const texts = words().book;
  return ageS < MINUTES_FROM_S ? texts.seconds(ageS) : texts.minutes(Math.floor(ageS / 60));
}
