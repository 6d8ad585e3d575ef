/**
 * A copy of the read model's orders as they are at one moment, made over many turns of the event loop: a million orders
 * copied at once would hold every answer back.
 *
 * The walk stores each order when it comes to it; an order that is about to change or to go before that is stored first
 * (`keep`). Orders are lines of JSON arrays, LINE_ITEMS to a line.
 */
import type { StreamedSection } from "../journal/replay-target.ts";
import type { OrderStore, StoredOrder } from "./order-store.ts";
import type { RowLog } from "./row-log.ts";

const LINE_ITEMS = 1000;
const NEWLINE = 10;

export class Capture {
  private readonly orders: OrderStore;
  private readonly serial: number;
  private readonly slotEnd: number;
  /** Stored before the walk came to them. */
  private kept: StoredOrder[] = [];

  /** @param serial the orders that are made from now on carry it, and are not part of the copy. */
  constructor(orders: OrderStore, serial: number) {
    this.orders = orders;
    this.serial = serial;
    this.slotEnd = orders.slotEnd;
  }

  /** The order is about to change or to be forgotten. */
  keep(slot: number): void {
    if (this.orders.capturedBy(slot) === this.serial) return;
    this.orders.setCapturedBy(slot, this.serial);
    this.kept.push(this.orders.store(slot));
  }

  section(release: () => void): StreamedSection {
    return { name: "orders", chunks: () => this.chunks(), release };
  }

  private *chunks(): Iterable<Uint8Array> {
    const { orders, serial } = this;
    let line: StoredOrder[] = [];
    for (let slot = 1; slot < this.slotEnd; slot++) {
      if (orders.isFree(slot) || orders.capturedBy(slot) === serial) continue;
      orders.setCapturedBy(slot, serial);
      line.push(orders.store(slot));
      if (line.length < LINE_ITEMS) continue;
      yield lineOf(line);
      line = [];
    }
    yield lineOf([...line, ...this.kept]);
    this.kept = [];
  }
}

function lineOf(items: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(items)}\n`);
}

/** Values that no longer change, LINE_ITEMS to a line. */
export function* linesOf(items: readonly unknown[]): Iterable<Uint8Array> {
  for (let from = 0; from < items.length; from += LINE_ITEMS) yield lineOf(items.slice(from, from + LINE_ITEMS));
}

/** What stands in the lines, as whoever wrote them knows it. */
export function* readLines<Item>(bytes: Uint8Array): Iterable<Item> {
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    yield* JSON.parse(decoder.decode(bytes.subarray(start, end))) as Item[];
    start = end + 1;
  }
}

export function bytesOf(doubles: Float64Array): Uint8Array {
  return new Uint8Array(doubles.buffer, doubles.byteOffset, doubles.byteLength);
}

export function doublesOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer);
}

/** The rows that a log holds at this moment. */
export function rowsSection(name: string, log: RowLog): StreamedSection {
  const rowsOfNow = log.rowsOfNow();
  function* chunks(): Iterable<Uint8Array> {
    for (const rows of rowsOfNow()) yield bytesOf(rows);
  }
  return { name, chunks, release: () => {} };
}
