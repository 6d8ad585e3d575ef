/**
 * What an instrument is worth, as its makers see it: a logarithm that wanders and comes back, whose volatility itself wanders,
 * and which jumps now and then. Deterministic: the same draws and steps give the same path.
 */
import type { Chance } from "./seeded-chance.ts";

/** Of the logarithm, per square root of a second, in quiet times: some 20 % a year. */
const VOLATILITY = 0.000035;
/** Half of a distance from the anchor is gone after this. */
const RETURN_HALF_LIFE_S = 8 * 3_600;
const MOOD_HALF_LIFE_S = 480;
/** Of the volatility's logarithm: one deviation is a factor of about 1.8. */
const MOOD_DEVIATION = 0.6;
const MOOD_MAX = 1.8;
const JUMP_EVERY_S = 900;
const JUMP_MEAN = 0.0007;

const rateOf = (halfLifeS: number): number => Math.LN2 / halfLifeS;

export class FairPrice {
  readonly #anchorTicks: number;
  readonly #chance: Chance;
  /** Logarithm of the price over the anchor's. */
  #distance: number;
  #mood = 0;

  /** @param startTicks where it begins; it comes back to the anchor from there. */
  constructor(anchorTicks: number, startTicks: number, chance: Chance) {
    this.#anchorTicks = anchorTicks;
    this.#chance = chance;
    this.#distance = Math.log(startTicks / anchorTicks);
  }

  get ticks(): number {
    return this.#anchorTicks * Math.exp(this.#distance);
  }

  /** How lively the market is now; 1 in quiet times, about 6 at most. */
  get liveliness(): number {
    return Math.exp(this.#mood);
  }

  step(seconds: number): void {
    const chance = this.#chance;
    const calming = rateOf(MOOD_HALF_LIFE_S);
    const shock = MOOD_DEVIATION * Math.sqrt(2 * calming * seconds) * chance.normal();
    this.#mood = clamped(this.#mood * (1 - calming * seconds) + shock, MOOD_MAX);
    this.#distance -= this.#distance * rateOf(RETURN_HALF_LIFE_S) * seconds;
    this.#distance += VOLATILITY * this.liveliness * Math.sqrt(seconds) * chance.normal();
    if (chance.happens(seconds / JUMP_EVERY_S)) {
      this.#distance += chance.exponential(JUMP_MEAN) * (chance.happens(0.5) ? 1 : -1);
      this.#mood = Math.max(this.#mood, 1);
    }
  }
}

function clamped(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
