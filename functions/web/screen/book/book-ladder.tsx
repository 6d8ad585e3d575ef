/**
 * The ladder: asks above, what the middle says, bids below; as many rows as fit, each of one height.
 *
 * Rows are made once and used by index: an update changes the texts that differ and one variable per bar. The whole is one
 * tab stop; what is pointed at, by mouse or key, shows what everything up to there comes to.
 */
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { BookSnapshot } from "../exchange/contract.ts";
import { priceOf, quantityOf, type Scale } from "../trade/scale.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { BookMiddle } from "./book-middle.tsx";
import { BookNames } from "./book-names.tsx";
import { bookView, groupTicks, sumAsset } from "./book-settings.ts";
import { BookSide } from "./book-side.tsx";
import { BookSum } from "./book-sum.tsx";
import { createLadder } from "./create-ladder.ts";
import { createRowsFitting } from "./create-rows-fitting.ts";
import type { Side } from "./ladder.ts";
import { COLUMNS, isSamePlace, nearestPlace, type Place, placeByKey } from "./ladder-keys.ts";

export interface BookLadderProps {
  /** null: none to show yet. */
  readonly book: BookSnapshot | null;
  readonly scale: Scale | null;
}

/** The names take the height of one row, the middle that of two. */
const OTHER_ROWS = 3;
const FIRST_PLACE: Place = { side: "asks", rank: 0, column: "price" };
const KEYS_TEXT = "book-keys";

export function BookLadder(props: BookLadderProps): JSX.Element {
  const { market, fillForm } = useTrade();
  let frame!: HTMLDivElement;
  let grid!: HTMLTableElement;
  const rowsFitting = createRowsFitting(
    () => frame,
    () => grid.rows[0] as HTMLElement,
  );
  const rows = createMemo(() => {
    const fitting = Math.max(2, rowsFitting() - OTHER_ROWS);
    const view = bookView();
    if (view === "both") return { asks: Math.floor(fitting / 2), bids: Math.ceil(fitting / 2) };
    return view === "asks" ? { asks: fitting, bids: 0 } : { asks: 0, bids: fitting };
  });
  const ladder = createLadder(
    {
      get book() {
        return props.book;
      },
      get scale() {
        return props.scale;
      },
      get groupTicks() {
        return groupTicks();
      },
      get sumAsset() {
        return sumAsset();
      },
    },
    rows,
  );

  const [chosen, setChosen] = createSignal<Place>(FIRST_PLACE);
  const tabStop = createMemo(() => nearestPlace(chosen(), ladder.shown()), null, { equals: isSamePlace });
  const [pointed, setPointed] = createSignal<Place | null>(null, { equals: isSamePlace });
  const reached = createMemo(() => {
    const place = pointed();
    return place !== null && place.rank < ladder.shown()[place.side] ? place : null;
  });

  const fill = ({ side, rank, column }: Place): void => {
    const rung = ladder[side]().rungs[rank];
    const { scale } = props;
    if (rung === undefined || scale === null) return;
    const price = priceOf(scale, rung.ticks);
    // A price alone is for whatever the form is about to do; everything up to a rung can only be taken.
    const taken = (): { side: "BUY" | "SELL"; quantity: string } => ({
      side: side === "asks" ? "BUY" : "SELL",
      quantity: quantityOf(scale, rung.sumLots),
    });
    fillForm(column === "price" ? { price } : { price, ...taken() });
  };
  const hearKey = (event: KeyboardEvent): void => {
    const at = placeOf(event.target);
    if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = event.key === "Enter" || event.key === " " ? at : placeByKey(event.key, at, ladder.shown());
    if (next === null) return;
    event.preventDefault();
    if (next === at) fill(at);
    else cellAt(grid, next)?.focus();
  };
  return (
    <>
      <div class="book-frame" ref={frame}>
        <table
          ref={grid}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that is walked by arrow keys.
          role="grid"
          class="book-ladder number"
          aria-describedby={KEYS_TEXT}
          data-view={bookView()}
          onKeyDown={hearKey}
          onClick={(event) => {
            const place = placeOf(event.target);
            if (place !== null) fill(place);
          }}
          onPointerOver={(event) => {
            if (event.pointerType === "mouse") setPointed(placeOf(event.target));
          }}
          onPointerLeave={() => setPointed(null)}
          onFocusIn={(event) => {
            const place = placeOf(event.target);
            if (place !== null) setChosen(place);
            setPointed(place);
          }}
          onFocusOut={() => setPointed(null)}
        >
          <caption class="only-heard">{words().book.caption(market()?.symbol ?? "")}</caption>
          <BookNames />
          <BookSide
            side="asks"
            rows={rows().asks}
            ladder={ladder}
            scale={props.scale}
            reached={reached()}
            tabStop={tabStop()}
          />
          <BookMiddle book={props.book} scale={props.scale} />
          <BookSide
            side="bids"
            rows={rows().bids}
            ladder={ladder}
            scale={props.scale}
            reached={reached()}
            tabStop={tabStop()}
          />
        </table>
        <p id={KEYS_TEXT} class="only-heard">
          {words().book.keys}
        </p>
      </div>
      {/* Outside of the frame, which keeps to itself whatever is in it. */}
      <Show when={reached()}>
        {(place) => <BookSum place={place()} ladder={ladder} scale={props.scale} cell={cellAt(grid, place())} />}
      </Show>
    </>
  );
}

function placeOf(target: EventTarget | null): Place | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>("td[data-column]") : null;
  const row = cell?.closest<HTMLElement>("tr");
  const column = COLUMNS.find((name) => name === cell?.dataset.column);
  const side = (row?.parentElement?.dataset.side ?? null) as Side | null;
  if (row === null || row === undefined || column === undefined || side === null) return null;
  return { side, rank: Number(row.dataset.rank), column };
}

function cellAt(grid: HTMLTableElement, { side, rank, column }: Place): HTMLElement | null {
  return grid.querySelector(`[data-side="${side}"] [data-rank="${rank}"] [data-column="${column}"]`);
}
