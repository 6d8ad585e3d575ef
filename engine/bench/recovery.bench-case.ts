/**
 * Starting from the journal alone: every record read, checked, applied, with the events' hash compared at each frame.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { Command } from "../core/command.ts";
import { Core } from "../core/core.ts";
import { toRecord } from "../protocol/command-codec.ts";
import type { EngineCommand } from "../protocol/commands.ts";
import { CommandFlow, PLACE_AND_CANCEL, setUpCommands } from "./command-flow.ts";
import { DEADLINE_AHEAD_US, FrameMaker, START_US } from "./frame-stream.ts";
import { JournaledMachine } from "./journaled-machine.ts";
import { median, rate, timed } from "./measure.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ACCOUNTS = 1_000;
const RESTING = 1_000;
const FLOW = { seed: 1, accounts: ACCOUNTS, restingOrders: RESTING, shares: PLACE_AND_CANCEL };
const COMMANDS_PER_SECOND = 200_000;
const PER_FRAME = 512;
const COMMANDS = 2_000_000;
/** Made and written a part at a time: the commands are larger than the journal. */
const PART = 100_000;
const ROUNDS = 3;
const PEER_COMMANDS = 100_000;
/** What persistence has not committed at a usual crash: some batches. */
const EVENTS_BEHIND = 10_000;

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  return inTemporaryFolder(async (folder) => {
    const directory = `${folder}/journal`;
    const { records, headSeq } = await writeJournal(directory, quick ? COMMANDS / 10 : COMMANDS);
    const peer = {
      name: "a file of JSON lines, parsed and applied",
      value: benchJsonLines(`${folder}/commands.jsonl`),
    };
    const conditions = [
      `${records.toLocaleString("en-US")} records in frames of ${PER_FRAME}, in the page cache, no snapshot; place and cancel, ${ACCOUNTS} accounts, ${RESTING} resting; median of ${ROUNDS} starts`,
      `peer: ${PEER_COMMANDS.toLocaleString("en-US")} commands of the same flow, core alone`,
    ];
    const alone = await recover(directory, records, false, 0);
    const behind = await recover(directory, records, true, headSeq - EVENTS_BEHIND);
    const nothing = await recover(directory, records, true, 0);
    return [
      result(
        `recovery, history ${EVENTS_BEHIND.toLocaleString("en-US")} events behind`,
        behind,
        "commands/s",
        peer,
        conditions,
      ),
      result("recovery, nothing in history: all is kept in memory", nothing, "commands/s", peer, conditions),
      result("recovery, core alone, no read model", alone, "commands/s", peer, conditions),
    ];
  });
}

async function writeJournal(
  directory: string,
  commands: number,
): Promise<{ readonly records: number; readonly headSeq: number }> {
  const machine = await JournaledMachine.open(directory, 2 * RESTING, false);
  const maker = new FrameMaker(COMMANDS_PER_SECOND);
  const flow = new CommandFlow(FLOW);
  await machine.play([maker.setUp(setUpCommands(ACCOUNTS))]);
  for (let made = 0; made < commands; made += PART)
    await machine.play(maker.frames(PART, PER_FRAME, () => flow.next()));
  const { nextRecord, nextEventSeq } = machine.machine.head();
  await machine.journal.close();
  return { records: nextRecord - 1, headSeq: nextEventSeq - 1 };
}

/** @returns commands a second, the median of some starts. */
async function recover(
  directory: string,
  records: number,
  withReadModel: boolean,
  committedSeq: number,
): Promise<number> {
  const perSecond: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.();
    const { report, journal } = await JournaledMachine.open(directory, 2 * RESTING, withReadModel, committedSeq);
    await journal.close();
    perSecond.push(rate(records, report.elapsedMs));
  }
  return median(perSecond);
}

function benchJsonLines(path: string): number {
  const flow = new CommandFlow(FLOW);
  let line = 0;
  const write = (command: EngineCommand, source: "trade" | "ops"): string => {
    const id = String(++line).padStart(32, "0");
    const plain = { id, deadlineUs: START_US + DEADLINE_AHEAD_US, source, command };
    return JSON.stringify(plain, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  };
  const lines = setUpCommands(ACCOUNTS).map((command) => write(command, "ops"));
  for (let index = 0; index < PEER_COMMANDS; index++) lines.push(write(flow.next(), "trade"));
  appendFileSync(path, lines.join("\n"));
  const core = new Core({ ordersExpected: 2 * RESTING });
  const elapsedMs = timed(() => replayJsonLines(path, core));
  return rate(lines.length, elapsedMs);
}

function replayJsonLines(path: string, core: Core): void {
  const record = new Command();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const { id, deadlineUs, source, command } = JSON.parse(line, (key, value: unknown) =>
      key === "atoms" || key === "quoteAtoms" ? BigInt(value as string) : value,
    );
    core.state.events.clear();
    core.apply(toRecord(command, { commandId: Buffer.from(id, "hex"), deadlineUs, source }, record), START_US);
  }
}
