/** Exported tables by RFC 4180, and harmless in a spreadsheet. */
import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("fields with commas, quotes and line ends are quoted, lines end as RFC 4180 has it", () => {
  const columns = [
    { title: "id", value: (row: readonly [number, string]) => row[0] },
    { title: "note, said", value: (row: readonly [number, string]) => row[1] },
  ];
  expect(
    csvOf(columns, [
      [1, 'a "b"'],
      [2, "c\nd"],
    ]),
  ).toBe('id,"note, said"\r\n1,"a ""b"""\r\n2,"c\nd"\r\n');
});

test("what a spreadsheet would compute is a text, and negative numbers stay numbers", () => {
  const columns = [{ title: "t", value: (row: string) => row }];
  expect(csvOf(columns, ["=1+1", "@x", "-0.5", "+3", "-cmd"]).split("\r\n")).toEqual([
    "t",
    "'=1+1",
    "'@x",
    "-0.5",
    "+3",
    "'-cmd",
    "",
  ]);
});
