/** The small logic of the bench: table. */
import { expect, test } from "vitest";
import { result } from "./result.ts";
import { readable, tableOf } from "./table.ts";

test("a table lines up, escapes what would end a cell, and says what was not measured and why", () => {
  const lines = [
    result("book", 10_432_100.4, "commands/s", { name: "other | book", value: 521_605.02 }, ["3 rounds", "quiet"]),
    result("collections", 0, "collections", null, []),
    { name: "streams", skipped: "no files" },
  ];
  expect(tableOf(lines)).toBe(
    [
      "| what        |  value | unit        | peer                    | ratio | conditions |",
      "| ----------- | -----: | ----------- | ----------------------- | ----: | --- |",
      "| book        | 10.4 M | commands/s  | 521,600 (other \\| book) |    20 | 3 rounds; quiet |",
      "| collections |      0 | collections |                         |       |  |",
      "| streams     |      – |             |                         |       | not measured: no files |",
      "",
    ].join("\n"),
  );
});

test("a result's line carries value, peer and their ratio to four digits", () => {
  expect(result("x", 2 / 3, "ms", { name: "y", value: 3 }, ["a", "b"])).toEqual({
    name: "x",
    value: 0.6667,
    unit: "ms",
    peer: 3,
    peerName: "y",
    ratio: 0.2222,
    conditions: "a; b",
  });
});

test("numbers are shown with the digits a reader needs", () => {
  expect([123_456_789, 12_345_678, 1_234_567, 123_456, 1_234, 99.94, 0.012345, 0].map(readable)).toEqual([
    "123 M",
    "12.3 M",
    "1.23 M",
    "123,500",
    "1,234",
    "99.9",
    "0.0123",
    "0",
  ]);
});
