/** The histogram of sync times: a percentile is right within a bucket's width. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LatencyHistogram } from "./latency-histogram.ts";

test("a percentile is at or above the exact one, and at most 10 % above", () => {
  const durations = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(durations, fc.constantFrom(0.01, 0.5, 0.99, 1), (values, share) => {
      const histogram = new LatencyHistogram();
      for (const value of values) histogram.add(value);
      const sorted = values.toSorted((left, right) => left - right);
      const exact = sorted[Math.ceil(sorted.length * share) - 1] as number;
      expect(histogram.percentileUs(share)).toBeGreaterThanOrEqual(exact);
      expect(histogram.percentileUs(share)).toBeLessThanOrEqual(exact * 1.1);
    }),
  );
});

test("an empty histogram says 0", () => {
  expect(new LatencyHistogram().summary()).toEqual({ count: 0, lastUs: 0, medianUs: 0, p99Us: 0, maxUs: 0 });
});

test("buckets count what is below each doubled bound, and keep the sum", () => {
  const histogram = new LatencyHistogram();
  for (const value of [1, 15, 17, 31, 1_000, 2 ** 30]) histogram.add(value);
  const { buckets, ...rest } = histogram.buckets();
  expect(rest).toEqual({ count: 6, sumUs: 1_064 + 2 ** 30 });
  expect([buckets[0], buckets[1], buckets[5], buckets[6], buckets.at(-1)]).toEqual([
    [16, 2],
    [32, 4],
    [512, 4],
    [1_024, 5],
    [2 ** 24, 5],
  ]);
});
