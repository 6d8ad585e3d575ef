/**
 * Commands made durable and applied: fdatasync for every frame, by whole batches and through the engine's own door.
 */
import type { TradeCommand } from "../protocol/commands.ts";
import { startEngine } from "../runtime/engine.ts";
import { CommandFlow, type FlowOptions, PLACE_AND_CANCEL, setUpCommands } from "./command-flow.ts";
import { recordsOf } from "./frame-player.ts";
import { DEADLINE_AHEAD_US, FrameMaker } from "./frame-stream.ts";
import { JournaledMachine } from "./journaled-machine.ts";
import { median, rate, timedAsync } from "./measure.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ACCOUNTS = 1_000;
const RESTING = 1_000;
const COMMANDS_PER_SECOND = 200_000;
const FLOW: FlowOptions = { seed: 1, accounts: ACCOUNTS, restingOrders: RESTING, shares: PLACE_AND_CANCEL };
const IN_FLIGHT = 512;
const ROUNDS = 5;
const ROUND_COMMANDS = 200_000;
const PEER_COMMANDS = 10_000;
/** What persistence would have taken over by then; else the read model grows without end. */
const COMMIT_EVERY = 50_000;

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const round = quick ? ROUND_COMMANDS / 10 : ROUND_COMMANDS;
  return [
    await inTemporaryFolder((folder) => benchBatches(folder, round)),
    await inTemporaryFolder((folder) => benchEngine(folder, round)),
  ];
}

async function benchBatches(folder: string, round: number): Promise<BenchLine> {
  const machine = await JournaledMachine.open(`${folder}/journal`, 2 * RESTING);
  const maker = new FrameMaker(COMMANDS_PER_SECOND);
  const flow = new CommandFlow(FLOW);
  const next = () => flow.next();
  await machine.play([maker.setUp(setUpCommands(ACCOUNTS))]);
  const perSecond: number[] = [];
  for (let index = 0; index <= ROUNDS; index++) {
    const frames = maker.frames(round, IN_FLIGHT, next);
    const elapsedMs = await timedAsync(async () => machine.play(frames));
    if (index > 0) perSecond.push(rate(recordsOf(frames), elapsedMs));
    machine.machine.readModel?.forgetUpTo(machine.machine.head().nextEventSeq - 1);
  }
  const { append } = machine.journal.stats();
  const ones = maker.frames(PEER_COMMANDS, 1, next);
  const peerMs = await timedAsync(async () => machine.play(ones));
  await machine.journal.close();
  return result(
    "journaled, encoded batches",
    median(perSecond),
    "commands/s",
    { name: "one command a frame", value: rate(PEER_COMMANDS, peerMs) },
    [
      `frames of ${IN_FLIGHT} records, write and fdatasync each (p50 ${Math.round(append.medianUs)} µs, p99 ${Math.round(append.p99Us)} µs), then read, applied by the core and the read model`,
      `place and cancel, ${ACCOUNTS} accounts, ${RESTING} resting; median of ${ROUNDS} rounds of ${round.toLocaleString("en-US")}`,
      `peer: ${PEER_COMMANDS.toLocaleString("en-US")} commands of the same flow`,
    ],
  );
}

async function benchEngine(folder: string, round: number): Promise<BenchLine> {
  const engine = await startEngine({
    directory: `${folder}/journal`,
    wallClockUs: () => Date.now() * 1_000,
    ordersExpected: 2 * RESTING,
    onFatal: (error) => {
      throw error;
    },
  });
  const deadlineUs = () => Date.now() * 1_000 + DEADLINE_AHEAD_US;
  for (const command of setUpCommands(ACCOUNTS))
    await engine.submitOperator(command as Parameters<typeof engine.submitOperator>[0], deadlineUs());
  const flow = new CommandFlow(FLOW);
  let sinceCommit = 0;
  const drive = async (commands: readonly TradeCommand[], inFlight: number): Promise<void> => {
    let at = 0;
    const worker = async (): Promise<void> => {
      for (let command = commands[at++]; command !== undefined; command = commands[at++]) {
        await engine.submit(command, deadlineUs());
        if (++sinceCommit % COMMIT_EVERY === 0) engine.committed(engine.stats().headSeq);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  };
  const perSecond: number[] = [];
  const some = (count: number): readonly TradeCommand[] => Array.from({ length: count }, () => flow.next());
  for (let index = 0; index <= ROUNDS; index++) {
    const commands = some(round);
    const elapsedMs = await timedAsync(() => drive(commands, IN_FLIGHT));
    if (index > 0) perSecond.push(rate(commands.length, elapsedMs));
  }
  const { commands, rejects, journal } = engine.stats();
  const alone = some(PEER_COMMANDS);
  const peerMs = await timedAsync(() => drive(alone, 1));
  await engine.close();
  return result(
    "journaled, through the engine",
    median(perSecond),
    "commands/s",
    { name: "one in flight: one command a frame", value: rate(PEER_COMMANDS, peerMs) },
    [
      `${IN_FLIGHT} in flight in one process: from the plain command to its reply as a plain value, fdatasync for each frame; ${(commands / journal.frames).toFixed(0)} commands a frame`,
      `place and cancel, ${ACCOUNTS} accounts, ${RESTING} resting; median of ${ROUNDS} rounds of ${round.toLocaleString("en-US")}; ${((rejects / commands) * 100).toFixed(2)} % refused`,
    ],
  );
}
