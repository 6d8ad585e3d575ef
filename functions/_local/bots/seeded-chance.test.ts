/** The bots' chance: repeatable, and of the shape that it says. */
import { expect, test } from "vitest";
import { Chance } from "./seeded-chance.ts";

const draws = (count: number, draw: () => number): readonly number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("the same seed and name draw the same; another seed, or another name, does not", () => {
  const of = (seed: number, name: string): readonly number[] => {
    const chance = new Chance(seed, name);
    return draws(8, () => chance.uniform());
  };
  expect(of(7, "a")).toEqual(of(7, "a"));
  expect(of(7, "a")).not.toEqual(of(8, "a"));
  expect(of(7, "a")).not.toEqual(of(7, "b"));
});

test("uniform draws fill 0 to 1 evenly, for small seeds too", () => {
  for (const seed of [0, 1, 2, 2 ** 31 - 1]) {
    const chance = new Chance(seed, "x");
    const tenths = new Array<number>(10).fill(0);
    for (const value of draws(20_000, () => chance.uniform())) tenths[Math.floor(value * 10)]! += 1;
    expect([Math.min(...tenths) > 1_800, Math.max(...tenths) < 2_200], `SEED=${seed}`).toEqual([true, true]);
  }
});

test("normal, exponential and Poisson draws have the means and deviations that they are named for", () => {
  const chance = new Chance(3, "x");
  const normal = draws(20_000, () => chance.normal());
  expect([mean(normal), mean(normal.map((value) => value * value))]).toEqual([
    expect.closeTo(0, 1),
    expect.closeTo(1, 1),
  ]);
  expect(mean(draws(20_000, () => chance.exponential(5)))).toBeCloseTo(5, 0);
  expect(mean(draws(20_000, () => chance.poisson(0.7)))).toBeCloseTo(0.7, 1);
});

test("a power law stays between its bounds, and each doubling is as much rarer as the last", () => {
  const chance = new Chance(4, "x");
  const sizes = draws(50_000, () => chance.powerLaw(10, 1_000_000, 1));
  expect([Math.min(...sizes) >= 10, Math.max(...sizes) <= 1_000_000]).toEqual([true, true]);
  const above = (size: number): number => sizes.filter((value) => value > size).length / sizes.length;
  expect([above(20), above(40), above(80)]).toEqual([
    expect.closeTo(0.5, 1),
    expect.closeTo(0.25, 1),
    expect.closeTo(0.125, 1),
  ]);
});
