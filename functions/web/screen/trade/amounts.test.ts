/** Decimals as they are drawn, and as exact units. */
import { expect, test } from "vitest";
import { decimalOf, drawn, drawnExact, placesOf, trimmed, unitsOf } from "./amounts.ts";

test("a decimal is grouped and cut, never rounded up", () => {
  expect([drawn("61234.59999999", 2), drawn("-1234567", 0), drawn("0.1", 4), drawn("999.999", 2)]).toEqual([
    "61,234.59",
    "-1,234,567",
    "0.1000",
    "999.99",
  ]);
});

test("zeros at the end go, and those of whole numbers stay", () => {
  expect(["0.01000000", "100", "100.000", "0.00000000"].map(trimmed)).toEqual(["0.01", "100", "100", "0"]);
  expect(["0.00100000", "1.00000000", "0.00000001"].map(placesOf)).toEqual([3, 0, 8]);
  expect(["2000000.00000000", "0.00010000", "-0.5"].map(drawnExact)).toEqual(["2,000,000", "0.0001", "-0.5"]);
});

test("units are exact beyond a double's digits, and what is finer, signed twice or exponential is none", () => {
  expect(unitsOf("90071992547409931.12345678", 8)).toBe(9007199254740993112345678n);
  expect([unitsOf("1.25", 1), unitsOf("1e3", 2), unitsOf("", 2), unitsOf("--1", 2), unitsOf(".5", 1)]).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect([decimalOf(12345n, 2), decimalOf(-5n, 2), decimalOf(7n, 0)]).toEqual(["123.45", "-0.05", "7"]);
});
