/** What the makers think an instrument is worth: repeatable, at home near its anchor, sometimes lively. */
import { expect, test } from "vitest";
import { FairPrice } from "./fair-price.ts";
import { FollowedPrice } from "./followed-price.ts";
import { Chance } from "./seeded-chance.ts";

const ANCHOR = 9_700_000;

function path(seed: number, startTicks: number, seconds: number): readonly number[] {
  const price = new FairPrice(ANCHOR, startTicks, new Chance(seed, "price"));
  return Array.from({ length: seconds }, () => {
    price.step(1);
    return price.ticks;
  });
}

test("the same seed walks the same path; another does not", () => {
  expect(path(5, ANCHOR, 100)).toEqual(path(5, ANCHOR, 100));
  expect(path(5, ANCHOR, 100)).not.toEqual(path(6, ANCHOR, 100));
});

test("through two days it stays within 10 % of its anchor, and moves", () => {
  for (const seed of [1, 2, 3]) {
    const walked = path(seed, ANCHOR, 2 * 86_400);
    const [least, most] = walked.reduce(
      ([low, high], ticks) => [Math.min(low, ticks), Math.max(high, ticks)],
      [ANCHOR, ANCHOR],
    );
    expect([least > ANCHOR * 0.9, most < ANCHOR * 1.1, most - least > ANCHOR * 0.002], `SEED=${seed}`).toEqual([
      true,
      true,
      true,
    ]);
  }
});

test("a price that begins 20 % away comes back", () => {
  const last = path(1, ANCHOR * 1.2, 2 * 86_400).at(-1) ?? 0;
  expect(Math.abs(last / ANCHOR - 1)).toBeLessThan(0.08);
});

test("who follows another book comes to its middle, give or take a thousandth, and stays where it cannot be seen", () => {
  const price = new FollowedPrice(19_000, new Chance(1, "price"));
  for (let step = 0; step < 400; step++) price.step(0.05, 20_000);
  expect(Math.abs(price.ticks / 20_000 - 1)).toBeLessThan(0.001);
  for (let step = 0; step < 400; step++) price.step(0.05, 0);
  expect(Math.abs(price.ticks / 20_000 - 1)).toBeLessThan(0.001);
});
