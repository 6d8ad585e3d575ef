/**
 * Snapshots: copies of the target's state at a border between two frames, so that recovery need not begin at the first record.
 *
 * Written atomically: temporary file, sync, rename, directory sync; then all but the two newest go. File, little-endian:
 *   0 "TBSNAP\0\0"  8 u32 format  12 u32 header bytes  16 u32 CRC-32 of header bytes 20 …  20 u32 rules version
 *   24 position: u32 segment, u32 offset, u64 next record, u32 epoch, u32 kind of the frame before (unused, 0), u64 time µs,
 *      u64 hash of the frame before   64 head: u64 next event sequence, u64 event hash, u64 time µs
 *   88 u32 number of sections, then per section: u16 name bytes, name, u64 bytes, u32 CRC-32
 * The sections' bytes follow the header, one behind the other.
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { assert } from "../domain/assert.ts";
import { type Disk, readFully, requireWhole } from "./disk.ts";
import { readUint53, writeUint53 } from "./frame.ts";
import type { JournalPosition } from "./journal-walk.ts";
import type { EventHash, SnapshotSection, StreamedSection, TargetHead } from "./replay-target.ts";
import { TEMPORARY_SUFFIX } from "./segment.ts";

export const SNAPSHOT_FORMAT = 1;
export const SNAPSHOTS_KEPT = 2;
const SECTION_NAME_BYTES_MAX = 64;
const SECTIONS_MAX = 4096;
const FIXED_HEADER_BYTES = 92;
const SECTION_ENTRY_BYTES = 14;
const HEADER_BYTES_MAX = FIXED_HEADER_BYTES + SECTIONS_MAX * (SECTION_ENTRY_BYTES + SECTION_NAME_BYTES_MAX);
const CHUNK_BYTES = 1024 * 1024;
const MAGIC = Buffer.from("TBSNAP\0\0");
const NAME = /^snapshot-(\d{16})$/;

export interface SnapshotMeta {
  readonly rulesVersion: number;
  /** The border in the journal that the state belongs to. */
  readonly position: JournalPosition;
  readonly nextEventSeq: number;
  readonly eventHash: EventHash;
  readonly timeUs: number;
}

export interface SnapshotFile {
  readonly nextRecord: number;
  readonly path: string;
}

/** Newest first. */
export function listSnapshots(disk: Disk, directory: string): SnapshotFile[] {
  const files: SnapshotFile[] = [];
  for (const name of disk.list(directory)) {
    const match = NAME.exec(name);
    if (match !== null) files.push({ nextRecord: Number(match[1]), path: join(directory, name) });
  }
  return files.sort((left, right) => right.nextRecord - left.nextRecord);
}

export function snapshotMeta(rulesVersion: number, position: JournalPosition, head: TargetHead): SnapshotMeta {
  assert(head.nextRecord === position.nextRecord, "a snapshot is taken of a state that is at the journal's end");
  const { nextEventSeq, eventHash, timeUs } = head;
  return { rulesVersion, position, nextEventSeq, eventHash, timeUs };
}

/** Resolves with the bytes written, when the snapshot is durable under its name. Checksums are made a chunk at a time. */
export async function writeSnapshot(
  disk: Disk,
  directory: string,
  meta: SnapshotMeta,
  sections: readonly (SnapshotSection | StreamedSection)[],
): Promise<number> {
  const name = `snapshot-${String(meta.position.nextRecord).padStart(16, "0")}`;
  const temporary = join(directory, name + TEMPORARY_SUFFIX);
  const headerBytes = encodeSnapshotHeader(meta, sections, []).byteLength;
  const written: WrittenSection[] = [];
  let at = headerBytes;
  let descriptor: number | null = null;
  try {
    descriptor = disk.open(temporary, "create");
    for (const section of sections) {
      const start = at;
      let checksum = 0;
      for (const chunk of chunksOf(section)) {
        checksum = crc32(chunk, checksum);
        requireWhole(await disk.writeInBackground(descriptor, chunk, at), chunk.byteLength);
        at += chunk.byteLength;
      }
      written.push({ bytes: at - start, checksum });
    }
    const header = encodeSnapshotHeader(meta, sections, written);
    requireWhole(await disk.writeInBackground(descriptor, header, 0), header.byteLength);
    await disk.syncDataInBackground(descriptor);
    disk.close(descriptor);
    descriptor = null;
    disk.rename(temporary, join(directory, name));
    await disk.syncDirectoryInBackground(directory);
    return at;
  } finally {
    for (const section of sections) if ("release" in section) section.release();
    // On a full disk the half-written file must not keep the space that the journal needs.
    if (descriptor !== null) {
      disk.close(descriptor);
      await disk.removeInBackground(temporary);
    }
  }
}

