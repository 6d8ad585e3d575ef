/** How long to wait before the next attempt: doubling, bounded, and spread so that not everybody comes back at once. Pure. */

export interface BackoffBounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** A third of an exchange's attempts to connect (300 in 5 minutes) is never used up by one page. */
export const RECONNECT: BackoffBounds = { firstMs: 400, maxMs: 10_000 };
export const REFETCH: BackoffBounds = { firstMs: 300, maxMs: 8_000 };

/**
 * @param failures since the last success, from 0.
 * @param chance 0 to 1, drawn by the caller.
 * @returns between half of the attempt's bound and all of it.
 */
export function backoffMs({ firstMs, maxMs }: BackoffBounds, failures: number, chance: number): number {
  const bound = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(bound / 2 + (bound / 2) * chance);
}
