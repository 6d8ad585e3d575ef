/**
 * The wall clock in whole µs. The system's own clock tells milliseconds; between them the process's timer counts on, and
 * is set anew when the two part (a step of the clock, a laptop that slept).
 */
const APART_MS_MAX = 2;

let offsetMs = Date.now() - performance.now();

export function wallClockUs(): number {
  const timerMs = performance.now();
  const nowMs = Date.now();
  // The system's value is cut to whole ms, so the finer one is up to 1 ms ahead of it.
  if (Math.abs(offsetMs + timerMs - nowMs) > APART_MS_MAX) offsetMs = nowMs - timerMs;
  return Math.floor((offsetMs + timerMs) * 1_000);
}
