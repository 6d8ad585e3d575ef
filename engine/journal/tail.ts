/**
 * The tail: what lies behind the last valid frame when an engine starts. A frame that was in flight when the machine stopped
 * may be there in part. It was never acknowledged; it is zeroed, and the zeros are synced, before anything is appended, so
 * that none of it can ever be taken for a frame.
 */
import { type Disk, readFully, requireWhole } from "./disk.ts";
import { decodeHeader, type FramePlace, frameSpan, PAYLOAD_BYTES_MAX } from "./frame.ts";
import { JournalError } from "./journal-error.ts";
import type { JournalPosition } from "./journal-walk.ts";
import type { SegmentFile, SegmentHeader } from "./segment.ts";

export interface TailReport {
  readonly file: string;
  /** Where the next frame will lie. */
  readonly offset: number;
  /** Bytes of an unacknowledged frame that were removed; 0 for a clean tail. */
  readonly tornBytes: number;
  /** Bytes the file was shorter than it was made: it was cut from outside. */
  readonly missingBytes: number;
}

const CHUNK_BYTES = 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/**
 * Zeroes everything behind the position, restores the file's size, writes the last frame once more (a sync that failed before
 * may have left it in memory only, marked clean), and syncs.
 *
 * @param last where the last valid frame lies, if in this segment.
 */
export function repairTail(
  disk: Disk,
  file: SegmentFile,
  header: SegmentHeader,
  position: JournalPosition,
  last: FramePlace | null,
): TailReport {
  const descriptor = disk.open(file.path, "update");
  try {
    const bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const size = disk.sizeOf(descriptor);
    const dirty: number[] = [];
    let tornEnd = position.offset;
    for (let start = position.offset; start < size; start += CHUNK_BYTES) {
      const chunk = bytes.subarray(0, readFully(disk, descriptor, bytes.subarray(0, size - start), start));
      if (chunk.equals(ZEROS.subarray(0, chunk.byteLength))) continue;
      dirty.push(start);
      tornEnd = start + chunk.findLastIndex((byte) => byte !== 0) + 1;
    }
    refuseMoreThanOneFrame(disk, descriptor, file, position, tornEnd);
    for (const start of dirty) zero(disk, descriptor, start, Math.min(start + CHUNK_BYTES, size));
    if (size < header.segmentBytes) zero(disk, descriptor, size, header.segmentBytes);
    if (last !== null && last.segment === header.number) {
      const frame = Buffer.allocUnsafeSlow(position.offset - last.offset);
      requireWhole(readFully(disk, descriptor, frame, last.offset), frame.byteLength);
      requireWhole(disk.write(descriptor, frame, last.offset), frame.byteLength);
    }
    disk.syncData(descriptor);
    const missingBytes = Math.max(0, header.segmentBytes - size);
    return { file: file.path, offset: position.offset, tornBytes: tornEnd - position.offset, missingBytes };
  } finally {
    disk.close(descriptor);
  }
}

/** One frame is in flight at a time: whatever reaches further than one frame was not torn, it was damaged. */
function refuseMoreThanOneFrame(
  disk: Disk,
  descriptor: number,
  file: SegmentFile,
  position: JournalPosition,
  tornEnd: number,
): void {
  const head = Buffer.alloc(64);
  readFully(disk, descriptor, head, position.offset);
  const torn = decodeHeader(head, 0, position);
  const reach = position.offset + frameSpan(torn === null ? PAYLOAD_BYTES_MAX : torn.payloadBytes);
  if (tornEnd <= reach) return;
  const message = `${file.path}, offset ${position.offset}: a damaged frame, with more behind it than one frame in flight can leave. The engine does not start on a damaged journal: restore the file from a copy`;
  throw new JournalError("corrupt", message, {
    file: file.path,
    offset: position.offset,
    recordSeq: position.nextRecord,
  });
}

function zero(disk: Disk, descriptor: number, from: number, to: number): void {
  for (let start = from; start < to; start += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, to - start);
    requireWhole(disk.write(descriptor, ZEROS.subarray(0, length), start), length);
  }
}
