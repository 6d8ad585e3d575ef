/**
 * What a driver of real order flow asks of a venue: the least that every source can be told in.
 *
 * Two implementations: slow-venue.ts (obvious, the second opinion) and core-venue.ts (over engine/core's Book). Ids are
 * the source's own; an id may be used again once its order has gone. Prices in ticks (1 or more), quantities in lots.
 */
import type { Side, TimeInForce } from "../domain/order.ts";

export interface ReplayOrder {
  readonly id: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly timeInForce: Extract<TimeInForce, "gtc" | "ioc">;
}

export interface ReplayFill {
  readonly makerId: number;
  readonly takerId: number;
  /** The maker's. */
  readonly priceTicks: number;
  readonly quantityLots: number;
}

export interface RestingOrder {
  readonly side: Side;
  readonly priceTicks: number;
  readonly remainingLots: number;
}

export interface ReplayLevel {
  readonly priceTicks: number;
  readonly quantityLots: number;
}

export interface ReplayVenue {
  /** Matches, then rests what is left unless it is immediate-or-cancel. The id must not be resting. */
  place(order: ReplayOrder): readonly ReplayFill[];
  /** Takes an order off the book. @returns what it had left; null where it is not resting. */
  cancel(id: number): RestingOrder | null;
  /** Lowers what an order has left, keeping its place. It must rest, and have more. */
  reduce(id: number, remainingLots: number): void;
  /** Takes an order off and enters it again, last in its queue: it may trade. It must rest. */
  replace(id: number, priceTicks: number, quantityLots: number): readonly ReplayFill[];
  resting(id: number): RestingOrder | null;
  /** 0 where the side is empty. */
  best(side: Side): number;
  levelLots(side: Side, priceTicks: number): number;
  /** Ids at a price in the order in which they trade. */
  queue(side: Side, priceTicks: number): readonly number[];
  /** Best first. */
  levels(side: Side, limit: number): readonly ReplayLevel[];
}

export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}
