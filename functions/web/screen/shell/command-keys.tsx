/** Keys of the offered commands, and the menu of all of them. */
import type { JSX } from "solid-js";

export function CommandKeys(): JSX.Element {
  return null;
}
