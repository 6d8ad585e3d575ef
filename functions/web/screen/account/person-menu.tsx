/** Who is signed in, or the way in. */
import type { JSX } from "solid-js";

export function PersonMenu(): JSX.Element {
  return <section class="pane" />;
}
