/** How many rows of one height fit into an element, now and whenever it is resized. */
import { type Accessor, createSignal, onCleanup, onMount } from "solid-js";

/** More than any screen shows. */
const ROWS_MAX = 160;

/**
 * Looks once at the start and at each resize, never when data come.
 *
 * @param row one of them, whatever it holds.
 */
export function createRowsFitting(frame: () => HTMLElement, row: () => HTMLElement): Accessor<number> {
  const [rows, setRows] = createSignal(0);
  const measure = (): void => {
    const rowPx = row().offsetHeight;
    if (rowPx > 0) setRows(Math.min(ROWS_MAX, Math.floor(frame().clientHeight / rowPx)));
  };
  onMount(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(frame());
    onCleanup(() => observer.disconnect());
    measure();
  });
  return rows;
}
