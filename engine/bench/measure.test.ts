/** The small logic of the bench: measure. */
import { expect, test } from "vitest";
import { median, percentile, rate, sorted } from "./measure.ts";

test("a percentile is the smallest value that so many of a hundred do not pass", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 1, 50, 90, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 1, 50, 90, 99, 100]);
  expect([50, 99].map((percent) => percentile([7], percent))).toEqual([7, 7]);
  expect([25, 26, 99].map((percent) => percentile([1, 2, 3, 4], percent))).toEqual([1, 2, 4]);
  expect(() => percentile([], 50)).toThrow(RangeError);
});

test("a median is of numbers, not of their texts, and of an even count the lower middle", () => {
  expect(median([9, 100, 10])).toBe(10);
  expect(median([4, 1, 3, 2])).toBe(2);
  expect([...sorted([10, 9, 100])]).toEqual([9, 10, 100]);
});

test("a rate is a second's worth of what took milliseconds", () => {
  expect(rate(500, 250)).toBe(2_000);
});
