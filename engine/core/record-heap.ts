/**
 * A heap of records of special-orders.ts by one of their numbers, from which any of them can be taken out.
 *
 * Owns: its order. Two records with one number lie as they come: whoever takes them out puts them in an order of its own.
 */
import { RECORD_DOUBLES, type SpecialOrders } from "./special-orders.ts";

/** The place of a record that has been taken out. */
export const NOWHERE = -1;

export class RecordHeap {
  /** The first is on top, at place 1. */
  private readonly records: number[] = [0];
  private readonly special: SpecialOrders;
  private readonly field: number;
  private readonly sign: number;
  private readonly places: number[];

  /**
   * @param sign 1: the least number is on top; −1: the greatest.
   * @param places by record, its place in the heap that it is in; heaps of which a record is in one at most may share it.
   */
  constructor(special: SpecialOrders, field: number, sign: 1 | -1, places: number[]) {
    this.special = special;
    this.field = field;
    this.sign = sign;
    this.places = places;
  }

  get size(): number {
    return this.records.length - 1;
  }

  /** 0: it is empty. */
  get top(): number {
    return this.records[1] ?? 0;
  }

  add(record: number): void {
    this.records.push(record);
    this.rise(this.records.length - 1);
  }

  takeOut(record: number): void {
    const { records, places } = this;
    const place = places[record]!;
    places[record] = NOWHERE;
    const last = records.pop()!;
    if (place === records.length) return;
    this.put(place, last);
    this.rise(place);
    this.sink(places[last]!);
  }

  /** In no order that means anything. */
  each(visit: (record: number) => void): void {
    for (let place = 1; place < this.records.length; place++) visit(this.records[place]!);
  }

  private rise(from: number): void {
    const { records } = this;
    const record = records[from]!;
    const number = this.numberOf(record);
    let place = from;
    for (; place > 1 && number < this.numberOf(records[place >>> 1]!); place >>>= 1)
      this.put(place, records[place >>> 1]!);
    this.put(place, record);
  }

  private sink(from: number): void {
    const { records } = this;
    const record = records[from]!;
    const number = this.numberOf(record);
    let place = from;
    for (let child = place * 2; child < records.length; child = place * 2) {
      if (child + 1 < records.length && this.numberOf(records[child + 1]!) < this.numberOf(records[child]!)) child += 1;
      if (this.numberOf(records[child]!) >= number) break;
      this.put(place, records[child]!);
      place = child;
    }
    this.put(place, record);
  }

  private put(place: number, record: number): void {
    this.records[place] = record;
    this.places[record] = place;
  }

  private numberOf(record: number): number {
    return this.sign * this.special.doubles[record * RECORD_DOUBLES + this.field]!;
  }
}
