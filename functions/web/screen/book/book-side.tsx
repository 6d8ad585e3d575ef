/** One side of the ladder: its rows, used by rank. */
import { createMemo, For, type JSX, Show, untrack } from "solid-js";
import { drawn } from "../trade/amounts.ts";
import { compact } from "../trade/compact-amount.ts";
import { priceOf, quantityOf, quoteOf, type Scale } from "../trade/scale.ts";
import { words } from "../words/words.ts";
import { sumAsset } from "./book-settings.ts";
import { BOOK_TIP } from "./book-sum.tsx";
import type { Ladder } from "./create-ladder.ts";
import { barShare, type Side } from "./ladder.ts";
import type { Column, Place } from "./ladder-keys.ts";

interface BookSideProps {
  readonly side: Side;
  readonly rows: number;
  readonly ladder: Ladder;
  readonly scale: Scale | null;
  /** Everything up to there is marked. */
  readonly reached: Place | null;
  readonly tabStop: Place | null;
}

/** Sums in the quote need no more. */
const QUOTE_PLACES_MAX = 4;

export function BookSide(props: BookSideProps): JSX.Element {
  /** From top to bottom. */
  const ranks = createMemo(() => {
    const fromBest = Array.from({ length: props.rows }, (_, rank) => rank);
    return props.side === "asks" ? fromBest.reverse() : fromBest;
  });
  return (
    <tbody class={`book-side book-${props.side}`} data-side={props.side}>
      <For each={ranks()}>{(rank) => <BookRow {...props} rank={rank} />}</For>
    </tbody>
  );
}

function BookRow(props: BookSideProps & { readonly rank: number }): JSX.Element {
  const { ladder, rank, side } = props;
  const rung = createMemo(() => ladder[side]().rungs[rank]);
  const ticks = createMemo(() => rung()?.ticks);
  const lots = createMemo(() => rung()?.lots);
  const sum = createMemo(() => {
    const now = rung();
    return now === undefined ? undefined : sumAsset() === "base" ? now.sumLots : now.sumCost;
  });
  const share = createMemo(() => barShare(sum() ?? 0n, ladder.most()));
  const flash = createMemo<"odd" | "even" | undefined>((before) => {
    const isNew = rung()?.changedAt === untrack(ladder[side]).drawing;
    return isNew ? (before === "odd" ? "even" : "odd") : before;
  });
  const own = createMemo(() => {
    const at = ticks();
    return at === undefined ? undefined : ladder.own[side]().get(at);
  });
  const isReached = createMemo(() => props.reached?.side === side && rank <= props.reached.rank);
  const isEnd = createMemo(() => isReached() && props.reached?.rank === rank);
  const stop = createMemo(() =>
    props.tabStop?.side === side && props.tabStop.rank === rank ? props.tabStop.column : null,
  );
  const tip = (): string | undefined => (isEnd() ? BOOK_TIP : undefined);
  const tabIndexOf = (column: Column): number => (stop() === column ? 0 : -1);
  return (
    <tr class="book-row" data-rank={rank} data-reached={isEnd() ? "end" : isReached() ? "within" : undefined}>
      <td class="book-price" data-column="price" tabIndex={tabIndexOf("price")} aria-describedby={tip()}>
        <span class="book-bar" style={{ "--share": share() }} />
        <Show when={own()}>
          {(level) => (
            <span class="book-own" title={ownText(level(), props.scale)}>
              <span class="only-heard">{ownText(level(), props.scale)}. </span>
            </span>
          )}
        </Show>
        {textOf(props.scale, ticks(), priceText)}
      </td>
      <td class="book-quantity" data-column="quantity" tabIndex={tabIndexOf("quantity")} aria-describedby={tip()}>
        <span class="book-flash" data-flash={flash()}>
          {textOf(props.scale, lots(), quantityText)}
        </span>
      </td>
      <td class="book-sum" data-column="sum" tabIndex={tabIndexOf("sum")} aria-describedby={tip()}>
        {textOf(props.scale, sum(), sumAsset() === "base" ? sumText : costText)}
      </td>
    </tr>
  );
}

function textOf<T>(scale: Scale | null, value: T | undefined, text: (scale: Scale, value: T) => string): string {
  return scale === null || value === undefined ? "" : text(scale, value);
}

const priceText = (scale: Scale, ticks: number): string => drawn(priceOf(scale, ticks), scale.pricePlaces);
const quantityText = (scale: Scale, lots: bigint): string => drawn(quantityOf(scale, lots), scale.quantityPlaces);
const sumText = (scale: Scale, lots: bigint): string => compact(quantityOf(scale, lots), scale.quantityPlaces);
const costText = (scale: Scale, cost: bigint): string =>
  compact(quoteOf(scale, cost), Math.min(scale.pricePlaces, QUOTE_PLACES_MAX));

function ownText({ orders, lots }: { readonly orders: number; readonly lots: bigint }, scale: Scale | null): string {
  return words().book.own(orders, textOf(scale, lots, quantityText));
}
