/**
 * The archive: rotated segments, compressed with zstd (`zstd -d` reads them), in the background, one at a time. The raw file
 * goes only when the compressed one has been read back equal and is durable under its name. Nothing else deletes a segment.
 * A failure is reported and tried again after the next rotation or start; the raw segment stays and is as good.
 */
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, crc32, createZstdCompress, createZstdDecompress } from "node:zlib";
import { assert } from "../domain/assert.ts";
import { type Disk, type FileDescriptor, requireWhole } from "./disk.ts";
import { ARCHIVE_DIRECTORY, listSegments, type SegmentFile, TEMPORARY_SUFFIX } from "./segment.ts";

const CHUNK_BYTES = 256 * 1024;
/** Level 3: 300 MB/s and most of what can be had on records of numbers. */
const COMPRESSION_LEVEL = 3;

export interface ArchiverEvents {
  readonly onArchived: (segment: number, rawBytes: number, archivedBytes: number) => void;
  readonly onFailed: (error: unknown) => void;
}

export class Archiver {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #events: ArchiverEvents;
  #rotatedBelow = 0;
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(disk: Disk, directory: string, events: ArchiverEvents) {
    this.#disk = disk;
    this.#directory = directory;
    this.#events = events;
  }

  /** Archives every raw segment numbered below `current`, in the background. */
  archiveBelow(current: number): void {
    this.#rotatedBelow = Math.max(this.#rotatedBelow, current);
    if (this.#running !== null || this.#closed) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Resolves when the segment under way is done; begins no other. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed) {
        const files = listSegments(this.#disk, this.#directory);
        const file = files.find((each) => !each.archived && each.number < this.#rotatedBelow);
        if (file === undefined) return;
        const { rawBytes, archivedBytes } = await archiveSegment(this.#disk, this.#directory, file);
        this.#events.onArchived(file.number, rawBytes, archivedBytes);
      }
    } catch (error) {
      this.#events.onFailed(error);
    }
  }
}

/** Compresses, reads back, makes durable, then removes the raw segment. */
export async function archiveSegment(
  disk: Disk,
  directory: string,
  file: SegmentFile,
): Promise<{ rawBytes: number; archivedBytes: number }> {
  const archive = join(directory, ARCHIVE_DIRECTORY);
  disk.makeDirectory(archive);
  const target = join(archive, `${basename(file.path)}.zst`);
  const temporary = target + TEMPORARY_SUFFIX;
  let raw: FileDescriptor | null = disk.open(file.path, "read");
  let packed: FileDescriptor | null = null;
  try {
    packed = disk.open(temporary, "create");
    const digest: Digest = { bytes: 0, checksum: 0 };
    const archivedBytes = await compress(disk, raw, packed, digest);
    disk.close(raw);
    raw = null;
    await disk.syncDataInBackground(packed);
    const readBack = await digestOfArchived(disk, packed);
    assert(
      readBack.bytes === digest.bytes && readBack.checksum === digest.checksum,
      "an archived segment reads back equal",
    );
    disk.close(packed);
    packed = null;
    disk.rename(temporary, target);
    await disk.syncDirectoryInBackground(archive);
    await disk.removeInBackground(file.path);
    await disk.syncDirectoryInBackground(directory);
    return { rawBytes: digest.bytes, archivedBytes };
  } finally {
    if (raw !== null) disk.close(raw);
    if (packed !== null) {
      disk.close(packed);
      disk.remove(temporary);
    }
  }
}

/** @returns bytes written. */
async function compress(disk: Disk, raw: FileDescriptor, packed: FileDescriptor, digest: Digest): Promise<number> {
  const zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL } });
  let at = 0;
  await pipeline(digesting(chunksOf(disk, raw), digest), zstd, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      requireWhole(await disk.writeInBackground(packed, chunk, at), chunk.byteLength);
      at += chunk.byteLength;
    }
  });
  return at;
}

interface Digest {
  bytes: number;
  checksum: number;
}

async function digestOfArchived(disk: Disk, file: FileDescriptor): Promise<Digest> {
  const digest: Digest = { bytes: 0, checksum: 0 };
  await pipeline(chunksOf(disk, file), createZstdDecompress(), async (unpacked: AsyncIterable<Buffer>) => {
    for await (const chunk of unpacked) addTo(digest, chunk);
  });
  return digest;
}

function* digesting(chunks: Iterable<Buffer>, digest: Digest): Generator<Buffer> {
  for (const chunk of chunks) {
    addTo(digest, chunk);
    yield chunk;
  }
}

function addTo(digest: Digest, chunk: Buffer): void {
  digest.bytes += chunk.byteLength;
  digest.checksum = crc32(chunk, digest.checksum);
}

function* chunksOf(disk: Disk, file: FileDescriptor): Generator<Buffer> {
  for (let at = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = disk.read(file, chunk, at);
    if (count === 0) return;
    yield chunk.subarray(0, count);
    at += count;
  }
}
