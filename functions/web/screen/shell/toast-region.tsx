/** Where toasts are shown, and heard. */
import type { JSX } from "solid-js";

export function Toasts(): JSX.Element {
  return null;
}
