/** The price index against a sorted list: any prices, in any order, with restarts in between. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PRICE_TICKS_MAX } from "../domain/instrument.ts";
import { PriceIndex } from "./price-index.ts";

/** Neighbours, the borders of leaves and inner nodes, and prices far apart. */
const price = fc
  .oneof(
    fc.integer({ min: 1, max: 300 }),
    fc
      .tuple(fc.constantFrom(2 ** 6, 2 ** 12, 2 ** 18, 2 ** 19, 2 ** 30), fc.integer({ min: 1, max: 40 }))
      .chain(([unit, count]) => fc.integer({ min: -2, max: 2 }).map((off) => unit * count + off)),
    fc.integer({ min: 1, max: PRICE_TICKS_MAX }),
    fc.integer({ min: PRICE_TICKS_MAX - 70, max: PRICE_TICKS_MAX }),
  )
  .map((drawn) => Math.min(PRICE_TICKS_MAX, Math.max(1, drawn)));
/** Prices by their place in a small list, so that levels come and go often. */
const session = fc.record({
  prices: fc.uniqueArray(price, { minLength: 1, maxLength: 40 }),
  steps: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 60 })), { minLength: 20, maxLength: 300, size: "max" }),
});

function restarted(index: PriceIndex): PriceIndex {
  const arrays = structuredClone(index.arrays());
  const again = new PriceIndex();
  again.restore(arrays);
  return again;
}

test("the next occupied price above and below is that of a sorted list, and a level keeps what was written to it", () => {
  fc.assert(
    fc.property(session, ({ prices, steps }) => {
      let index = new PriceIndex();
      const occupied = new Map<number, number>();
      for (const [step, [drawn, restart]] of steps.entries()) {
        const number = step + 1;
        const chosen = prices[drawn % prices.length]!;
        const level = index.ensure(chosen);
        if (occupied.delete(chosen)) index.vacate(level);
        else {
          index.setHead(level, number);
          index.setTail(level, -number);
          index.setTotal(level, number * 2 ** 40);
          index.occupy(level);
          occupied.set(chosen, number);
        }
        if (restart === 0) index = restarted(index);
      }
      const sorted = [...occupied.keys()].toSorted((a, b) => a - b);
      for (const near of prices.flatMap((each) => [each - 1, each, each + 1])) {
        if (near < 1 || near > PRICE_TICKS_MAX) continue;
        expect(index.above(near)).toBe(sorted.find((each) => each > near) ?? 0);
        expect(index.below(near)).toBe(sorted.findLast((each) => each < near) ?? 0);
      }
      for (const [each, number] of occupied) {
        const level = index.find(each);
        expect([index.priceOf(level), index.head(level), index.tail(level), index.total(level)]).toEqual([
          each,
          number,
          -number,
          number * 2 ** 40,
        ]);
      }
    }),
    { numRuns: 100 },
  );
});

test("levels that come and go take no more memory than the most there were at once", () => {
  const index = new PriceIndex();
  const walk = (from: number) => {
    for (let step = 0; step < 50; step += 1) index.occupy(index.ensure(from + step * 64));
    for (let step = 0; step < 50; step += 1) index.vacate(index.find(from + step * 64));
  };
  // Across the border of two inner nodes: no walk needs more than that.
  walk(2 ** 18 - 1_000);
  const bytes = index.byteLength();
  for (let round = 1; round < 200; round += 1) walk(1 + round * 10_000_000);
  expect(index.byteLength()).toBe(bytes);
});
