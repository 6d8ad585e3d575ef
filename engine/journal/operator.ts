/**
 * What an operator can ask of a journal: verify it, show a record, void a record. Plain results; the command line and the
 * meaning of records are elsewhere. Verify and show only read, and may run beside a live engine.
 */
import { type Disk, realDisk } from "./disk.ts";
import { JournalError } from "./journal-error.ts";
import { JournalWalk } from "./journal-walk.ts";
import type { FrameKind } from "./replay-target.ts";
import { listSegments } from "./segment.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { listSnapshots, loadSnapshot } from "./snapshot.ts";
import { repairTail } from "./tail.ts";
import { decodeVoid, encodeVoid, type VoidOrder } from "./void-frame.ts";

export interface JournalVerification {
  readonly segments: number;
  readonly segmentsArchived: number;
  readonly frames: Readonly<Record<FrameKind, number>>;
  /** First and last record that could be read; 0 and 0 when there is none. */
  readonly firstRecord: number;
  readonly lastRecord: number;
  readonly epoch: number;
  readonly timeUs: number;
  readonly voided: readonly VoidOrder[];
  readonly snapshots: readonly { readonly path: string; readonly lastRecord: number; readonly damage: string | null }[];
  /** null: every frame to the end is whole and follows the one before. */
  readonly damage: JournalError | null;
}

/** Reads every frame, archive included, and every snapshot. */
export function verifyJournal(directory: string, disk: Disk = realDisk): JournalVerification {
  const files = requireSegments(directory, disk);
  const frames = { records: 0, seal: 0, start: 0, void: 0 };
  const voided: VoidOrder[] = [];
  let damage: JournalError | null = null;
  let walk: JournalWalk | null = null;
  let firstRecord = 0;
  try {
    walk = new JournalWalk(disk, directory, files[0] as (typeof files)[0], "all");
    for (let frame = walk.next(); frame !== null; frame = walk.next()) {
      frames[frame.kind] += 1;
      if (frame.kind === "records" && firstRecord === 0) firstRecord = frame.firstRecord;
      if (frame.kind === "void") voided.push(decodeVoid(frame.payload));
    }
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    damage = error;
  } finally {
    walk?.close();
  }
  const snapshots = listSnapshots(disk, directory).map((file) => {
    const loaded = loadSnapshot(disk, file);
    return { path: file.path, lastRecord: file.nextRecord - 1, damage: loaded.whole ? null : loaded.reason };
  });
  return {
    segments: files.length,
    segmentsArchived: files.filter((file) => file.archived).length,
    frames,
    firstRecord,
    lastRecord: firstRecord === 0 || walk === null ? 0 : walk.position.nextRecord - 1,
    epoch: walk?.position.epoch ?? 0,
    timeUs: walk?.position.timeUs ?? 0,
    voided,
    snapshots,
    damage,
  };
}

export interface RecordText {
  /** Cuts a frame's payload into its records. */
  readonly splitRecords: (payload: Uint8Array, recordCount: number) => readonly Uint8Array[];
  readonly describeRecord: (record: Uint8Array) => string;
}

export interface ShownRecord {
  readonly recordSeq: number;
  readonly epoch: number;
  readonly timeUs: number;
  readonly file: string;
  /** Of the record's frame. */
  readonly offset: number;
  readonly frameFirstRecord: number;
  readonly frameRecordCount: number;
  /** Sequence of the first event of the record's frame. */
  readonly frameFirstEventSeq: number;
  readonly recordBytes: number;
  readonly text: string;
  readonly voidReason: string | null;
}

