/**
 * The order streams of the matching-reports benchmark: a typed view of the file, no object per record.
 *
 * File, little endian: 16-byte header (8 bytes magic, u32 version 1, u32 number of records), then 40-byte records: u8 type
 * (0 new, 1 cancel, 2 modify), u8 side (0 buy, 1 sell), u8 immediate-or-cancel, u8 pad, u32 quantity, u64 sequence,
 * u64 order id, i64 price in ticks, 8 bytes unused. A record's index is its sequence in the reports.
 *
 * Where ids are no small numbers or prices not positive, a copy is made with ids renumbered and prices shifted, so that
 * whoever matches sees dense ids and prices from 1; `idOf` and `priceShift` lead back for the reports.
 */
import { PRICE_TICKS_MAX } from "../../domain/instrument.ts";
import { UnreadableInput } from "../input-file.ts";

export const HEADER_BYTES = 16;
export const RECORD_BYTES = 40;
export const RECORD_WORDS = RECORD_BYTES / 4;
export const MAGIC = "100_WBEM";
export const VERSION = 1;

export const NEW = 0;
export const CANCEL = 1;
export const MODIFY = 2;

/** Words of a record; the first packs type, side and immediate-or-cancel, a byte each. */
export const KIND_WORD = 0;
export const QUANTITY_WORD = 1;
export const ID_WORD = 4;
export const PRICE_WORD = 6;

/** Ids up to here are used as they are: a table of them stays below a gigabyte. */
const DENSE_ID_MAX = 2 ** 27 - 1;

export interface MessageStream {
  readonly count: number;
  /** RECORD_WORDS per record, from word 0. Quantities are unsigned, ids and prices not negative. */
  readonly words: Int32Array;
  readonly idMax: number;
  /** Added to a price in `words` it gives the price of the file. */
  readonly priceShift: number;
  /** The file's id for an id in `words`; null where they are the same. */
  readonly idOf: readonly bigint[] | null;
}

export function readMessageStream(name: string, bytes: Uint8Array<ArrayBuffer>): MessageStream {
  const fail = (why: string): never => {
    throw new UnreadableInput(`${name} is no matching-reports stream: ${why}`);
  };
  if (bytes.length < HEADER_BYTES) fail(`${bytes.length} bytes, shorter than its header`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const magic = new TextDecoder("latin1").decode(bytes.subarray(0, 8));
  if (magic !== MAGIC) fail(`its magic is ${JSON.stringify(magic)}, not ${JSON.stringify(MAGIC)}`);
  const version = header.getUint32(8, true);
  if (version !== VERSION) fail(`version ${version}, not ${VERSION}`);
  const count = header.getUint32(12, true);
  const expected = HEADER_BYTES + count * RECORD_BYTES;
  if (bytes.length !== expected) fail(`${count} records make ${expected} bytes, the file has ${bytes.length}`);
  if (bytes.byteOffset % 8 !== 0) return readMessageStream(name, bytes.slice());
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, count * RECORD_WORDS);
  const { idMax, priceMin, priceMax } = extremes(words, count, fail);
  if (priceMax - priceMin >= PRICE_TICKS_MAX) fail("its prices span more than the book's range");
  const plain = idMax <= DENSE_ID_MAX && priceMin >= 1 && priceMax <= PRICE_TICKS_MAX;
  return plain ? { count, words, idMax, priceShift: 0, idOf: null } : normalized(words, count, priceMin);
}

/** The same stream, cut after some records. */
export function withFirst(stream: MessageStream, records: number): MessageStream {
  const count = Math.min(records, stream.count);
  return { ...stream, count, words: stream.words.subarray(0, count * RECORD_WORDS) };
}

/** Every record is looked at once, before anything is matched. Prices of cancels mean nothing. */
function extremes(words: Int32Array, count: number, fail: (why: string) => never) {
  let idMax = 0;
  let priceMin = Infinity;
  let priceMax = -Infinity;
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_WORDS;
    const type = words[at + KIND_WORD]! & 0xff;
    const side = (words[at + KIND_WORD]! >>> 8) & 0xff;
    if (type > MODIFY) fail(`record ${record} is of type ${type}`);
    if (side > 1) fail(`record ${record} is of side ${side}`);
    const id = (words[at + ID_WORD]! >>> 0) + (words[at + ID_WORD + 1]! >>> 0) * 2 ** 32;
    if (id > idMax) idMax = id;
    if (type === CANCEL) continue;
    if (words[at + QUANTITY_WORD] === 0) fail(`record ${record} has no quantity`);
    const price = (words[at + PRICE_WORD]! >>> 0) + words[at + PRICE_WORD + 1]! * 2 ** 32;
    if (price < priceMin) priceMin = price;
    if (price > priceMax) priceMax = price;
  }
  return { idMax, priceMin: priceMin === Infinity ? 1 : priceMin, priceMax: priceMax === -Infinity ? 1 : priceMax };
}

function normalized(words: Int32Array, count: number, priceMin: number): MessageStream {
  const copy = words.slice();
  const numbers = new Map<bigint, number>();
  const idOf: bigint[] = [];
  const priceShift = priceMin - 1;
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_WORDS;
    const id = BigInt(words[at + ID_WORD]! >>> 0) + (BigInt(words[at + ID_WORD + 1]! >>> 0) << 32n);
    let number = numbers.get(id);
    if (number === undefined) {
      number = idOf.length;
      numbers.set(id, number);
      idOf.push(id);
    }
    copy[at + ID_WORD] = number;
    copy[at + ID_WORD + 1] = 0;
    const price = (words[at + PRICE_WORD]! >>> 0) + words[at + PRICE_WORD + 1]! * 2 ** 32;
    copy[at + PRICE_WORD] = (copy[at + KIND_WORD]! & 0xff) === CANCEL ? 0 : price - priceShift;
    copy[at + PRICE_WORD + 1] = 0;
  }
  return { count, words: copy, idMax: idOf.length, priceShift, idOf };
}
