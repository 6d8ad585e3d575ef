/**
 * How long a snapshot of a million resting orders holds the engine, and how long it takes to be on disk.
 */
import { serialize } from "node:v8";
import { CommandFlow, PLACE_AND_CANCEL, setUpCommands } from "./command-flow.ts";
import { FrameMaker } from "./frame-stream.ts";
import { JournaledMachine } from "./journaled-machine.ts";
import { median, timed } from "./measure.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ACCOUNTS = 1_000;
const RESTING = 1_000_000;
const COMMANDS_PER_SECOND = 200_000;
const PER_FRAME = 10_000;
const ROUNDS = 3;

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  return inTemporaryFolder(async (folder) => [await benchSnapshot(folder, quick ? RESTING / 10 : RESTING)]);
}

async function benchSnapshot(folder: string, orders: number): Promise<BenchLine> {
  const flow = new CommandFlow({ seed: 1, accounts: ACCOUNTS, restingOrders: orders, shares: PLACE_AND_CANCEL });
  const maker = new FrameMaker(COMMANDS_PER_SECOND);
  const { machine, journal, ...rest } = await open(folder, orders);
  await rest.play(maker.setUp(setUpCommands(ACCOUNTS)));
  const { book } = machine.core.state.instruments[0]!;
  while (book.orders.live < orders * 0.98) await rest.play(maker.frame(PER_FRAME, () => flow.next()));
  machine.readModel?.forgetUpTo(machine.head().nextEventSeq - 1);
  const pausesMs: number[] = [];
  const wholeMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    const { type } = await journal.snapshotNow();
    if (type !== "snapshot_written") throw new Error("the snapshot was not written");
    wholeMs.push(performance.now() - startedMs);
    pausesMs.push(journal.stats().lastSnapshotPauseUs / 1_000);
    // What was captured may be kept by copying until the next change: one frame lies between two snapshots.
    await rest.play(maker.frame(PER_FRAME, () => flow.next()));
  }
  const bytes = journal.stats().lastSnapshotBytes;
  const remembered = machine.core.state.remembered.count;
  const resting = book.orders.live;
  await journal.close();
  return result(
    "snapshot pause",
    median(pausesMs),
    "ms",
    { name: "v8.serialize of as many order objects", value: plainPauseMs(resting) },
    [
      `${resting.toLocaleString("en-US")} resting, ${remembered.toLocaleString("en-US")} command ids remembered, core and read model; ${(bytes / 1e6).toFixed(0)} MB, on disk after ${Math.round(median(wholeMs))} ms`,
      `captureSnapshot alone, as the journal counts it (lastSnapshotPauseUs); median of ${ROUNDS}, worst ${Math.max(...pausesMs).toFixed(1)} ms`,
    ],
  );
}

async function open(folder: string, orders: number) {
  const journaled = await JournaledMachine.open(`${folder}/journal`, orders);
  const play = (frame: Parameters<JournaledMachine["playFrame"]>[0]) => journaled.playFrame(frame);
  return { machine: journaled.machine, journal: journaled.journal, play };
}

function plainPauseMs(orders: number): number {
  const byId = new Map<number, object>();
  for (let orderId = 1; orderId <= orders; orderId++)
    byId.set(orderId, {
      orderId,
      account: orderId % ACCOUNTS,
      clientOrderId: String(orderId).padStart(22, "x"),
      side: "buy",
      priceTicks: 5_000_000 + (orderId % 5_000),
      quantityLots: 100,
      remainingLots: 100,
    });
  return timed(() => serialize(byId));
}
