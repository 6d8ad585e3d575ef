/** Short messages that come and go: what the exchange did with what a person asked for. */
import { createSignal } from "solid-js";

export interface Toast {
  readonly id: number;
  readonly kind: "done" | "refused" | "news";
  readonly title: string;
  readonly detail?: string;
  /** What it tells of: the next word about the same takes its place while it is shown. */
  readonly about?: string;
}

/** Of those that were announced: whoever shows them looks each time one is. */
const KEPT_MAX = 8;

const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
let made = 0;

export { toasts };

export function announce(toast: Omit<Toast, "id">): void {
  made += 1;
  const next = { ...toast, id: made };
  setToasts((now) => [...now, next].slice(-KEPT_MAX));
}