interface WrittenSection {
  readonly bytes: number;
  readonly checksum: number;
}

function* chunksOf(section: SnapshotSection | StreamedSection): Iterable<Uint8Array> {
  if ("chunks" in section) yield* section.chunks();
  else
    for (let start = 0; start < section.bytes.byteLength; start += CHUNK_BYTES)
      yield section.bytes.subarray(start, start + CHUNK_BYTES);
}

/** Removes all but the newest. The caller has made sure that the newest are whole. */
export async function removeOldSnapshots(disk: Disk, directory: string): Promise<void> {
  for (const old of listSnapshots(disk, directory).slice(SNAPSHOTS_KEPT)) await disk.removeInBackground(old.path);
}

export type LoadedSnapshot =
  | { readonly whole: true; readonly meta: SnapshotMeta; readonly sections: readonly SnapshotSection[] }
  | { readonly whole: false; readonly reason: string };

/** Reads and checks a snapshot whole. Damage is a result, not an error: there is an older one, or the journal. */
export function loadSnapshot(disk: Disk, file: SnapshotFile): LoadedSnapshot {
  const descriptor = disk.open(file.path, "read");
  try {
    const start = Buffer.alloc(FIXED_HEADER_BYTES);
    if (readFully(disk, descriptor, start, 0) < FIXED_HEADER_BYTES)
      return { whole: false, reason: "shorter than its header" };
    const format = start.readUInt32LE(8);
    if (!start.subarray(0, 8).equals(MAGIC)) return { whole: false, reason: "not a snapshot" };
    if (format !== SNAPSHOT_FORMAT) return { whole: false, reason: `of format ${format}, not ${SNAPSHOT_FORMAT}` };
    const headerBytes = start.readUInt32LE(12);
    if (headerBytes < FIXED_HEADER_BYTES || headerBytes > HEADER_BYTES_MAX)
      return { whole: false, reason: "its header is damaged" };
    const header = Buffer.alloc(headerBytes);
    const headerRead = readFully(disk, descriptor, header, 0);
    if (headerRead < headerBytes || crc32(header.subarray(20)) !== header.readUInt32LE(16)) {
      return { whole: false, reason: "its header is damaged" };
    }
    const meta = decodeMeta(header);
    if (meta.position.nextRecord !== file.nextRecord) return { whole: false, reason: "its name is not its header's" };
    const sections: SnapshotSection[] = [];
    let at = headerBytes;
    for (const entry of decodeEntries(header)) {
      if (entry.bytes > disk.sizeOf(descriptor) - at)
        return { whole: false, reason: `section ${entry.name} is cut short` };
      const bytes = new Uint8Array(entry.bytes);
      if (!readChecked(disk, descriptor, bytes, at, entry.checksum)) {
        return { whole: false, reason: `section ${entry.name} is damaged` };
      }
      sections.push({ name: entry.name, bytes });
      at += entry.bytes;
    }
    return { whole: true, meta, sections };
  } finally {
    disk.close(descriptor);
  }
}

