/** Which rows stay the same objects from one answer to the next. */
import { expect, test } from "vitest";
import { withSameRows } from "./same-rows.ts";

test("a row that says the same stays the same object, wherever it stands now; one that has changed does not", () => {
  const [first, second] = [
    { letter: 1, arrivals: 1 },
    { letter: 2, arrivals: 1 },
  ];
  const next = withSameRows(
    [first, second],
    [
      { letter: 3, arrivals: 1 },
      { letter: 2, arrivals: 1 },
      { letter: 1, arrivals: 2 },
    ],
  );
  expect(next).toEqual([
    { letter: 3, arrivals: 1 },
    { letter: 2, arrivals: 1 },
    { letter: 1, arrivals: 2 },
  ]);
  expect([next[1] === second, next[2] === first]).toEqual([true, false]);
});

test("what is no list is taken as it comes", () => {
  const status = { a: 1 };
  expect([withSameRows(null, status), withSameRows({ a: 1 }, status) === status]).toEqual([status, true]);
});
