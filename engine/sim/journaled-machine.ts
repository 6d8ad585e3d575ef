/**
 * A counter machine behind a journal, as the runtime would drive it: journal, then apply. Remembers the state after every
 * batch, so that a test can say which state a recovery must reach. Tests only.
 */
import type { Disk } from "../journal/disk.ts";
import { type Journal, type JournalOptions, openJournal, type RecoveryReport } from "../journal/journal.ts";
import type { DecodedFrame } from "../journal/replay-target.ts";
import { CounterMachine, packRecords } from "./counter-machine.ts";

export const JOURNAL_DIRECTORY = "/data/journal";
export const SMALL_SEGMENT_BYTES = 16 * 1024;

export type MachineOptions = Partial<JournalOptions> & { readonly disk: Disk };

/** The n-th record of the tests: 4 … 43 bytes, no two neighbours alike. */
export function recordOf(sequence: number): Buffer {
  const record = Buffer.alloc(4 + (sequence % 40));
  for (let at = 0; at < record.byteLength; at += 1) record[at] = (sequence * 7 + at * 13) % 251;
  return record;
}

export class JournaledMachine {
  readonly machine: CounterMachine;
  readonly journal: Journal;
  readonly report: RecoveryReport;
  /** Fingerprint of the state by its next record, for every border this machine has stood at. */
  readonly states = new Map<number, string>();
  #timeUs = 0;

  constructor(machine: CounterMachine, journal: Journal, report: RecoveryReport) {
    this.machine = machine;
    this.journal = journal;
    this.report = report;
    this.#remember();
  }

  get nextRecord(): number {
    return this.machine.head().nextRecord;
  }

  /** Journals and applies the next `count` records as one frame. */
  async submit(count: number): Promise<void> {
    const first = this.nextRecord;
    await this.submitRecords(Array.from({ length: count }, (_, index) => recordOf(first + index)));
  }

  async submitRecords(records: readonly Uint8Array[]): Promise<void> {
    const frame = this.#frameOf(records);
    await this.journal.append(frame);
    this.machine.applyFrame(frame, new Set());
    this.#remember();
    this.journal.snapshotIfDue();
  }

  #frameOf(records: readonly Uint8Array[]): DecodedFrame {
    const head = this.machine.head();
    this.#timeUs = Math.max(this.#timeUs, this.journal.timeUs) + 1000;
    return {
      kind: "records",
      epoch: this.journal.epoch,
      firstRecord: head.nextRecord,
      recordCount: records.length,
      firstEventSeq: head.nextEventSeq,
      timeUs: this.#timeUs,
      eventHash: head.eventHash,
      eventsKnown: true,
      payload: packRecords(records),
    };
  }

  #remember(): void {
    this.states.set(this.nextRecord, this.machine.fingerprint());
  }
}

export async function startMachine(options: MachineOptions): Promise<JournaledMachine> {
  const machine = new CounterMachine();
  const { journal, report } = await openJournal({
    directory: JOURNAL_DIRECTORY,
    target: machine,
    engine: "e1",
    rulesVersion: 1,
    wallClockUs: () => 1_000_000,
    segmentBytes: SMALL_SEGMENT_BYTES,
    snapshotEveryRecords: Number.MAX_SAFE_INTEGER,
    ...options,
  });
  return new JournaledMachine(machine, journal, report);
}
