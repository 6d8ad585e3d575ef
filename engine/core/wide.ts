/**
 * Amounts up to 2^63−1 in two limbs of 52 bits, held in doubles: value = hi × 2^52 + lo, 0 ≤ lo < 2^52, hi < 2^11.
 *
 * Why two limbs and not bigint: a heap bigint product costs a hundred times a double's. Why 52 bits: an amount below
 * 4.5e15 atoms has hi = 0, and a sum of two low limbs is still exact in a double. An amount is named by an array and the
 * offset of its hi (lo behind it), never passed as two numbers: a double above 2^31 passed to a function that is not
 * inlined would be allocated.
 */
import { assert } from "../domain/assert.ts";

export const LIMB = 2 ** 52;
const HALF = 2 ** 26;
/** 2^63−1 is hi = 2^11 − 1, lo = 2^52 − 1: so every value with hi below this is within range. */
export const HI_END = 2 ** 11;
const RATE_ONE = 1e8;

/** Where one amount is at hand: [hi, lo]. */
export const WIDE = new Float64Array(2);

/**
 * out = a × b.
 *
 * @param a, b whole, 0 … 2^53−1.
 * @returns false when the product passes 2^63−1 (out is then meaningless).
 */
export function multiply(a: number, b: number, out: Float64Array = WIDE, at = 0): boolean {
  const product = a * b;
  if (product < LIMB) {
    out[at] = 0;
    out[at + 1] = product;
    return true;
  }
  if (product > 2 ** 64) return false;
  // a = a1·2^26 + a0, b alike; a1·b1·2^52 must stay below 2^63, so a1·b1 is small, and every partial product is exact.
  const a1 = Math.floor(a / HALF);
  const a0 = a - a1 * HALF;
  const b1 = Math.floor(b / HALF);
  const b0 = b - b1 * HALF;
  let hi = a1 * b1;
  let lo = a0 * b0;
  const crossA = a1 * b0;
  const crossAHigh = Math.floor(crossA / HALF);
  hi += crossAHigh;
  lo += (crossA - crossAHigh * HALF) * HALF;
  if (lo >= LIMB) {
    lo -= LIMB;
    hi += 1;
  }
  const crossB = a0 * b1;
  const crossBHigh = Math.floor(crossB / HALF);
  hi += crossBHigh;
  lo += (crossB - crossBHigh * HALF) * HALF;
  if (lo >= LIMB) {
    lo -= LIMB;
    hi += 1;
  }
  out[at] = hi;
  out[at + 1] = lo;
  return hi < HI_END;
}

/**
 * out = the fee on a received amount, ceil(received × rateE8 / 1e8). Never above what was received.
 *
 * @param rateE8 0 … 5e7 (FEE_RATE_MAX_E8): then every partial product below is exact.
 */
export function feeRoundedUp(
  received: Float64Array,
  from: number,
  rateE8: number,
  out: Float64Array,
  at: number,
): void {
  const lo = received[from + 1]!;
  if (received[from] === 0) {
    const whole = Math.floor(lo / RATE_ONE);
    const part = (lo - whole * RATE_ONE) * rateE8;
    const wholeFee = whole * rateE8;
    if (wholeFee < LIMB) {
      const quotient = Math.floor(part / RATE_ONE);
      out[at] = 0;
      out[at + 1] = wholeFee + quotient + (part - quotient * RATE_ONE > 0 ? 1 : 0);
      return;
    }
  }
  // Forty-five million units in one fill: rare enough for the exact slow way.
  const product = toBigInt(received[from]!, lo) * BigInt(rateE8);
  fromBigInt((product + 99_999_999n) / 100_000_000n, out, at);
}

/** The greatest n with n × unit ≤ the amount, capped at 2^53−1. `unit` is whole, 1 … 2^53−1. */
export function divideDown(amount: Float64Array, at: number, unit: number): number {
  const lo = amount[at + 1]!;
  if (amount[at] === 0) {
    // The quotient of two doubles may round up to the next whole number.
    const quotient = Math.floor(lo / unit);
    return quotient * unit > lo ? quotient - 1 : quotient;
  }
  const quotient = toBigInt(amount[at]!, lo) / BigInt(unit);
  return quotient > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(quotient);
}

/** a −= b. a ≥ b. */
export function subtract(a: Float64Array, aAt: number, b: Float64Array, bAt: number): void {
  let lo = a[aAt + 1]! - b[bAt + 1]!;
  let hi = a[aAt]! - b[bAt]!;
  if (lo < 0) {
    lo += LIMB;
    hi -= 1;
  }
  a[aAt] = hi;
  a[aAt + 1] = lo;
}

/** a += b. */
export function add(a: Float64Array, aAt: number, b: Float64Array, bAt: number): void {
  let lo = a[aAt + 1]! + b[bAt + 1]!;
  let hi = a[aAt]! + b[bAt]!;
  if (lo >= LIMB) {
    lo -= LIMB;
    hi += 1;
  }
  a[aAt] = hi;
  a[aAt + 1] = lo;
}

/** Whether a < b. */
export function isLess(a: Float64Array, aAt: number, b: Float64Array, bAt: number): boolean {
  const hi = a[aAt]!;
  const otherHi = b[bAt]!;
  return hi < otherHi || (hi === otherHi && a[aAt + 1]! < b[bAt + 1]!);
}

export function isZero(amount: Float64Array, at: number): boolean {
  return amount[at] === 0 && amount[at + 1] === 0;
}

/** For cold paths and for whoever stands outside the core. */
export function toBigInt(hi: number, lo: number): bigint {
  if (hi === 0) return lo === 0 ? 0n : BigInt(lo);
  return (BigInt(hi) << 52n) + BigInt(lo);
}

/** out = the amount. */
export function fromBigInt(amount: bigint, out: Float64Array = WIDE, at = 0): void {
  assert(amount >= 0n && amount < 1n << 63n, "an amount is within 0 … 2^63−1");
  out[at] = Number(amount >> 52n);
  out[at + 1] = Number(amount & ((1n << 52n) - 1n));
}
