/**
 * The frame: how one batch of records lies on disk. Pure encoding; no files.
 *
 * 64 bytes of header, the payload, zeros up to the next 64-byte border. Little-endian. Offsets:
 *    0 u32 magic            4 u32 header checksum   8 u32 payload checksum  12 u32 payload bytes
 *   16 u8  kind            17 u8  flags            18 u16 record count      20 u32 epoch
 *   24 u64 first record    32 u64 first event sequence                      40 u64 engine time, µs
 *   48 u64 hash of the previous frame (its header checksum, its payload checksum)
 *   56 u64 running event hash (high word, low word)
 *
 * The payload checksum covers payload and padding; the header checksum covers bytes 8 … 63, so also the payload's checksum and
 * the previous frame's hash, and begins with the frame's place (segment and offset): a frame read from elsewhere is not valid.
 * Both are CRC-32, which Node computes natively at 5 GB/s: it finds every error of up to 32 bits in a row for certain, and
 * misses one in 2^32 of the others. Two CRCs of one polynomial under different seeds would add nothing (they differ by a
 * constant of the length); a cryptographic hash would cost more than the sync of a large frame.
 */
import { crc32 } from "node:zlib";
import { assert } from "../domain/assert.ts";
import type { DecodedFrame, EventHash, FrameKind } from "./replay-target.ts";

export const FRAME_ALIGNMENT_BYTES = 64;
export const FRAME_HEADER_BYTES = 64;
export const RECORDS_PER_FRAME_MAX = 65_535;
/** One write of this size is a few milliseconds; a longer batch is several frames. */
export const PAYLOAD_BYTES_MAX = 4 * 1024 * 1024;
export const EPOCH_MAX = 2 ** 32 - 1;

const FRAME_MAGIC = 0x4d46_4254; // "TBFM" on disk
const FLAG_EVENTS_UNKNOWN = 1;
const KINDS: readonly FrameKind[] = ["records", "seal", "start", "void"];
const HEADER_CHECKED_FROM = 8;

/** Two CRC-32: of a frame's header and of its payload. What the next frame carries as "hash of the previous frame". */
export interface FrameHash {
  readonly header: number;
  readonly payload: number;
}

/** Where a frame lies. Segments count from 1. */
export interface FramePlace {
  readonly segment: number;
  readonly offset: number;
}

export interface FrameFields {
  readonly kind: FrameKind;
  readonly recordCount: number;
  readonly epoch: number;
  readonly firstRecord: number;
  readonly firstEventSeq: number;
  readonly timeUs: number;
  readonly previous: FrameHash;
  readonly eventHash: EventHash;
  readonly eventsKnown: boolean;
}

export interface FrameHeader extends FrameFields {
  readonly payloadBytes: number;
  readonly hash: FrameHash;
}

/** Bytes a frame takes on disk, padding included. */
export function frameSpan(payloadBytes: number): number {
  return (FRAME_HEADER_BYTES + payloadBytes + FRAME_ALIGNMENT_BYTES - 1) & -FRAME_ALIGNMENT_BYTES;
}

/**
 * Writes the frame's image into the first frameSpan(payload) bytes of `into`. The only copy of the payload.
 *
 * @returns the frame's hash.
 */
export function encodeFrame(into: Buffer, place: FramePlace, fields: FrameFields, payload: Uint8Array): FrameHash {
  const span = frameSpan(payload.byteLength);
  assert(payload.byteLength <= PAYLOAD_BYTES_MAX, "a frame's payload is within PAYLOAD_BYTES_MAX");
  assert(fields.recordCount <= RECORDS_PER_FRAME_MAX, "a frame's records are within RECORDS_PER_FRAME_MAX");
  assert(into.byteLength >= span, "the buffer holds the whole frame");
  into.set(payload, FRAME_HEADER_BYTES);
  into.fill(0, FRAME_HEADER_BYTES + payload.byteLength, span);
  const payloadHash = span === FRAME_HEADER_BYTES ? 0 : crc32(into.subarray(FRAME_HEADER_BYTES, span));

  into.writeUInt32LE(FRAME_MAGIC, 0);
  into.writeUInt32LE(payloadHash, 8);
  into.writeUInt32LE(payload.byteLength, 12);
  into[16] = KINDS.indexOf(fields.kind);
  into[17] = fields.eventsKnown ? 0 : FLAG_EVENTS_UNKNOWN;
  into.writeUInt16LE(fields.recordCount, 18);
  into.writeUInt32LE(fields.epoch, 20);
  writeUint53(into, 24, fields.firstRecord);
  writeUint53(into, 32, fields.firstEventSeq);
  writeUint53(into, 40, fields.timeUs);
  into.writeUInt32LE(fields.previous.header, 48);
  into.writeUInt32LE(fields.previous.payload, 52);
  into.writeUInt32LE(fields.eventHash.hi, 56);
  into.writeUInt32LE(fields.eventHash.lo, 60);
  const headerHash = headerChecksum(into, 0, place);
  into.writeUInt32LE(headerHash, 4);
  return { header: headerHash, payload: payloadHash };
}

