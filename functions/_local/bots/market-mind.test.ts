/** All of an instrument's decisions together, against a table that takes every order and fills none. */
import { expect, test } from "vitest";
import { INSTRUMENT_PLANS } from "./instrument-plans.ts";
import { LEVELS_A_SIDE } from "./ladder.ts";
import { type Decided, MarketMind } from "./market-mind.ts";
import type { QuoteAction, Resting } from "./requote.ts";
import type { Touch } from "./taker.ts";

const [PLAN] = INSTRUMENT_PLANS;
if (PLAN === undefined) throw new Error("there is an instrument");
const RATE = 9;
const STEP_S = 0.05;

/** Open orders after what was decided; ids as they come. */
class Table {
  orders: Resting[] = [];
  #ids = 0;

  apply(actions: readonly QuoteAction[]): void {
    for (const action of actions) {
      if (action.type !== "place") this.orders = this.orders.filter(({ id }) => id !== action.id);
      if (action.type === "cancel") continue;
      this.#ids += 1;
      const { side, priceTicks, lots } = action;
      this.orders.push({ id: String(this.#ids), side, priceTicks, lots });
    }
  }

  touch(): Touch {
    const best = (side: "buy" | "sell"): Resting | undefined =>
      this.orders
        .filter((order) => order.side === side)
        .sort((one, other) =>
          side === "buy" ? other.priceTicks - one.priceTicks : one.priceTicks - other.priceTicks,
        )[0];
    const [bid, ask] = [best("buy"), best("sell")];
    return {
      bidTicks: bid?.priceTicks ?? 0,
      bidLots: bid?.lots ?? 0,
      askTicks: ask?.priceTicks ?? 0,
      askLots: ask?.lots ?? 0,
    };
  }
}

function run(seed: number, steps: number, makerLean = 0) {
  const mind = new MarketMind(PLAN!, seed, RATE, PLAN!.anchorTicks);
  const table = new Table();
  const decided: Decided[] = [];
  let crossed = 0;
  for (let step = 0; step < steps; step++) {
    const touch = table.touch();
    if (touch.bidTicks !== 0 && touch.bidTicks >= touch.askTicks) crossed += 1;
    const sight = { touch, followedTouch: null, ladder: table.orders, noise: [], makerLean, takerLean: 0 };
    const now = mind.step(STEP_S, sight);
    decided.push(now);
    table.apply(now.maker);
  }
  return { decided, table, crossed };
}

test("the same seed and sights decide the same; another seed decides otherwise", () => {
  expect(run(1, 400).decided).toEqual(run(1, 400).decided);
  expect(run(1, 400).decided).not.toEqual(run(2, 400).decided);
});

test("the first step has the whole ladder, the second the first trade", () => {
  const [first, second] = run(1, 2).decided;
  expect([first?.maker.length, first?.taker.length]).toEqual([2 * LEVELS_A_SIDE, 0]);
  expect(second?.taker.length).toBeGreaterThan(0);
});

for (const seed of [1, 2, 3]) {
  test(`through ten minutes the ladder stays whole, uncrossed and within its budget SEED=${seed}`, () => {
    const { decided, table, crossed } = run(seed, 12_000);
    const sides = ["buy", "sell"].map((side) => table.orders.filter((order) => order.side === side).length);
    expect(sides).toEqual([LEVELS_A_SIDE, LEVELS_A_SIDE]);
    const requests = decided.slice(1).reduce((sum, { maker }) => sum + maker.length, 0);
    expect(requests).toBeLessThan(12_000 * STEP_S * RATE * 0.6 + 40);
    expect(crossed).toBe(0);
  });
}

test("a maker that holds too much quotes lower", () => {
  const middle = (lean: number): number => {
    const { bidTicks, askTicks } = run(1, 1, lean).table.touch();
    return (bidTicks + askTicks) / 2;
  };
  expect(middle(1)).toBeLessThan(middle(0));
  expect(middle(-1)).toBeGreaterThan(middle(0));
});
