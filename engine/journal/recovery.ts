/**
 * Recovery: from whatever a stopped machine left in the folder to a target that stands where the journal ends, and a tail that
 * can be appended to. Changes nothing on disk until the whole journal has been checked and applied.
 */
import { join } from "node:path";
import type { Disk } from "./disk.ts";
import { JournalError } from "./journal-error.ts";
import type { JournalPosition, JournalWalk } from "./journal-walk.ts";
import { applyJournal, restoreNewestSnapshot, surveyJournal } from "./replay.ts";
import type { ReplayTarget } from "./replay-target.ts";
import { ARCHIVE_DIRECTORY, listSegments, type SegmentFile, type SegmentHeader, TEMPORARY_SUFFIX } from "./segment.ts";
import { SegmentSource } from "./segment-source.ts";
import { POSITION_OF_NOTHING } from "./segment-writer.ts";
import { listSnapshots } from "./snapshot.ts";
import { repairTail, type TailReport } from "./tail.ts";

export interface RecoveryProgress {
  readonly recordsApplied: number;
  /** Of all records to apply. */
  readonly recordsTotal: number;
}

export interface RecoverySource {
  readonly disk: Disk;
  readonly directory: string;
  readonly engine: string;
  readonly rulesVersion: number;
  readonly target: ReplayTarget;
  readonly onProgress?: (progress: RecoveryProgress) => void;
}

export interface RecoveredState {
  readonly position: JournalPosition;
  /** null: the folder is new. */
  readonly current: { readonly file: SegmentFile; readonly header: SegmentHeader } | null;
  readonly snapshotRecord: number | null;
  readonly snapshotsPassedOver: readonly { readonly path: string; readonly reason: string }[];
  readonly voided: readonly number[];
  readonly framesApplied: number;
  readonly recordsApplied: number;
  readonly payloadBytesRead: number;
  readonly tail: TailReport | null;
}

/** Applying yields to the loop this often, so that probes are answered meanwhile. */
const SLICE_MS = 50;

export async function recover(source: RecoverySource): Promise<RecoveredState> {
  const { disk, directory, target } = source;
  const last = listSegments(disk, directory).at(-1);
  if (last === undefined) return nothingThere(source);
  const header = requireKnown(source, last);

  const snapshot = restoreNewestSnapshot(disk, directory, target, (meta) => meta.rulesVersion <= source.rulesVersion);
  const from = snapshot.meta?.position ?? null;
  const survey = surveyJournal(disk, directory, from, "all");
  const counts = await applySlices(source, from, survey);

  removeTemporaries(disk, directory);
  const tail = repairTail(disk, last, header, survey.end, survey.walk.lastPlace);
  for (const passed of snapshot.passedOver) {
    // Out of the way of "two are kept", and there for whoever wants to look into it.
    if (passed.damaged) disk.rename(passed.path, passed.path.replace(/snapshot-(\d+)$/, "damaged-snapshot-$1"));
  }
  return {
    position: survey.end,
    current: { file: last, header },
    snapshotRecord: from?.nextRecord ?? null,
    snapshotsPassedOver: snapshot.passedOver,
    voided: [...survey.voided].sort((left, right) => left - right),
    framesApplied: counts.frames,
    recordsApplied: counts.records,
    payloadBytesRead: survey.bytes,
    tail,
  };
}

async function applySlices(
  source: RecoverySource,
  from: JournalPosition | null,
  survey: { end: JournalPosition; voided: ReadonlySet<number>; bytes: number; walk: JournalWalk },
): Promise<{ frames: number; records: number }> {
  const counts = { frames: 0, records: 0 };
  const recordsTotal = survey.end.nextRecord - (from?.nextRecord ?? 1);
  source.onProgress?.({ recordsApplied: 0, recordsTotal });
  let sliceEndMs = performance.now() + SLICE_MS;
  for (const frame of applyJournal(source.disk, source.directory, source.target, from, survey)) {
    counts.frames += 1;
    counts.records += frame.recordCount;
    if (performance.now() < sliceEndMs) continue;
    source.onProgress?.({ recordsApplied: counts.records, recordsTotal });
    await new Promise((resolve) => setImmediate(resolve));
    sliceEndMs = performance.now() + SLICE_MS;
  }
  source.onProgress?.({ recordsApplied: counts.records, recordsTotal });
  return counts;
}

function nothingThere({ disk, directory }: RecoverySource): RecoveredState {
  const orphan = listSnapshots(disk, directory)[0];
  if (orphan !== undefined) {
    const message = `${directory}: there is a snapshot of record ${orphan.nextRecord - 1}, but no segment: restore the segments`;
    throw new JournalError("corrupt", message, { file: directory });
  }
  removeTemporaries(disk, directory);
  return {
    position: POSITION_OF_NOTHING,
    current: null,
    snapshotRecord: null,
    snapshotsPassedOver: [],
    voided: [],
    framesApplied: 0,
    recordsApplied: 0,
    payloadBytesRead: 0,
    tail: null,
  };
}

/** The newest segment must be raw, of this engine, and of rules that this build knows. */
function requireKnown(source: RecoverySource, last: SegmentFile): SegmentHeader {
  if (last.archived) {
    const message = `${last.path} is archived, and the segment behind it is missing: restore it from a copy`;
    throw new JournalError("corrupt", message, { file: last.path });
  }
  const opened = new SegmentSource(source.disk, source.directory, last);
  opened.close();
  const { engine, rulesVersion } = opened.header;
  if (engine !== source.engine) {
    const message = `${last.path} is the journal of engine "${engine}", not of "${source.engine}": give each engine its own folder`;
    throw new JournalError("refused", message, { file: last.path });
  }
  if (rulesVersion > source.rulesVersion) {
    const message = `${last.path} was written under rules ${rulesVersion}, this build knows them up to ${source.rulesVersion}: start the newer build`;
    throw new JournalError("refused", message, { file: last.path });
  }
  return opened.header;
}

function removeTemporaries(disk: Disk, directory: string): void {
  for (const folder of [directory, join(directory, ARCHIVE_DIRECTORY)]) {
    for (const name of disk.list(folder)) if (name.endsWith(TEMPORARY_SUFFIX)) disk.remove(join(folder, name));
  }
}
