/**
 * The journal of one engine: the only record of truth. openJournal() recovers the folder and begins a new epoch; append() makes
 * a batch durable; snapshots and the archive follow in the background.
 *
 * Owns: the folder, its lock, frames, segments, snapshots, archive. Does not own: what a record means, when to sync a batch
 * (group commit is the caller's), the clock (`timeUs` is given).
 */
import { dirname } from "node:path";
import { assert } from "../domain/assert.ts";
import { Archiver } from "./archive.ts";
import { type Disk, realDisk } from "./disk.ts";
import type { JournalFailure } from "./journal-error.ts";
import { type LatencyBuckets, LatencyHistogram, type LatencySummary } from "./latency-histogram.ts";
import { type RecoveredState, type RecoveryProgress, recover } from "./recovery.ts";
import type { ReplayTarget } from "./replay-target.ts";
import { SEGMENT_BYTES_DEFAULT } from "./segment.ts";
import { type FrameToAppend, SegmentWriter } from "./segment-writer.ts";
import { removeOldSnapshots, snapshotMeta, writeSnapshot } from "./snapshot.ts";

/** A million records replay in about a second. */
const SNAPSHOT_EVERY_RECORDS_DEFAULT = 1_000_000;
const NO_PAYLOAD = new Uint8Array(0);

/** What happens in the background. Nothing here is fatal; a failure is tried again. */
export type JournalNotice =
  | { readonly type: "snapshot_written"; readonly record: number; readonly bytes: number; readonly pauseUs: number }
  | { readonly type: "snapshot_failed"; readonly record: number; readonly error: unknown }
  | {
      readonly type: "segment_archived";
      readonly segment: number;
      readonly rawBytes: number;
      readonly archivedBytes: number;
    }
  | { readonly type: "archive_failed"; readonly error: unknown }
  | { readonly type: "next_segment_failed"; readonly error: unknown };

export interface JournalOptions {
  readonly directory: string;
  readonly target: ReplayTarget;
  /** 1 … 64 bytes; another engine's folder is refused. */
  readonly engine: string;
  /** The newest rules this build knows. A journal under newer ones is refused. */
  readonly rulesVersion: number;
  readonly wallClockUs: () => number;
  readonly disk?: Disk;
  /** 8 KiB … 1 GiB, a multiple of 64. An existing segment keeps its size. */
  readonly segmentBytes?: number;
  readonly snapshotEveryRecords?: number;
  readonly onProgress?: (progress: RecoveryProgress) => void;
  readonly onNotice?: (notice: JournalNotice) => void;
}

export interface RecoveryReport extends Omit<RecoveredState, "position" | "current"> {
  /** The epoch that begins with this start. */
  readonly epoch: number;
  /**
   * Which of the histories that began alike this one is: the epoch with which the newest restore of a backup began; 0: the
   * journal was never restored. Sequences and ids of another lineage may be the same numbers for something else.
   */
  readonly lineage: number;
  readonly isNew: boolean;
  readonly nextRecord: number;
  readonly elapsedMs: number;
}

export interface RecordBatch {
  readonly recordCount: number;
  readonly payload: Uint8Array;
  /** Not below `journal.timeUs`. */
  readonly timeUs: number;
}

export type SnapshotResult = Extract<JournalNotice, { type: "snapshot_written" | "snapshot_failed" }>;

export interface JournalStats {
  readonly epoch: number;
  readonly segment: number;
  readonly frames: number;
  readonly records: number;
  readonly bytesWritten: number;
  /** Write and fdatasync of a frame, µs. */
  readonly append: LatencySummary;
  /** The same durations, as a monitor takes them. */
  readonly appendBuckets: LatencyBuckets;
  /** Last record in the newest snapshot; 0: none. */
  readonly lastSnapshotRecord: number;
  readonly lastSnapshotBytes: number;
  /** How long captureSnapshot() held the engine. */
  readonly lastSnapshotPauseUs: number;
  readonly snapshotsFailed: number;
  readonly segmentsArchived: number;
}

export interface Journal {
  readonly epoch: number;
  /** Time of the newest frame: no frame may be older. */
  readonly timeUs: number;
  /** The largest payload of one batch; its records are at most RECORDS_PER_FRAME_MAX (frame.ts). */
  readonly payloadBytesMax: number;
  /** What made the journal unusable; null while it works. */
  readonly failure: JournalFailure | null;
  /**
   * Makes one batch durable; firstRecord, firstEventSeq and eventHash are those of target.head(). When it has resolved, the
   * caller applies the batch, and may then append the next. Rejects with JournalFailure on any error, a short write
   * included, and from then on always.
   */
  append(batch: RecordBatch): Promise<void>;
  /** The same, blocking. */
  appendSync(batch: RecordBatch): void;
  /** Appends an empty frame, so that the last acknowledged one has a successor. Nothing to do when the last is one. */
  seal(timeUs: number): Promise<void>;
  /** Begins a snapshot if enough records have been applied since the last, and none is under way. */
  snapshotIfDue(): void;
  /** Takes a snapshot, or joins the one under way. A failure is a result. */
  snapshotNow(): Promise<SnapshotResult>;
  stats(): JournalStats;
  /** Seals, waits for a snapshot under way, unlocks. After a failure, or with a batch not applied, it does not seal. */
  close(): Promise<void>;
}

