/** Where the arrow keys lead on the ladder: asks above, worst on top; bids below, best on top. */
import type { Side } from "./ladder.ts";

export const COLUMNS = ["price", "quantity", "sum"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Place {
  readonly side: Side;
  /** 0: the best. */
  readonly rank: number;
  readonly column: Column;
}

/** How many rungs each side shows. */
export type Shown = Readonly<Record<Side, number>>;

/** The nearest place that exists; null: the ladder is empty. */
export function nearestPlace(place: Place, shown: Shown): Place | null {
  const other = place.side === "bids" ? "asks" : "bids";
  if (shown[place.side] > 0) return { ...place, rank: Math.min(place.rank, shown[place.side] - 1) };
  return shown[other] > 0 ? { ...place, side: other, rank: 0 } : null;
}

/** @returns null: this key does not move. At the ends the place stays. */
export function placeByKey(key: string, place: Place, shown: Shown): Place | null {
  switch (key) {
    case "ArrowUp":
      return rowAway(place, -1, shown);
    case "ArrowDown":
      return rowAway(place, 1, shown);
    case "ArrowLeft":
      return columnAway(place, -1);
    case "ArrowRight":
      return columnAway(place, 1);
    case "Home":
      return { ...place, column: COLUMNS[0] };
    case "End":
      return { ...place, column: "sum" };
    default:
      return null;
  }
}

function rowAway(place: Place, step: 1 | -1, shown: Shown): Place {
  const row = place.side === "asks" ? shown.asks - 1 - place.rank : shown.asks + place.rank;
  const next = Math.max(0, Math.min(shown.asks + shown.bids - 1, row + step));
  return next < shown.asks
    ? { ...place, side: "asks", rank: shown.asks - 1 - next }
    : { ...place, side: "bids", rank: next - shown.asks };
}

function columnAway(place: Place, step: 1 | -1): Place {
  const next = Math.max(0, Math.min(COLUMNS.length - 1, COLUMNS.indexOf(place.column) + step));
  return { ...place, column: COLUMNS[next]! };
}

export function isSamePlace(one: Place | null, other: Place | null): boolean {
  if (one === null || other === null) return one === other;
  return one.side === other.side && one.rank === other.rank && one.column === other.column;
}
