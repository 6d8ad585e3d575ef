/** Two-limb amounts obey the laws of whole numbers: every operation against bigint, near every border. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FEE_RATE_MAX_E8 } from "../domain/instrument.ts";
import { add, divideDown, feeRoundedUp, fromBigInt, isLess, isZero, multiply, subtract, toBigInt } from "./wide.ts";

const RUNS = { numRuns: 5_000 };
const AMOUNT_MAX = 2n ** 63n - 1n;
const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Every size about as often as every other, and the borders of limbs and halves more often than chance would. */
function wholeUpTo(max: bigint): fc.Arbitrary<bigint> {
  const bits = max.toString(2).length;
  const anySize = fc
    .tuple(fc.integer({ min: 0, max: bits }), fc.bigInt({ min: 0n, max }))
    .map(([size, value]) => value >> BigInt(size));
  const border = fc
    .tuple(fc.constantFrom(0n, 26n, 32n, 52n, 53n, 63n), fc.bigInt({ min: -3n, max: 3n }))
    .map(([power, offset]) => 2n ** power + offset);
  return fc.oneof(anySize, border).map((value) => (value < 0n ? 0n : value > max ? max : value));
}

const amount = wholeUpTo(AMOUNT_MAX);
const factor = wholeUpTo(SAFE_MAX);

/** [hi, lo] behind two cells that nobody may touch. */
function wide(value: bigint): Float64Array {
  const cells = new Float64Array(4).fill(-7);
  fromBigInt(value, cells, 2);
  return cells;
}

/** The amount, once both limbs are in their ranges and the neighbours are as they were. */
function read(cells: Float64Array): bigint {
  const [first, second, hi, lo] = cells as unknown as [number, number, number, number];
  expect([first, second]).toEqual([-7, -7]);
  expect(lo >= 0 && lo < 2 ** 52 && hi >= 0 && hi < 2 ** 11).toBe(true);
  return toBigInt(hi, lo);
}

test("an amount comes back from its two limbs", () => {
  fc.assert(
    fc.property(amount, (value) => read(wide(value)) === value && isZero(wide(value), 2) === (value === 0n)),
    RUNS,
  );
});

test("a product is exact up to 2^63-1, and refused from there on", () => {
  // Second factors near what just fits, too: there the carries meet the border.
  const pair = fc.oneof(
    fc.tuple(factor, factor),
    fc.tuple(factor, fc.bigInt({ min: -3n, max: 3n })).map(([a, offset]): [bigint, bigint] => {
      const fits = a === 0n ? SAFE_MAX : AMOUNT_MAX / a + offset;
      return [a, fits < 0n ? 0n : fits > SAFE_MAX ? SAFE_MAX : fits];
    }),
  );
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const out = wide(0n);
      const fits = multiply(Number(a), Number(b), out, 2);
      return fits === a * b <= AMOUNT_MAX && (!fits || read(out) === a * b);
    }),
    RUNS,
  );
});

test("sums, differences and comparisons are those of whole numbers", () => {
  fc.assert(
    fc.property(amount, amount, (one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      const difference = wide(more);
      subtract(difference, 2, wide(less), 2);
      const sum = wide(more - less);
      add(sum, 2, wide(less), 2);
      return (
        read(difference) === more - less &&
        read(sum) === more &&
        isLess(wide(less), 2, wide(more), 2) === less < more &&
        !isLess(wide(more), 2, wide(less), 2)
      );
    }),
    RUNS,
  );
});

test("I3: a fee is received × rate, rounded up, for every rate", () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: FEE_RATE_MAX_E8 }), (received, rateE8) => {
      const fee = wide(0n);
      feeRoundedUp(wide(received), 2, rateE8, fee, 2);
      const due = received * BigInt(rateE8);
      const exact = read(fee) * 100_000_000n;
      return exact >= due && exact - due < 100_000_000n;
    }),
    RUNS,
  );
});

test("a division rounds down, and stops at 2^53-1", () => {
  const exactMultiple = fc.tuple(factor, factor).map(([unit, times]): [bigint, bigint] => [unit * times, unit]);
  const pair = fc.oneof(
    fc.tuple(amount, factor),
    exactMultiple,
    exactMultiple.map(([product, unit]): [bigint, bigint] => [product - 1n, unit]),
  );
  const inRange = pair.filter(([value, unit]) => unit >= 1n && value >= 0n && value <= AMOUNT_MAX);
  fc.assert(
    fc.property(inRange, ([value, unit]) => {
      const whole = value / unit;
      return BigInt(divideDown(wide(value), 2, Number(unit))) === (whole > SAFE_MAX ? SAFE_MAX : whole);
    }),
    RUNS,
  );
});
