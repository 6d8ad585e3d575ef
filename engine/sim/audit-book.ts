/**
 * The audit's copy of one instrument's book: who waits at which price, in which order, with how much.
 *
 * Shape: per side a Map of price to the queue of orders, best price found by looking at every key. Spelled out here on
 * purpose: it shares no code with the core or the reference, both of which it judges.
 */
import type { Instrument } from "../domain/instrument.ts";
import type { OrderPhase } from "../domain/order.ts";
import type { LevelChanged, OrderAccepted } from "../protocol/events.ts";
import { must } from "./audit-failure.ts";

export interface AuditedOrder {
  readonly accepted: OrderAccepted;
  clientOrderId: string;
  quantityLots: number;
  restLots: number;
  executedLots: number;
  preventedLots: number;
  /** Of an iceberg in the book: what is left of the part that shows. */
  partLots: number;
  phase: OrderPhase;
  isOpen: boolean;
}

type Queues = Map<number, AuditedOrder[]>;

export class AuditedBook {
  instrument: Instrument;
  readonly orders = new Map<number, AuditedOrder>();
  readonly buy: Queues = new Map();
  readonly sell: Queues = new Map();
  /** What the last level_changed of a level said; a level it says 0 of is not kept. */
  readonly announced = new Map<string, number>();
  /** Levels whose queue changed since the command began. */
  readonly changed = new Map<string, { side: "buy" | "sell"; priceTicks: number }>();
  lastOrderId = 0;
  lastTradeId = 0;
  lastUpdateId = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  queuesOf(side: "buy" | "sell"): Queues {
    return side === "buy" ? this.buy : this.sell;
  }

  /** null when the side is empty. */
  bestPrice(side: "buy" | "sell"): number | null {
    let best: number | null = null;
    for (const price of this.queuesOf(side).keys()) {
      if (best === null || (side === "buy" ? price > best : price < best)) best = price;
    }
    return best;
  }

  /** The order that must trade next on a side: the oldest at the best price. */
  firstOf(side: "buy" | "sell"): AuditedOrder | null {
    const best = this.bestPrice(side);
    return best === null ? null : this.queuesOf(side).get(best)![0]!;
  }

  /** Behind all others of its price; an iceberg with a new part. */
  add(order: AuditedOrder): void {
    order.partLots = Math.min(icebergOf(order), order.restLots);
    const { side, priceTicks } = order.accepted;
    const queues = this.queuesOf(side);
    const queue = queues.get(priceTicks);
    if (queue === undefined) queues.set(priceTicks, [order]);
    else queue.push(order);
    this.markChanged(order);
  }

  remove(order: AuditedOrder): void {
    const { side, priceTicks, orderId } = order.accepted;
    const queues = this.queuesOf(side);
    const left = (queues.get(priceTicks) ?? []).filter((other) => other.accepted.orderId !== orderId);
    if (left.length === 0) queues.delete(priceTicks);
    else queues.set(priceTicks, left);
    this.markChanged(order);
  }

  /** After it lost some of its rest in the book: an iceberg whose part is used up goes behind with a new one. */
  lost(order: AuditedOrder, lots: number): void {
    this.markChanged(order);
    if (icebergOf(order) === 0) return;
    order.partLots -= lots;
    if (order.partLots > 0 || order.restLots === 0) return;
    this.remove(order);
    this.add(order);
  }

  markChanged({ accepted: { side, priceTicks } }: AuditedOrder): void {
    this.changed.set(`${side} ${priceTicks}`, { side, priceTicks });
  }

  /** What shows. bigint: the checker must see a total that no longer fits. */
  totalAt(side: "buy" | "sell", priceTicks: number): bigint {
    let total = 0n;
    for (const order of this.queuesOf(side).get(priceTicks) ?? []) total += BigInt(shownOf(order));
    return total;
  }

  checkLevel(event: LevelChanged): void {
    const { side, priceTicks, quantityLots } = event;
    must(
      event.updateId === this.lastUpdateId + 1,
      "I8",
      () => `update id ${event.updateId} after ${this.lastUpdateId}`,
    );
    this.lastUpdateId = event.updateId;
    const total = this.totalAt(side, priceTicks);
    must(
      BigInt(quantityLots) === total,
      "I7",
      () => `${side} ${priceTicks} said ${quantityLots}, orders sum to ${total}`,
    );
    must(total <= 9_007_199_254_740_991n, "I16", () => `${side} ${priceTicks} totals ${total}, above 2^53-1`);
    if (quantityLots === 0) this.announced.delete(`${side} ${priceTicks}`);
    else this.announced.set(`${side} ${priceTicks}`, quantityLots);
  }

  checkAtCommandEnd(): void {
    for (const [key, { side, priceTicks }] of this.changed) {
      const total = this.totalAt(side, priceTicks);
      const said = BigInt(this.announced.get(key) ?? 0);
      must(said === total, "I7", () => `${key} was left at ${said} by its last event, orders sum to ${total}`);
    }
    this.changed.clear();
    const bid = this.bestPrice("buy");
    const ask = this.bestPrice("sell");
    must(bid === null || ask === null || bid < ask, "I6", () => `the book is crossed: bid ${bid}, ask ${ask}`);
  }

  /** Every level ever announced against every order, not only those that changed. */
  sweep(): void {
    const keys = new Set(this.announced.keys());
    for (const side of ["buy", "sell"] as const)
      for (const price of this.queuesOf(side).keys()) keys.add(`${side} ${price}`);
    for (const key of keys) {
      const [side, price] = key.split(" ") as ["buy" | "sell", string];
      const total = this.totalAt(side, Number(price));
      must(BigInt(this.announced.get(key) ?? 0) === total, "I7", () => `${key}: announced and resting differ`);
    }
  }
}

/** Whether the order may stay in the book, once it works: only those hold what they would spend. */
export function mayRest(order: AuditedOrder): boolean {
  return order.accepted.timeInForce === "gtc" && !isAtMarket(order);
}

/** Taken at any price. */
export function isAtMarket({ accepted: { orderType } }: AuditedOrder): boolean {
  return orderType === "market" || orderType === "stop_loss" || orderType === "take_profit";
}

export const icebergOf = ({ accepted }: AuditedOrder): number => accepted.special?.conditions.icebergLots ?? 0;

export function shownOf(order: AuditedOrder): number {
  return icebergOf(order) === 0 ? order.restLots : order.partLots;
}
