/**
 * Random letters and digits, evenly distributed, from the system's generator; drawn in blocks because one call a
 * character would cost more than an order's parsing.
 */
import { randomFillSync } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Bytes from here on would favour the first letters. */
const EVEN_BELOW = 256 - (256 % ALPHABET.length);
const BLOCK_BYTES = 4_096;

const block = new Uint8Array(BLOCK_BYTES);
let used = BLOCK_BYTES;

export function randomText(length: number): string {
  let text = "";
  while (text.length < length) {
    if (used === BLOCK_BYTES) {
      randomFillSync(block);
      used = 0;
    }
    const byte = block[used] ?? 0;
    // A secret may be made of it: no byte stays behind.
    block[used++] = 0;
    if (byte < EVEN_BELOW) text += ALPHABET.charAt(byte % ALPHABET.length);
  }
  return text;
}
