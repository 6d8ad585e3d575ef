/** Decimals as whole numbers of a tick and back, exactly. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { countOf, unitOf } from "./scale.ts";

test("a decimal is a whole number of its tick, of steps that are no power of ten and amounts beyond fifteen digits, too", () => {
  expect([
    countOf(unitOf("0.01000000"), "61234.50000000"),
    countOf(unitOf("0.05000000"), "1.25000000"),
    countOf(unitOf("25.00000000"), "1000.00000000"),
    countOf(unitOf("0.00000001"), "90071992.54740991"),
    countOf(unitOf("1.00000000"), "7"),
  ]).toEqual([6_123_450, 25, 40, 9_007_199_254_740_991, 7]);
});

test("every count of every tick comes back from its decimal", () => {
  const places = fc.integer({ min: 0, max: 8 });
  fc.assert(
    fc.property(
      places,
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      (p, multiple, count) => {
        const written = (units: bigint): string => {
          const digits = (units * 10n ** BigInt(8 - p)).toString().padStart(9, "0");
          return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
        };
        expect(countOf(unitOf(written(BigInt(multiple))), written(BigInt(multiple) * BigInt(count)))).toBe(count);
      },
    ),
  );
});
