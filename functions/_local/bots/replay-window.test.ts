/** A replayed book's near levels, one order each. */
import { expect, test } from "vitest";
import { KEPT_LEVELS, WINDOW_LEVELS, windowed } from "./replay-window.ts";
import type { Resting } from "./requote.ts";

const order = (id: string, priceTicks: number, lots: number): Resting => ({ id, side: "buy", priceTicks, lots });

test("a level that stands is left alone, one of another size is made anew, and what nobody wants is moved or canceled", () => {
  const levels = [
    { priceTicks: 100, lots: 5 },
    { priceTicks: 99, lots: 7 },
    { priceTicks: 98, lots: 2 },
  ];
  const resting = [order("same", 100, 5), order("other", 99, 1), order("gone", 95, 4), order("too", 94, 4)];
  expect(windowed("buy", levels, [...resting, { ...order("ask", 101, 1), side: "sell" }])).toEqual([
    { type: "cancel", id: "gone" },
    { type: "replace", id: "other", side: "buy", priceTicks: 99, lots: 7 },
    { type: "replace", id: "too", side: "buy", priceTicks: 98, lots: 2 },
  ]);
});

test("no more than the window is placed, and what has just left it may stay", () => {
  const levels = Array.from({ length: 200 }, (_, index) => ({ priceTicks: 1_000 - index, lots: 1 }));
  expect(windowed("buy", levels, []).length).toBe(WINDOW_LEVELS);
  const all = levels.map(({ priceTicks, lots }, index) => order(String(index), priceTicks, lots));
  expect(windowed("buy", levels, all).length).toBe(levels.length - KEPT_LEVELS);
});
