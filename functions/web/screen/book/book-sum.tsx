/** What everything up to the row that is pointed at comes to: beside the ladder, by the row. */
import { createMemo, createRenderEffect, createSignal, type JSX } from "solid-js";
import { drawn } from "../trade/amounts.ts";
import { averagePrice, priceOf, quantityOf, quoteOf, type Scale } from "../trade/scale.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import type { Ladder } from "./create-ladder.ts";
import type { Place } from "./ladder-keys.ts";

interface BookSumProps {
  readonly place: Place;
  readonly ladder: Ladder;
  readonly scale: Scale | null;
  readonly cell: HTMLElement | null;
}

/** It describes the cell that is pointed at. */
export const BOOK_TIP = "book-tip";
/** As wide as book.css makes it, with its distance. */
const WIDTH_PX = 224;
/** Never behind the edge of the window. */
const HEIGHT_PX = 108;

export function BookSum(props: BookSumProps): JSX.Element {
  const { market } = useTrade();
  const rung = createMemo(() => props.ladder[props.place.side]().rungs[props.place.rank]);
  const at = createPosition(() => props.cell);
  const quotePlaces = (): number => Math.max(2, Math.min(market()?.pricePlaces ?? 2, 4));
  const lines = createMemo(() => {
    const [now, { scale }] = [rung(), props];
    if (now === undefined || scale === null) return [];
    const texts = words().book;
    return [
      { name: texts.average, value: `≈ ${drawn(averagePrice(scale, now.sumCost, now.sumLots), scale.pricePlaces)}` },
      { name: texts.sumOf(market()?.base ?? ""), value: drawn(quantityOf(scale, now.sumLots), scale.quantityPlaces) },
      { name: texts.sumOf(market()?.quote ?? ""), value: drawn(quoteOf(scale, now.sumCost), quotePlaces()) },
    ];
  });
  const title = createMemo(() => {
    const [now, { scale }] = [rung(), props];
    if (now === undefined || scale === null) return "";
    const price = drawn(priceOf(scale, now.ticks), scale.pricePlaces);
    return props.place.side === "asks" ? words().book.upTo(price) : words().book.downTo(price);
  });
  return (
    <div id={BOOK_TIP} role="tooltip" class="book-tip number" style={{ "--x": `${at().x}px`, "--y": `${at().y}px` }}>
      <p class="book-tip-title">{title()}</p>
      {/* Three lines, always: texts change, elements do not. */}
      <dl class="book-tip-lines">
        <Line line={lines()[0]} />
        <Line line={lines()[1]} />
        <Line line={lines()[2]} />
      </dl>
    </div>
  );
}

function Line(props: { readonly line: { readonly name: string; readonly value: string } | undefined }): JSX.Element {
  return (
    <div class="book-tip-line">
      <dt>{props.line?.name ?? ""}</dt>
      <dd>{props.line?.value ?? ""}</dd>
    </div>
  );
}

/** Left of the ladder where there is room, else right of it, else over its far edge. */
function createPosition(cell: () => HTMLElement | null): () => { readonly x: number; readonly y: number } {
  const [position, setPosition] = createSignal({ x: 0, y: 0 });
  createRenderEffect(() => {
    const row = cell()?.closest("tr")?.getBoundingClientRect();
    if (row === undefined) return;
    const isRoomLeft = row.left >= WIDTH_PX;
    const x = isRoomLeft ? row.left - WIDTH_PX : Math.min(row.right, innerWidth - WIDTH_PX);
    const y = Math.max(0, Math.min(row.top + row.height / 2 - HEIGHT_PX / 2, innerHeight - HEIGHT_PX));
    setPosition({ x, y });
  });
  return position;
}
