/**
 * What a replay asks of a venue, written down: the steps that are then put to a running exchange, each with what the core's
 * book answered.
 *
 * Every placement has a number of its own (1, 2, 3 …), because a source may use an id again.
 */
import type { Side } from "../../domain/order.ts";
import type { ReplayFill, ReplayLevel, ReplayOrder, ReplayVenue, RestingOrder } from "../venue.ts";

export interface PlannedFill {
  readonly priceTicks: number;
  readonly quantityLots: number;
}

export interface PlacedStep {
  readonly side: Side;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly fills: readonly PlannedFill[];
}
export interface PlaceStep extends PlacedStep {
  readonly type: "place";
  readonly placement: number;
  readonly timeInForce: "gtc" | "ioc";
}
/** Cancels one placement and enters another, in one request. */
export interface ReplaceStep extends PlacedStep {
  readonly type: "replace";
  readonly cancelled: number;
  readonly placement: number;
}
export interface CancelStep {
  readonly type: "cancel";
  readonly placement: number;
}
/** The new total quantity, what is executed included. */
export interface ReduceStep {
  readonly type: "reduce";
  readonly placement: number;
  readonly quantityLots: number;
}
/** The best prices at this point; 0 where a side is empty. */
export interface ObserveStep {
  readonly type: "observe";
  readonly bid: number;
  readonly ask: number;
}
export type PlanStep = PlaceStep | ReplaceStep | CancelStep | ReduceStep | ObserveStep;

interface Placement {
  readonly number: number;
  quantityLots: number;
}

export class RecordingVenue implements ReplayVenue {
  readonly steps: PlanStep[] = [];
  private readonly venue: ReplayVenue;
  private readonly placements = new Map<number, Placement>();
  private count = 0;

  constructor(venue: ReplayVenue) {
    this.venue = venue;
  }

  observe(): void {
    this.steps.push({ type: "observe", bid: this.best("buy"), ask: this.best("sell") });
  }

  place(order: ReplayOrder): readonly ReplayFill[] {
    const fills = this.venue.place(order);
    const placement = this.number(order.id, order.quantityLots);
    const { side, priceTicks, quantityLots, timeInForce } = order;
    this.steps.push({ type: "place", placement, side, priceTicks, quantityLots, timeInForce, fills: planned(fills) });
    return fills;
  }

  cancel(id: number): RestingOrder | null {
    const order = this.venue.cancel(id);
    if (order !== null) this.steps.push({ type: "cancel", placement: this.placements.get(id)!.number });
    return order;
  }

  reduce(id: number, remainingLots: number): void {
    const before = this.venue.resting(id)!.remainingLots;
    this.venue.reduce(id, remainingLots);
    const placement = this.placements.get(id)!;
    placement.quantityLots -= before - remainingLots;
    this.steps.push({ type: "reduce", placement: placement.number, quantityLots: placement.quantityLots });
  }

  replace(id: number, priceTicks: number, quantityLots: number): readonly ReplayFill[] {
    const { side } = this.venue.resting(id)!;
    const cancelled = this.placements.get(id)!.number;
    const fills = this.venue.replace(id, priceTicks, quantityLots);
    const placement = this.number(id, quantityLots);
    this.steps.push({ type: "replace", cancelled, placement, side, priceTicks, quantityLots, fills: planned(fills) });
    return fills;
  }

  resting(id: number): RestingOrder | null {
    return this.venue.resting(id);
  }
  best(side: Side): number {
    return this.venue.best(side);
  }
  levelLots(side: Side, priceTicks: number): number {
    return this.venue.levelLots(side, priceTicks);
  }
  queue(side: Side, priceTicks: number): readonly number[] {
    return this.venue.queue(side, priceTicks);
  }
  levels(side: Side, limit: number): readonly ReplayLevel[] {
    return this.venue.levels(side, limit);
  }

  private number(id: number, quantityLots: number): number {
    this.count += 1;
    this.placements.set(id, { number: this.count, quantityLots });
    return this.count;
  }
}

function planned(fills: readonly ReplayFill[]): PlannedFill[] {
  return fills.map(({ priceTicks, quantityLots }) => ({ priceTicks, quantityLots }));
}
