/** The instrument in hand, its day, and the way to the others. */
import type { JSX } from "solid-js";

export function MarketBar(): JSX.Element {
  return <section class="pane" />;
}
