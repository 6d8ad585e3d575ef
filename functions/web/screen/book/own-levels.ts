/** Which rungs of the ladder hold orders of the person's own, and how much. */
import type { Order } from "../exchange/contract.ts";
import { unitsOf } from "../trade/amounts.ts";
import type { Scale } from "../trade/scale.ts";
import { groupBorder, type Side } from "./ladder.ts";

export interface OwnLevel {
  readonly orders: number;
  /** Not yet executed, hidden parts of icebergs too. */
  readonly lots: bigint;
}

/** By the rung's ticks. Orders that wait for their trigger are not in the book. */
export function ownLevels(
  orders: readonly Order[],
  symbol: string,
  side: Side,
  groupTicks: number,
  scale: Scale,
): ReadonlyMap<number, OwnLevel> {
  const levels = new Map<number, OwnLevel>();
  const wanted = side === "bids" ? "BUY" : "SELL";
  for (const order of orders) {
    if (order.symbol !== symbol || order.side !== wanted || !order.isWorking) continue;
    const price = unitsOf(order.price, scale.pricePlaces);
    const ordered = unitsOf(order.origQty, scale.quantityPlaces);
    const executed = unitsOf(order.executedQty, scale.quantityPlaces);
    if (price === null || price === 0n || ordered === null || executed === null) continue;
    const ticks = groupBorder(side, Number(price / scale.tickUnits), groupTicks);
    const there = levels.get(ticks);
    levels.set(ticks, {
      orders: (there?.orders ?? 0) + 1,
      lots: (there?.lots ?? 0n) + (ordered - executed) / scale.stepUnits,
    });
  }
  return levels;
}
