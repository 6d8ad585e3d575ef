/**
 * The slow, obvious venue: levels in a sorted array, orders in arrays, nothing clever. It shares no code with the core's
 * book, so that where both agree two authors agree.
 */
import type { Side } from "../domain/order.ts";
import type { ReplayFill, ReplayLevel, ReplayOrder, ReplayVenue, RestingOrder } from "./venue.ts";

interface Resting {
  readonly id: number;
  readonly side: Side;
  readonly price: number;
  left: number;
}

interface Level {
  readonly price: number;
  readonly orders: Resting[];
}

export class SlowVenue implements ReplayVenue {
  /** Best first. */
  private readonly bids: Level[] = [];
  private readonly asks: Level[] = [];
  private readonly byId = new Map<number, Resting>();

  place(order: ReplayOrder): readonly ReplayFill[] {
    if (this.byId.has(order.id)) throw new Error(`order ${order.id} is resting already`);
    const against = order.side === "buy" ? this.asks : this.bids;
    const fills: ReplayFill[] = [];
    let left = order.quantityLots;
    while (left > 0) {
      const level = against[0];
      if (level === undefined) break;
      if (order.side === "buy" && level.price > order.priceTicks) break;
      if (order.side === "sell" && level.price < order.priceTicks) break;
      const maker = level.orders[0]!;
      const quantityLots = Math.min(left, maker.left);
      fills.push({ makerId: maker.id, takerId: order.id, priceTicks: level.price, quantityLots });
      left -= quantityLots;
      maker.left -= quantityLots;
      if (maker.left === 0) this.remove(maker);
    }
    if (left > 0 && order.timeInForce === "gtc") {
      const resting: Resting = { id: order.id, side: order.side, price: order.priceTicks, left };
      this.byId.set(order.id, resting);
      this.levelFor(order.side, order.priceTicks).orders.push(resting);
    }
    return fills;
  }

  cancel(id: number): RestingOrder | null {
    const order = this.byId.get(id);
    if (order === undefined) return null;
    this.remove(order);
    return { side: order.side, priceTicks: order.price, remainingLots: order.left };
  }

  reduce(id: number, remainingLots: number): void {
    const order = this.byId.get(id);
    if (order === undefined || !(remainingLots > 0 && remainingLots < order.left))
      throw new Error(`order ${id} cannot be reduced to ${remainingLots}`);
    order.left = remainingLots;
  }

  replace(id: number, priceTicks: number, quantityLots: number): readonly ReplayFill[] {
    const order = this.byId.get(id);
    if (order === undefined) throw new Error(`order ${id} is not resting`);
    this.remove(order);
    return this.place({ id, side: order.side, priceTicks, quantityLots, timeInForce: "gtc" });
  }

  resting(id: number): RestingOrder | null {
    const order = this.byId.get(id);
    return order === undefined ? null : { side: order.side, priceTicks: order.price, remainingLots: order.left };
  }

  best(side: Side): number {
    return (side === "buy" ? this.bids : this.asks)[0]?.price ?? 0;
  }

  levelLots(side: Side, priceTicks: number): number {
    const level = this.levelAt(side, priceTicks);
    return level === undefined ? 0 : total(level);
  }

  queue(side: Side, priceTicks: number): readonly number[] {
    const level = this.levelAt(side, priceTicks);
    return level === undefined ? [] : level.orders.map((order) => order.id);
  }

  levels(side: Side, limit: number): readonly ReplayLevel[] {
    const levels = (side === "buy" ? this.bids : this.asks).slice(0, limit);
    return levels.map((level) => ({ priceTicks: level.price, quantityLots: total(level) }));
  }

  private levelFor(side: Side, price: number): Level {
    const found = this.levelAt(side, price);
    if (found !== undefined) return found;
    const made: Level = { price, orders: [] };
    (side === "buy" ? this.bids : this.asks).splice(this.placeOf(side, price), 0, made);
    return made;
  }

  private levelAt(side: Side, price: number): Level | undefined {
    const level = (side === "buy" ? this.bids : this.asks)[this.placeOf(side, price)];
    return level?.price === price ? level : undefined;
  }

  /** How many levels of a side are better than a price: halving, because real streams have thousands of levels. */
  private placeOf(side: Side, price: number): number {
    const levels = side === "buy" ? this.bids : this.asks;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const better = side === "buy" ? levels[middle]!.price > price : levels[middle]!.price < price;
      if (better) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private remove(order: Resting): void {
    this.byId.delete(order.id);
    const levels = order.side === "buy" ? this.bids : this.asks;
    const at = this.placeOf(order.side, order.price);
    const level = levels[at]!;
    level.orders.splice(level.orders.indexOf(order), 1);
    if (level.orders.length === 0) levels.splice(at, 1);
  }
}

function total(level: Level): number {
  return level.orders.reduce((sum, order) => sum + order.left, 0);
}
