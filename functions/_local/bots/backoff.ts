/** When to try again what has failed: later each time, and not all at once. */
const FIRST_MS = 100;
const LONGEST_MS = 5_000;
const GROWTH = 2;

export class Backoff {
  #waitMs = FIRST_MS;
  #timer: NodeJS.Timeout | null = null;

  succeeded(): void {
    this.#waitMs = FIRST_MS;
  }

  later(again: () => void): void {
    this.#timer = setTimeout(again, this.#waitMs * (1 + Math.random()));
    this.#waitMs = Math.min(LONGEST_MS, this.#waitMs * GROWTH);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
