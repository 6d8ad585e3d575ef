/**
 * Encoded commands as somebody with a wire of his own would send them: valid ones bent at one or several places, and ones
 * made of extremes from the start. Seeded. Tests only.
 */
import { RECORD_HEADER_BYTES, TRADE_BYTES } from "../protocol/command-codec.ts";
import type { Chance } from "./prng.ts";

const BENDS_MAX = 3;
const COUNTS = [0, 1, 2, 7, 100, 2 ** 31 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 0.5, -1, -0, Number.NaN, Infinity];
const WORDS = [0, 1, 2, 100, 2 ** 24, 2 ** 31 - 1, -1, -(2 ** 31)];
/** Where the numbers of a trader's command lie. */
const WORDS_AT = [48, 52, 56, 60] as const;
const COUNTS_AT = [24, 64, 72] as const;
const CODES_AT = [4, 5, 80, 81, 82, 83, 84, 85] as const;
const QUOTES = [0n, 1n, 1_000n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const LEAVES = ["0", "1", "-1", "-0", "1e3", "9007199254740993", "true", "null", '""', '"A0"', '"\\u0000"', "[]", "{}"];

/** A copy of a record, bent. */
export function bend(chance: Chance, record: Uint8Array): Uint8Array {
  let bytes = Buffer.from(record);
  for (let bends = chance.between(1, BENDS_MAX); bends > 0; bends -= 1) bytes = bendOnce(chance, bytes);
  return bytes;
}

function bendOnce(chance: Chance, bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  if (bytes.length < RECORD_HEADER_BYTES) return bytes;
  const isTrade = bytes.length >= TRADE_BYTES && bytes[4] !== 6;
  const how = chance.below(isTrade ? 8 : 5);
  switch (how) {
    case 0:
      bytes[chance.below(bytes.length)] = chance.below(256);
      return bytes;
    case 1: {
      const bit = chance.below(bytes.length * 8);
      bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
      return bytes;
    }
    case 2:
      return withLength(Buffer.concat([bytes, Buffer.alloc(8 * chance.between(1, 4))]), chance);
    case 3:
      return withLength(Buffer.from(bytes.subarray(0, chance.below(bytes.length + 1))), chance);
    case 4:
      return bytes[4] === 6 ? bendJson(chance, bytes) : bytes;
    case 5:
      bytes.writeInt32LE(chance.pick(WORDS), chance.pick(WORDS_AT));
      return bytes;
    case 6:
      bytes.writeDoubleLE(chance.pick(COUNTS), chance.pick(COUNTS_AT));
      return bytes;
    default:
      if (chance.percent(30)) bytes.writeBigUInt64LE(chance.pick(QUOTES), 88);
      else bytes[chance.pick(CODES_AT)] = chance.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 255]);
      return bytes;
  }
}

/** Mostly with a length that is right again, or nothing behind the first check would be tried. */
function withLength(bytes: Buffer<ArrayBuffer>, chance: Chance): Buffer<ArrayBuffer> {
  if (bytes.length >= 4 && chance.percent(80)) bytes.writeUInt32LE(bytes.length, 0);
  return bytes;
}

/** Another value in the place of one of the JSON's, or of a piece of its text. */
function bendJson(chance: Chance, bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const at = RECORD_HEADER_BYTES + 4;
  if (bytes.length < at) return bytes;
  const text = bytes.subarray(at, at + bytes.readUInt32LE(RECORD_HEADER_BYTES)).toString("utf8");
  const values = [...text.matchAll(/:("[^"]*"|-?[0-9.e+]+|true|false|null)/g)];
  if (values.length === 0) return bytes;
  const found = chance.pick(values);
  const start = found.index + 1;
  const bent = text.slice(0, start) + chance.pick(LEAVES) + text.slice(start + found[1]!.length);
  const json = Buffer.from(chance.percent(10) ? bent.replace("{", '{"__proto__":1,') : bent, "utf8");
  const next = Buffer.alloc((at + json.length + 7) & ~7);
  bytes.copy(next, 0, 0, RECORD_HEADER_BYTES);
  next.writeUInt32LE(next.length, 0);
  // A length that, rounded up in 32 bits, comes out right again reaches far behind the record.
  const length = chance.percent(5) ? 2 ** 32 - chance.between(1, 64) : json.length;
  next.writeUInt32LE(length, RECORD_HEADER_BYTES);
  json.copy(next, at);
  return next;
}
