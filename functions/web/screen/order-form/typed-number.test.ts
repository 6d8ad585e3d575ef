/** Numbers as people type them, read without a guess. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readTyped } from "./typed-number.ts";

function read(text: string): string {
  const typed = readTyped(text);
  if (typed.outcome === "ok") return typed.isExact ? typed.decimal : `${typed.decimal} cut to ${typed.e8}`;
  return typed.outcome === "ambiguous" ? `${typed.readings[0]} or ${typed.readings[1]}` : typed.outcome;
}

test("amounts are read as people of different countries type them, and what can be two numbers is said to be", () => {
  const read_ = Object.fromEntries(
    [
      ...[
        "",
        " ",
        "97000",
        "97,000.5",
        "97.000,5",
        "0,01",
        "0.01",
        ".5",
        "5.",
        "1,234,567",
        "1.234.567,89",
        "97 000,25",
      ],
      ...["1'234'567.8", "97,000", "1,000", "0,125", "12,3456", "1234,567", "97.000", "007", "0.000000001"],
      ...["1e3", "-1", "+1", "1,23,456", "12,34,5", "1,234.567.8", "abc", "1.2.3", ".", ",", "1 2", "0x10", "٣"],
    ].map((text) => [text, read(text)]),
  );
  expect(read_).toEqual({
    "": "empty",
    " ": "empty",
    "97000": "97000",
    "97,000.5": "97000.5",
    "97.000,5": "97000.5",
    "0,01": "0.01",
    "0.01": "0.01",
    ".5": "0.5",
    "5.": "5",
    "1,234,567": "1234567",
    "1.234.567,89": "1234567.89",
    "97 000,25": "97000.25",
    "1'234'567.8": "1234567.8",
    "97,000": "97000 or 97.000",
    "1,000": "1000 or 1.000",
    "0,125": "0.125",
    "12,3456": "12.3456",
    "1234,567": "1234.567",
    "97.000": "97",
    "007": "7",
    "0.000000001": "0.000000001 cut to 0",
    "1e3": "malformed",
    "-1": "malformed",
    "+1": "malformed",
    "1,23,456": "malformed",
    "12,34,5": "malformed",
    "1,234.567.8": "malformed",
    abc: "malformed",
    "1.2.3": "malformed",
    ".": "malformed",
    ",": "malformed",
    "1 2": "malformed",
    "0x10": "malformed",
    "٣": "malformed",
  });
});

test("a plain decimal with a point is itself, and its thousands change nothing", () => {
  const whole = fc.bigInt({ min: 0n, max: 10n ** 15n });
  const fraction = fc.stringMatching(/^\d{1,8}$/);
  fc.assert(
    fc.property(whole, fraction, (digits, places) => {
      const e8 = BigInt(`${digits}${places.padEnd(8, "0")}`);
      const grouped = digits.toString().replace(/\B(?=(\d{3})+$)/g, ",");
      for (const text of [`${digits}.${places}`, `${grouped}.${places}`]) {
        const typed = readTyped(text);
        expect(typed.outcome === "ok" && typed.isExact ? typed.e8 : typed.outcome).toBe(e8);
      }
    }),
  );
});
