/** Moments as text, of the clock on the wall. */
import { expect, test } from "vitest";
import { lateMomentText, momentText } from "./moments.ts";

test("a moment is told by the clock of the place, to the minute with its year or to the second without", () => {
  const early = new Date(2026, 0, 5, 3, 4, 9).getTime();
  expect([momentText(early), lateMomentText(early)]).toEqual(["2026-01-05 03:04", "01-05 03:04:09"]);
});
