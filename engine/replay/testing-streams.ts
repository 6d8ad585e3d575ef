/** Hand-made inputs for this room's tests: matching-reports streams from plain messages. */
import { HEADER_BYTES, MAGIC, RECORD_BYTES, VERSION } from "./matching-reports/stream-reader.ts";

/** [type, side, immediate-or-cancel, quantity, id, price], as edge-cases.json has them. */
export type PlainMessage = readonly [number, number, number, number, number | bigint, number | bigint];

export function streamBytes(messages: readonly PlainMessage[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + messages.length * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, messages.length, true);
  for (const [index, [type, side, immediate, quantity, id, price]] of messages.entries()) {
    const at = HEADER_BYTES + index * RECORD_BYTES;
    bytes.set([type, side, immediate], at);
    view.setUint32(at + 4, quantity, true);
    view.setBigUint64(at + 8, BigInt(index), true);
    view.setBigUint64(at + 16, BigInt(id), true);
    view.setBigInt64(at + 24, BigInt(price), true);
  }
  return bytes;
}
