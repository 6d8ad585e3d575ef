/**
 * Replays a journal into a target, and reads its frames. Read-only: all of it may run beside a live engine on the same folder,
 * and then stops at the last frame that is there. Blocking: beside a live engine of the same process, run it in a worker.
 *
 * Invariants I23, I25: engine/INVARIANTS.md.
 *
 * Every replay walks its part of the journal twice: first to check all of it and to learn which records an operator has
 * voided, then to apply. Nothing is applied from a journal that is damaged further on.
 */
import { assert } from "../domain/assert.ts";
import { type Disk, realDisk } from "./disk.ts";
import { sameHash } from "./frame.ts";
import { JournalError } from "./journal-error.ts";
import { type JournalPosition, JournalWalk, type LookAhead, requireSegment } from "./journal-walk.ts";
import { type DecodedFrame, RecordFault, type ReplayTarget, SnapshotUnusable } from "./replay-target.ts";
import { listSegments, type SegmentFile } from "./segment.ts";
import { listSnapshots, loadSnapshot, type SnapshotMeta } from "./snapshot.ts";
import { decodeVoid } from "./void-frame.ts";

export interface SurveyedJournal {
  /** The end of the journal. */
  readonly end: JournalPosition;
  readonly voided: ReadonlySet<number>;
  readonly bytes: number;
}

export interface ReplayCounts {
  readonly frames: number;
  readonly records: number;
}

/**
 * Frames from the one that holds `fromRecord` on, frames without records included, up to the journal's end. A frame's payload
 * is a view, valid until the next one is asked for. Throws JournalError `corrupt` at damage.
 */
export function* readFrames(directory: string, fromRecord: number, disk: Disk = realDisk): Generator<DecodedFrame> {
  const files = listSegments(disk, directory);
  const file = files.findLast((each) => each.firstRecord < fromRecord) ?? files[0];
  if (file === undefined) return;
  const walk = new JournalWalk(disk, directory, file, "one_frame");
  try {
    for (let frame = walk.next(); frame !== null; frame = walk.next()) {
      if (frame.firstRecord >= fromRecord || walk.position.nextRecord > fromRecord) yield frame;
    }
  } finally {
    walk.close();
  }
}

export type ReplayFrom = { readonly fromRecord: number } | { readonly fromEventSeq: number };

export interface ReplayOptions {
  /** The newest snapshot at or before this position is the start; without one, the first record. */
  readonly from: ReplayFrom;
  readonly disk?: Disk;
  /** Asked after every applied frame. */
  readonly isEnough?: () => boolean;
}

export interface ReplayResult extends ReplayCounts {
  /** The state this replay began from: the next record and event of a snapshot, or 1 and 1. */
  readonly startRecord: number;
  readonly startEventSeq: number;
}

/** Brings a fresh target to a position and on to the journal's end, to regenerate what it emits on the way. */
export function replayInto(directory: string, target: ReplayTarget, options: ReplayOptions): ReplayResult {
  const disk = options.disk ?? realDisk;
  const isEarlyEnough = (meta: SnapshotMeta) =>
    "fromRecord" in options.from
      ? meta.position.nextRecord <= options.from.fromRecord
      : meta.nextEventSeq <= options.from.fromEventSeq;
  const { meta } = restoreNewestSnapshot(disk, directory, target, isEarlyEnough);
  const start = target.head();
  const survey = surveyJournal(disk, directory, meta?.position ?? null, "one_frame");
  const counts = { frames: 0, records: 0 };
  for (const frame of applyJournal(disk, directory, target, meta?.position ?? null, survey)) {
    counts.frames += 1;
    counts.records += frame.recordCount;
    if (options.isEnough?.() === true) break;
  }
  return { ...counts, startRecord: start.nextRecord, startEventSeq: start.nextEventSeq };
}

export interface RestoredSnapshot {
  /** null: none was usable, and the target is untouched. */
  readonly meta: SnapshotMeta | null;
  readonly path: string | null;
  readonly passedOver: readonly { readonly path: string; readonly reason: string; readonly damaged: boolean }[];
}

/** Restores the newest snapshot that is whole and accepted; damaged and unknown ones are passed over. */
export function restoreNewestSnapshot(
  disk: Disk,
  directory: string,
  target: ReplayTarget,
  accepts: (meta: SnapshotMeta) => boolean,
): RestoredSnapshot {
  const passedOver: { path: string; reason: string; damaged: boolean }[] = [];
  for (const file of listSnapshots(disk, directory)) {
    const loaded = loadSnapshot(disk, file);
    if (!loaded.whole) {
      passedOver.push({ path: file.path, reason: loaded.reason, damaged: true });
      continue;
    }
    if (!accepts(loaded.meta)) continue;
    try {
      target.restoreSnapshot(loaded.sections);
    } catch (error) {
      if (!(error instanceof SnapshotUnusable)) throw error;
      passedOver.push({ path: file.path, reason: error.message, damaged: false });
      continue;
    }
    requireHead(target, loaded.meta.position.nextRecord, loaded.meta, `${file.path}: the restored state`, null);
    return { meta: loaded.meta, path: file.path, passedOver };
  }
  return { meta: null, path: null, passedOver };
}

