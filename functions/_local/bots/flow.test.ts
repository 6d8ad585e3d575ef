/** Takers, noise and the arbitrageur: when they come, which way, how much. */
import { expect, test } from "vitest";
import { Arbitrage } from "./arbitrage.ts";
import { Arrivals } from "./arrivals.ts";
import { INSTRUMENT_PLANS } from "./instrument-plans.ts";
import { NOISE_ORDERS_MAX, Noise } from "./noise.ts";
import type { Resting } from "./requote.ts";
import { Chance } from "./seeded-chance.ts";
import { Taker, type TakerSight, type Touch } from "./taker.ts";

const [PLAN] = INSTRUMENT_PLANS;
if (PLAN === undefined) throw new Error("there is an instrument");
const FAIR = 9_700_000;
const touch = (bidTicks: number, askTicks: number, lots = 1_000): Touch => ({
  bidTicks,
  bidLots: lots,
  askTicks,
  askLots: lots,
});
const sight = (change: Partial<TakerSight> = {}): TakerSight => ({
  fairTicks: FAIR,
  liveliness: 1,
  touch: touch(FAIR - 1, FAIR + 1),
  lean: 0,
  ...change,
});

test("arrivals come as often as they are told in the long run, and in clusters", () => {
  const arrivals = new Arrivals(new Chance(1, "x"));
  const counts = Array.from({ length: 20_000 }, () => {
    let count = 0;
    for (let step = 0; step < 20; step++) count += arrivals.step(0.05, 2);
    return count;
  });
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  expect([mean > 1.8, mean < 2.2]).toEqual([true, true]);
  // Where nobody draws anybody after him, the two are the same.
  expect(variance / mean).toBeGreaterThan(1.7);
});

test("takers lean towards what the instrument is worth, and away from what they hold too much of", () => {
  const bought = (change: Partial<TakerSight>): number => {
    const taker = new Taker(PLAN, new Chance(2, "x"));
    const takings = Array.from({ length: 2_000 }, () => taker.taking(sight(change)));
    return takings.filter((taking) => taking?.side === "buy").length / takings.length;
  };
  expect(bought({})).toBeCloseTo(0.5, 1);
  expect(bought({ lean: 0.8 })).toBeLessThan(0.3);
  expect(bought({ lean: -0.8 })).toBeGreaterThan(0.7);
  expect(bought({ fairTicks: FAIR + 1_500 })).toBeGreaterThan(0.8);
  expect(bought({ fairTicks: FAIR - 1_500 })).toBeLessThan(0.2);
});

test("nobody takes from an absurd order, or from an empty side", () => {
  const taker = new Taker(PLAN, new Chance(3, "x"));
  const absurd = sight({ touch: touch(FAIR - 1, FAIR * 2) });
  const empty = sight({ touch: touch(0, FAIR + 1) });
  const [fromAbsurd, fromEmpty] = [absurd, empty].map((each) =>
    Array.from({ length: 200 }, () => taker.taking(each)).filter((taking) => taking !== null),
  );
  expect([...new Set(fromAbsurd?.map(({ side }) => side))]).toEqual(["sell"]);
  expect([...new Set(fromEmpty?.map(({ side }) => side))]).toEqual(["buy"]);
});

test("noise stays near, never crosses, and is never more than its bound", () => {
  const noise = new Noise(PLAN, new Chance(4, "x"));
  let resting: Resting[] = [];
  let most = 0;
  const crossing: Resting[] = [];
  for (let step = 0; step < 4_000; step++) {
    for (const action of noise.step(0.05, 20, FAIR, touch(FAIR - 1, FAIR + 1), resting)) {
      if (action.type === "cancel") resting = resting.filter(({ id }) => id !== action.id);
      if (action.type !== "place") continue;
      const { side, priceTicks, lots } = action;
      resting.push({ id: String(step), side, priceTicks, lots });
      if (side === "buy" ? priceTicks >= FAIR + 1 : priceTicks <= FAIR - 1)
        crossing.push({ id: "", side, priceTicks, lots });
    }
    most = Math.max(most, resting.length);
  }
  expect([crossing, most <= NOISE_ORDERS_MAX, most > NOISE_ORDERS_MAX / 2]).toEqual([[], true, true]);
});

test("the arbitrageur sells where it is dear and buys where it is cheap, as much as both have, then rests", () => {
  const arbitrage = new Arbitrage(500);
  expect(arbitrage.step(0.05, touch(19_000, 19_002), touch(18_999, 19_001))).toBe(null);
  expect(arbitrage.step(0.05, touch(19_000, 19_002), touch(19_020, 19_022, 300))).toEqual({
    dear: "second",
    sell: { side: "sell", priceTicks: 19_020, lots: 300 },
    buy: { side: "buy", priceTicks: 19_002, lots: 300 },
  });
  expect(arbitrage.step(0.05, touch(19_000, 19_002), touch(19_020, 19_022))).toBe(null);
  expect(arbitrage.step(1, touch(19_020, 19_022), touch(19_000, 19_002))?.dear).toBe("first");
  expect(arbitrage.step(2, touch(19_020, 19_022), touch(0, 0))).toBe(null);
});
