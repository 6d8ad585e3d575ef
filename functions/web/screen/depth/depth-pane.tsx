/** The book as two hills. */
import type { JSX } from "solid-js";

export function DepthPane(): JSX.Element {
  return <section class="pane" />;
}
