/**
 * What the engine's runtime offers to whoever composes a process: the client and read halves of the bus, the feed, the
 * hook of the outbox, and its own state of health. engine.ts implements it over the journal and the core.
 */
import type { CommandIntake } from "../bus/command-intake.ts";
import type { EngineClient, EngineReads, FeedSource } from "../bus/engine-client.ts";
import type { Disk } from "../journal/disk.ts";
import type { JournalNotice, JournalStats, RecoveryReport } from "../journal/journal.ts";
import type { RecoveryProgress } from "../journal/recovery.ts";
import type { KeyRecord } from "../protocol/events.ts";

export interface EngineOptions {
  /** Folder of the journal; made when it is not there. */
  readonly directory: string;
  /** Name of the engine, "e1" by default. */
  readonly engine?: string;
  readonly wallClockUs: () => number;
  readonly segmentBytes?: number;
  readonly snapshotEveryRecords?: number;
  /** Where the journal lies; the machine's own file system by default. Events older than memory are read from that one only. */
  readonly disk?: Disk;
  /** Bytes of events held in memory; older ones are made again from the journal. 64 MiB by default. */
  readonly retainedBytesMax?: number;
  /** Resting orders per instrument for which memory is taken at once. */
  readonly ordersExpected?: number;
  readonly onNotice?: (notice: JournalNotice) => void;
  /** Before recovery applies the journal, and meanwhile. */
  readonly onProgress?: (progress: RecoveryProgress) => void;
  /** Called once when the engine can no longer promise anything (journal failure, assertion): the process must stop. */
  readonly onFatal: (error: unknown) => void;
}

export interface EngineStats {
  readonly epoch: number;
  /** Sequence of the newest durable event; 0: none. */
  readonly headSeq: number;
  /** What persistence has committed without holes, as it told `committed`. */
  readonly committedSeq: number;
  /** Of the newest frame, µs. Ahead of the wall clock: that has been set back since. */
  readonly timeUs: number;
  readonly commands: number;
  readonly trades: number;
  readonly rejects: number;
  readonly duplicates: number;
  /** Commands that wait for a frame. */
  readonly queued: number;
  readonly openOrders: number;
  /** Of these, those that have a condition, stand in a list or have lost something to decrement. */
  readonly openSpecialOrders: number;
  readonly openOrderLists: number;
  readonly instruments: number;
  readonly accounts: number;
  /** Sequence of the newest event that added an asset or changed an instrument; 0: none did. */
  readonly catalogVersion: number;
  /** Sequence of the newest event that registered or revoked a key; 0: none did. */
  readonly keysVersion: number;
  readonly journal: JournalStats;
}

export interface Engine extends EngineClient, EngineReads, FeedSource, CommandIntake {
  keyByApiKey(apiKey: string): KeyRecord | null;
  readonly epoch: number;
  readonly recovery: RecoveryReport;
  stats(): EngineStats;
  /** Persistence has committed every event up to this sequence: closed orders and fills up to it may be forgotten. */
  committed(seq: number): void;
  /** Resolves when there is an event at or behind `seq`, or at `timeoutMs`. */
  waitForEvent(seq: number, timeoutMs: number): Promise<void>;
  /**
   * Answers what was taken in, refuses what comes (`not_sent`), seals and closes the journal. A command that came again and
   * whose first answer is still being looked for in the journal is not waited for.
   */
  close(): Promise<void>;
}

/** engine.ts: `startEngine(options: EngineOptions): Promise<Engine>`. */
