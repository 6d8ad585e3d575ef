/**
 * A journal that a build of before special orders wrote, kept as it was: 320 random commands of two accounts on one
 * instrument (orders of every kind then, refusals, all self-trade modes but decrement, amendments, replacements, market orders
 * by quote, keys, withdrawals), one seal, and the snapshot before record 195. Zeros behind the last frame are left out.
 *
 * It is never made anew: whatever is built later opens it, says the same of it, and goes on from it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Command } from "../core/command.ts";
import type { Section } from "../core/snapshot.ts";
import { RULES_VERSION } from "../core/state.ts";
import { openJournal } from "../journal/journal.ts";
import { RecordWriter, toRecord } from "../protocol/command-codec.ts";
import type { EngineCommand, ListLeg } from "../protocol/commands.ts";
import { EngineMachine } from "../runtime/machine.ts";

const KEPT = join(import.meta.dirname, "before-special-orders");
const SEGMENT = "segment-00000001-0000000000000001.journal";
const SNAPSHOT = "snapshot-0000000000000195";
const SEGMENT_BYTES = 1024 * 1024;
/** What the build that wrote it said when it stopped. */
const SAID = { nextRecord: 321, nextEventSeq: 1073, eventHash: { hi: 0x6017f9a6, lo: 0xb957d41a } };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidebook-old-journal-"));
  const segment = Buffer.alloc(SEGMENT_BYTES);
  gunzipSync(readFileSync(join(KEPT, `${SEGMENT}.gz`))).copy(segment);
  writeFileSync(join(folder, SEGMENT), segment);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keepSnapshot(): void {
  writeFileSync(join(folder, SNAPSHOT), gunzipSync(readFileSync(join(KEPT, `${SNAPSHOT}.gz`))));
}

/** Recovery compares the running hash of the events before each frame with the one that the frame was written with. */
async function open() {
  const machine = new EngineMachine({ ordersExpected: 16 }, true);
  const { journal, report } = await openJournal({
    directory: folder,
    target: machine,
    engine: "e1",
    rulesVersion: RULES_VERSION,
    wallClockUs: () => 0,
  });
  await journal.close();
  return { machine, snapshotRecord: report.snapshotRecord };
}

test("a journal of before special orders replays to the same events, from its first record and from its snapshot", async () => {
  const fromFirst = await open();
  expect(fromFirst).toMatchObject({ snapshotRecord: null });
  expect(fromFirst.machine.head()).toMatchObject(SAID);

  keepSnapshot();
  const fromSnapshot = await open();
  expect(fromSnapshot).toMatchObject({ snapshotRecord: 195 });
  expect(fromSnapshot.machine.head()).toMatchObject(SAID);
});

const LEG = { side: "sell", timeInForce: "gtc", selfTradeMode: null, quantityLots: 2 } as const;
const CONDITIONS = { stopTicks: 0, trailingDeltaBips: 0, icebergLots: 0, strategyId: 0, strategyType: 0 };

function goingOn(lastTicks: number): readonly EngineCommand[] {
  const [below, above] = [lastTicks - 1, lastTicks + 1];
  const credential = { account: 1, keyId: 0, instrument: 0 };
  const legs: readonly ListLeg[] = [
    {
      ...LEG,
      orderType: "stop_loss",
      priceTicks: 0,
      clientOrderId: "b",
      conditions: { ...CONDITIONS, stopTicks: below },
    },
    { ...LEG, orderType: "limit_maker", priceTicks: above + 100, clientOrderId: "a" },
  ];
  const plain = { ...credential, timeInForce: "gtc", selfTradeMode: "none", quoteAtoms: 0n } as const;
  const sell = { ...plain, type: "place_order", side: "sell", orderType: "limit", priceTicks: below } as const;
  return [
    { type: "deposit", account: 1, asset: "A0", atoms: 1_000_000n, reference: "more base" },
    { type: "deposit", account: 1, asset: "A1", atoms: 1_000_000_000n, reference: "more quote" },
    { type: "cancel_all", ...credential, cancelClientOrderId: "all" },
    { type: "place_order_list", ...credential, contingency: "oco", listClientOrderId: "l", legs },
    { ...sell, quantityLots: 1, clientOrderId: "s" },
    { ...sell, side: "buy", quantityLots: 5, clientOrderId: "f", conditions: { ...CONDITIONS, icebergLots: 1 } },
  ];
}

/** Applies each command in a frame of its own. */
function play(machine: EngineMachine, commands: readonly EngineCommand[]): void {
  const writer = new RecordWriter();
  for (const [index, command] of commands.entries()) {
    const timeUs = machine.head().timeUs + 1;
    const isTrade = "instrument" in command;
    const envelope = {
      commandId: Buffer.alloc(16, index + 1),
      deadlineUs: timeUs,
      source: isTrade ? "trade" : "ops",
    } as const;
    writer.clear();
    writer.write(toRecord(command, envelope, new Command()));
    const frame = { timeUs, recordCount: 1, payload: writer.bytes(), firstRecord: machine.head().nextRecord };
    machine.applyFrame(frame, new Set());
  }
}

function sectionsOf(machine: EngineMachine): readonly string[] {
  return machine.captureSnapshot().map(({ name }: Pick<Section, "name">) => name);
}

test("a snapshot of before special orders goes on like the whole journal when special orders come", async () => {
  const first = await open();
  keepSnapshot();
  const restored = await open();
  const [instrument] = first.machine.core.state.instruments;
  const lastTicks = instrument!.lastTradeTicks;
  for (const { machine } of [first, restored]) play(machine, goingOn(lastTicks));
  expect(restored.machine.head()).toEqual(first.machine.head());
  // It was worth comparing: the trade fired the list's stop, which sold to what was left of the buyer.
  const { lists } = first.machine.core.state;
  expect([lists.lastId, lists.ofAccount(1)]).toEqual([1, []]);
  expect(instrument!.book.orders.openOrdersOf(1)).toBe(1);
  expect(sectionsOf(restored.machine)).toEqual(sectionsOf(first.machine));
});
