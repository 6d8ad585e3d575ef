/**
 * Walks the frames of a journal in order, from segment to segment, raw or archived, and decides where it ends.
 *
 * A frame is valid when both checksums hold and it follows the one before: its hash, its record sequence, its epoch, its time.
 * Where no valid frame lies, the walk looks ahead: a valid frame header further on, or a next segment that does not begin
 * where these frames stop, is proof that something is missing here (one frame is in flight at a time, so whatever has a
 * successor was synced), and the walk throws `corrupt`. Without proof this is the end.
 *
 * Read-only, and may run beside a live engine: before it cries damage it reads the place once more.
 */
import type { Disk } from "./disk.ts";
import {
  decodeHeader,
  EPOCH_MAX,
  FRAME_ALIGNMENT_BYTES,
  FRAME_HEADER_BYTES,
  type FrameHash,
  type FrameHeader,
  type FramePlace,
  frameSpan,
  PAYLOAD_BYTES_MAX,
  payloadIsWhole,
  sameHash,
  toDecodedFrame,
} from "./frame.ts";
import { JournalError } from "./journal-error.ts";
import type { DecodedFrame, FrameKind } from "./replay-target.ts";
import { listSegments, SEGMENT_HEADER_BYTES, type SegmentFile, type SegmentHeader } from "./segment.ts";
import { SegmentSource } from "./segment-source.ts";

/** A border between two frames, and all that the frame behind it must follow. */
export interface JournalPosition {
  readonly segment: number;
  readonly offset: number;
  readonly nextRecord: number;
  readonly epoch: number;
  readonly timeUs: number;
  readonly previous: FrameHash;
  /** Kind of the frame before; null at the start of a segment. */
  readonly previousKind: FrameKind | null;
}

/**
 * all: to the end of the segment, for recovery and verification. one_frame: as far as a successor of one damaged frame can lie,
 * for readers beside a live engine, who would read 64 MiB of zeros otherwise.
 */
export type LookAhead = "all" | "one_frame";

const SCAN_BYTES = 1024 * 1024;

export function positionAtStart(header: SegmentHeader): JournalPosition {
  return {
    segment: header.number,
    offset: SEGMENT_HEADER_BYTES,
    nextRecord: header.firstRecord,
    epoch: header.epoch,
    timeUs: header.timeUs,
    previous: header.previous,
    previousKind: null,
  };
}

export class JournalWalk {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lookAhead: LookAhead;
  #source: SegmentSource;
  #position: JournalPosition;
  #lastPlace: FramePlace | null = null;

  /** @param from where to begin; a SegmentFile means its first frame. */
  constructor(disk: Disk, directory: string, from: SegmentFile | JournalPosition, lookAhead: LookAhead) {
    this.#disk = disk;
    this.#directory = directory;
    this.#lookAhead = lookAhead;
    if ("path" in from) {
      this.#source = new SegmentSource(disk, directory, from);
      this.#position = positionAtStart(this.#source.header);
    } else {
      this.#source = new SegmentSource(disk, directory, requireSegment(disk, directory, from.segment));
      this.#position = from;
    }
  }

  /** Behind the last frame returned. */
  get position(): JournalPosition {
    return this.#position;
  }

  /** Where the last frame returned lies; null before the first. */
  get lastPlace(): FramePlace | null {
    return this.#lastPlace;
  }

  get file(): SegmentFile {
    return this.#source.file;
  }

  get header(): SegmentHeader {
    return this.#source.header;
  }

