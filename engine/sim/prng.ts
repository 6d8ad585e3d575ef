/** Chance with a seed, in 32-bit integer arithmetic: every run on every machine draws the same numbers. Not for secrets. */
const WARM_UP_ROUNDS = 12;

/** mulberry32 by Tommy Ettinger: numbers from 0 up to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** sfc32, Chris Doty-Humphrey's Small Fast Counting generator, as in PractRand. */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed / 2 ** 32) | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) this.uint32();
  }

  /** 0 … 2^32−1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** 0 … bound−1; bound ≤ 2^53. Slightly uneven, which no test minds. */
  below(bound: number): number {
    if (bound <= 2 ** 32) return this.uint32() % bound;
    return ((this.uint32() & 0x1fffff) * 2 ** 32 + this.uint32()) % bound;
  }

  /** Both ends included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  percent(share: number): boolean {
    return this.uint32() % 100 < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** 1 … max with every order of magnitude about as likely as every other. */
  magnitude(max: number): number {
    const bits = this.between(1, Math.ceil(Math.log2(max + 1)));
    return Math.min(max, 1 + this.below(2 ** bits));
  }

  /** One of the list, each as often as its weight says. */
  weighted<T>(list: readonly T[], weights: readonly number[]): T {
    let at = this.below(weights.reduce((sum, weight) => sum + weight, 0));
    for (const [index, weight] of weights.entries()) {
      if (at < weight) return list[index]!;
      at -= weight;
    }
    return list[0]!;
  }
}
