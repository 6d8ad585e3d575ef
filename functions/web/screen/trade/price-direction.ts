/** Whether a price last went up or down. */
import { type Accessor, createMemo } from "solid-js";
import { unitsOf } from "./amounts.ts";

export type Direction = "up" | "down" | "none";

const PLACES_MAX = 8;

/**
 * @param of what the price belongs to: another symbol begins anew.
 * @param price undefined: not known.
 */
export function createDirection(of: Accessor<string>, price: Accessor<string | undefined>): Accessor<Direction> {
  const seen = createMemo<{ readonly of: string; readonly price: string | undefined; readonly direction: Direction }>(
    (before) => {
      const now = { of: of(), price: price() };
      if (before.of !== now.of || before.price === undefined) return { ...now, direction: "none" };
      return { ...now, direction: directionOf(before.price, now.price) ?? before.direction };
    },
    { of: "", price: undefined, direction: "none" },
  );
  return createMemo(() => seen().direction);
}

/** null: the same price, or none. */
function directionOf(before: string, now: string | undefined): "up" | "down" | null {
  const [one, other] = [unitsOf(before, PLACES_MAX), now === undefined ? null : unitsOf(now, PLACES_MAX)];
  if (one === null || other === null || one === other) return null;
  return other > one ? "up" : "down";
}
