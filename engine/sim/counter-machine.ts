/**
 * A tiny deterministic machine for the journal's tests: a record is any bytes; its state is their count, their sum and a hash;
 * each record emits as many events as its first byte modulo 4. A record that begins with FAULT_BYTE trips an assertion.
 */
import { crc32 } from "node:zlib";
import {
  type DecodedFrame,
  RecordFault,
  type ReplayTarget,
  type SnapshotSection,
  type TargetHead,
} from "../journal/replay-target.ts";

export const FAULT_BYTE = 0xff;

/** Records as length (u16) and bytes, one behind the other. */
export function packRecords(records: readonly Uint8Array[]): Buffer {
  const payload = Buffer.alloc(records.reduce((sum, record) => sum + 2 + record.byteLength, 0));
  let at = 0;
  for (const record of records) {
    at = payload.writeUInt16LE(record.byteLength, at);
    payload.set(record, at);
    at += record.byteLength;
  }
  return payload;
}

export function splitRecords(payload: Uint8Array, recordCount: number): Uint8Array[] {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; records.length < recordCount; ) {
    const length = bytes.readUInt16LE(at);
    records.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return records;
}

export class CounterMachine implements ReplayTarget {
  #nextRecord = 1;
  #nextEventSeq = 1;
  #hash = { hi: 0, lo: 0 };
  #timeUs = 0;
  #sum = 0;
  applyFrame(frame: DecodedFrame, voided: ReadonlySet<number>): void {
    this.#timeUs = frame.timeUs;
    for (const record of splitRecords(frame.payload, frame.recordCount)) {
      if (!voided.has(this.#nextRecord)) this.#apply(record);
      this.#nextRecord += 1;
    }
  }

  head(): TargetHead {
    return {
      nextRecord: this.#nextRecord,
      nextEventSeq: this.#nextEventSeq,
      eventHash: this.#hash,
      timeUs: this.#timeUs,
    };
  }

  /** Everything there is to know of the state, to compare machines by. */
  fingerprint(): string {
    return JSON.stringify([this.#nextRecord, this.#nextEventSeq, this.#hash, this.#timeUs, this.#sum]);
  }

  captureSnapshot(): readonly SnapshotSection[] {
    return [
      { name: "state", bytes: Buffer.from(this.fingerprint()) },
      { name: "filler", bytes: Buffer.alloc(700, this.#sum & 255) },
    ];
  }

  restoreSnapshot(sections: readonly SnapshotSection[]): void {
    const state = JSON.parse(Buffer.from(sections[0]?.bytes ?? []).toString()) as [
      number,
      number,
      { hi: number; lo: number },
      number,
      number,
    ];
    [this.#nextRecord, this.#nextEventSeq, this.#hash, this.#timeUs, this.#sum] = state;
  }

  #apply(record: Uint8Array): void {
    const first = record[0] ?? 0;
    if (first === FAULT_BYTE) throw new RecordFault(this.#nextRecord, new Error("the planted assertion"));
    for (const byte of record) this.#sum = (this.#sum * 31 + byte) % 1_000_003;
    for (let event = 0; event < first % 4; event += 1) {
      const lo = crc32(Buffer.from(`${this.#nextEventSeq}:${this.#sum}`), this.#hash.lo);
      this.#hash = { hi: crc32(Buffer.from(String(lo)), this.#hash.hi), lo };
      this.#nextEventSeq += 1;
    }
  }
}
