/** What is under the pointer, beside it on the side where there is room. */
import { createMemo, type JSX, Show } from "solid-js";
import type { BookSnapshot, Market } from "../exchange/contract.ts";
import { drawn } from "../trade/amounts.ts";
import { priceOf, scaleOf } from "../trade/scale.ts";
import { words } from "../words/words.ts";
import { type DepthFrame, distanceText, type Hills, type Pointed, xOf, yOf } from "./depth-geometry.ts";
import { quantityText, totalText } from "./depth-texts.ts";

/** As high as the readout and a little more. */
const READOUT_PX = 96;

interface ReadoutProps {
  readonly hills: Hills | null;
  readonly frame: DepthFrame | null;
  readonly pointed: Pointed | null;
  readonly market: Market;
  readonly book: BookSnapshot;
}

export function DepthReadout(props: ReadoutProps): JSX.Element {
  const at = createMemo(() => {
    const { hills, frame, pointed } = props;
    if (hills === null || frame === null || pointed === null) return null;
    const { market } = props;
    return {
      side: pointed.side,
      isLeft: xOf(pointed.ticks, hills, frame) > frame.widthPx / 2,
      x: xOf(pointed.ticks, hills, frame),
      y: Math.max(0, Math.min(yOf(pointed.lots, frame), frame.heightPx - READOUT_PX)),
      price: drawn(priceOf(scaleOf(market), pointed.ticks), market.pricePlaces),
      distance: distanceText(pointed.ticks, hills.midTicks),
      quantity: quantityText(pointed.lots, market),
      total: totalText(pointed, props.book, market),
    };
  });
  return (
    <Show when={at()}>
      {(now) => (
        <div
          class="depth-readout number"
          aria-hidden="true"
          data-side={now().side}
          data-left={now().isLeft ? "" : undefined}
          style={{ "--depth-x": `${now().x}px`, "--depth-y": `${now().y}px` }}
        >
          <span class="depth-name">{words().depth.price}</span>
          <span class="depth-readout-price">{now().price}</span>
          <span class="depth-name">{words().depth.fromMid}</span>
          <span>{now().distance}</span>
          <span class="depth-name">{words().depth.quantity}</span>
          <span>{now().quantity}</span>
          <span class="depth-name">{words().depth.total}</span>
          <span>{now().total}</span>
        </div>
      )}
    </Show>
  );
}
