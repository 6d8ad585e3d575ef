/** Open orders, history, trades, balances. */
import type { JSX } from "solid-js";

export function ActivityPane(): JSX.Element {
  return <section class="pane" />;
}
