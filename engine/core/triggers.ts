/**
 * Which open orders of one book a price concerns: those that wait for their stop price, and those that follow the price.
 *
 * Owns: a heap of the stops that fire at rising prices, one of those that fire at falling ones, and the list of those that
 * track. What is in them follows from the records of special-orders.ts; how they lie is nobody's business: whatever fires
 * comes out by ascending order id.
 */
import { BUY } from "./codes.ts";
import type { OrderTable } from "./order-table.ts";
import {
  DIRECTION,
  PHASE,
  RECORD_DOUBLES,
  SLOT,
  type SpecialOrders,
  STOP,
  TRACKING,
  TRAILING,
  UP,
  WAITING,
  WATERMARK,
} from "./special-orders.ts";

const BIPS = 10_000;
/** The place of a record that has been taken out. */
const NOWHERE = -1;

export class Triggers {
  /** How many orders wait or track; 0: no price concerns anybody. */
  watched = 0;
  /** After `see`: the records that it took out, by ascending order id. */
  readonly fired: number[] = [];
  private readonly special: SpecialOrders;
  private readonly orders: OrderTable;
  private readonly rising: number[] = [0];
  private readonly falling: number[] = [0];
  private readonly tracking: number[] = [];
  /** By record: its place in the heap or list that it is in. */
  private readonly places: number[] = [];

  constructor(special: SpecialOrders, orders: OrderTable) {
    this.special = special;
    this.orders = orders;
  }

  /** The order in the record waits or tracks from now on. */
  watch(record: number): void {
    this.watched += 1;
    if (this.special.get(record, PHASE) === TRACKING) {
      this.places[record] = this.tracking.length;
      this.tracking.push(record);
      return;
    }
    const heap = this.heapOf(record);
    heap.push(record);
    this.rise(heap, heap.length - 1);
  }

  /** It does no longer; one that a price took out is not there already. */
  unwatch(record: number): void {
    if (this.places[record] === NOWHERE) return;
    this.watched -= 1;
    if (this.special.get(record, PHASE) === TRACKING) this.untrack(this.places[record]!);
    else this.takeOut(this.heapOf(record), this.places[record]!);
  }

  /** Moves the watermarks of those that track, and takes out all that the price fires. */
  see(price: number): void {
    const { fired, rising, falling, special } = this;
    fired.length = 0;
    while (rising.length > 1 && special.get(rising[1]!, STOP) <= price) this.fire(rising);
    while (falling.length > 1 && special.get(falling[1]!, STOP) >= price) this.fire(falling);
    for (let place = this.tracking.length - 1; place >= 0; place--) {
      const record = this.tracking[place]!;
      if (!this.follows(record, price)) continue;
      this.untrack(place);
      fired.push(record);
    }
    this.watched -= fired.length;
    if (fired.length > 1) fired.sort((one, other) => this.orderIdOf(one) - this.orderIdOf(other));
  }

  /** Whether a tracking order fires at a price, which its watermark has taken in first. */
  private follows(record: number, price: number): boolean {
    const { doubles } = this.special;
    const at = record * RECORD_DOUBLES;
    const watermark = doubles[at + WATERMARK]!;
    const delta = doubles[at + TRAILING]!;
    if (this.orders.side(doubles[at + SLOT]!) === BUY) {
      const lowest = watermark === 0 || price < watermark ? price : watermark;
      doubles[at + WATERMARK] = lowest;
      return price * BIPS >= lowest * (BIPS + delta);
    }
    const highest = Math.max(price, watermark);
    doubles[at + WATERMARK] = highest;
    return price * BIPS <= highest * (BIPS - delta);
  }

  private orderIdOf(record: number): number {
    return this.orders.orderId(this.special.get(record, SLOT));
  }

  private heapOf(record: number): number[] {
    return this.special.get(record, DIRECTION) === UP ? this.rising : this.falling;
  }

  private fire(heap: number[]): void {
    this.fired.push(heap[1]!);
    this.takeOut(heap, 1);
  }

  private untrack(place: number): void {
    this.places[this.tracking[place]!] = NOWHERE;
    const last = this.tracking.pop()!;
    if (place === this.tracking.length) return;
    this.tracking[place] = last;
    this.places[last] = place;
  }

  private takeOut(heap: number[], place: number): void {
    this.places[heap[place]!] = NOWHERE;
    const last = heap.pop()!;
    if (place === heap.length) return;
    this.put(heap, place, last);
    this.rise(heap, place);
    this.sink(heap, this.places[last]!);
  }

  private rise(heap: number[], from: number): void {
    const record = heap[from]!;
    let place = from;
    for (; place > 1 && this.isBefore(heap, record, heap[place >>> 1]!); place >>>= 1)
      this.put(heap, place, heap[place >>> 1]!);
    this.put(heap, place, record);
  }

  private sink(heap: number[], from: number): void {
    const record = heap[from]!;
    let place = from;
    for (let child = place * 2; child < heap.length; child = place * 2) {
      if (child + 1 < heap.length && this.isBefore(heap, heap[child + 1]!, heap[child]!)) child += 1;
      if (!this.isBefore(heap, heap[child]!, record)) break;
      this.put(heap, place, heap[child]!);
      place = child;
    }
    this.put(heap, place, record);
  }

  private put(heap: number[], place: number, record: number): void {
    heap[place] = record;
    this.places[record] = place;
  }

  /** The next to fire is on top: the lowest stop of those that fire at rising prices, the highest of the others. */
  private isBefore(heap: number[], one: number, other: number): boolean {
    const difference = this.special.get(one, STOP) - this.special.get(other, STOP);
    return heap === this.rising ? difference < 0 : difference > 0;
  }

  /** After the records were restored. */
  rebuild(): void {
    this.special.each((record) => {
      const phase = this.special.get(record, PHASE);
      if (phase === WAITING || phase === TRACKING) this.watch(record);
    });
  }
}
