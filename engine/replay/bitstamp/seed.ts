/**
 * What rested when the capture began: the first book snapshot, told apart by the names that the feed gives later.
 *
 * A snapshot shows how much rests at each of the best levels, not whose it is. The feed names orders older than itself
 * when they are changed or deleted. Such an order rested at its price from the start, with what its first mention says it
 * had (its rest, plus the trade beside it when the mention is a fill); its level's remainder stays one anonymous order
 * behind. Orders at prices beyond the shown levels are known by name only. Older ids stand before younger ones.
 *
 * `snapshot` seeds with the snapshot alone; `named` with both. Anonymous orders have negative ids.
 */
import type { Side } from "../../domain/order.ts";
import type { ReplayOrder } from "../venue.ts";
import type { BookRow, FeedRow, OrderRow } from "./feed-reader.ts";

export type Seeding = "snapshot" | "named";

/** How many rows behind a fill its trade is looked for. The feed sends maker, taker and trade within a few rows. */
export const TRADE_ROWS_AHEAD = 6;

export interface Seed {
  /** The row of the snapshot. */
  readonly row: number;
  readonly orders: readonly ReplayOrder[];
  readonly anonymous: number;
  /** Within the shown levels and named later. */
  readonly named: number;
  /** Beyond the shown levels, known by name alone. */
  readonly beyond: number;
}

interface Resting {
  readonly id: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
}

export function seedOf(rows: readonly FeedRow[], seeding: Seeding): Seed {
  const row = rows.findIndex((one) => one.type === "book");
  const book = rows[row] as BookRow;
  const own = restingBefore(rows, row);
  const older = seeding === "named" ? namedLater(rows, row) : [];
  const orders: ReplayOrder[] = [];
  const add = (order: Resting): void => {
    const { id, side, priceTicks, lots } = order;
    if (lots > 0) orders.push({ id, side, priceTicks, quantityLots: lots, timeInForce: "gtc" });
  };
  let anonymous = 0;
  let named = 0;
  let beyond = 0;
  for (const side of ["buy", "sell"] as const) {
    const levels = side === "buy" ? book.bids : book.asks;
    for (const [priceTicks, levelLots] of levels) {
      const here = (order: Resting): boolean => order.side === side && order.priceTicks === priceTicks;
      const ownHere = own.filter(here);
      let left = ownHere.reduce((lots, order) => lots - order.lots, levelLots);
      for (const order of older.filter(here)) {
        if (order.lots > left) continue;
        left -= order.lots;
        named += 1;
        add(order);
      }
      if (left > 0) {
        anonymous += 1;
        add({ id: -anonymous, side, priceTicks, lots: left });
      }
      for (const order of ownHere) add(order);
    }
    const last = levels.at(-1)?.[0] ?? 0;
    const isBeyond = (order: Resting): boolean =>
      order.side === side && (side === "buy" ? order.priceTicks < last : order.priceTicks > last);
    for (const order of [...older, ...own].filter(isBeyond)) {
      beyond += 1;
      add(order);
    }
  }
  return { row, orders, anonymous, named, beyond };
}

/** Orders of the capture's own first rows that still rest at the snapshot. */
function restingBefore(rows: readonly FeedRow[], end: number): Resting[] {
  const resting = new Map<number, Resting>();
  for (let row = 0; row < end; row++) {
    const one = rows[row]!;
    if (one.type === "deleted") resting.delete(one.id);
    else if (one.type === "created" || one.type === "changed") resting.set(one.id, one);
  }
  return [...resting.values()];
}

/** Orders older than the capture that a later row names, oldest first, as they stood at the snapshot. */
function namedLater(rows: readonly FeedRow[], seedRow: number): Resting[] {
  const seen = new Set<number>();
  const older: Resting[] = [];
  const first = rows.find((row): row is OrderRow => row.type === "created");
  rows.forEach((one, row) => {
    if (one.type !== "created" && one.type !== "changed" && one.type !== "deleted") return;
    if (seen.has(one.id)) return;
    seen.add(one.id);
    if (one.type === "created" || row < seedRow || (first !== undefined && one.id >= first.id)) return;
    const filled = one.type === "changed" || one.lots === 0 ? lotsTradedBeside(rows, row, one.priceTicks) : 0;
    if (filled !== null) older.push({ ...one, lots: one.lots + filled });
  });
  return older.sort((one, other) => one.id - other.id);
}

/** The lots of the trade that belongs to a fill; null where none follows at that price. */
export function lotsTradedBeside(rows: readonly FeedRow[], row: number, priceTicks: number): number | null {
  const end = Math.min(rows.length, row + TRADE_ROWS_AHEAD);
  for (let ahead = row + 1; ahead < end; ahead++) {
    const one = rows[ahead]!;
    if (one.type === "trade" && one.priceTicks === priceTicks) return one.lots;
  }
  return null;
}