/** @returns null when there is no valid header at `at` in `bytes`; its payload is not looked at. */
export function decodeHeader(bytes: Buffer, at: number, place: FramePlace): FrameHeader | null {
  if (at + FRAME_HEADER_BYTES > bytes.byteLength || bytes.readUInt32LE(at) !== FRAME_MAGIC) return null;
  const headerHash = bytes.readUInt32LE(at + 4);
  if (headerHash !== headerChecksum(bytes, at, place)) return null;
  const kind = KINDS[bytes[at + 16] as number];
  const flags = bytes[at + 17] as number;
  const payloadBytes = bytes.readUInt32LE(at + 12);
  if (kind === undefined || flags > FLAG_EVENTS_UNKNOWN || payloadBytes > PAYLOAD_BYTES_MAX) return null;
  return {
    kind,
    payloadBytes,
    recordCount: bytes.readUInt16LE(at + 18),
    epoch: bytes.readUInt32LE(at + 20),
    firstRecord: readUint53(bytes, at + 24),
    firstEventSeq: readUint53(bytes, at + 32),
    timeUs: readUint53(bytes, at + 40),
    previous: { header: bytes.readUInt32LE(at + 48), payload: bytes.readUInt32LE(at + 52) },
    eventHash: { hi: bytes.readUInt32LE(at + 56), lo: bytes.readUInt32LE(at + 60) },
    eventsKnown: flags === 0,
    hash: { header: headerHash, payload: bytes.readUInt32LE(at + 8) },
  };
}

/** @returns whether the payload and padding behind a valid header at `at` are what was written. */
export function payloadIsWhole(bytes: Buffer, at: number, header: FrameHeader): boolean {
  const span = frameSpan(header.payloadBytes);
  if (at + span > bytes.byteLength) return false;
  if (span === FRAME_HEADER_BYTES) return header.hash.payload === 0;
  return crc32(bytes.subarray(at + FRAME_HEADER_BYTES, at + span)) === header.hash.payload;
}

export function toDecodedFrame(bytes: Buffer, at: number, header: FrameHeader): DecodedFrame {
  return {
    kind: header.kind,
    epoch: header.epoch,
    firstRecord: header.firstRecord,
    recordCount: header.recordCount,
    firstEventSeq: header.firstEventSeq,
    timeUs: header.timeUs,
    eventHash: header.eventHash,
    eventsKnown: header.eventsKnown,
    payload: bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + header.payloadBytes),
  };
}

export function sameHash(left: FrameHash, right: FrameHash): boolean {
  return left.header === right.header && left.payload === right.payload;
}

/** The place is the seed: for a given length a CRC maps different seeds to different values, so a wrong place never passes. */
function headerChecksum(bytes: Buffer, at: number, place: FramePlace): number {
  const seed = (Math.imul(place.segment, 0x9e37_79b1) ^ place.offset) >>> 0;
  return crc32(bytes.subarray(at + HEADER_CHECKED_FROM, at + FRAME_HEADER_BYTES), seed);
}

export function writeUint53(into: Buffer, at: number, value: number): void {
  assert(Number.isSafeInteger(value) && value >= 0, "a journaled number is a whole number from 0 to 2^53 - 1");
  const high = Math.floor(value / 2 ** 32);
  into.writeUInt32LE(value - high * 2 ** 32, at);
  into.writeUInt32LE(high, at + 4);
}

export function readUint53(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at);
}
