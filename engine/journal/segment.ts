/**
 * The segment: one preallocated file of frames, its name and its header. Names carry the number and the first record, so that
 * the segment of a record is found without opening any:
 *
 *   segment-00000001-0000000000000001.journal            in the folder
 *   archive/segment-00000001-0000000000000001.journal.zst   once rotated out and compressed
 *
 * Header, 4,096 bytes, little-endian: 0 "TIDEBOOK"  8 u32 format  12 u32 rules version  16 u32 number  20 u32 segment bytes
 * 24 u64 first record  32 u64 time of the last frame before, µs  40 hash of that frame  48 u32 its epoch  52 u8 length and
 * 53 … engine name  120 u32 lineage; 4,092 u32 CRC-32 of all before it, in this place in every format, so that a newer format is not taken for
 * damage. What follows the header is frames, then zeros.
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { assert } from "../domain/assert.ts";
import type { Disk } from "./disk.ts";
import { FRAME_ALIGNMENT_BYTES, type FrameHash, readUint53, writeUint53 } from "./frame.ts";
import { JournalError } from "./journal-error.ts";

export const SEGMENT_FORMAT = 1;
export const SEGMENT_HEADER_BYTES = 4096;
export const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024;
export const SEGMENT_BYTES_MIN = 2 * SEGMENT_HEADER_BYTES;
export const SEGMENT_BYTES_MAX = 1024 * 1024 * 1024;
export const ENGINE_NAME_BYTES_MAX = 64;
export const ARCHIVE_DIRECTORY = "archive";
/** What a crash may leave half-written; removed at the next start. */
export const TEMPORARY_SUFFIX = ".tmp";

const MAGIC = Buffer.from("TIDEBOOK");
const LINEAGE_AT = 120;
const CHECKSUM_AT = SEGMENT_HEADER_BYTES - 4;
const NAME = /^segment-(\d{8})-(\d{16})\.journal(\.zst)?$/;

export interface SegmentHeader {
  readonly engine: string;
  readonly rulesVersion: number;
  readonly number: number;
  readonly segmentBytes: number;
  /** The first record that this segment's frames may hold. */
  readonly firstRecord: number;
  /** Of the last frame before this segment; 0 in the first. */
  readonly timeUs: number;
  readonly previous: FrameHash;
  readonly epoch: number;
  /** The epoch with which the newest restore began; 0: never restored, and in segments of older builds. */
  readonly lineage: number;
}

export interface SegmentFile {
  readonly number: number;
  readonly firstRecord: number;
  readonly archived: boolean;
  readonly path: string;
}

export function segmentFileName(number: number, firstRecord: number): string {
  return `segment-${String(number).padStart(8, "0")}-${String(firstRecord).padStart(16, "0")}.journal`;
}

/**
 * By number, ascending. One that is both raw and archived (a crash between the two) is listed raw. The raw ones are listed
 * first: an archiver at work beside makes the compressed file before it removes the raw one, so none is missed.
 */
export function listSegments(disk: Disk, directory: string): SegmentFile[] {
  const byNumber = new Map<number, SegmentFile>();
  const archive = join(directory, ARCHIVE_DIRECTORY);
  for (const [folder, archived] of [[directory, false] as const, [archive, true] as const]) {
    for (const name of disk.list(folder)) {
      const match = NAME.exec(name);
      if (match === null || (match[3] !== undefined) !== archived) continue;
      const number = Number(match[1]);
      if (byNumber.has(number)) continue;
      byNumber.set(number, { number, firstRecord: Number(match[2]), archived, path: join(folder, name) });
    }
  }
  return [...byNumber.values()].sort((left, right) => left.number - right.number);
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const engine = Buffer.from(header.engine, "utf8");
  assert(engine.byteLength >= 1 && engine.byteLength <= ENGINE_NAME_BYTES_MAX, "an engine's name is 1 … 64 bytes");
  assert(header.segmentBytes % FRAME_ALIGNMENT_BYTES === 0, "a segment is a whole number of 64-byte blocks");
  assert(
    header.segmentBytes >= SEGMENT_BYTES_MIN && header.segmentBytes <= SEGMENT_BYTES_MAX,
    "a segment is 8 KiB … 1 GiB",
  );
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(SEGMENT_FORMAT, 8);
  bytes.writeUInt32LE(header.rulesVersion, 12);
  bytes.writeUInt32LE(header.number, 16);
  bytes.writeUInt32LE(header.segmentBytes, 20);
  writeUint53(bytes, 24, header.firstRecord);
  writeUint53(bytes, 32, header.timeUs);
  bytes.writeUInt32LE(header.previous.header, 40);
  bytes.writeUInt32LE(header.previous.payload, 44);
  bytes.writeUInt32LE(header.epoch, 48);
  bytes[52] = engine.byteLength;
  engine.copy(bytes, 53);
  bytes.writeUInt32LE(header.lineage, LINEAGE_AT);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CHECKSUM_AT)), CHECKSUM_AT);
  return bytes;
}

/** @throws JournalError `corrupt` when the header is damaged or another segment's, `refused` when its format is unknown. */
export function decodeSegmentHeader(bytes: Buffer, file: SegmentFile): SegmentHeader {
  const damaged = (what: string) =>
    new JournalError("corrupt", `${file.path}: ${what}; restore this file from a copy`, { file: file.path, offset: 0 });
  if (bytes.byteLength < SEGMENT_HEADER_BYTES || !bytes.subarray(0, MAGIC.byteLength).equals(MAGIC)) {
    throw damaged("not a journal segment");
  }
  if (bytes.readUInt32LE(CHECKSUM_AT) !== crc32(bytes.subarray(0, CHECKSUM_AT))) throw damaged("its header is damaged");
  const format = bytes.readUInt32LE(8);
  if (format !== SEGMENT_FORMAT) {
    const message = `${file.path} has format ${format}, this build knows ${SEGMENT_FORMAT}: start the build that wrote it`;
    throw new JournalError("refused", message, { file: file.path, offset: 8 });
  }
  const header: SegmentHeader = {
    engine: bytes.toString("utf8", 53, 53 + (bytes[52] as number)),
    rulesVersion: bytes.readUInt32LE(12),
    number: bytes.readUInt32LE(16),
    segmentBytes: bytes.readUInt32LE(20),
    firstRecord: readUint53(bytes, 24),
    timeUs: readUint53(bytes, 32),
    previous: { header: bytes.readUInt32LE(40), payload: bytes.readUInt32LE(44) },
    epoch: bytes.readUInt32LE(48),
    lineage: bytes.readUInt32LE(LINEAGE_AT),
  };
  if (header.number !== file.number || header.firstRecord !== file.firstRecord)
    throw damaged("its name is not its header's");
  return header;
}
