/** Figures as an operator reads them. */
import { expect, test } from "vitest";
import { bytes, micros, rate, span } from "./figures.ts";

test("spans of time are whole units, cut, and never before 0", () => {
  const spans = [-5, 999, 59_999, 60_000, 3_599_999, 3_600_000, 172_799_999, 172_800_000];
  expect(spans.map(span)).toEqual(["0 s", "0 s", "59 s", "1 min", "59 min", "1 h", "47 h", "2 d"]);
});

test("sizes, durations and rates keep a place where it says something", () => {
  expect([0, 1_023, 1_024, 5 * 1_024 ** 3].map(bytes)).toEqual(["0 B", "1,023 B", "1.0 KiB", "5.0 GiB"]);
  expect([80, 1_200, 249_000, 3_000_000].map(micros)).toEqual(["80 µs", "1.2 ms", "249 ms", "3.0 s"]);
  expect([0, 0.44, 9.96, 10.4, 12_345].map(rate)).toEqual(["0", "0.4", "10.0", "10", "12,345"]);
});
