/**
 * The orders of one side that follow the price of one book, each from the best price seen since it began (its watermark).
 *
 * Owns: their watermarks, while they follow. A better price is the new watermark of all that had a worse one, so those that
 * share one lie together, and are moved together: a price costs as much as there are groups that it moves, and where it may
 * fire somebody, a look at the first of each group. (One look at each order for each price would let a thousand accounts
 * make every trade wait for them.)
 *
 * By "value" a price of the sells, which follow the highest, and the negative of a price of the buys, which follow the lowest.
 */
import { RecordHeap } from "./record-heap.ts";
import { type SpecialOrders, TRAILING, WATERMARK } from "./special-orders.ts";

const BIPS = 10_000;
/** The value of a watermark before the first price. */
const NONE_YET = Number.NEGATIVE_INFINITY;

interface Group {
  value: number;
  /** The smallest delta on top: it fires first. */
  readonly members: RecordHeap;
}

export class Trailing {
  private readonly special: SpecialOrders;
  private readonly sign: 1 | -1;
  private readonly places: number[];
  /** From the best value to the worst; and beside it the value × BIPS from which the first of each fires. */
  private readonly groups: Group[] = [];
  private readonly thresholds: number[] = [];
  /** By record. */
  private readonly groupOf: Group[] = [];
  /** None of the thresholds is above it. */
  private nearest = NONE_YET;

  /** @param sign 1: the sells; −1: the buys. @param places as RecordHeap has it. */
  constructor(special: SpecialOrders, sign: 1 | -1, places: number[]) {
    this.special = special;
    this.sign = sign;
    this.places = places;
  }

  /** The order in the record follows from now on, from the watermark in it. */
  add(record: number): void {
    const watermark = this.special.get(record, WATERMARK);
    const value = watermark === 0 ? NONE_YET : this.sign * watermark;
    const place = this.placeOf(value);
    let group = this.groups[place];
    if (group?.value !== value) {
      group = { value, members: new RecordHeap(this.special, TRAILING, 1, this.places) };
      this.groups.splice(place, 0, group);
      this.thresholds.splice(place, 0, NONE_YET);
    }
    group.members.add(record);
    this.groupOf[record] = group;
    this.setThreshold(place, group);
  }

  remove(record: number): void {
    const group = this.groupOf[record]!;
    this.leave(group, record);
    const place = this.placeOf(group.value);
    if (group.members.size > 0) this.setThreshold(place, group);
    else this.dropGroup(place);
  }

  /** Moves the watermarks, and takes out all that the price fires: they are appended to `fired`, in no order. */
  see(price: number, fired: number[]): void {
    if (this.groups.length === 0) return;
    const value = this.sign * price;
    this.raise(value);
    const scaled = value * BIPS;
    if (scaled > this.nearest) return;
    this.nearest = NONE_YET;
    for (let place = this.groups.length - 1; place >= 0; place--) {
      if (scaled <= this.thresholds[place]!) this.fire(place, scaled, fired);
      else this.nearest = Math.max(this.nearest, this.thresholds[place]!);
    }
  }

  /** Writes every watermark to its record. O(orders): before the records are read as a whole. */
  writeWatermarks(): void {
    for (const group of this.groups) group.members.each((record) => this.writeWatermark(group, record));
  }

  /** 0: none yet. */
  watermarkOf(record: number): number {
    return watermarkAt(this.groupOf[record]!);
  }

  private writeWatermark(group: Group, record: number): void {
    this.special.set(record, WATERMARK, watermarkAt(group));
  }

  private leave(group: Group, record: number): void {
    this.writeWatermark(group, record);
    group.members.takeOut(record);
  }

  /** A better value takes the place of every worse one. */
  private raise(value: number): void {
    const { groups, thresholds } = this;
    let raised: Group | null = null;
    while (groups.length > 0 && groups.at(-1)!.value <= value) {
      const group = groups.pop()!;
      thresholds.pop();
      raised = raised === null ? group : this.join(raised, group);
    }
    if (raised === null) return;
    raised.value = value;
    groups.push(raised);
    this.setThreshold(groups.length - 1, raised);
  }

  /** The smaller goes into the larger: an order so changes its group log2(orders) times at most. */
  private join(one: Group, other: Group): Group {
    const [larger, smaller] = one.members.size < other.members.size ? [other, one] : [one, other];
    smaller.members.each((record) => {
      larger.members.add(record);
      this.groupOf[record] = larger;
    });
    return larger;
  }

  private fire(place: number, scaled: number, fired: number[]): void {
    const group = this.groups[place]!;
    while (group.members.size > 0 && scaled <= this.thresholdOf(group)) {
      const record = group.members.top;
      this.leave(group, record);
      fired.push(record);
    }
    if (group.members.size > 0) this.setThreshold(place, group);
    else this.dropGroup(place);
  }

  private dropGroup(place: number): void {
    this.groups.splice(place, 1);
    this.thresholds.splice(place, 1);
  }

  private setThreshold(place: number, group: Group): void {
    const threshold = this.thresholdOf(group);
    this.thresholds[place] = threshold;
    this.nearest = Math.max(this.nearest, threshold);
  }

  /** Sells: watermark × (BIPS − delta); buys: the negative of watermark × (BIPS + delta). */
  private thresholdOf({ value, members }: Group): number {
    if (value === NONE_YET) return NONE_YET;
    return value * (BIPS - this.sign * this.special.get(members.top, TRAILING));
  }

  /** The place of the group of this value, or where it would be. */
  private placeOf(value: number): number {
    let low = 0;
    let high = this.groups.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.groups[middle]!.value > value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function watermarkAt({ value }: Group): number {
  return value === NONE_YET ? 0 : Math.abs(value);
}
