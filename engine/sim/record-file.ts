/**
 * Journaled frames as a plain file, for processes that cannot read a journal (zstd came with Node 22.15): per frame
 * f64 time µs, u32 records, u32 payload bytes, payload; little-endian, no checksums. Tests only.
 */
import { readSync, writeSync } from "node:fs";

const HEADER_BYTES = 16;

export interface RecordFrame {
  readonly timeUs: number;
  readonly recordCount: number;
  readonly payload: Uint8Array;
}

export function appendFrame(file: number, { timeUs, recordCount, payload }: RecordFrame): void {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.byteLength);
  bytes.writeDoubleLE(timeUs, 0);
  bytes.writeUInt32LE(recordCount, 8);
  bytes.writeUInt32LE(payload.byteLength, 12);
  bytes.set(payload, HEADER_BYTES);
  if (writeSync(file, bytes) !== bytes.byteLength) throw new Error("short write");
}

/** From the file's current position on. A frame's payload is a view, valid until the next one is asked for. */
export function* framesIn(file: number): Generator<RecordFrame> {
  const header = Buffer.alloc(HEADER_BYTES);
  let buffer = Buffer.alloc(64 * 1024);
  while (readSync(file, header) === HEADER_BYTES) {
    const payloadBytes = header.readUInt32LE(12);
    if (buffer.byteLength < payloadBytes) buffer = Buffer.alloc(2 * payloadBytes);
    const payload = buffer.subarray(0, payloadBytes);
    if (readSync(file, payload) !== payloadBytes) throw new Error("the last frame is cut short");
    yield { timeUs: header.readDoubleLE(0), recordCount: header.readUInt32LE(8), payload };
  }
}
