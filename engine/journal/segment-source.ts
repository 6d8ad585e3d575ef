/**
 * Reads one segment, raw through a window that slides over it, or archived, decompressed whole. Knows nothing of chains.
 */
import { basename, join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { type Disk, type FileDescriptor, isErrorCode, readFully } from "./disk.ts";
import { JournalError } from "./journal-error.ts";
import {
  ARCHIVE_DIRECTORY,
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentFile,
  type SegmentHeader,
} from "./segment.ts";

const WINDOW_BYTES = 1024 * 1024;

export class SegmentSource {
  readonly file: SegmentFile;
  readonly header: SegmentHeader;
  /** What view() made readable; refilled by the next view(). */
  bytes: Buffer;
  readonly #disk: Disk;
  /** null: archived, and `bytes` is the whole segment. */
  readonly #descriptor: FileDescriptor | null;
  #windowStart = 0;
  #windowEnd = 0;

  constructor(disk: Disk, directory: string, file: SegmentFile) {
    this.#disk = disk;
    const opened = openEither(disk, directory, file);
    this.file = opened.file;
    this.#descriptor = opened.descriptor;
    this.bytes = opened.bytes;
    this.#windowEnd = opened.bytes.byteLength;
    this.header = decodeSegmentHeader(opened.bytes.subarray(0, SEGMENT_HEADER_BYTES), opened.file);
  }

  /**
   * Makes `length` bytes at `offset` readable; what lies behind the end of the file reads as zeros.
   *
   * @returns where in `bytes` they are.
   */
  view(offset: number, length: number): number {
    if (offset >= this.#windowStart && offset + length <= this.#windowEnd) return offset - this.#windowStart;
    if (this.#descriptor === null) {
      this.bytes = Buffer.concat([this.bytes], Math.max(this.bytes.byteLength, offset + length));
      this.#windowEnd = this.bytes.byteLength;
      return offset;
    }
    const wanted = Math.max(length, Math.min(WINDOW_BYTES, this.header.segmentBytes));
    if (this.bytes.byteLength < wanted) this.bytes = Buffer.allocUnsafeSlow(wanted);
    const got = readFully(this.#disk, this.#descriptor, this.bytes, offset);
    this.bytes.fill(0, got);
    this.#windowStart = offset;
    this.#windowEnd = offset + this.bytes.byteLength;
    return 0;
  }

  /** Forgets what was read: a live engine may have written since. */
  refresh(): void {
    if (this.#descriptor !== null) this.#windowEnd = this.#windowStart;
  }

  close(): void {
    if (this.#descriptor !== null) this.#disk.close(this.#descriptor);
  }
}

interface OpenedSegment {
  readonly file: SegmentFile;
  readonly descriptor: FileDescriptor | null;
  readonly bytes: Buffer;
}

/** A raw segment may be archived between listing and opening. */
function openEither(disk: Disk, directory: string, file: SegmentFile): OpenedSegment {
  if (file.archived) return openArchived(disk, file);
  let descriptor: FileDescriptor;
  try {
    descriptor = disk.open(file.path, "read");
  } catch (error) {
    if (!isErrorCode(error, "ENOENT")) throw error;
    const path = join(directory, ARCHIVE_DIRECTORY, `${basename(file.path)}.zst`);
    return openArchived(disk, { ...file, archived: true, path });
  }
  const bytes = Buffer.alloc(Math.max(SEGMENT_HEADER_BYTES, Math.min(WINDOW_BYTES, disk.sizeOf(descriptor))));
  readFully(disk, descriptor, bytes, 0);
  return { file, descriptor, bytes };
}

function openArchived(disk: Disk, file: SegmentFile): OpenedSegment {
  const descriptor = disk.open(file.path, "read");
  try {
    const compressed = Buffer.allocUnsafeSlow(disk.sizeOf(descriptor));
    readFully(disk, descriptor, compressed, 0);
    return { file, descriptor: null, bytes: zstdDecompressSync(compressed) };
  } catch (cause) {
    const message = `${file.path} cannot be decompressed; restore this file from a copy`;
    throw new JournalError("corrupt", message, { file: file.path, offset: 0 }, { cause });
  } finally {
    disk.close(descriptor);
  }
}