export async function openJournal(options: JournalOptions): Promise<{ journal: Journal; report: RecoveryReport }> {
  const startedMs = performance.now();
  const disk = options.disk ?? realDisk;
  const { directory, rulesVersion } = options;
  const isNewFolder = disk.list(directory).length === 0;
  disk.makeDirectory(directory);
  if (isNewFolder) disk.syncDirectory(dirname(directory));
  const unlock = disk.lock(directory);
  let journal: OpenJournal | null = null;
  try {
    const recovered = await recover({ ...options, disk });
    const { position, current, ...report } = recovered;
    journal = new OpenJournal(options, disk, unlock, recovered);
    journal.begin(current === null || current.header.rulesVersion < rulesVersion);
    const elapsedMs = performance.now() - startedMs;
    const isNew = current === null;
    const lineage = current?.header.lineage ?? 0;
    const { epoch } = journal;
    return { journal, report: { ...report, epoch, lineage, isNew, nextRecord: position.nextRecord, elapsedMs } };
  } catch (error) {
    journal?.abandon();
    unlock();
    throw error;
  }
}

class OpenJournal implements Journal {
  readonly #options: JournalOptions;
  readonly #target: ReplayTarget;
  readonly #disk: Disk;
  readonly #unlock: () => void;
  readonly #writer: SegmentWriter;
  readonly #archiver: Archiver;
  readonly #latency = new LatencyHistogram();
  #frames = 0;
  #records = 0;
  #bytesWritten = 0;
  #snapshotUnderWay: Promise<SnapshotResult> | null = null;
  /** nextRecord of the newest snapshot tried: one that failed is tried again when the next is due, not at every frame. */
  #snapshotTriedAt: number;
  #snapshotRecord: number;
  #snapshotBytes = 0;
  #snapshotPauseUs = 0;
  #snapshotsFailed = 0;
  #segmentsArchived = 0;
  #closing: Promise<void> | null = null;

