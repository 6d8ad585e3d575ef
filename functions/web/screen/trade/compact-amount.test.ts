/** Large amounts in few letters. */
import { expect, test } from "vitest";
import { compact } from "./compact-amount.ts";

test("millions and above are cut to three or more digits and a letter, what is less is drawn as it is", () => {
  expect([
    compact("999999.99999999", 2),
    compact("1000000.00000000", 2),
    compact("123456789.1", 2),
    compact("-9999999999", 0),
    compact("1234567890123.5", 8),
    compact("0.5", 0),
  ]).toEqual(["999,999.99", "1.00M", "123.45M", "-9.99B", "1.23T", "0"]);
});
