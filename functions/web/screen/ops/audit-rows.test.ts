/** The audit as rows: exact, and a fault of either side is seen. */
import { expect, test } from "vitest";
import { auditRows } from "./audit-rows.ts";

const side = (accounts: string, deposited = "90071992547409.93000000", withdrawn = "0.00000001") => ({
  accounts,
  deposited,
  withdrawn,
});
const HELD = "90071992547409.92999999";

test("what adds up differs by 0, to the last place of any amount", () => {
  expect(auditRows({ assets: [{ asset: "USDT", engine: side(HELD), tables: side(HELD) }] })).toEqual([
    { asset: "USDT", ...side(HELD), difference: "0", tablesAgree: true },
  ]);
});

test("an atom too many or too few is shown with its sign; tables that do not add up, or know other movements, differ", () => {
  const rows = auditRows({
    assets: [
      { asset: "A", engine: side("90071992547409.93000000"), tables: side(HELD) },
      { asset: "B", engine: side("90071992547409.00000000"), tables: side(HELD) },
      { asset: "C", engine: side(HELD), tables: side("90071992547409.93000000") },
      { asset: "D", engine: side(HELD), tables: side("1.00000000", "1.00000000", "0.00000000") },
    ],
  });
  expect(rows.map(({ asset, difference, tablesAgree }) => [asset, difference, tablesAgree])).toEqual([
    ["A", "0.00000001", true],
    ["B", "-0.92999999", true],
    ["C", "0", false],
    ["D", "0", false],
  ]);
});
