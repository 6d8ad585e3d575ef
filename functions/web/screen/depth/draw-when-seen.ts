/** Draws at most once a frame, only what has changed, and nothing while nobody can see it. */
import { createEffect, createSignal, onCleanup, onMount } from "solid-js";

/** @param prepare reads what is drawn, which is drawn again when any of it changes; null: nothing to draw yet. */
export function drawWhenSeen(element: () => Element, prepare: () => (() => void) | null): void {
  const [isSeen, setIsSeen] = createSignal(false);
  let next: (() => void) | null = null;
  let frame = 0;
  onMount(() => {
    // A page in the background gets no frames: that one stays asked for until it is back.
    const watch = new IntersectionObserver(([entry]) => setIsSeen(entry?.isIntersecting ?? false));
    watch.observe(element());
    onCleanup(() => watch.disconnect());
  });
  createEffect(() => {
    if (!isSeen()) return;
    next = prepare();
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      next?.();
    });
  });
  onCleanup(() => cancelAnimationFrame(frame));
}
