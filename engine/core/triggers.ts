/**
 * Which open orders of one book a price concerns: those that wait for their stop price, and those that follow the price.
 *
 * Owns: a heap of the stops that fire at rising prices, one of those that fire at falling ones, and the two sides of those
 * that track (trailing.ts). What is in them follows from the records of special-orders.ts; how they lie is nobody's business:
 * whatever fires comes out by ascending order id.
 */
import { BUY } from "./codes.ts";
import type { OrderTable } from "./order-table.ts";
import { NOWHERE, RecordHeap } from "./record-heap.ts";
import { DIRECTION, PHASE, SLOT, type SpecialOrders, STOP, TRACKING, UP, WAITING } from "./special-orders.ts";
import { Trailing } from "./trailing.ts";

export class Triggers {
  /** How many orders wait or track; 0: no price concerns anybody. */
  watched = 0;
  /** After `see`: the records that it took out, by ascending order id. */
  readonly fired: number[] = [];
  private readonly special: SpecialOrders;
  private readonly orders: OrderTable;
  /** By record: its place in the heap that it is in. */
  private readonly places: number[] = [];
  /** The next to fire is on top: the lowest stop of those that fire at rising prices, the highest of the others. */
  private readonly rising: RecordHeap;
  private readonly falling: RecordHeap;
  private readonly trailingBuys: Trailing;
  private readonly trailingSells: Trailing;

  constructor(special: SpecialOrders, orders: OrderTable) {
    this.special = special;
    this.orders = orders;
    this.rising = new RecordHeap(special, STOP, 1, this.places);
    this.falling = new RecordHeap(special, STOP, -1, this.places);
    this.trailingBuys = new Trailing(special, -1, this.places);
    this.trailingSells = new Trailing(special, 1, this.places);
  }

  /** The order in the record waits or tracks from now on. */
  watch(record: number): void {
    this.watched += 1;
    if (this.special.get(record, PHASE) === TRACKING) this.sideOf(record).add(record);
    else this.heapOf(record).add(record);
  }

  /** It does no longer; one that a price took out is not there already. */
  unwatch(record: number): void {
    if (this.places[record] === NOWHERE) return;
    this.watched -= 1;
    if (this.special.get(record, PHASE) === TRACKING) this.sideOf(record).remove(record);
    else this.heapOf(record).takeOut(record);
  }

  /** Moves the watermarks of those that track, and takes out all that the price fires. */
  see(price: number): void {
    const { fired, rising, falling, special } = this;
    fired.length = 0;
    while (rising.size > 0 && special.get(rising.top, STOP) <= price) this.fire(rising);
    while (falling.size > 0 && special.get(falling.top, STOP) >= price) this.fire(falling);
    this.trailingBuys.see(price, fired);
    this.trailingSells.see(price, fired);
    this.watched -= fired.length;
    if (fired.length > 1) fired.sort((one, other) => this.orderIdOf(one) - this.orderIdOf(other));
  }

  /** Writes the watermarks of those that track to their records, where a snapshot finds them. */
  writeWatermarks(): void {
    this.trailingBuys.writeWatermarks();
    this.trailingSells.writeWatermarks();
  }

  /** The best price that a tracking order has seen; 0: none yet. */
  watermarkOf(record: number): number {
    return this.sideOf(record).watermarkOf(record);
  }

  private orderIdOf(record: number): number {
    return this.orders.orderId(this.special.get(record, SLOT));
  }

  private heapOf(record: number): RecordHeap {
    return this.special.get(record, DIRECTION) === UP ? this.rising : this.falling;
  }

  private sideOf(record: number): Trailing {
    const isBuy = this.orders.side(this.special.get(record, SLOT)) === BUY;
    return isBuy ? this.trailingBuys : this.trailingSells;
  }

  private fire(heap: RecordHeap): void {
    const record = heap.top;
    heap.takeOut(record);
    this.fired.push(record);
  }

  /** After the records were restored. */
  rebuild(): void {
    this.special.each((record) => {
      const phase = this.special.get(record, PHASE);
      if (phase === WAITING || phase === TRACKING) this.watch(record);
    });
  }
}
