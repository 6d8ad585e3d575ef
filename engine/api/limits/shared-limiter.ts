/**
 * The limits by address where many processes answer: counters that all of them share, by the clock of whoever keeps them.
 */
import type { EdgeClock } from "../../bus/edge/edge-clock.ts";
import type { BannedAddress, Counted, LimitNumbers, LimitStep } from "../../bus/edge/redis-limits.ts";
import { BAN_AFTER_REFUSALS, BAN_MS_MAX, BAN_MS_MIN, BAN_REMEMBERED_MS, retryAfterS } from "./limit-rule.ts";
import type { Admission, Limits, RateLimiter } from "./limiter.ts";
import { subjectOf } from "./subject.ts";

/** How soon connections of an address end that another process has banned. */
const ASK_FOR_BANS_MS = 1_000;

/** bus/edge/redis-limits.ts. Rejects with OperationalError `not_sent`. */
export interface SharedCounters {
  step(what: LimitStep, address: string, weight: number, numbers: LimitNumbers): Promise<Counted>;
  bannedFrom(sinceMs: number): Promise<readonly BannedAddress[]>;
}

export interface SharedLimiterOptions {
  readonly limits: Limits;
  readonly counters: SharedCounters;
  readonly clock: Pick<EdgeClock, "every">;
}

export class SharedLimiter implements RateLimiter {
  readonly limits: Limits;
  readonly #counters: SharedCounters;
  readonly #clock: Pick<EdgeClock, "every">;
  readonly #numbers: LimitNumbers;

  constructor({ limits, counters, clock }: SharedLimiterOptions) {
    this.limits = limits;
    this.#counters = counters;
    this.#clock = clock;
    this.#numbers = {
      weightMax: limits.weightPerMinute,
      requestsMax: limits.requestsPer5Minutes,
      connectionsMax: limits.connectionsPer5Minutes,
      refusalsBeforeBan: BAN_AFTER_REFUSALS,
      banMsMin: BAN_MS_MIN,
      banMsMax: BAN_MS_MAX,
      banRememberedMs: BAN_REMEMBERED_MS,
    };
  }

  async admit(address: string, weight: number): Promise<Admission> {
    return admissionOf(await this.#counters.step("request", subjectOf(address), weight, this.#numbers));
  }

  async count(address: string, weight: number): Promise<number> {
    return (await this.#counters.step("count", subjectOf(address), weight, this.#numbers)).usedWeight;
  }

  async charge(address: string, weight: number): Promise<number> {
    return (await this.#counters.step("charge", subjectOf(address), weight, this.#numbers)).usedWeight;
  }

  async admitConnection(address: string): Promise<Admission> {
    return admissionOf(await this.#counters.step("connection", subjectOf(address), 0, this.#numbers));
  }

  /** By asking: a message would be lost with the connection on which it was listened for. */
  followBans(listener: (subject: string) => void): () => void {
    let fromMs = 0;
    return this.#clock.every(ASK_FOR_BANS_MS, () => {
      this.#counters.bannedFrom(fromMs).then(
        (banned) => {
          // Inclusive: two of one millisecond may come in two answers, and to be told twice harms nobody.
          fromMs = banned.at(-1)?.sinceMs ?? fromMs;
          for (const { address } of banned) listener(address);
        },
        // While the counters cannot be asked nobody is banned anew either; the next turn asks again.
        () => {},
      );
    });
  }
}

function admissionOf({ outcome, usedWeight, bannedUntilMs, nowMs }: Counted): Admission {
  switch (outcome) {
    case "admitted":
      return { outcome, usedWeight };
    case "banned":
      return { outcome, untilMs: bannedUntilMs, retryAfterS: Math.ceil((bannedUntilMs - nowMs) / 1_000) };
    case "weight":
    case "requests":
    case "connections":
      return { outcome: "over", limit: outcome, usedWeight, retryAfterS: retryAfterS(outcome, nowMs) };
  }
}
