/**
 * A histogram of durations in fixed memory: eight buckets per power of two, so a percentile is never too low and at most 10 % too high.
 */

const BUCKETS_PER_OCTAVE = 8;
/** Up to 2^32 µs, more than an hour. */
const OCTAVES = 32;

export interface LatencySummary {
  readonly count: number;
  readonly lastUs: number;
  readonly medianUs: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** How many were not above each bound, and the sum of all: what a monitor sums over time and machines. */
export interface LatencyBuckets {
  /** [bound in µs, how many], bounds doubling. */
  readonly buckets: readonly (readonly [number, number])[];
  readonly count: number;
  readonly sumUs: number;
}

/** 16 µs … 16.8 s: a sync that takes less or more is told apart by nobody. */
const OCTAVE_FIRST = 4;
const OCTAVE_LAST = 24;

export class LatencyHistogram {
  readonly #buckets = new Uint32Array(BUCKETS_PER_OCTAVE * OCTAVES);
  #count = 0;
  #sumUs = 0;
  #lastUs = 0;
  #maxUs = 0;

  add(microseconds: number): void {
    const bucket = Math.floor(Math.log2(Math.max(1, microseconds)) * BUCKETS_PER_OCTAVE);
    const index = Math.min(bucket, this.#buckets.length - 1);
    this.#buckets[index] = (this.#buckets[index] as number) + 1;
    this.#count += 1;
    this.#sumUs += microseconds;
    this.#lastUs = microseconds;
    this.#maxUs = Math.max(this.#maxUs, microseconds);
  }

  /** 0 while nothing was added. @param share 0 … 1. */
  percentileUs(share: number): number {
    let rest = Math.ceil(this.#count * share);
    for (const [index, count] of this.#buckets.entries()) {
      rest -= count;
      if (count > 0 && rest <= 0) return Math.min(this.#maxUs, 2 ** ((index + 1) / BUCKETS_PER_OCTAVE));
    }
    return 0;
  }

  buckets(): LatencyBuckets {
    const buckets: [number, number][] = [];
    let below = 0;
    for (let octave = 0; octave < OCTAVE_LAST; octave++) {
      for (let index = 0; index < BUCKETS_PER_OCTAVE; index++)
        below += this.#buckets[octave * BUCKETS_PER_OCTAVE + index] as number;
      if (octave + 1 >= OCTAVE_FIRST) buckets.push([2 ** (octave + 1), below]);
    }
    return { buckets, count: this.#count, sumUs: this.#sumUs };
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      lastUs: this.#lastUs,
      medianUs: this.percentileUs(0.5),
      p99Us: this.percentileUs(0.99),
      maxUs: this.#maxUs,
    };
  }
}
