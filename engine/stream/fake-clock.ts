/** Test support: a clock that moves only when told. Timers fire in the order of their times. */
import type { Stop, StreamClock } from "./stream-clock.ts";

interface Timer {
  atMs: number;
  readonly everyMs: number | null;
  readonly run: () => void;
}

export class FakeClock implements StreamClock {
  #nowMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** A part of a millisecond on, so that a unit that is mixed up shows. */
  nowUs(): number {
    return this.#nowMs * 1_000 + 789;
  }

  /** A turn ends when the real one does: sockets live in real turns. */
  soon(run: () => void): Stop {
    const timer = setImmediate(run);
    return () => clearImmediate(timer);
  }

  after(delayMs: number, run: () => void): Stop {
    return this.#add({ atMs: this.#nowMs + delayMs, everyMs: null, run });
  }

  every(periodMs: number, run: () => void): Stop {
    return this.#add({ atMs: this.#nowMs + periodMs, everyMs: periodMs, run });
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      let next: Timer | null = null;
      for (const timer of this.#timers) {
        if (timer.atMs <= endMs && (next === null || timer.atMs < next.atMs)) next = timer;
      }
      if (next === null) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      if (next.everyMs === null) this.#timers.delete(next);
      else next.atMs += next.everyMs;
      next.run();
    }
    this.#nowMs = endMs;
  }

  #add(timer: Timer): Stop {
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }
}
