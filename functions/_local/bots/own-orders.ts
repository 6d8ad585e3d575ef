/**
 * A bot's own open orders, by client order id: those under way count from the moment they are sent, so that none is sent twice,
 * and what happens to them comes by the account's events.
 */
import type { Side } from "../../../engine/domain/order.ts";
import type { UserEvent } from "./api-session.ts";
import { type InstrumentPlan, lotsOf } from "./instrument-plans.ts";
import type { Resting } from "./requote.ts";

const GONE: ReadonlySet<string> = new Set(["FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "REJECTED"]);

interface Own {
  readonly id: string;
  readonly plan: InstrumentPlan;
  readonly side: Side;
  readonly priceTicks: number;
  lots: number;
  /** A cancel is under way: it may still trade, but nobody counts on it. */
  isLeaving: boolean;
}

export class OwnOrders {
  readonly #orders = new Map<string, Own>();

  sent(plan: InstrumentPlan, order: Resting): void {
    const { id, side, priceTicks, lots } = order;
    this.#orders.set(id, { id, plan, side, priceTicks, lots, isLeaving: false });
  }

  leaving(id: string): void {
    const order = this.#orders.get(id);
    if (order !== undefined) order.isLeaving = true;
  }

  gone(id: string): void {
    this.#orders.delete(id);
  }

  clear(): void {
    this.#orders.clear();
  }

  /** In the order in which they were sent. */
  of(symbol: string): readonly Resting[] {
    return [...this.#orders.values()].filter(({ plan, isLeaving }) => plan.symbol === symbol && !isLeaving);
  }

  get count(): number {
    return this.#orders.size;
  }

  /** @param event an executionReport (trading-api.md §1.16): of a canceled order, `C` is its own id. */
  heard(event: UserEvent): void {
    const id = event.x === "CANCELED" ? event.C : event.c;
    const order = this.#orders.get(id);
    if (order === undefined) return;
    if (GONE.has(event.X)) this.#orders.delete(id);
    else order.lots = lotsOf(order.plan, event.q) - lotsOf(order.plan, event.z);
  }
}
