/** Candles and what is drawn on them. */
import type { JSX } from "solid-js";

export function ChartPane(): JSX.Element {
  return <section class="pane" />;
}
