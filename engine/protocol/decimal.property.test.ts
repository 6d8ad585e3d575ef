/** Decimals in and out, against bigint, for any amount. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAtoms, formatE8, formatLots, formatTicks, parseDecimalE8 } from "./decimal.ts";

/** An independent formatter: schoolbook, on the digits of the integer. */
function spelledOut(value: bigint, places: number): string {
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(places + 1, "0");
  const point = digits.length - places;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const anyInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const ANY_ASSET_DECIMALS = fc.integer({ min: 0, max: 8 });

test.each([
  [0, "0.00000000"],
  [1, "0.00000001"],
  [-1, "-0.00000001"],
  [12_345_000_000, "123.45000000"],
  [99_999_999, "0.99999999"],
  [100_000_000, "1.00000000"],
  [9_007_199_254_740_991, "90071992.54740991"],
  [9_007_199_254_740_992n, "90071992.54740992"],
  [9_223_372_036_854_775_807n, "92233720368.54775807"],
])("%s in 1e-8 is printed as %s", (value, text) => {
  expect(formatE8(value)).toBe(text);
});

test("any 64-bit amount is printed as its digits with a point before the eighth from the end", () => {
  fc.assert(fc.property(anyInt64, (value) => formatE8(value) === spelledOut(value, 8)));
});

test("a safe integer is printed alike as a number and as a bigint", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => formatE8(value) === formatE8(BigInt(value))));
});

test("prices and quantities are exact where ticks × tick or lots × lot pass 2^53", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 10 ** 12 }), (count, unitE8) => {
      const expected = spelledOut(BigInt(count) * BigInt(unitE8), 8);
      expect(formatTicks({ tickE8: unitE8 }, count)).toBe(expected);
      expect(formatLots({ lotE8: unitE8 }, count)).toBe(expected);
      expect(formatLots({ lotE8: unitE8 }, BigInt(count))).toBe(expected);
    }),
  );
});

test("atoms of an asset with fewer places are printed with eight, the last ones zero", () => {
  fc.assert(
    fc.property(anyInt64, ANY_ASSET_DECIMALS, (atoms, decimals) => {
      expect(formatAtoms(decimals, atoms)).toBe(spelledOut(atoms * 10n ** BigInt(8 - decimals), 8));
    }),
  );
});

test("what is printed is read back as the same amount", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (value) => {
      expect(parseDecimalE8(formatE8(value))).toEqual({ outcome: "ok", valueE8: value });
    }),
  );
});

test("a decimal means the same with zeros behind it, before it, and without its own last zeros", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.integer({ min: 0, max: 9 }), (value, zeros) => {
      const text = formatE8(value);
      const expected = { outcome: "ok", valueE8: value };
      expect(parseDecimalE8(text + "0".repeat(zeros))).toEqual(expected);
      expect(parseDecimalE8("0".repeat(zeros) + text)).toEqual(expected);
      expect(parseDecimalE8(text.replace(/\.?0+$/, ""))).toEqual(expected);
    }),
  );
});

test.each([
  "",
  " ",
  "-1",
  "+1",
  "1e3",
  "1E3",
  ".5",
  "5.",
  "1.2.3",
  "1,5",
  "0x10",
  "NaN",
  "Infinity",
  "1 ",
  "١",
  "1_000",
  `${"1".repeat(21)}`,
])("%j is not a plain decimal", (text) => {
  expect(parseDecimalE8(text)).toEqual({ outcome: "malformed" });
});

test.each(["0.000000001", "1.123456789", "1.00000000000000000001"])(
  "%j has a digit behind the eighth place",
  (text) => {
    expect(parseDecimalE8(text)).toEqual({ outcome: "too_precise" });
  },
);
