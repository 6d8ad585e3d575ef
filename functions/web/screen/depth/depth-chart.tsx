/** The hills of one book, and what a pointer, a wheel and keys do with them. */
import { createMemo, createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import type { BookSnapshot, Market } from "../exchange/contract.ts";
import { priceOf, scaleOf } from "../trade/scale.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { AXIS_PX, drawDepth } from "./depth-drawing.ts";
import {
  type DepthFrame,
  fittingHalfWidth,
  type Hill,
  type HillSide,
  type Hills,
  hillsOf,
  levelAt,
  levelsWithin,
  type Pointed,
  pointedAt,
  steadyHalfWidth,
  topLots,
} from "./depth-geometry.ts";
import { depthLook } from "./depth-look.ts";
import { DepthReadout } from "./depth-readout.tsx";
import { midText, pointedText, quantityText, rangeText, spreadText, summaryText } from "./depth-texts.ts";
import { drawWhenSeen } from "./draw-when-seen.ts";

const ZOOM_STEP = 1.5;
const WHEEL_STEP = 1.15;
const ZOOM_MIN = 1 / 64;
const ZOOM_MAX = 64;

interface DepthChartProps {
  readonly market: Market;
  readonly book: BookSnapshot;
}

export function DepthChart(props: DepthChartProps): JSX.Element {
  const { fillForm } = useTrade();
  let place!: HTMLDivElement;
  let canvas!: HTMLCanvasElement;
  const [size, setSize] = createSignal({ widthPx: 0, heightPx: 0 }, { equals: isSameSize });
  const [zoom, setZoom] = createSignal(1);
  const [pointerX, setPointerX] = createSignal<number | null>(null);
  const [walked, setWalked] = createSignal<{ readonly side: HillSide; readonly place: number } | null>(null);

  const hills = createMemo(() => hillsOf(props.book.bids, props.book.asks));
  const fitting = createMemo<number | null>((kept) => {
    const now = hills();
    return now === null ? null : steadyHalfWidth(kept ?? null, fittingHalfWidth(now));
  }, null);
  const frame = createMemo<DepthFrame | null>(() => {
    const [now, fit] = [hills(), fitting()];
    const { widthPx, heightPx } = size();
    if (now === null || fit === null || widthPx === 0) return null;
    const halfWidth = Math.max(1, fit * zoom());
    return { widthPx, heightPx: heightPx - AXIS_PX, halfWidth, topLots: topLots(now, halfWidth) };
  });
  const pointed = createMemo<Pointed | null>(() => {
    const [now, of, x, at] = [hills(), frame(), pointerX(), walked()];
    if (now === null || of === null) return null;
    if (at !== null) return pointedAt(at.side, at.place, now);
    return x === null ? null : levelAt(x, now, of);
  });

  const reach = createMemo(() => {
    const [now, of] = [hills(), frame()];
    if (now === null || of === null) return null;
    const seen = (hill: Hill): string => {
      const count = levelsWithin(hill, now.midTicks, of.halfWidth);
      return quantityText(hill.lots[count - 1] ?? 0, props.market);
    };
    return { bids: seen(now.bids), asks: seen(now.asks) };
  });

  onMount(() => {
    const measure = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ widthPx: entry.contentRect.width, heightPx: entry.contentRect.height });
    });
    measure.observe(place);
    onCleanup(() => measure.disconnect());
  });
  drawWhenSeen(
    () => canvas,
    () => {
      const [now, of] = [hills(), frame()];
      const look = depthLook(canvas);
      const at = pointed();
      const { market } = props;
      return now === null || of === null
        ? null
        : () => drawDepth(canvas, { hills: now, frame: of, look, market, pointed: at });
    },
  );

  const change = (factor: number): void => {
    setZoom((before) => Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, before * factor)));
  };
  const fill = (): void => {
    const at = pointed();
    // The side on which an order at that price rests: a click never leads to a trade at once.
    if (at !== null)
      fillForm({ price: priceOf(scaleOf(props.market), at.ticks), side: at.side === "bids" ? "BUY" : "SELL" });
  };
  const walk = (step: 1 | -1): void => {
    const [now, of, at] = [hills(), frame(), pointed()];
    if (now === null || of === null) return;
    setWalked(nextLevel(now, of, at, step));
  };
  const key = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => walk(-1),
      ArrowRight: () => walk(1),
      "+": () => change(1 / ZOOM_STEP),
      "=": () => change(1 / ZOOM_STEP),
      "-": () => change(ZOOM_STEP),
      "0": () => setZoom(1),
      Enter: fill,
      Escape: () => setWalked(null),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    step();
    event.preventDefault();
  };
  const point = (event: PointerEvent): void => {
    setWalked(null);
    setPointerX(event.clientX - place.getBoundingClientRect().left);
  };

  return (
    <>
      <div class="depth-head number">
        <span>
          <span class="depth-name">{words().depth.mid}</span> {midText(hills(), props.market)}
        </span>
        <span>
          <span class="depth-name">{words().depth.spread}</span> {spreadText(hills(), props.market)}
        </span>
        <span class="depth-zoom">
          <span class="depth-name">{rangeText(hills(), frame())}</span>
          <button
            type="button"
            class="depth-button"
            aria-label={words().depth.zoomOut}
            onClick={() => change(ZOOM_STEP)}
          >
            −
          </button>
          <button type="button" class="depth-button depth-fit" onClick={() => setZoom(1)} disabled={zoom() === 1}>
            {words().depth.zoomAll}
          </button>
          <button
            type="button"
            class="depth-button"
            aria-label={words().depth.zoomIn}
            onClick={() => change(1 / ZOOM_STEP)}
          >
            +
          </button>
        </span>
      </div>
      <div
        class="depth-place"
        classList={{ "is-stale": props.book.freshness === "stale" }}
        ref={place}
        tabindex="0"
        role="application"
        aria-label={words().depth.pane}
        aria-describedby="depth-summary depth-keys"
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setPointerX(null)}
        onClick={fill}
        onKeyDown={key}
        onBlur={() => setWalked(null)}
        on:wheel={{
          passive: false,
          handleEvent: (event: WheelEvent) => {
            event.preventDefault();
            change(event.deltaY > 0 ? WHEEL_STEP : 1 / WHEEL_STEP);
          },
        }}
      >
        <canvas class="depth-canvas" ref={canvas} />
        <Show when={reach()}>
          {(now) => (
            <div class="depth-reach number" aria-hidden="true">
              <span class="buy">
                {words().depth.bids} {now().bids}
              </span>
              <span class="sell">
                {words().depth.asks} {now().asks}
              </span>
            </div>
          )}
        </Show>
        <DepthReadout hills={hills()} frame={frame()} pointed={pointed()} market={props.market} book={props.book} />
      </div>
      <Show when={hills() === null}>
        <p class="depth-word">{words().depth.empty}</p>
      </Show>
      <Show when={props.book.freshness === "stale"}>
        <p class="depth-stale" role="status">
          {words().depth.stale}
        </p>
      </Show>
      <p class="only-heard" id="depth-summary">
        {summaryText(hills(), props.market)}
      </p>
      <p class="only-heard" id="depth-keys">
        {words().depth.keys}
      </p>
      <p class="only-heard" aria-live="polite">
        {walked() === null ? "" : pointedText(pointed(), hills(), props.book, props.market)}
      </p>
    </>
  );
}

/** From where the walk is, or from the best: along one side and, past the middle, along the other. */
function nextLevel(
  hills: Hills,
  frame: DepthFrame,
  at: Pointed | null,
  step: 1 | -1,
): { readonly side: HillSide; readonly place: number } {
  if (at === null) return { side: step < 0 ? "bids" : "asks", place: 0 };
  const outwards = at.side === "asks" ? step : -step;
  const place = at.place + outwards;
  if (place < 0) return { side: at.side === "asks" ? "bids" : "asks", place: 0 };
  const seen = levelsWithin(hills[at.side], hills.midTicks, frame.halfWidth);
  return { side: at.side, place: Math.min(place, Math.max(seen - 1, 0)) };
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

function isSameSize(a: Size, b: Size): boolean {
  return a.widthPx === b.widthPx && a.heightPx === b.heightPx;
}
