/**
 * The few numbers that every bench case makes of its rounds: medians and percentiles.
 */

/** The middle one; of an even count the lower of the two. Throws where there is none. */
export function median(values: readonly number[]): number {
  return percentile(sorted(values), 50);
}

/** The smallest value that at least `percent` of a hundred do not pass (nearest rank). `ascending` is not empty. */
export function percentile(ascending: ArrayLike<number>, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length));
  const value = ascending[rank - 1];
  if (value === undefined) throw new RangeError("a percentile is of at least one value and at most the hundredth");
  return value;
}

export function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

/** How long a call takes, ms. */
export function timed(work: () => void): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}

export async function timedAsync(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** @returns things a second. */
export function rate(count: number, elapsedMs: number): number {
  return (count / elapsedMs) * 1_000;
}
