/** The change of a day as text. */
import { expect, test } from "vitest";
import type { Ticker } from "../exchange/contract.ts";
import { changeText, daySide, percentText } from "./day-texts.ts";

function day(open: string, last: string, changePercent: number): Ticker {
  return { open, last, changePercent } as Ticker;
}

test("a day is told with a sign, in price and per cent, and an even one has none", () => {
  const days = [day("100", "1234.5", 1134.5), day("1234.50000000", "1000", -18.99), day("5", "5", 0)];
  expect(days.map((each) => [changeText(each, 2), percentText(each), daySide(each)])).toEqual([
    ["+1,134.50", "+1,134.50%", "rise"],
    ["−234.50", "−18.99%", "fall"],
    ["0.00", "0.00%", "even"],
  ]);
});
