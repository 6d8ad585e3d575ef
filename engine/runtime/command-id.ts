/** Command ids for whoever sends none: sixteen random bytes, drawn many at a time. */
import { randomFillSync } from "node:crypto";

const ID_BYTES = 16;
const DRAWN_AT_ONCE = 256;
let pool = Buffer.alloc(0);

export function randomCommandId(): Uint8Array {
  if (pool.length === 0) pool = randomFillSync(Buffer.alloc(ID_BYTES * DRAWN_AT_ONCE));
  const id = pool.subarray(0, ID_BYTES);
  pool = pool.subarray(ID_BYTES);
  return id;
}