/**
 * Checks every frame from the start of the segment that `from` lies in, and that a frame ends at `from`.
 *
 * @param from null: the first record.
 */
export function surveyJournal(
  disk: Disk,
  directory: string,
  from: JournalPosition | null,
  lookAhead: LookAhead,
): SurveyedJournal & { readonly walk: JournalWalk } {
  const first = from === null ? requireGenesis(disk, directory) : requireSegment(disk, directory, from.segment);
  const walk = new JournalWalk(disk, directory, first, lookAhead);
  try {
    const voided = new Set<number>();
    let bytes = 0;
    let fromIsSeen = from === null || isSameBorder(walk.position, from);
    for (let frame = walk.next(); frame !== null; frame = walk.next()) {
      bytes += frame.payload.byteLength;
      if (frame.kind === "void") voided.add(decodeVoid(frame.payload).recordSeq);
      if (!fromIsSeen && from !== null) fromIsSeen = isSameBorder(walk.position, from);
    }
    if (!fromIsSeen && from !== null) throw snapshotAhead(first, from);
    return { end: walk.position, voided, bytes, walk };
  } finally {
    walk.close();
  }
}

/** Applies a surveyed journal, comparing the running event hash before every frame; yields what it has applied. */
export function* applyJournal(
  disk: Disk,
  directory: string,
  target: ReplayTarget,
  from: JournalPosition | null,
  survey: SurveyedJournal,
): Generator<DecodedFrame> {
  const walk = new JournalWalk(disk, directory, from ?? requireGenesis(disk, directory), "one_frame");
  let before: DecodedFrame | null = null;
  try {
    while (!isSameBorder(walk.position, survey.end)) {
      const frame = walk.next();
      if (frame === null) return;
      if (frame.eventsKnown) {
        const place = walk.lastPlace;
        requireHead(target, frame.firstRecord, frame, `${walk.file.path}, offset ${place?.offset}: replay`, before);
      }
      if (frame.kind !== "records") continue;
      applyOrName(target, frame, survey.voided);
      before = frame;
      yield frame;
    }
  } finally {
    walk.close();
  }
}

function applyOrName(target: ReplayTarget, frame: DecodedFrame, voided: ReadonlySet<number>): void {
  try {
    target.applyFrame(frame, voided);
  } catch (error) {
    if (!(error instanceof RecordFault)) throw error;
    const recordSeq = error.recordSeq;
    const message = `${error.message}. See it with: npm run ops -- journal show ${recordSeq}; leave it out with: npm run ops -- journal void ${recordSeq} --reason "…"`;
    throw new JournalError("record_fault", message, { recordSeq }, { cause: error });
  }
}

/** The records applied since the last agreement are those of the frame before: the first difference lies in it. */
function requireHead(
  target: ReplayTarget,
  recordDue: number,
  expected: Pick<SnapshotMeta, "nextEventSeq" | "eventHash"> | DecodedFrame,
  what: string,
  before: DecodedFrame | null,
): void {
  const head = target.head();
  assert(head.nextRecord === recordDue, `a target that has applied all before record ${recordDue} says so`);
  const eventSeq = "firstEventSeq" in expected ? expected.firstEventSeq : expected.nextEventSeq;
  const sameEvents = head.eventHash.hi === expected.eventHash.hi && head.eventHash.lo === expected.eventHash.lo;
  if (head.nextEventSeq === eventSeq && sameEvents) return;
  const recordSeq = before?.firstRecord ?? recordDue;
  const firstEventSeq = before?.firstEventSeq ?? eventSeq;
  const message = `${what} gives other events than were journaled, first between records ${recordSeq} and ${recordDue - 1}, event ${firstEventSeq} on (events up to ${head.nextEventSeq - 1} instead of ${eventSeq - 1}): start the build that wrote the journal`;
  throw new JournalError("diverged", message, { recordSeq, eventSeq: firstEventSeq });
}

function requireGenesis(disk: Disk, directory: string): SegmentFile {
  const first = listSegments(disk, directory)[0];
  if (first === undefined || first.number !== 1) {
    const message = `${directory}: the journal does not begin at record 1, and no snapshot is whole: restore the first segments`;
    throw new JournalError("corrupt", message, { file: directory, recordSeq: 1 });
  }
  return first;
}

function isSameBorder(left: JournalPosition, right: JournalPosition): boolean {
  return left.segment === right.segment && left.offset === right.offset && sameHash(left.previous, right.previous);
}

function snapshotAhead(first: SegmentFile, from: JournalPosition): JournalError {
  const message = `${first.path}, offset ${from.offset}: a snapshot says that a frame ends here, before record ${from.nextRecord}, and the journal does not have it: restore the file from a copy`;
  const place = { file: first.path, offset: from.offset, recordSeq: from.nextRecord };
  return new JournalError("corrupt", message, place);
}
