/** Where orders are made. */
import type { JSX } from "solid-js";

export function OrderForm(): JSX.Element {
  return <section class="pane" />;
}
