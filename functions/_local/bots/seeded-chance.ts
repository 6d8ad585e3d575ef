/**
 * Chance with a seed: the same seed and name give the same draws, on every machine.
 *
 * sfc32 (C. Doty-Humphrey, PractRand), seeded by FNV-1a of the name. Each decider has a stream of its own, so that one more
 * draw in one of them changes nothing in the others.
 */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** What sfc32 needs before its draws are independent of how alike two seeds are. */
const WARM_UP_DRAWS = 16;
const TWO_POW_32 = 4_294_967_296;

export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param name of the decider. */
  constructor(seed: number, name: string) {
    this.#a = hashOf(name, FNV_OFFSET);
    this.#b = hashOf(name, this.#a ^ seed);
    this.#c = seed | 0;
    for (let draw = 0; draw < WARM_UP_DRAWS; draw++) this.uniform();
  }

  /** 0 ≤ x < 1. */
  uniform(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / TWO_POW_32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Mean 0, deviation 1 (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Waiting times; mean as given. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** How many arrivals there are, where `mean` are expected (Knuth); for small means. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count += 1;
    return count;
  }

  /** A power law from `least` up, cut off at `most`: P(X > x) falls as x^-exponent. */
  powerLaw(least: number, most: number, exponent: number): number {
    const cut = 1 - (least / most) ** exponent;
    return least * (1 - cut * this.uniform()) ** (-1 / exponent);
  }
}

function hashOf(text: string, from: number): number {
  let hash = from;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash | 0;
}
