/**
 * What an instrument is worth to makers who look at another one's book: its middle, a little late, give or take a little.
 * Pure.
 */
import type { Chance } from "./seeded-chance.ts";

const LAG_S = 1.5;
/** Of the difference that comes and goes between the two. */
const BASIS_HALF_LIFE_S = 60;
const BASIS_DEVIATION = 0.0002;

export class FollowedPrice {
  readonly #chance: Chance;
  #followedTicks: number;
  #basis = 0;

  constructor(startTicks: number, chance: Chance) {
    this.#followedTicks = startTicks;
    this.#chance = chance;
  }

  get ticks(): number {
    return this.#followedTicks * (1 + this.#basis);
  }

  /** @param seenTicks the middle of the other's book; 0: it cannot be seen. */
  step(seconds: number, seenTicks: number): void {
    const fading = Math.LN2 / BASIS_HALF_LIFE_S;
    const shock = BASIS_DEVIATION * Math.sqrt(2 * fading * seconds) * this.#chance.normal();
    this.#basis = this.#basis * (1 - fading * seconds) + shock;
    if (seenTicks > 0) this.#followedTicks += (seenTicks - this.#followedTicks) * Math.min(1, seconds / LAG_S);
  }
}
