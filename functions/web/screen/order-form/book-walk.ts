/**
 * What the visible book would give to an order that takes, level by level, best first. An estimate: others move first, and
 * icebergs show only a part.
 *
 * Prices and quantities in 1e-8, costs in 1e-16 (price × quantity, exact).
 */
import type { Level } from "../exchange/contract.ts";
import { unitsOf } from "../trade/amounts.ts";
import { smaller } from "./market-rules.ts";

const PLACES = 8;

export interface Walk {
  readonly quantity: bigint;
  readonly cost: bigint;
  /** Of the first and the last level taken from; 0n: none. */
  readonly best: bigint;
  readonly worst: bigint;
}

interface Taken {
  readonly price: bigint;
  readonly quantity: bigint;
}

/** @param limit 0n: at any price. @param isBuy whether the levels are asks. */
export function walkQuantity(levels: readonly Level[], quantity: bigint, limit: bigint, isBuy: boolean): Walk {
  let left = quantity;
  return walk(levels, (price, shown) => {
    if (limit > 0n && (isBuy ? price > limit : price < limit)) return null;
    const taken = smaller(shown, left);
    left -= taken;
    return taken > 0n ? taken : null;
  });
}

/** As the exchange spends an amount: at each level the whole lots that it still pays for, until a level is not taken whole. */
export function walkAmount(levels: readonly Level[], amount: bigint, step: bigint): Walk {
  let left = amount * 10n ** BigInt(PLACES);
  let isOver = false;
  return walk(levels, (price, shown) => {
    if (isOver || price === 0n) return null;
    const affordable = left / price;
    const inLots = affordable - (affordable % (step === 0n ? 1n : step));
    const taken = smaller(shown, inLots);
    isOver = taken < shown;
    left -= taken * price;
    return taken > 0n ? taken : null;
  });
}

/** @param take what is taken of a level; null: the walk ends before it. */
function walk(levels: readonly Level[], take: (price: bigint, shown: bigint) => bigint | null): Walk {
  const taken: Taken[] = [];
  for (const level of levels) {
    const price = unitsOf(level.price, PLACES) ?? 0n;
    const quantity = take(price, unitsOf(level.quantity, PLACES) ?? 0n);
    if (quantity === null) break;
    taken.push({ price, quantity });
  }
  return {
    quantity: taken.reduce((sum, each) => sum + each.quantity, 0n),
    cost: taken.reduce((sum, each) => sum + each.price * each.quantity, 0n),
    best: taken[0]?.price ?? 0n,
    worst: taken.at(-1)?.price ?? 0n,
  };
}
