/** From what a bot has open to what a book shows near its touch: one order a level, moved from where none is wanted. Pure. */
import type { Side } from "../../../engine/domain/order.ts";
import type { QuoteAction, Resting } from "./requote.ts";

/** Of each side; both together stay below MAX_NUM_ORDERS of one account, those on their way out included. */
export const WINDOW_LEVELS = 80;
/** A level that has left the window may stay this long: the book's far end need not follow every step. */
export const KEPT_LEVELS = 92;

export interface WantedLevel {
  readonly priceTicks: number;
  readonly lots: number;
}

/** @param levels of one side, best first, those alone that can rest on the exchange. */
export function windowed(
  side: Side,
  levels: readonly WantedLevel[],
  resting: readonly Resting[],
): readonly QuoteAction[] {
  const kept = new Map(levels.slice(0, KEPT_LEVELS).map(({ priceTicks, lots }) => [priceTicks, lots]));
  const standing = new Map<number, Resting>();
  const free: Resting[] = [];
  for (const order of resting) {
    if (order.side !== side) continue;
    const isWanted = kept.has(order.priceTicks) && !standing.has(order.priceTicks);
    if (isWanted) standing.set(order.priceTicks, order);
    else free.push(order);
  }
  const actions: QuoteAction[] = [];
  for (const { priceTicks, lots } of levels.slice(0, WINDOW_LEVELS)) {
    const order = standing.get(priceTicks);
    if (order?.lots === lots) continue;
    const from = order ?? free.pop();
    actions.push(
      from === undefined
        ? { type: "place", side, priceTicks, lots }
        : { type: "replace", id: from.id, side, priceTicks, lots },
    );
  }
  return [...free.map(({ id }): QuoteAction => ({ type: "cancel", id })), ...actions];
}
