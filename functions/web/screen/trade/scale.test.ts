/** Ticks and lots as text, and the average price of a walk: all exact. */
import { expect, test } from "vitest";
import { averagePrice, priceOf, quantityOf, quoteOf, scaleOf } from "./scale.ts";

/** A tick that is no power of ten. */
const SCALE = scaleOf({ tickSize: "0.05000000", stepSize: "0.00100000", pricePlaces: 2, quantityPlaces: 3 });

test("ticks and lots become decimals exactly, beyond a double's digits too", () => {
  expect([priceOf(SCALE, 2_147_483_647), quantityOf(SCALE, 90_071_992_547_409_931n), quoteOf(SCALE, 3n)]).toEqual([
    "107374182.35",
    "90071992547409.931",
    "0.00015",
  ]);
});

test("an average price is that of the walk, halves up, and of nothing it is 0", () => {
  // One lot at 1.00 (20 ticks) and two at 1.05: 3.10 / 3 = 1.0333…; one of each: 1.025.
  expect([averagePrice(SCALE, 62n, 3n), averagePrice(SCALE, 41n, 2n), averagePrice(SCALE, 0n, 0n)]).toEqual([
    "1.03",
    "1.03",
    "0",
  ]);
});
