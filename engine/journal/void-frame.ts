/**
 * The payload of a void frame: which record to skip, and why. u64 record sequence, then the reason in UTF-8.
 */
import { assert } from "../domain/assert.ts";
import { readUint53, writeUint53 } from "./frame.ts";

export const VOID_REASON_BYTES_MAX = 1024;
const SEQUENCE_BYTES = 8;

export interface VoidOrder {
  readonly recordSeq: number;
  readonly reason: string;
}

export function encodeVoid(order: VoidOrder): Buffer {
  const reason = Buffer.from(order.reason, "utf8");
  assert(reason.byteLength >= 1 && reason.byteLength <= VOID_REASON_BYTES_MAX, "a void's reason is 1 … 1,024 bytes");
  const bytes = Buffer.alloc(SEQUENCE_BYTES + reason.byteLength);
  writeUint53(bytes, 0, order.recordSeq);
  reason.copy(bytes, SEQUENCE_BYTES);
  return bytes;
}

export function decodeVoid(payload: Uint8Array): VoidOrder {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return { recordSeq: readUint53(bytes, 0), reason: bytes.toString("utf8", SEQUENCE_BYTES) };
}
