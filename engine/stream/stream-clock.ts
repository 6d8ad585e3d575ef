/** Time for the stream room: the one door to the wall clock and to timers, so that tests can pass a clock of their own. */
import { wallClockUs } from "../bus/edge/wall-clock.ts";

export type Stop = () => void;

export interface StreamClock {
  /** Milliseconds since the epoch, whole. */
  nowMs(): number;
  /** The same in µs, for events that are told in them. */
  nowUs(): number;
  /** Once, at the end of this turn of the event loop. */
  soon(run: () => void): Stop;
  after(delayMs: number, run: () => void): Stop;
  every(periodMs: number, run: () => void): Stop;
}

export const SYSTEM_CLOCK: StreamClock = {
  nowMs: Date.now,
  nowUs: wallClockUs,
  soon(run) {
    const timer = setImmediate(run);
    return () => clearImmediate(timer);
  },
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    return () => clearInterval(timer);
  },
};
