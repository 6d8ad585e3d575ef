/** Columns as array literals: what Postgres would not take as a text is kept as one that it takes. */
import { expect, test } from "vitest";
import { columnLiterals } from "./sql-columns.ts";

test("quotes, backslashes and commas are kept, a NUL is replaced: no row stops history", () => {
  const rows = [{ name: 'a"b\\c,d' }, { name: "x\0y" }, { name: null }];
  expect(columnLiterals({ name: "text" }, rows)).toEqual(['{"a\\"b\\\\c,d","x\uFFFDy",null}']);
});
