/**
 * What the journal asks of the machine it records: apply frames in order, say where you are, give and take copies of your
 * state. The engine's runtime implements it; so does the counter machine of the tests. The journal never looks inside a record.
 */

/** A running 64-bit hash over all events, as two uint32. The target computes it; the journal carries and compares it. */
export interface EventHash {
  readonly hi: number;
  readonly lo: number;
}

/**
 * records: a batch of records. start: the first frame of an epoch. seal: nothing, so that the frame before has a successor.
 * void: an operator's order to skip one record (see operator.ts). Only `records` frames reach ReplayTarget.applyFrame.
 */
export type FrameKind = "records" | "seal" | "start" | "void";

export interface DecodedFrame {
  readonly kind: FrameKind;
  readonly epoch: number;
  /** Sequence of its first record: 1, 2, 3… per engine. In a frame without records: that of the record to come. */
  readonly firstRecord: number;
  readonly recordCount: number;
  /** Sequence that the first event after everything before this frame has, or will have. */
  readonly firstEventSeq: number;
  readonly timeUs: number;
  /** Running hash of all events before this frame. */
  readonly eventHash: EventHash;
  /** False only where an operator's void frame was written without knowing; then firstEventSeq and eventHash are 0. */
  readonly eventsKnown: boolean;
  /** A view, valid until the next frame is asked for. */
  readonly payload: Uint8Array;
}

export interface SnapshotSection {
  /** 1 … 64 bytes of UTF-8, unique in its snapshot. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A section whose bytes are made while the snapshot is written, of the state as it was when it was captured. `chunks` is
 * walked once, with other work of the process in between; `release` is called once, however the writing ends.
 */
export interface StreamedSection {
  readonly name: string;
  readonly chunks: () => Iterable<Uint8Array>;
  readonly release: () => void;
}

export interface TargetHead {
  /** Sequence of the record to be applied next. A new target says 1. */
  readonly nextRecord: number;
  /** Sequence of the event to be emitted next. */
  readonly nextEventSeq: number;
  readonly eventHash: EventHash;
  readonly timeUs: number;
}

export interface ReplayTarget {
  /**
   * Applies the frame's records in order, skipping the voided record sequences (a skipped record still counts in nextRecord).
   * Throws RecordFault when a record trips an assertion; the target is then unusable.
   */
  applyFrame(frame: DecodedFrame, voided: ReadonlySet<number>): void;
  head(): TargetHead;
  /** A consistent copy of the state, taken synchronously; the engine goes on while the copy is written. */
  captureSnapshot(): readonly (SnapshotSection | StreamedSection)[];
  /**
   * Replaces the whole state. Throws SnapshotUnusable, before it changes anything, when the sections are of a layout it does
   * not know: an older snapshot, or the journal from its first record, is taken instead.
   */
  restoreSnapshot(sections: readonly SnapshotSection[]): void;
}

/** A record tripped an assertion. Recovery stops at it, and an operator may void it. */
export class RecordFault extends Error {
  readonly code = "record_fault";
  readonly recordSeq: number;

  constructor(recordSeq: number, cause: unknown) {
    super(`record ${recordSeq} trips an assertion: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = "RecordFault";
    this.recordSeq = recordSeq;
  }
}

/** The sections are whole, but of a layout this target does not know. */
export class SnapshotUnusable extends Error {
  readonly code = "snapshot_unusable";

  constructor(message: string) {
    super(message);
    this.name = "SnapshotUnusable";
  }
}
