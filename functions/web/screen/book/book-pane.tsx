/** The ladder of the order book. */
import type { JSX } from "solid-js";

export function BookPane(): JSX.Element {
  return <section class="pane" />;
}
