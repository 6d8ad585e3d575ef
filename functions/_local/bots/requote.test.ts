/** The ladder that is wanted, and the way to it from the one that stands. */
import { expect, test } from "vitest";
import { INSTRUMENT_PLANS } from "./instrument-plans.ts";
import { LadderShape, LEVELS_A_SIDE, type Level } from "./ladder.ts";
import { type Resting, requoted } from "./requote.ts";
import { Chance } from "./seeded-chance.ts";

const level = (priceTicks: number, toleranceTicks = 1): Level => ({
  side: "buy",
  priceTicks,
  lots: 10,
  toleranceTicks,
});
const order = (id: string, priceTicks: number, lots = 10): Resting => ({ id, side: "buy", priceTicks, lots });

test("an order near enough to a level stands for it; an empty level is filled by the farthest order that nobody needs", () => {
  const wanted = [level(99), level(96), level(93)];
  expect(requoted("buy", 100, wanted, [order("a", 96), order("b", 92), order("c", 80), order("d", 70)])).toEqual([
    { type: "replace", id: "d", side: "buy", priceTicks: 99, lots: 10 },
    { type: "cancel", id: "c" },
  ]);
});

test("an order past the middle is the first to be moved", () => {
  const wanted = [level(99), level(96)];
  expect(requoted("buy", 100, wanted, [order("far", 50), order("past", 103), order("stands", 96)])).toEqual([
    { type: "replace", id: "past", side: "buy", priceTicks: 99, lots: 10 },
    { type: "cancel", id: "far" },
  ]);
});

test("where nothing rests everything is placed, best first; where all stands nothing is done", () => {
  const wanted = [level(99), level(96)];
  expect(requoted("buy", 100, wanted, [])).toEqual([
    { type: "place", side: "buy", priceTicks: 99, lots: 10 },
    { type: "place", side: "buy", priceTicks: 96, lots: 10 },
  ]);
  expect(requoted("buy", 100, wanted, [order("a", 99), order("b", 97)])).toEqual([]);
});

test("an order that is all but used up makes room for a whole one", () => {
  expect(requoted("buy", 100, [level(99)], [order("worn", 99, 0.5)])).toEqual([
    { type: "replace", id: "worn", side: "buy", priceTicks: 99, lots: 10 },
  ]);
});

for (const plan of INSTRUMENT_PLANS) {
  test(`the ladder of ${plan.symbol} is full, uncrossed, apart by a tick at least, a few ticks wide and deeper with the distance`, () => {
    const middle = plan.anchorTicks + 0.5;
    const shape = new LadderShape(plan, new Chance(1, "ladder"));
    const [bids, asks] = [shape.levels("buy", middle), shape.levels("sell", middle)];
    const ticks = (levels: readonly Level[]): readonly number[] => levels.map(({ priceTicks }) => priceTicks);
    expect([bids.length, asks.length]).toEqual([LEVELS_A_SIDE, LEVELS_A_SIDE]);
    expect([...new Set(ticks(bids))].sort((one, other) => other - one)).toEqual(ticks(bids));
    expect([...new Set(ticks(asks))].sort((one, other) => one - other)).toEqual(ticks(asks));
    const spread = (asks[0]?.priceTicks ?? 0) - (bids[0]?.priceTicks ?? 0);
    expect([spread >= 1, spread <= 4]).toEqual([true, true]);
    const lots = (levels: readonly Level[]): number => levels.reduce((sum, each) => sum + each.lots, 0);
    expect(lots([...bids.slice(10), ...asks.slice(10)])).toBeGreaterThan(
      2 * lots([...bids.slice(0, 10), ...asks.slice(0, 10)]),
    );
  });
}
