/**
 * The random numbers of java.util.Random: a 48-bit linear congruential generator, as its documentation specifies it.
 * Exact in doubles by halves of 24 bits; no BigInt.
 */
const HALF = 2 ** 24;
const MULTIPLIER_HIGH = 0x5de;
const MULTIPLIER_LOW = 0xece66d;
const INCREMENT = 0xb;

export class JavaRandom {
  private high: number;
  private low: number;

  /** @param seed a safe integer, not negative. */
  constructor(seed: number) {
    this.high = (Math.floor(seed / HALF) % HALF) ^ MULTIPLIER_HIGH;
    this.low = (seed % HALF) ^ MULTIPLIER_LOW;
  }

  /** The next `bits` (1 … 31) bits. */
  private bits(bits: number): number {
    const low = this.low * MULTIPLIER_LOW + INCREMENT;
    const carry = Math.floor(low / HALF);
    this.high = (this.high * MULTIPLIER_LOW + this.low * MULTIPLIER_HIGH + carry) % HALF;
    this.low = low - carry * HALF;
    // The state's upper 32 bits are all of `high` and the upper 8 of `low`.
    return ((this.high * 256 + Math.floor(this.low / 65_536)) >>> (32 - bits)) >>> 0;
  }

  /** Uniform, 0 … bound − 1. */
  below(bound: number): number {
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * this.bits(31)) / 2 ** 31);
    for (;;) {
      const drawn = this.bits(31);
      const value = drawn % bound;
      if (drawn - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return (this.bits(26) * 2 ** 27 + this.bits(27)) / 2 ** 53;
  }
}