  /** @returns the next frame, or null at the end of the journal; asked again, it looks again. Throws JournalError `corrupt`. */
  next(): DecodedFrame | null {
    for (;;) {
      const header = this.#validFrameHere();
      if (header !== null) return this.#take(header);
      const successor = this.#successorSegment();
      if (successor !== null) {
        if (this.#validAfterRefresh()) continue;
        this.#moveTo(successor);
        continue;
      }
      const behind = this.#validHeaderBehind();
      if (behind === null) {
        this.#source.refresh();
        return null;
      }
      if (this.#validAfterRefresh()) continue;
      throw this.#corrupt(`a damaged frame, with a valid one behind it at offset ${behind}`);
    }
  }

  close(): void {
    this.#source.close();
  }

  #validFrameHere(): FrameHeader | null {
    const { segment, offset } = this.#position;
    const end = this.#source.header.segmentBytes;
    if (offset + FRAME_HEADER_BYTES > end) return null;
    let at = this.#source.view(offset, FRAME_HEADER_BYTES);
    const header = decodeHeader(this.#source.bytes, at, { segment, offset });
    if (header === null || offset + frameSpan(header.payloadBytes) > end) return null;
    at = this.#source.view(offset, frameSpan(header.payloadBytes));
    return payloadIsWhole(this.#source.bytes, at, header) ? header : null;
  }

  #validAfterRefresh(): boolean {
    this.#source.refresh();
    return this.#validFrameHere() !== null;
  }

  #take(header: FrameHeader): DecodedFrame {
    const before = this.#position;
    if (!sameHash(header.previous, before.previous))
      throw this.#corrupt("a valid frame that does not follow the one before");
    if (header.firstRecord !== before.nextRecord || header.recordCount > 0 !== (header.kind === "records")) {
      throw this.#corrupt(`a valid frame with record ${header.firstRecord} where ${before.nextRecord} is due`);
    }
    const epochDue = this.#epochDue(header.kind);
    if (header.epoch !== epochDue || header.epoch > EPOCH_MAX) {
      throw this.#corrupt(`a valid frame of epoch ${header.epoch} where ${epochDue} is due`);
    }
    if (header.timeUs < before.timeUs) throw this.#corrupt("a valid frame older than the one before");
    const span = frameSpan(header.payloadBytes);
    const frame = toDecodedFrame(this.#source.bytes, this.#source.view(before.offset, span), header);
    this.#lastPlace = { segment: before.segment, offset: before.offset };
    this.#position = {
      segment: before.segment,
      offset: before.offset + span,
      nextRecord: header.firstRecord + header.recordCount,
      epoch: header.epoch,
      timeUs: header.timeUs,
      previous: header.hash,
      previousKind: header.kind,
    };
    return frame;
  }

  /** A start begins the next epoch; the first of a lineage the one that names it, which is above all before it. */
  #epochDue(kind: FrameKind): number {
    const { epoch } = this.#position;
    return kind === "start" ? Math.max(epoch + 1, this.#source.header.lineage) : epoch;
  }

  #successorSegment(): SegmentFile | null {
    const number = this.#position.segment;
    const later = listSegments(this.#disk, this.#directory).find((file) => file.number > number);
    if (later === undefined) return null;
    if (later.number !== number + 1) throw this.#corrupt(`segment ${number + 1} is missing, ${later.number} is there`);
    return later;
  }

  #moveTo(file: SegmentFile): void {
    const source = new SegmentSource(this.#disk, this.#directory, file);
    const start = positionAtStart(source.header);
    const here = this.#position;
    if (
      !sameHash(start.previous, here.previous) ||
      start.nextRecord !== here.nextRecord ||
      start.epoch !== here.epoch
    ) {
      source.close();
      throw this.#corrupt(
        `the frames stop before record ${here.nextRecord}, but ${file.path} goes on behind another frame`,
      );
    }
    this.#source.close();
    this.#source = source;
    this.#position = { ...start, previousKind: here.previousKind };
  }

  /** @returns the offset of the first valid frame header behind the position, in this segment; null if there is none. */
  #validHeaderBehind(): number | null {
    const { segment, offset: here } = this.#position;
    const segmentEnd = this.#source.header.segmentBytes;
    const reach = this.#lookAhead === "all" ? segmentEnd : here + frameSpan(PAYLOAD_BYTES_MAX) + FRAME_HEADER_BYTES;
    const end = Math.min(segmentEnd, reach);
    for (let start = here + FRAME_ALIGNMENT_BYTES; start < end; start += SCAN_BYTES) {
      const length = Math.min(SCAN_BYTES, end - start);
      const at = this.#source.view(start, length);
      for (let step = 0; step + FRAME_HEADER_BYTES <= length; step += FRAME_ALIGNMENT_BYTES) {
        const offset = start + step;
        if (decodeHeader(this.#source.bytes, at + step, { segment, offset }) !== null) return offset;
      }
    }
    return null;
  }

  #corrupt(what: string): JournalError {
    const file = this.#source.file.path;
    const offset = this.#position.offset;
    const message = `${file}, offset ${offset}: ${what}. The engine does not start on a damaged journal: restore the file from a copy`;
    return new JournalError("corrupt", message, { file, offset, recordSeq: this.#position.nextRecord });
  }
}

export function requireSegment(disk: Disk, directory: string, number: number): SegmentFile {
  const file = listSegments(disk, directory).find((candidate) => candidate.number === number);
  if (file === undefined) {
    throw new JournalError("corrupt", `${directory}: segment ${number} is missing; restore it from a copy`, {
      file: directory,
    });
  }
  return file;
}
