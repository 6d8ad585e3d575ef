/**
 * What the special orders of one book have beyond a slot: records of sixteen doubles, found by the slot's EXTENSION word.
 *
 * Owns: the records, and how many orders of an account wait by a stop type or are icebergs. Does not own: which prices fire
 * them (triggers.ts), what their lists say (order-lists.ts). Record 0 does not exist. A plain order has one only once it
 * has lost something to decrement.
 */
import { ORDER_PHASES } from "../domain/order.ts";
import { BUY, STOP_LOSS, STOP_LOSS_LIMIT } from "./codes.ts";
import type { OrderTable } from "./order-table.ts";

export const WORKING = ORDER_PHASES.indexOf("working");
export const WAITING = ORDER_PHASES.indexOf("waiting");
export const TRACKING = ORDER_PHASES.indexOf("tracking");
export const PENDING = ORDER_PHASES.indexOf("pending");
/** In the phase's place: the record is free, and its SLOT names the next free one. */
const FREE = -1;

export const RECORD_DOUBLES = 16;
export const STOP = 0;
export const TRAILING = 1;
/** The part that shows; 0: no iceberg. */
export const ICEBERG = 2;
export const STRATEGY_ID = 3;
export const STRATEGY_TYPE = 4;
/** The order's own price, 0 for a market kind. (While it rests, its level says so too.) */
export const PRICE = 5;
/** Lots of the rest that do not show. */
export const HIDDEN = 6;
/** Of a tracking order: the best price seen, 0: none yet; as it was when it was last written (trailing.ts has it). */
export const WATERMARK = 7;
/** What is held while the order is not working: two limbs. */
export const HOLD = 8;
/** Its list's id; 0: none. */
export const LIST = 10;
/** Lots lost to decrement. */
export const PREVENTED = 11;
export const PHASE = 12;
export const SLOT = 13;
/** Amends that counted. */
export const AMENDS = 14;
/** Of a stop type: fires at prices from its stop up, or down. */
export const DIRECTION = 15;
export const UP = 1;
export const DOWN = 2;

/** UP or DOWN of a stop type: a stop_loss buys into a rise and sells into a fall, a take_profit the other way about. */
export function directionOf(side: number, orderType: number): number {
  const isStopLoss = orderType === STOP_LOSS || orderType === STOP_LOSS_LIMIT;
  return (side === BUY) === isStopLoss ? UP : DOWN;
}

export class SpecialOrders {
  doubles = new Float64Array(16 * RECORD_DOUBLES);
  live = 0;
  /** Open orders with a part that may hide; 0: no walk needs to think of it. */
  icebergs = 0;
  private end = 1;
  private free = 0;
  private readonly orders: OrderTable;
  /** By account: open orders of a stop type that have not been triggered, and icebergs. */
  private algoCounts = new Int32Array(16);
  private icebergCounts = new Int32Array(16);

  constructor(orders: OrderTable) {
    this.orders = orders;
  }

  /** A record of zeros for the order in a slot; the caller fills it and then counts it in. */
  take(slot: number): number {
    let record = this.free;
    if (record !== 0) this.free = this.doubles[record * RECORD_DOUBLES + SLOT]!;
    else {
      if (this.end * RECORD_DOUBLES === this.doubles.length) {
        const larger = new Float64Array(this.doubles.length * 2);
        larger.set(this.doubles);
        this.doubles = larger;
      }
      record = this.end++;
    }
    const at = record * RECORD_DOUBLES;
    this.doubles.fill(0, at, at + RECORD_DOUBLES);
    this.doubles[at + SLOT] = slot;
    this.live += 1;
    this.orders.setExtension(slot, record);
    return record;
  }

  /** The order has closed. Its slot may be released already, but not taken again. */
  release(record: number): void {
    const at = record * RECORD_DOUBLES;
    this.countOut(record);
    this.orders.setExtension(this.doubles[at + SLOT]!, 0);
    this.doubles[at + PHASE] = FREE;
    this.doubles[at + SLOT] = this.free;
    this.free = record;
    this.live -= 1;
  }

