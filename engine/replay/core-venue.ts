/**
 * The core's book as a replay venue: the code that trades in production, fed with other people's order flow.
 *
 * The book finds orders by dense ids (plain counters in production), so each placement takes the next number and this
 * venue remembers which one a source's id stands for.
 */
import { Book, BUY, NO_SELF_TRADE_CHECK, SELL, STEP_DOUBLES, STEP_FILL } from "../core/book.ts";
import { flagsOf, NEXT, SLOT_WORDS } from "../core/order-table.ts";
import { CLIENT_ORDER_ID_WORDS } from "../domain/client-order-id.ts";
import { ORDER_TYPES, type Side, TIMES_IN_FORCE } from "../domain/order.ts";
import type { ReplayFill, ReplayLevel, ReplayOrder, ReplayVenue, RestingOrder } from "./venue.ts";

const ACCOUNT = 1;
const LIMIT = ORDER_TYPES.indexOf("limit");
const GTC = TIMES_IN_FORCE.indexOf("gtc");

export class CoreVenue implements ReplayVenue {
  private readonly book = new Book();
  private readonly orderIds = new Map<number, number>();
  private readonly sourceIds: number[] = [0];
  private readonly client = new Uint32Array(CLIENT_ORDER_ID_WORDS);

  place(order: ReplayOrder): readonly ReplayFill[] {
    const book = this.book;
    const side = codeOfSide(order.side);
    const left = book.match(side, order.priceTicks, order.quantityLots, ACCOUNT, NO_SELF_TRADE_CHECK);
    const fills: ReplayFill[] = [];
    for (let step = 0; step < book.stepCount; step++) {
      const at = step * STEP_DOUBLES;
      const head = book.steps[at]!;
      const kind = head % 4;
      if (kind !== STEP_FILL) continue;
      const makerId = this.sourceIds[book.orders.orderId((head - kind) / 4)]!;
      const priceTicks = book.steps[at + 1]!;
      const quantityLots = book.steps[at + 2]!;
      if (book.steps[at + 3] === 0) this.orderIds.delete(makerId);
      fills.push({ makerId, takerId: order.id, priceTicks, quantityLots });
    }
    if (left > 0 && order.timeInForce === "gtc") {
      const orderId = this.sourceIds.length;
      this.sourceIds.push(order.id);
      this.orderIds.set(order.id, orderId);
      this.client[0] = orderId;
      const flags = flagsOf(side, LIMIT, GTC, NO_SELF_TRADE_CHECK);
      book.rest(orderId, ACCOUNT, flags, order.priceTicks, order.quantityLots, left, this.client, 0);
    }
    return fills;
  }

  cancel(id: number): RestingOrder | null {
    const order = this.resting(id);
    if (order === null) return null;
    this.book.remove(this.slotOf(id));
    this.orderIds.delete(id);
    return order;
  }

  reduce(id: number, remainingLots: number): void {
    const slot = this.slotOf(id);
    const orders = this.book.orders;
    this.book.reduce(slot, orders.quantity(slot) - orders.remaining(slot) + remainingLots, remainingLots);
  }

  replace(id: number, priceTicks: number, quantityLots: number): readonly ReplayFill[] {
    const order = this.cancel(id);
    if (order === null) throw new Error(`order ${id} is not resting`);
    return this.place({ id, side: order.side, priceTicks, quantityLots, timeInForce: "gtc" });
  }

  resting(id: number): RestingOrder | null {
    const slot = this.slotOf(id);
    if (slot === 0) return null;
    const orders = this.book.orders;
    const side = orders.side(slot) === BUY ? "buy" : "sell";
    return { side, priceTicks: this.book.priceOf(slot), remainingLots: orders.remaining(slot) };
  }

  best(side: Side): number {
    return side === "buy" ? this.book.bestBid : this.book.bestAsk;
  }

  levelLots(side: Side, priceTicks: number): number {
    return this.book.totalAt(codeOfSide(side), priceTicks);
  }

  queue(side: Side, priceTicks: number): readonly number[] {
    const book = this.book;
    if (this.levelLots(side, priceTicks) === 0) return [];
    const ids: number[] = [];
    let slot = book.index.head(book.index.find(priceTicks));
    for (; slot !== 0; slot = book.orders.ints[slot * SLOT_WORDS + NEXT]!)
      ids.push(this.sourceIds[book.orders.orderId(slot)]!);
    return ids;
  }

  levels(side: Side, limit: number): readonly ReplayLevel[] {
    const levels: ReplayLevel[] = [];
    let priceTicks = this.best(side);
    for (; priceTicks !== 0 && levels.length < limit; priceTicks = this.book.behind(codeOfSide(side), priceTicks)) {
      levels.push({ priceTicks, quantityLots: this.levelLots(side, priceTicks) });
    }
    return levels;
  }

  private slotOf(id: number): number {
    const orderId = this.orderIds.get(id);
    return orderId === undefined ? 0 : this.book.orders.slotOf(orderId);
  }
}

function codeOfSide(side: Side): number {
  return side === "buy" ? BUY : SELL;
}
