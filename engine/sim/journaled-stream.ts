/**
 * A random stream through the real journal into the real machine, frame by frame as the engine's loop does it, and
 * beside it the same frames in a record file. Tests only.
 */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { Command } from "../core/command.ts";
import { RULES_VERSION } from "../core/state.ts";
import { openJournal } from "../journal/journal.ts";
import { RecordWriter } from "../protocol/command-codec.ts";
import { EngineMachine } from "../runtime/machine.ts";
import { CheapStream } from "./cheap-stream.ts";
import { type CoreFingerprint, fingerprintOf } from "./core-fingerprint.ts";
import { Chance } from "./prng.ts";
import { appendFrame } from "./record-file.ts";

/** Records in a frame: 1 … this. More would let too many deadlines pass before their frame is applied. */
const FRAME_RECORDS_MAX = 200;
/** The stream's set-up comes a record at a time, so that none of its deadlines passes. */
const SET_UP_COMMANDS = 400;
const NOBODY_VOIDED: ReadonlySet<number> = new Set();

export interface JournaledStreamOptions {
  /** Of the journal; made when it is not there. */
  readonly directory: string;
  readonly recordFile: string;
  readonly seed: number;
  readonly commands: number;
  /** A fingerprint is taken at the first border behind so many commands, too. */
  readonly checkpoint: number;
}

export interface JournaledStream {
  readonly atCheckpoint: CoreFingerprint;
  readonly atEnd: CoreFingerprint;
  readonly orders: number;
  readonly trades: number;
  readonly duplicates: number;
  readonly snapshots: number;
}

/** A machine of events alone, as replays use it, behind a journal in `directory`. */
export async function openMachine(directory: string, snapshotEveryRecords = Number.MAX_SAFE_INTEGER) {
  const machine = new EngineMachine({}, false);
  const snapshots: number[] = [];
  const opened = await openJournal({
    directory,
    target: machine,
    engine: "e1",
    rulesVersion: RULES_VERSION,
    wallClockUs: () => 0,
    snapshotEveryRecords,
    onNotice: (notice) => {
      if (notice.type === "snapshot_written") snapshots.push(notice.record);
    },
  });
  return { machine, snapshots, ...opened };
}

export async function journalStream(options: JournaledStreamOptions): Promise<JournaledStream> {
  const { commands, checkpoint } = options;
  const { machine, journal, snapshots } = await openMachine(options.directory, Math.ceil(commands * 0.4));
  const file = openSync(options.recordFile, "w");
  const stream = new CheapStream(options.seed);
  const chance = new Chance(options.seed + 1);
  const command = new Command();
  const writer = new RecordWriter();
  let atCheckpoint: CoreFingerprint | null = null;
  for (let made = 0; made < commands; ) {
    writer.clear();
    let timeUs = 0;
    const count = made < SET_UP_COMMANDS ? 1 : Math.min(commands - made, chance.between(1, FRAME_RECORDS_MAX));
    for (let index = 0; index < count; index += 1) {
      timeUs = stream.next(command);
      writer.write(command);
    }
    made += count;
    const frame = { timeUs, recordCount: count, payload: writer.bytes() };
    appendFrame(file, frame);
    await journal.append(frame);
    machine.applyFrame({ ...frame, firstRecord: machine.head().nextRecord }, NOBODY_VOIDED);
    journal.snapshotIfDue();
    if (atCheckpoint === null && made >= checkpoint) atCheckpoint = fingerprintOf(machine.core);
  }
  closeSync(file);
  await journal.close();
  const atEnd = fingerprintOf(machine.core);
  const { instruments } = machine.core.state;
  return {
    atCheckpoint: atCheckpoint ?? atEnd,
    atEnd,
    orders: instruments.reduce((sum, { lastOrderId }) => sum + lastOrderId, 0),
    trades: instruments.reduce((sum, { lastTradeId }) => sum + lastTradeId, 0),
    duplicates: machine.duplicates,
    snapshots: snapshots.length,
  };
}

export function placesIn(folder: string): { readonly directory: string; readonly recordFile: string } {
  return { directory: join(folder, "journal"), recordFile: join(folder, "records") };
}
