/** Which trades of the tape stand out. */
import { expect, test } from "vitest";
import type { PublicTrade } from "../exchange/contract.ts";
import { largeFrom } from "./large-trades.ts";

function trades(...quantities: readonly string[]): readonly PublicTrade[] {
  return quantities.map((quantity, id) => ({ id, price: "1", quantity, time: 0, side: "BUY" }));
}

test("a trade is large from ten times the middle one, however large the largest is, and among few none is", () => {
  const ten = Array.from({ length: 10 }, () => "0.20000000");
  expect(largeFrom(trades(...ten, "1000000", "9", "0.1"))).toBeCloseTo(2);
  expect(largeFrom(trades("1", "100"))).toBe(Number.POSITIVE_INFINITY);
});
