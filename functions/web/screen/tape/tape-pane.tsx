/** The last trades. */
import type { JSX } from "solid-js";

export function TapePane(): JSX.Element {
  return <section class="pane" />;
}
