/**
 * From the ladder that stands to the one that is wanted, the most urgent first: what a budget cuts off can wait.
 *
 * An order that is near enough to a level stands for it, whatever its size is by now. The others are moved to where a level
 * is empty: first those on the wrong side of the middle, then the farthest.
 */
import type { Side } from "../../../engine/domain/order.ts";
import type { Level } from "./ladder.ts";

export interface Resting {
  /** Its client order id. */
  readonly id: string;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
}

export type QuoteAction =
  | { readonly type: "place"; readonly side: Side; readonly priceTicks: number; readonly lots: number }
  | {
      readonly type: "replace";
      readonly id: string;
      readonly side: Side;
      readonly priceTicks: number;
      readonly lots: number;
    }
  | { readonly type: "cancel"; readonly id: string };

/** An order that has less of its level's size left makes room for a whole one. */
const WORN_SHARE = 0.1;

/** Of one side. @param wanted best first. */
export function requoted(
  side: Side,
  middleTicks: number,
  wanted: readonly Level[],
  resting: readonly Resting[],
): readonly QuoteAction[] {
  const away = (order: Resting): number => distance(side, order, middleTicks);
  const past = resting.filter((order) => away(order) <= 0);
  const spare = resting.filter((order) => away(order) > 0).sort((one, other) => away(other) - away(one));
  const empty: Level[] = [];
  for (const level of wanted) {
    const at = nearestOf(spare, level);
    if (at === -1) empty.push(level);
    else spare.splice(at, 1);
  }
  const moved = [...past, ...spare];
  const actions: QuoteAction[] = empty.map(({ priceTicks, lots }, index) => {
    const from = moved[index];
    return from === undefined
      ? { type: "place", side, priceTicks, lots }
      : { type: "replace", id: from.id, side, priceTicks, lots };
  });
  return [...actions, ...moved.slice(empty.length).map(({ id }): QuoteAction => ({ type: "cancel", id }))];
}

/** How far an order is from the middle on its own side; negative: past it. */
function distance(side: Side, order: Resting, middleTicks: number): number {
  return side === "buy" ? middleTicks - order.priceTicks : order.priceTicks - middleTicks;
}

function nearestOf(orders: readonly Resting[], level: Level): number {
  let found = -1;
  let nearest = level.toleranceTicks;
  for (const [index, order] of orders.entries()) {
    const off = Math.abs(order.priceTicks - level.priceTicks);
    if (off > nearest || order.lots < level.lots * WORN_SHARE) continue;
    if (found !== -1 && off === nearest) continue;
    nearest = off;
    found = index;
  }
  return found;
}