function readChecked(disk: Disk, descriptor: number, into: Uint8Array, position: number, checksum: number): boolean {
  let found = 0;
  for (let start = 0; start < into.byteLength; start += CHUNK_BYTES) {
    const chunk = into.subarray(start, start + CHUNK_BYTES);
    if (readFully(disk, descriptor, chunk, position + start) < chunk.byteLength) return false;
    found = crc32(chunk, found);
  }
  return found === checksum;
}

function encodeSnapshotHeader(
  meta: SnapshotMeta,
  sections: readonly { readonly name: string }[],
  written: readonly WrittenSection[],
): Buffer {
  assert(sections.length <= SECTIONS_MAX, "a snapshot's sections are within SECTIONS_MAX");
  const names = sections.map((section) => Buffer.from(section.name, "utf8"));
  const bytes = Buffer.alloc(
    names.reduce((sum, name) => sum + SECTION_ENTRY_BYTES + name.byteLength, FIXED_HEADER_BYTES),
  );
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(SNAPSHOT_FORMAT, 8);
  bytes.writeUInt32LE(bytes.byteLength, 12);
  bytes.writeUInt32LE(meta.rulesVersion, 20);
  bytes.writeUInt32LE(meta.position.segment, 24);
  bytes.writeUInt32LE(meta.position.offset, 28);
  writeUint53(bytes, 32, meta.position.nextRecord);
  bytes.writeUInt32LE(meta.position.epoch, 40);
  writeUint53(bytes, 48, meta.position.timeUs);
  bytes.writeUInt32LE(meta.position.previous.header, 56);
  bytes.writeUInt32LE(meta.position.previous.payload, 60);
  writeUint53(bytes, 64, meta.nextEventSeq);
  bytes.writeUInt32LE(meta.eventHash.hi, 72);
  bytes.writeUInt32LE(meta.eventHash.lo, 76);
  writeUint53(bytes, 80, meta.timeUs);
  bytes.writeUInt32LE(sections.length, 88);
  let at = FIXED_HEADER_BYTES;
  for (const [index, name] of names.entries()) {
    assert(name.byteLength >= 1 && name.byteLength <= SECTION_NAME_BYTES_MAX, "a section's name is 1 … 64 bytes");
    at = bytes.writeUInt16LE(name.byteLength, at);
    at += name.copy(bytes, at);
    writeUint53(bytes, at, written[index]?.bytes ?? 0);
    at = bytes.writeUInt32LE(written[index]?.checksum ?? 0, at + 8);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(20)), 16);
  return bytes;
}

function decodeMeta(header: Buffer): SnapshotMeta {
  const position: JournalPosition = {
    segment: header.readUInt32LE(24),
    offset: header.readUInt32LE(28),
    nextRecord: readUint53(header, 32),
    epoch: header.readUInt32LE(40),
    timeUs: readUint53(header, 48),
    previous: { header: header.readUInt32LE(56), payload: header.readUInt32LE(60) },
    previousKind: null,
  };
  return {
    rulesVersion: header.readUInt32LE(20),
    position,
    nextEventSeq: readUint53(header, 64),
    eventHash: { hi: header.readUInt32LE(72), lo: header.readUInt32LE(76) },
    timeUs: readUint53(header, 80),
  };
}

interface SectionEntry {
  readonly name: string;
  readonly bytes: number;
  readonly checksum: number;
}

function decodeEntries(header: Buffer): SectionEntry[] {
  const entries: SectionEntry[] = [];
  let at = FIXED_HEADER_BYTES;
  for (let rest = header.readUInt32LE(88); rest > 0; rest -= 1) {
    const nameBytes = header.readUInt16LE(at);
    const name = header.toString("utf8", at + 2, at + 2 + nameBytes);
    const sizeAt = at + 2 + nameBytes;
    entries.push({ name, bytes: readUint53(header, sizeAt), checksum: header.readUInt32LE(sizeAt + 8) });
    at = sizeAt + 12;
  }
  return entries;
}
