/**
 * When takers come: each one draws others after it (a Hawkes process with an exponential memory), so that trades come in
 * clusters, and few in between.
 */
import type { Chance } from "./seeded-chance.ts";

/** How many others one arrival brings, on average; below 1, or they would never end. */
const FOLLOWERS = 0.6;
const MEMORY_S = 0.8;
/** Of one step: a cluster that is larger comes in the steps after it. */
const ARRIVALS_MAX = 6;

export class Arrivals {
  readonly #chance: Chance;
  /** Above the base rate, in arrivals a second. */
  #excitement = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** How many come within the step. @param ratePerS the average in the long run. */
  step(seconds: number, ratePerS: number): number {
    const expected = (ratePerS * (1 - FOLLOWERS) + this.#excitement) * seconds;
    const count = Math.min(ARRIVALS_MAX, this.#chance.poisson(expected));
    this.#excitement = this.#excitement * Math.exp(-seconds / MEMORY_S) + (count * FOLLOWERS) / MEMORY_S;
    return count;
  }
}
