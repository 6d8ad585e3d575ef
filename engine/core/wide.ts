/**
 * Amounts up to 2^63−1 in two limbs of 52 bits, held in doubles: value = hi × 2^52 + lo, 0 ≤ lo < 2^52, hi < 2^11.
 *
 * Why two limbs and not bigint: a heap bigint product costs a hundred times a double's. Why 52 bits: an amount below
 * 4.5e15 atoms has hi = 0, and a sum of two low limbs is still exact in a double. Functions of two limbs leave their
 * result in WIDE[0] (hi) and WIDE[1] (lo): nothing is allocated.
 */
import { assert } from "../domain/assert.ts";

export const LIMB = 2 ** 52;
const HALF = 2 ** 26;
/** 2^63−1 is hi = 2^11 − 1, lo = 2^52 − 1: so every value with hi below this is within range. */
export const HI_END = 2 ** 11;
const RATE_ONE = 1e8;

/** The result of the last operation: [hi, lo]. */
export const WIDE = new Float64Array(2);

/**
 * WIDE = a × b.
 *
 * @param a, b whole, 0 … 2^53−1.
 * @returns false when the product passes 2^63−1 (WIDE is then meaningless).
 */
export function multiply(a: number, b: number): boolean {
  const product = a * b;
  if (product < LIMB) {
    WIDE[0] = 0;
    WIDE[1] = product;
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
  WIDE[0] = hi;
  WIDE[1] = lo;
  return hi < HI_END;
}

/**
 * WIDE = the fee on a received amount, ceil(received × rateE8 / 1e8). Never above what was received.
 *
 * @param rateE8 0 … 5e7 (FEE_RATE_MAX_E8): then every partial product below is exact.
 */
export function feeRoundedUp(hi: number, lo: number, rateE8: number): void {
  if (hi === 0) {
    const whole = Math.floor(lo / RATE_ONE);
    const part = (lo - whole * RATE_ONE) * rateE8;
    const wholeFee = whole * rateE8;
    if (wholeFee < LIMB) {
      const quotient = Math.floor(part / RATE_ONE);
      WIDE[0] = 0;
      WIDE[1] = wholeFee + quotient + (part - quotient * RATE_ONE > 0 ? 1 : 0);
      return;
    }
  }
  // Forty-five million units in one fill: rare enough for the exact slow way.
  const product = toBigInt(hi, lo) * BigInt(rateE8);
  fromBigInt((product + 99_999_999n) / 100_000_000n);
}

/** The greatest n with n × unit ≤ the amount, capped at 2^53−1. `unit` is whole, 1 … 2^53−1. */
export function divideDown(hi: number, lo: number, unit: number): number {
  if (hi === 0) {
    // The quotient of two doubles may round up to the next whole number.
    const quotient = Math.floor(lo / unit);
    return quotient * unit > lo ? quotient - 1 : quotient;
  }
  const quotient = toBigInt(hi, lo) / BigInt(unit);
  return quotient > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(quotient);
}

/** WIDE = a − b. Both within range, a ≥ b. */
export function subtract(aHi: number, aLo: number, bHi: number, bLo: number): void {
  let lo = aLo - bLo;
  let hi = aHi - bHi;
  if (lo < 0) {
    lo += LIMB;
    hi -= 1;
  }
  WIDE[0] = hi;
  WIDE[1] = lo;
}

/** Whether a < b. */
export function isLess(aHi: number, aLo: number, bHi: number, bLo: number): boolean {
  return aHi < bHi || (aHi === bHi && aLo < bLo);
}

/** For cold paths and for whoever stands outside the core. */
export function toBigInt(hi: number, lo: number): bigint {
  return hi === 0 ? BigInt(lo) : (BigInt(hi) << 52n) + BigInt(lo);
}

/** WIDE = the amount. */
export function fromBigInt(amount: bigint): void {
  assert(amount >= 0n && amount < 1n << 63n, "an amount is within 0 … 2^63−1");
  WIDE[0] = Number(amount >> 52n);
  WIDE[1] = Number(amount & ((1n << 52n) - 1n));
}
