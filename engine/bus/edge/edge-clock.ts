/** The two clocks of an edge and its timer, as one object that a test can hold still. */
export interface EdgeClock {
  /** Wall clock, whole µs: deadlines are made of it. */
  nowUs(): number;
  /** Never goes back: ages are measured by it. */
  nowMs(): number;
  /** @returns the way to stop. Does not keep the process alive. */
  every(intervalMs: number, call: () => void): () => void;
}

export const systemClock: EdgeClock = {
  nowUs: () => Date.now() * 1_000,
  nowMs: () => performance.now(),
  every(intervalMs, call) {
    const timer = setInterval(call, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
