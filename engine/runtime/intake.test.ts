/** Commands that streams deliver: what is answered, when, and where each stream goes on after a stop of any kind. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMAND, Command } from "../core/command.ts";
import { showRecord } from "../journal/operator.ts";
import { RECORD_TEXT } from "../ops/record-text.ts";
import type { CommandAnswer } from "../protocol/bus-messages.ts";
import { encodeCommand, RecordWriter } from "../protocol/command-codec.ts";
import { CommandStream } from "../sim/commands.ts";
import { fingerprintOf } from "../sim/core-fingerprint.ts";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { PROFILES } from "../sim/profiles.ts";
import {
  amend,
  cancel,
  commandIdOf,
  newExchange,
  openExchange,
  place,
  type RunningExchange,
  registerKey,
} from "../sim/small-exchange.ts";
import { deliver, FIRST_SERVER, OTHER_SERVER } from "../sim/stream-delivery.ts";
import { EngineMachine } from "./machine.ts";
import { answerWithoutCounts } from "./testing/without-counts.ts";

const at = (ms: number, counter = 0) => ({ ms, counter });
const NEVER_READ = { identity: null, ms: 0, counter: 0 };

const sell = (name: string, more: object = {}) =>
  place(1, { side: "sell", quantityLots: 5, priceTicks: 10, clientOrderId: name, ...more });
const KEY = registerKey(1);

test("a delivered command is answered as a submitted one, its source being the stream's, whatever the record says", async () => {
  const delivered = await newExchange();
  const submitted = await newExchange();
  const commands = [sell("a"), amend(1, "a", 4), cancel(1, "none"), cancel(1, "a")];
  for (const [index, command] of commands.entries())
    expect(await deliver(delivered, command, at(index + 1))).toEqual({ reply: await submitted.send(command) });
  const operators = [KEY, { type: "operator_cancel_all", account: 1, instrument: 0 }] as const;
  for (const [index, command] of operators.entries())
    expect(await deliver(delivered, command, at(9, index))).toEqual({ reply: await submitted.operate(command) });
});

test("I24: a command that a stream delivers again is answered with the first answer, or that it is no longer at hand", async () => {
  const exchange = await newExchange();
  const first = await deliver(exchange, sell("a"), at(1), commandIdOf(7));
  const inOneFrame = [deliver(exchange, sell("a"), at(2), commandIdOf(7)), deliver(exchange, cancel(1, "a"), at(3))];
  expect((await Promise.all(inOneFrame))[0]).toEqual(answerWithoutCounts(first));
  expect(await deliver(exchange, amend(1, "a", 2), at(4), commandIdOf(7))).toMatchObject({ error: "outcome_unknown" });
  expect(exchange.engine.stats()).toMatchObject({ duplicates: 2, openOrders: 0 });
});

test("answers leave once their frame is durable and applied, all of them in one turn, in order, before its feed", async () => {
  const disk = new FaultyDisk();
  const exchange = await newExchange({ disk });
  const seen: string[] = [];
  exchange.engine.subscribeFeed(() => seen.push("feed"));
  disk.plan = (call) => {
    if (call.name === "sync_data") seen.push("synced");
    return null;
  };
  const openAtFirst: number[] = [];
  const done = new Promise<void>((resolve) => {
    for (const [index, name] of ["a", "b", "c"].entries()) {
      const record = encodeCommand(sell(name), {
        commandId: commandIdOf(index + 1),
        deadlineUs: exchange.clock.nowUs,
        source: "trade",
      });
      exchange.engine.take(record, "trade", at(index + 1), () => {
        openAtFirst.push(exchange.engine.stats().openOrders);
        if (name === "a") setImmediate(() => seen.push("next turn"));
        seen.push(name);
        if (name === "c") setImmediate(resolve);
      });
    }
  });
  expect(exchange.engine.stats().queued).toBe(3);
  await done;
  expect(seen).toEqual(["synced", "a", "b", "c", "feed", "next turn"]);
  expect(openAtFirst).toEqual([3, 3, 3]);
});

test("an engine that fails or closes answers no delivered command that it has not made durable, and takes no more", async () => {
  const disk = new FaultyDisk();
  const exchange = await newExchange({ disk });
  const answers: CommandAnswer[] = [];
  disk.plan = (call) => (call.name === "sync_data" ? { kind: "error", code: "EIO" } : null);
  void deliver(exchange, sell("a"), at(1)).then((answer) => answers.push(answer));
  await expect(exchange.send(sell("b"))).rejects.toMatchObject({ code: "outcome_unknown" });
  void deliver(exchange, sell("c"), at(2)).then((answer) => answers.push(answer));
  await expect(exchange.engine.startSourceEpoch("trade", FIRST_SERVER)).rejects.toMatchObject({ code: "not_sent" });
  expect([exchange.fatal.length, answers, exchange.engine.stats().queued]).toEqual([1, [], 0]);

  const closing = await newExchange();
  const taken = deliver(closing, sell("a"), at(1));
  const closed = closing.engine.close();
  void deliver(closing, sell("b"), at(2)).then((answer) => answers.push(answer));
  expect(await taken).toMatchObject({ reply: { outcome: "placed" } });
  await closed;
  expect([answers, closing.engine.sourceCursors().trade]).toEqual([[], { ...NEVER_READ, ms: 1 }]);
});

async function session(exchange: RunningExchange): Promise<void> {
  await exchange.engine.startSourceEpoch("trade", FIRST_SERVER);
  await exchange.engine.startSourceEpoch("ops", FIRST_SERVER);
  const sent = Array.from({ length: 40 }, (_, index) => deliver(exchange, sell(`o${index}`), at(1_000, index)));
  await deliver(exchange, KEY, at(1_001, 2 ** 31));
  await Promise.all(sent);
  // By no stream at all: it moves no position.
  await exchange.send(cancel(1, "o1"));
}

const AFTER_SESSION = {
  trade: { identity: FIRST_SERVER, ms: 1_000, counter: 39 },
  ops: { identity: FIRST_SERVER, ms: 1_001, counter: 2 ** 31 },
};

test("I28: each stream's position is what was acknowledged: after a crash, a restart, and from a snapshot", async () => {
  for (const snapshotEveryRecords of [Number.MAX_SAFE_INTEGER, 20]) {
    const disk = new FaultyDisk();
    const live = await newExchange({ disk, snapshotEveryRecords });
    expect(live.engine.sourceCursors()).toEqual({ trade: NEVER_READ, ops: NEVER_READ });
    await session(live);
    expect(live.engine.sourceCursors()).toEqual(AFTER_SESSION);
    const { catalogVersion, keysVersion, headSeq } = live.engine.stats();
    expect([catalogVersion, headSeq > keysVersion && keysVersion > catalogVersion]).toEqual([3, true]);

    const crashed = await openExchange({ disk: disk.afterCrash(() => false, 0), snapshotEveryRecords });
    await live.engine.close();
    const restarted = await openExchange({ disk, snapshotEveryRecords });
    for (const { engine } of [crashed, restarted]) {
      expect(engine.recovery.snapshotRecord === null).toBe(snapshotEveryRecords === Number.MAX_SAFE_INTEGER);
      expect(engine.sourceCursors()).toEqual(AFTER_SESSION);
      expect(engine.stats()).toMatchObject({ catalogVersion, keysVersion });
    }
  }
});

test("I28: a source epoch puts its stream back to 0-0 of the server it names, and leaves the other stream alone", async () => {
  const disk = new FaultyDisk();
  const live = await newExchange({ disk });
  await session(live);
  const { headSeq } = live.engine.stats();
  await live.engine.startSourceEpoch("trade", OTHER_SERVER);
  const due = { ...AFTER_SESSION, trade: { identity: OTHER_SERVER, ms: 0, counter: 0 } };
  expect([live.engine.sourceCursors(), live.engine.stats().headSeq]).toEqual([due, headSeq]);
  const crashed = await openExchange({ disk: disk.afterCrash(() => false, 0) });
  expect(crashed.engine.sourceCursors()).toEqual(due);
  await deliver(crashed, sell("x"), at(5));
  expect(crashed.engine.sourceCursors().trade).toEqual({ identity: OTHER_SERVER, ms: 5, counter: 0 });
});

test("I28: positions and source epochs change neither state nor events", () => {
  const stream = new CommandStream(7, PROFILES[1]!);
  const plain = new EngineMachine({}, false);
  const delivered = new EngineMachine({}, false);
  for (let round = 1; round <= 500; round += 1) {
    const { command, envelope, timeUs } = stream.next();
    const record = encodeCommand(command, envelope);
    const writer = new RecordWriter(512);
    if (round % 50 === 0) writer.writeSourceEpoch({ stream: "trade", ...OTHER_SERVER });
    writer.writeDelivered(record, envelope.source === "ops" ? 1 : 0, round, 0);
    const frames = [
      { machine: plain, payload: record, recordCount: 1 },
      { machine: delivered, payload: writer.bytes(), recordCount: writer.count },
    ];
    for (const { machine, ...frame } of frames)
      machine.applyFrame({ ...frame, firstRecord: machine.head().nextRecord, timeUs }, new Set());
  }
  expect(fingerprintOf(delivered.core)).toEqual(fingerprintOf(plain.core));
  expect(plain.sources.cursors()).toEqual({ trade: NEVER_READ, ops: NEVER_READ });
  expect(delivered.sources.cursors().trade.ms).toBeGreaterThan(400);
});

test("I28: a voided record's entry is not read again", () => {
  const machine = new EngineMachine({}, false);
  const payload = Buffer.from(encodeCommand(KEY, { commandId: commandIdOf(1), deadlineUs: 1, source: "ops" }));
  payload.writeDoubleLE(77, 32);
  payload.writeUInt32LE(3, 40);
  machine.applyFrame({ payload, recordCount: 1, firstRecord: 1, timeUs: 1 }, new Set([1]));
  expect(machine.sources.cursors().ops).toEqual({ identity: null, ms: 77, counter: 3 });
});

test("an operator sees a source epoch, and where a record stood in its stream", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tidebook-intake-"));
  const exchange = await newExchange({ directory });
  const before = exchange.engine.stats().journal.records;
  await exchange.engine.startSourceEpoch("ops", OTHER_SERVER);
  await deliver(exchange, KEY, at(12, 3));
  await exchange.engine.close();
  const shown = [before + 1, before + 2].map((record) => showRecord(directory, record, RECORD_TEXT).text);
  expect(shown).toEqual([
    `source_epoch stream=ops runId=${OTHER_SERVER.runId} replicationId=${OTHER_SERVER.replicationId}`,
    expect.stringMatching(/^register_key \{.*\} source=ops id=[0-9a-f]{32} deadlineUs=\d+ position=12-3$/),
  ]);
  rmSync(directory, { recursive: true, force: true });
});

test("to the core a source epoch is the passing of time", () => {
  const machine = new EngineMachine({}, false);
  const epoch = new Command();
  epoch.type = COMMAND.sourceEpoch;
  machine.core.apply(epoch, 5);
  expect([machine.core.state.timeUs, machine.core.state.events.nextSeq, machine.core.repeated]).toEqual([5, 1, null]);
});
