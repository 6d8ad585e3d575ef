/** The spread as text. */
import { expect, test } from "vitest";
import { spreadPercent } from "./spread.ts";

test("a spread is told in per cent of the middle, finer where it is smaller, and is never rounded to nothing", () => {
  expect([
    spreadPercent(100, 102),
    spreadPercent(1000, 1003),
    spreadPercent(10_000, 10_001),
    spreadPercent(2_000_000_000, 2_000_000_001),
    spreadPercent(5, 5),
  ]).toEqual(["1.98", "0.300", "0.0100", "<0.0001", "0.0000"]);
});