  get(record: number, field: number): number {
    return this.doubles[record * RECORD_DOUBLES + field]!;
  }

  set(record: number, field: number, value: number): void {
    this.doubles[record * RECORD_DOUBLES + field] = value;
  }

  /** The record of an open order; 0: none. */
  of(slot: number): number {
    return Math.max(0, this.orders.extension(slot));
  }

  /** The list in which an open order stands; 0: none. */
  listOf(slot: number): number {
    const record = this.of(slot);
    return record === 0 ? 0 : this.get(record, LIST);
  }

  phaseOf(slot: number): number {
    const record = this.of(slot);
    return record === 0 ? WORKING : this.get(record, PHASE);
  }

  /** All that is left of an order, what hides included. */
  restOf(slot: number): number {
    const record = this.of(slot);
    return this.orders.remaining(slot) + (record === 0 ? 0 : this.get(record, HIDDEN));
  }

  executedOf(slot: number): number {
    const record = this.of(slot);
    return this.orders.quantity(slot) - this.restOf(slot) - (record === 0 ? 0 : this.get(record, PREVENTED));
  }

  /** Moves an order on; one that works is no stop order any more. */
  setPhase(record: number, phase: number): void {
    this.countOut(record);
    this.set(record, PHASE, phase);
    this.countIn(record);
  }

  algoOrdersOf(account: number): number {
    return account < this.algoCounts.length ? this.algoCounts[account]! : 0;
  }
  icebergsOf(account: number): number {
    return account < this.icebergCounts.length ? this.icebergCounts[account]! : 0;
  }

  /** The record is filled. */
  countIn(record: number): void {
    this.countBy(record, 1);
  }

  private countOut(record: number): void {
    this.countBy(record, -1);
  }

  private countBy(record: number, by: number): void {
    const at = record * RECORD_DOUBLES;
    const account = this.orders.account(this.doubles[at + SLOT]!);
    if (account >= this.algoCounts.length) this.growCounts(account);
    if (this.doubles[at + DIRECTION] !== 0 && this.doubles[at + PHASE] !== WORKING)
      this.algoCounts[account] = this.algoCounts[account]! + by;
    if (this.doubles[at + ICEBERG] !== 0) {
      this.icebergCounts[account] = this.icebergCounts[account]! + by;
      this.icebergs += by;
    }
  }

  private growCounts(account: number): void {
    let length = this.algoCounts.length;
    while (length <= account) length *= 2;
    const [algoCounts, icebergCounts] = [new Int32Array(length), new Int32Array(length)];
    algoCounts.set(this.algoCounts);
    icebergCounts.set(this.icebergCounts);
    this.algoCounts = algoCounts;
    this.icebergCounts = icebergCounts;
  }

  /** Visits the records in use, in their own order: the same after a restore. */
  each(visit: (record: number) => void): void {
    for (let record = 1; record < this.end; record++) if (this.get(record, PHASE) !== FREE) visit(record);
  }

  /** Whether there ever was one. */
  get isUntouched(): boolean {
    return this.end === 1;
  }

  /** [end, free, live] and a view of the records in use; the caller copies. The counts follow from these. */
  arrays(): { readonly counters: Float64Array; readonly records: Float64Array } {
    return {
      counters: Float64Array.of(this.end, this.free, this.live),
      records: this.doubles.subarray(0, this.end * RECORD_DOUBLES),
    };
  }

  /** The order table stands already. */
  restore(arrays: { readonly counters: Float64Array; readonly records: Float64Array }): void {
    const [end = 1, free = 0, live = 0] = arrays.counters;
    this.end = end;
    this.free = free;
    this.live = live;
    let length = this.doubles.length;
    while (length < arrays.records.length) length *= 2;
    this.doubles = new Float64Array(length);
    this.doubles.set(arrays.records);
    this.each((record) => this.countIn(record));
  }
}
