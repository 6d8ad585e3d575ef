/**
 * Limits by address, as everybody who answers the public API asks them (trading-api.md §1.4): weight and raw requests in
 * fixed windows aligned to the clock, bans for those who go on, connection attempts.
 *
 * An address counts as its subject (subject.ts). One counter for REST and the WebSocket API. In memory on one machine (memory-limiter.ts), in Redis by a script in the
 * cluster (bus/edge/redis-limits.ts). What counts, what is refused and when a ban begins: limit-rule.ts, for both. Counts of
 * orders are not here: they are the engine's (core/RULES.md).
 */

/** 0: that limit is off; what is used is counted all the same. */
export interface Limits {
  /** Weight of one address per minute. */
  readonly weightPerMinute: number;
  /** Requests of one address per five minutes, whatever they weigh. */
  readonly requestsPer5Minutes: number;
  /** Attempts to open a WebSocket, of one address per five minutes. */
  readonly connectionsPer5Minutes: number;
}

export const DEFAULT_LIMITS: Limits = {
  weightPerMinute: 6_000,
  requestsPer5Minutes: 300_000,
  connectionsPer5Minutes: 300,
};

export type Admission =
  | { readonly outcome: "admitted" /** Of the running minute, this request's included. */; readonly usedWeight: number }
  | {
      readonly outcome: "over";
      readonly limit: "weight" | "requests" | "connections";
      readonly usedWeight: number;
      /** Whole seconds until the window ends, at least 1. */
      readonly retryAfterS: number;
    }
  | { readonly outcome: "banned"; readonly untilMs: number; readonly retryAfterS: number };

/** Every call rejects with OperationalError `not_sent` while the counters cannot be asked. */
export interface RateLimiter {
  /** As they are published. */
  readonly limits: Limits;
  /** Counts one request of `weight` (0: only as a raw request), and says whether it may go on. What is over counts towards a ban. */
  admit(address: string, weight: number): Promise<Admission>;
  /** Counts one request that is let through whatever was used. @returns the weight used in the minute. */
  count(address: string, weight: number): Promise<number>;
  /** Adds weight afterwards, of a request that turned out to have a price. @returns the weight used in the minute. */
  charge(address: string, weight: number): Promise<number>;
  admitConnection(address: string): Promise<Admission>;
  /** Calls back with each subject (subject.ts) that is banned from now on, wherever it was. @returns the way to stop. */
  followBans(listener: (subject: string) => void): () => void;
}
