/**
 * A copy of the read model's orders as they are at one moment, made over many turns of the event loop: a million orders
 * copied at once would hold every answer back.
 *
 * The walk stores each order when it comes to it; an order that is about to change before that is stored first (`keep`).
 * Orders and fills are lines of JSON arrays, LINE_ITEMS to a line.
 */
import type { StreamedSection } from "../journal/replay-target.ts";
import type { FillView } from "../protocol/views.ts";
import { OrderRecord, type StoredOrder } from "./order-record.ts";

const LINE_ITEMS = 1000;
const NEWLINE = 10;

export class Capture {
  private readonly orders: readonly ReadonlyMap<number, OrderRecord>[];
  private readonly serial: number;
  /** Stored before the walk came to them. */
  private kept: StoredOrder[] = [];

  /** @param serial the orders that are made from now on carry it, and are not part of the copy. */
  constructor(orders: readonly Map<number, OrderRecord>[], serial: number) {
    // The list may grow by an instrument while the walk goes on; none of its orders is of this moment.
    this.orders = orders.slice();
    this.serial = serial;
  }

  /** The order is about to change or to be forgotten. */
  keep(record: OrderRecord): void {
    if (record.capturedBy === this.serial) return;
    record.capturedBy = this.serial;
    this.kept.push(record.store());
  }

  section(release: () => void): StreamedSection {
    return { name: "orders", chunks: () => this.chunks(), release };
  }

  private *chunks(): Iterable<Uint8Array> {
    let line: StoredOrder[] = [];
    for (const orders of this.orders) {
      for (const record of orders.values()) {
        if (record.capturedBy === this.serial) continue;
        record.capturedBy = this.serial;
        line.push(record.store());
        if (line.length < LINE_ITEMS) continue;
        yield lineOf(line);
        line = [];
      }
    }
    yield lineOf([...line, ...this.kept]);
    this.kept = [];
  }
}

/** @param fills a list of its own; the fills themselves never change. */
export function fillsSection(fills: readonly FillView[]): StreamedSection {
  function* chunks(): Iterable<Uint8Array> {
    for (let start = 0; start < fills.length; start += LINE_ITEMS) yield lineOf(fills.slice(start, start + LINE_ITEMS));
  }
  return { name: "fills", chunks, release: () => {} };
}

function lineOf(items: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(
    `${JSON.stringify(items, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value))}\n`,
  );
}

function* linesOf(bytes: Uint8Array): Iterable<unknown> {
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    yield JSON.parse(decoder.decode(bytes.subarray(start, end)));
    start = end + 1;
  }
}

export function* readOrders(bytes: Uint8Array): Iterable<OrderRecord> {
  for (const line of linesOf(bytes)) for (const stored of line as StoredOrder[]) yield OrderRecord.from(stored);
}

export function* readFills(bytes: Uint8Array): Iterable<FillView> {
  for (const line of linesOf(bytes)) {
    for (const stored of line as (FillView & { quoteAtoms: string; commissionAtoms: string })[]) {
      yield { ...stored, quoteAtoms: BigInt(stored.quoteAtoms), commissionAtoms: BigInt(stored.commissionAtoms) };
    }
  }
}

export function bytesOf(doubles: Float64Array): Uint8Array {
  return new Uint8Array(doubles.buffer, doubles.byteOffset, doubles.byteLength);
}

export function doublesOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer);
}