  constructor(options: JournalOptions, disk: Disk, unlock: () => void, recovered: RecoveredState) {
    const { directory, engine, rulesVersion, segmentBytes = SEGMENT_BYTES_DEFAULT } = options;
    this.#options = options;
    this.#target = options.target;
    this.#disk = disk;
    this.#unlock = unlock;
    this.#snapshotTriedAt = recovered.snapshotRecord ?? 1;
    this.#snapshotRecord = (recovered.snapshotRecord ?? 1) - 1;
    this.#archiver = new Archiver(disk, directory, {
      onArchived: (segment, rawBytes, archivedBytes) => {
        this.#segmentsArchived += 1;
        options.onNotice?.({ type: "segment_archived", segment, rawBytes, archivedBytes });
      },
      onFailed: (error) => options.onNotice?.({ type: "archive_failed", error }),
    });
    const { current } = recovered;
    this.#writer = new SegmentWriter({
      disk,
      directory,
      identity: { engine, rulesVersion, segmentBytes, lineage: current?.header.lineage ?? 0 },
      position: recovered.position,
      current: current === null ? null : { file: current.file, segmentBytes: current.header.segmentBytes },
      onRotated: (segment) => {
        this.#archiver.archiveBelow(segment + 1);
        this.#writer.prepareNext();
      },
      onPrepareFailed: (error) => options.onNotice?.({ type: "next_segment_failed", error }),
    });
  }

  /** Begins the epoch, durably, before anything else happens in it. */
  begin(inNewSegment: boolean): void {
    if (inNewSegment) this.#writer.rotateSync();
    const timeUs = Math.max(this.#options.wallClockUs(), this.timeUs, this.#target.head().timeUs);
    this.#appendTimedSync(this.#frame("start", 0, timeUs), NO_PAYLOAD);
    this.#writer.prepareNext();
    this.#archiver.archiveBelow(this.#writer.position.segment);
  }

  /** Lets go of the files without another write. */
  abandon(): void {
    this.#writer.closeSync();
  }

  get epoch(): number {
    return this.#writer.position.epoch;
  }

  get timeUs(): number {
    return this.#writer.position.timeUs;
  }

  get payloadBytesMax(): number {
    return this.#writer.payloadBytesMax;
  }

  get failure(): JournalFailure | null {
    return this.#writer.failure;
  }

  async append(batch: RecordBatch): Promise<void> {
    const startedMs = performance.now();
    const frame = this.#frame("records", batch.recordCount, batch.timeUs);
    this.#count(batch.recordCount, await this.#writer.append(frame, batch.payload), startedMs);
  }

  appendSync(batch: RecordBatch): void {
    this.#appendTimedSync(this.#frame("records", batch.recordCount, batch.timeUs), batch.payload);
  }

  async seal(timeUs: number): Promise<void> {
    if (this.#writer.failure !== null) throw this.#writer.failure;
    if (this.#writer.position.previousKind === "seal") return;
    const startedMs = performance.now();
    this.#count(0, await this.#writer.append(this.#frame("seal", 0, timeUs), NO_PAYLOAD), startedMs);
  }

  snapshotIfDue(): void {
    if (this.#snapshotUnderWay !== null || this.#closing !== null || !this.#isAtBorder()) return;
    const every = this.#options.snapshotEveryRecords ?? SNAPSHOT_EVERY_RECORDS_DEFAULT;
    if (this.#writer.position.nextRecord - this.#snapshotTriedAt < every) return;
    void this.snapshotNow();
  }

  snapshotNow(): Promise<SnapshotResult> {
    this.#snapshotUnderWay ??= this.#takeSnapshot()
      .then((result) => {
        this.#options.onNotice?.(result);
        return result;
      })
      .finally(() => {
        this.#snapshotUnderWay = null;
      });
    return this.#snapshotUnderWay;
  }

  stats(): JournalStats {
    return {
      epoch: this.epoch,
      segment: this.#writer.position.segment,
      frames: this.#frames,
      records: this.#records,
      bytesWritten: this.#bytesWritten,
      append: this.#latency.summary(),
      appendBuckets: this.#latency.buckets(),
      lastSnapshotRecord: this.#snapshotRecord,
      lastSnapshotBytes: this.#snapshotBytes,
      lastSnapshotPauseUs: this.#snapshotPauseUs,
      snapshotsFailed: this.#snapshotsFailed,
      segmentsArchived: this.#segmentsArchived,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      // First of all: whoever has no time for the rest may end the process from here on.
      if (this.failure === null && this.#isAtBorder()) await this.seal(this.timeUs);
    } finally {
      await this.#snapshotUnderWay;
      await this.#archiver.close();
      await this.#writer.close().finally(this.#unlock);
    }
  }

  /** A batch that is durable but not applied, or applied in part, lies behind the border: nothing may be said of the events. */
  #isAtBorder(): boolean {
    return this.#target.head().nextRecord === this.#writer.position.nextRecord;
  }

  #frame(kind: FrameToAppend["kind"], recordCount: number, timeUs: number): FrameToAppend {
    if (this.#writer.failure !== null) throw this.#writer.failure;
    assert(this.#closing === null || kind === "seal", "a closing journal takes no batch");
    const head = this.#target.head();
    assert(
      head.nextRecord === this.#writer.position.nextRecord,
      "every durable batch is applied before the next is appended",
    );
    return {
      kind,
      recordCount,
      timeUs,
      firstEventSeq: head.nextEventSeq,
      eventHash: head.eventHash,
      eventsKnown: true,
    };
  }

  #appendTimedSync(frame: FrameToAppend, payload: Uint8Array): void {
    const startedMs = performance.now();
    this.#count(frame.recordCount, this.#writer.appendSync(frame, payload), startedMs);
  }

  #count(records: number, bytes: number, startedMs: number): void {
    this.#frames += 1;
    this.#records += records;
    this.#bytesWritten += bytes;
    this.#latency.add((performance.now() - startedMs) * 1000);
  }

  async #takeSnapshot(): Promise<SnapshotResult> {
    const startedMs = performance.now();
    const { directory, rulesVersion } = this.#options;
    const meta = snapshotMeta(rulesVersion, this.#writer.position, this.#target.head());
    const sections = this.#target.captureSnapshot();
    const pauseUs = Math.round((performance.now() - startedMs) * 1000);
    const record = meta.position.nextRecord - 1;
    this.#snapshotTriedAt = meta.position.nextRecord;
    try {
      const bytes = await writeSnapshot(this.#disk, directory, meta, sections);
      await removeOldSnapshots(this.#disk, directory);
      this.#snapshotRecord = record;
      this.#snapshotBytes = bytes;
      this.#snapshotPauseUs = pauseUs;
      return { type: "snapshot_written", record, bytes, pauseUs };
    } catch (error) {
      this.#snapshotsFailed += 1;
      return { type: "snapshot_failed", record, error };
    }
  }
}
