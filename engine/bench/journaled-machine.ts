/**
 * A machine behind its journal, fed with frames: durable, then applied, as the engine's loop does it.
 */
import { RULES_VERSION } from "../core/state.ts";
import { type Journal, openJournal, type RecoveryReport } from "../journal/journal.ts";
import { EngineMachine } from "../runtime/machine.ts";
import type { Frame } from "./frame-stream.ts";
import { START_US } from "./frame-stream.ts";

const NOBODY_VOIDED: ReadonlySet<number> = new Set();
const NEVER = Number.MAX_SAFE_INTEGER;

export class JournaledMachine {
  readonly machine: EngineMachine;
  readonly journal: Journal;
  readonly report: RecoveryReport;

  private constructor(machine: EngineMachine, journal: Journal, report: RecoveryReport) {
    this.machine = machine;
    this.journal = journal;
    this.report = report;
  }

  /**
   * No snapshot is taken unless asked for.
   *
   * @param committedSeq what persistence is known to have, as committed-mark.ts would say.
   */
  static async open(
    directory: string,
    ordersExpected: number,
    withReadModel = true,
    committedSeq = 0,
  ): Promise<JournaledMachine> {
    const machine = new EngineMachine({ ordersExpected }, withReadModel);
    machine.readModel?.expectCommitted(committedSeq);
    const { journal, report } = await openJournal({
      directory,
      target: machine,
      engine: "bench",
      rulesVersion: RULES_VERSION,
      wallClockUs: () => START_US,
      snapshotEveryRecords: NEVER,
    });
    return new JournaledMachine(machine, journal, report);
  }

  async play(frames: Iterable<Frame>): Promise<void> {
    for (const frame of frames) await this.playFrame(frame);
  }

  async playFrame({ payload, recordCount, timeUs }: Frame): Promise<void> {
    const { nextRecord } = this.machine.head();
    await this.journal.append({ payload, recordCount, timeUs });
    this.machine.applyFrame({ payload, recordCount, firstRecord: nextRecord, timeUs }, NOBODY_VOIDED);
  }
}
