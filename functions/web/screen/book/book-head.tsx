/** The head of the order book: which sides are shown, and in which steps. */
import { For, type JSX } from "solid-js";
import { priceOf, scaleOf } from "../trade/scale.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import {
  BOOK_VIEWS,
  type BookView,
  bookView,
  GROUPS,
  type GroupTicks,
  groupTicks,
  setBookView,
  setGroupTicks,
} from "./book-settings.ts";

export function BookHead(): JSX.Element {
  const { market } = useTrade();
  const step = (ticks: GroupTicks): string => {
    const instrument = market();
    return instrument === null ? String(ticks) : priceOf(scaleOf(instrument), ticks);
  };
  const label = (view: BookView): string =>
    ({ both: words().book.viewBoth, bids: words().book.viewBids, asks: words().book.viewAsks })[view];
  return (
    <header class="pane-head book-head">
      <h2 class="book-title">{words().book.title}</h2>
      <fieldset class="book-views">
        <legend class="only-heard">{words().book.views}</legend>
        <For each={BOOK_VIEWS}>
          {(view) => (
            <button
              type="button"
              class="book-view"
              aria-pressed={bookView() === view}
              aria-label={label(view)}
              title={label(view)}
              onClick={() => setBookView(view)}
            >
              <ViewIcon view={view} />
            </button>
          )}
        </For>
      </fieldset>
      <select
        class="book-group number"
        aria-label={words().book.group}
        title={words().book.group}
        value={groupTicks()}
        onChange={(event) => {
          const chosen = GROUPS.find((ticks) => String(ticks) === event.currentTarget.value);
          if (chosen !== undefined) setGroupTicks(chosen);
        }}
      >
        <For each={GROUPS}>{(ticks) => <option value={ticks}>{step(ticks)}</option>}</For>
      </select>
    </header>
  );
}

/** Bars of the sides that are shown: the other one is an outline, so that it is told apart without colour. */
function ViewIcon(props: { readonly view: BookView }): JSX.Element {
  return (
    <svg class="book-view-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <rect class="book-view-asks" data-shown={props.view !== "bids"} x="1.5" y="1.5" width="6" height="5.5" rx="1" />
      <rect class="book-view-bids" data-shown={props.view !== "asks"} x="1.5" y="9" width="6" height="5.5" rx="1" />
      <path class="book-view-lines" d="M10.5 2.5h4M10.5 6h4M10.5 10h4M10.5 13.5h4" />
    </svg>
  );
}
