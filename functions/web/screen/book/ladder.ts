/**
 * One side of the book as the rungs of a ladder: levels put together by whole numbers of ticks, with sums from the best on.
 *
 * All in integers: `ticks` as the book has them, lots and costs in bigint, since a sum may pass 2^53. A rung that did not
 * change is the same object as before, so that its row has nothing to do.
 */
import type { Level } from "../exchange/contract.ts";

export type Side = "bids" | "asks";

export interface Rung {
  /** The border of the group, away from the other side: an order at this price reaches every level in it. */
  readonly ticks: number;
  readonly lots: bigint;
  /** Of this rung and all better ones. */
  readonly sumLots: bigint;
  /** The same in ticks × lots: what taking them costs, or brings. */
  readonly sumCost: bigint;
  /** The drawing in which its quantity last changed; 0: not since this ladder was begun. */
  readonly changedAt: number;
}

/** Bids are grouped downwards, asks upwards: the price shown is never better than what it stands for. */
export function groupBorder(side: Side, ticks: number, groupTicks: number): number {
  const over = ticks % groupTicks;
  if (over === 0) return ticks;
  return side === "bids" ? ticks - over : ticks - over + groupTicks;
}

/**
 * @param levels best first.
 * @param before the rungs of the last drawing of the same side, symbol and grouping; empty: nothing counts as changed.
 * @param drawing a number that grows with every drawing, from 1.
 * @returns best first, up to `rungsMax`; the last one is whole.
 */
export function rungsOf(
  side: Side,
  levels: readonly Level[],
  groupTicks: number,
  rungsMax: number,
  before: readonly Rung[],
  drawing: number,
): readonly Rung[] {
  const rungs: Rung[] = [];
  let sumLots = 0n;
  let sumCost = 0n;
  let old = 0;
  for (let next = 0; next < levels.length && rungs.length < rungsMax; ) {
    const ticks = groupBorder(side, levels[next]!.ticks, groupTicks);
    let lots = 0n;
    for (; next < levels.length && groupBorder(side, levels[next]!.ticks, groupTicks) === ticks; next++) {
      const level = levels[next]!;
      const levelLots = BigInt(level.lots);
      lots += levelLots;
      sumCost += BigInt(level.ticks) * levelLots;
    }
    sumLots += lots;
    while (old < before.length && isBetter(side, before[old]!.ticks, ticks)) old += 1;
    const was = before[old]?.ticks === ticks ? before[old] : undefined;
    // What only came into view at the far end has not changed: nothing is known of it.
    const isKnown = was !== undefined || old < before.length;
    const changedAt = isKnown && was?.lots !== lots ? drawing : (was?.changedAt ?? 0);
    const isSame =
      was?.lots === lots && was.sumLots === sumLots && was.sumCost === sumCost && was.changedAt === changedAt;
    rungs.push(isSame ? was : { ticks, lots, sumLots, sumCost, changedAt });
  }
  return rungs;
}

function isBetter(side: Side, one: number, other: number): boolean {
  return side === "bids" ? one > other : one < other;
}

/** How full a bar is, 0 … 1, in steps of 1/200: finer is not seen, and would be drawn anew at each change. */
export function barShare(sum: bigint, most: bigint): number {
  return most === 0n ? 0 : Number((sum * 200n + most - 1n) / most) / 200;
}
