/**
 * One animation frame for every signal of the page: whatever arrives between two frames changes each of them once.
 *
 * In a hidden tab frames stand still, and so does what is drawn; what must be right meanwhile (books, orders) is kept outside
 * of signals. Only tasks that are asked for `even_hidden` (the price in a title) run then, once a second.
 */

const HIDDEN_EVERY_MS = 1_000;

export type When = "visible" | "even_hidden";

export class Frames {
  readonly #tasks = new Map<() => void, When>();
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #stopped = false;
  readonly #onVisibility = (): void => this.#arm();

  constructor() {
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  /** Runs the task once in the next frame, however often it is asked: by its identity. */
  request(task: () => void, when: When = "visible"): void {
    if (this.#stopped) return;
    this.#tasks.set(task, when);
    this.#arm();
  }

  forget(task: () => void): void {
    this.#tasks.delete(task);
  }

  stop(): void {
    this.#stopped = true;
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#disarm();
    this.#tasks.clear();
  }

  #arm(): void {
    if (this.#tasks.size === 0) return;
    if (!document.hidden) {
      this.#frame ??= requestAnimationFrame(() => this.#run("visible"));
    } else if ([...this.#tasks.values()].includes("even_hidden")) {
      this.#timer ??= setTimeout(() => this.#run("even_hidden"), HIDDEN_EVERY_MS);
    }
  }

  #run(now: When): void {
    this.#disarm();
    const due = [...this.#tasks].filter(([, when]) => now === "visible" || when === "even_hidden");
    for (const [task] of due) this.#tasks.delete(task);
    for (const [task] of due) task();
    this.#arm();
  }

  #disarm(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#frame = null;
    this.#timer = null;
  }
}
