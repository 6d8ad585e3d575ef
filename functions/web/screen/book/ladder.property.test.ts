/** The ladder against one that is added up level by level, over random books and groupings. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Level } from "../exchange/contract.ts";
import { barShare, groupBorder, type Rung, rungsOf, type Side } from "./ladder.ts";

const LOTS_MAX = Number.MAX_SAFE_INTEGER;
const side = fc.constantFrom<Side>("bids", "asks");
const group = fc.constantFrom(1, 10, 100);
/** Distinct prices, best first for the side it is asked for. */
const levels = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: LOTS_MAX })), {
  selector: ([ticks]) => ticks,
  maxLength: 60,
});

function bookSide(of: Side, pairs: readonly (readonly [number, number])[]): readonly Level[] {
  return pairs
    .toSorted(([one], [other]) => (of === "bids" ? other - one : one - other))
    .map(([ticks, lots]) => ({ price: "", quantity: "", ticks, lots }));
}

/** Spelled out by what a group means, level by level, sharing nothing with the ladder's walk. */
function slowRungs(of: Side, book: readonly Level[], groupTicks: number): readonly Omit<Rung, "changedAt">[] {
  const borders = [...new Set(book.map(({ ticks }) => borderByHand(of, ticks, groupTicks)))];
  return borders.map((ticks) => {
    const within = book.filter((level) => borderByHand(of, level.ticks, groupTicks) === ticks);
    const upTo = book.filter((level) => (of === "bids" ? level.ticks >= ticks : level.ticks <= ticks));
    const total = (list: readonly Level[]) => list.reduce((sum, { lots }) => sum + BigInt(lots), 0n);
    const sumCost = upTo.reduce((sum, level) => sum + BigInt(level.lots) * BigInt(level.ticks), 0n);
    return { ticks, lots: total(within), sumLots: total(upTo), sumCost };
  });
}

function borderByHand(of: Side, ticks: number, groupTicks: number): number {
  return (of === "bids" ? Math.floor(ticks / groupTicks) : Math.ceil(ticks / groupTicks)) * groupTicks;
}

test("a group's price is a whole number of groups, never better than a level in it and less than a group away", () => {
  fc.assert(
    fc.property(side, fc.integer({ min: 1, max: 2 ** 31 - 1 }), group, (of, ticks, groupTicks) => {
      const border = groupBorder(of, ticks, groupTicks);
      const away = of === "bids" ? ticks - border : border - ticks;
      expect([border % groupTicks, away >= 0, away < groupTicks]).toEqual([0, true, true]);
    }),
  );
});

test("the ladder is what adding up level by level gives, at any size, and it loses nothing", () => {
  fc.assert(
    fc.property(side, levels, group, fc.integer({ min: 1, max: 60 }), (of, pairs, groupTicks, rungsMax) => {
      const book = bookSide(of, pairs);
      const rungs = rungsOf(of, book, groupTicks, rungsMax, [], 1);
      expect(rungs.map(({ changedAt: _, ...rest }) => rest)).toEqual(
        slowRungs(of, book, groupTicks).slice(0, rungsMax),
      );
    }),
  );
});

test("what changed is marked by its price, whatever moved, and an untouched rung is the same object", () => {
  fc.assert(
    fc.property(side, levels, levels, group, (of, first, second, groupTicks) => {
      const before = rungsOf(of, bookSide(of, first), groupTicks, 20, [], 1);
      const after = rungsOf(of, bookSide(of, second), groupTicks, 20, before, 2);
      const farthest = before.at(-1)?.ticks ?? null;
      for (const rung of after) {
        const was = before.find(({ ticks }) => ticks === rung.ticks);
        const isInside = farthest !== null && (of === "bids" ? rung.ticks >= farthest : rung.ticks <= farthest);
        expect(rung.changedAt).toBe(isInside && was?.lots !== rung.lots ? 2 : 0);
      }
      expect(rungsOf(of, bookSide(of, second), groupTicks, 20, after, 3).every((rung, at) => rung === after[at])).toBe(
        true,
      );
    }),
  );
});

test("a bar is full at the most, never empty where there is something", () => {
  expect([barShare(0n, 0n), barShare(1n, 10n ** 20n), barShare(50n, 100n), barShare(10n ** 20n, 10n ** 20n)]).toEqual([
    0, 0.005, 0.5, 1,
  ]);
});