export function showRecord(directory: string, recordSeq: number, text: RecordText, disk: Disk = realDisk): ShownRecord {
  const found = findRecord(directory, recordSeq, disk);
  try {
    const { frame, place, walk } = found;
    const record = text.splitRecords(frame.payload, frame.recordCount)[recordSeq - frame.firstRecord];
    if (record === undefined) throw noSuchRecord(directory, recordSeq);
    const shown = {
      recordSeq,
      epoch: frame.epoch,
      timeUs: frame.timeUs,
      file: walk.file.path,
      offset: place.offset,
      frameFirstRecord: frame.firstRecord,
      frameRecordCount: frame.recordCount,
      frameFirstEventSeq: frame.firstEventSeq,
      recordBytes: record.byteLength,
      text: text.describeRecord(record),
    };
    let voidReason: string | null = null;
    // A void stands behind the frame of its record, with nothing but other voids between.
    for (let next = walk.next(); next?.kind === "void"; next = walk.next()) {
      const order = decodeVoid(next.payload);
      if (order.recordSeq === recordSeq) voidReason = order.reason;
    }
    return { ...shown, voidReason };
  } finally {
    found.walk.close();
  }
}

/**
 * Appends the order to skip a record, with the reason. Changes no byte of what is there.
 *
 * Only a record of the last frame can be voided: that is where an engine stops on an assertion, and nothing has been answered
 * on the strength of it. The events of an earlier record have left the engine, and the frames behind it carry their hash.
 * Throws JournalError `locked`, `no_such_record`, `void_refused`, `corrupt`.
 */
export function voidRecord(directory: string, recordSeq: number, reason: string, disk: Disk = realDisk): VoidOrder {
  requireSegments(directory, disk);
  const unlock = disk.lock(directory);
  try {
    const { walk } = findRecord(directory, recordSeq, disk);
    try {
      for (let later = walk.next(); later !== null; later = walk.next()) {
        if (later.kind !== "void") throw voidRefused(recordSeq, later.kind);
        if (decodeVoid(later.payload).recordSeq === recordSeq) throw voidRefused(recordSeq, "void");
      }
    } finally {
      walk.close();
    }
    const { file, header, position, lastPlace } = walk;
    repairTail(disk, file, header, position, lastPlace);
    const writer = new SegmentWriter({
      disk,
      directory,
      identity: header,
      position,
      current: { file, segmentBytes: header.segmentBytes },
      onRotated: () => {},
      onPrepareFailed: () => {},
    });
    try {
      const { timeUs } = position;
      const unknown = { firstEventSeq: 0, eventHash: { hi: 0, lo: 0 }, eventsKnown: false };
      writer.appendSync({ kind: "void", recordCount: 0, timeUs, ...unknown }, encodeVoid({ recordSeq, reason }));
    } finally {
      writer.closeSync();
    }
    return { recordSeq, reason };
  } finally {
    unlock();
  }
}

/** Leaves the walk behind the record's frame; the caller closes it. */
function findRecord(directory: string, recordSeq: number, disk: Disk) {
  const file = requireSegments(directory, disk).findLast((each) => each.firstRecord <= recordSeq);
  if (file === undefined) throw noSuchRecord(directory, recordSeq);
  const walk = new JournalWalk(disk, directory, file, "all");
  try {
    for (let frame = walk.next(); frame !== null; frame = walk.next()) {
      const place = walk.lastPlace;
      if (walk.position.nextRecord > recordSeq && place !== null) return { frame, place, walk };
    }
    throw noSuchRecord(directory, recordSeq);
  } catch (error) {
    walk.close();
    throw error;
  }
}

function requireSegments(directory: string, disk: Disk) {
  const files = listSegments(disk, directory);
  if (files.length > 0) return files;
  throw new JournalError("no_such_record", `${directory}: there is no journal here`, { file: directory });
}

function noSuchRecord(directory: string, recordSeq: number): JournalError {
  return new JournalError("no_such_record", `${directory}: there is no record ${recordSeq}`, { recordSeq });
}

function voidRefused(recordSeq: number, laterKind: FrameKind): JournalError {
  const why =
    laterKind === "void"
      ? "it has been voided already"
      : "the engine went on behind it, so its events have left: correct their effect with a new command";
  return new JournalError("void_refused", `record ${recordSeq} cannot be voided: ${why}`, { recordSeq });
}
