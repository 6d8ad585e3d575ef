/** The operator's way out: a record that trips an assertion is found, shown, voided; nothing that is there changes. */
import { expect, test } from "vitest";
import { FAULT_BYTE, splitRecords } from "../sim/counter-machine.ts";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { JOURNAL_DIRECTORY, recordOf, startMachine } from "../sim/journaled-machine.ts";
import { showRecord, verifyJournal, voidRecord } from "./operator.ts";
import { segmentFileName } from "./segment.ts";

const SEGMENT = `${JOURNAL_DIRECTORY}/${segmentFileName(1, 1)}`;
const TEXT = { splitRecords, describeRecord: (record: Uint8Array) => Buffer.from(record).toString("hex") };

/** Records 1 … 5 are good, 6 and 8 of the next batch trip the assertion, and the engine stops. */
async function stoppedEngine(): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  await live.submit(5);
  const bad = Buffer.from([FAULT_BYTE, 1, 2]);
  await expect(live.submitRecords([bad, recordOf(7), bad, recordOf(9)])).rejects.toMatchObject({ recordSeq: 6 });
  await live.journal.close();
  return disk;
}

test("an engine that stopped on an assertion does not seal, and recovery stops at the same record and says what to do", async () => {
  const disk = await stoppedEngine();
  expect(verifyJournal(JOURNAL_DIRECTORY, disk).frames).toEqual({ start: 1, records: 2, seal: 0, void: 0 });
  await expect(startMachine({ disk })).rejects.toMatchObject({
    code: "record_fault",
    place: { recordSeq: 6 },
    message: expect.stringContaining("npm run ops -- journal void 6"),
  });
});

test("a voided record is skipped, the rest of its batch is applied, and every later replay agrees", async () => {
  const disk = await stoppedEngine();
  const before = Buffer.from(disk.contentOf(SEGMENT));
  expect(voidRecord(JOURNAL_DIRECTORY, 6, "assertion I3", disk)).toEqual({ recordSeq: 6, reason: "assertion I3" });
  const after = disk.contentOf(SEGMENT);
  const changed = after.findIndex((byte, index) => byte !== before[index]);
  expect(before.subarray(changed).every((byte) => byte === 0)).toBe(true);

  await expect(startMachine({ disk })).rejects.toMatchObject({ code: "record_fault", place: { recordSeq: 8 } });
  voidRecord(JOURNAL_DIRECTORY, 8, "the same again", disk);
  const live = await startMachine({ disk });
  expect(live.report).toMatchObject({ nextRecord: 10, voided: [6, 8] });
  await live.submit(3);
  await live.journal.close();
  const again = await startMachine({ disk });
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());

  const clean = new FaultyDisk();
  const without = await startMachine({ disk: clean });
  await without.submit(5);
  await without.submitRecords([recordOf(7), recordOf(9)]);
  expect(live.machine.head().nextEventSeq).toBeGreaterThan(without.machine.head().nextEventSeq);
});

test("a record is shown with its frame, its text, and why it was voided", async () => {
  const disk = await stoppedEngine();
  voidRecord(JOURNAL_DIRECTORY, 6, "assertion I3", disk);
  const shown = showRecord(JOURNAL_DIRECTORY, 6, TEXT, disk);
  expect(shown).toEqual({
    recordSeq: 6,
    epoch: 1,
    timeUs: shown.timeUs,
    file: SEGMENT,
    offset: shown.offset,
    frameFirstRecord: 6,
    frameRecordCount: 4,
    frameFirstEventSeq: shown.frameFirstEventSeq,
    recordBytes: 3,
    text: "ff0102",
    voidReason: "assertion I3",
  });
  expect(showRecord(JOURNAL_DIRECTORY, 3, TEXT, disk)).toMatchObject({
    text: recordOf(3).toString("hex"),
    voidReason: null,
  });
  expect(() => showRecord(JOURNAL_DIRECTORY, 10, TEXT, disk)).toThrow("there is no record 10");
});

test("a record that the engine has gone on behind cannot be voided, nor one twice, nor one that is not there", async () => {
  const disk = await stoppedEngine();
  const before = Buffer.from(disk.contentOf(SEGMENT));
  expect(() => voidRecord(JOURNAL_DIRECTORY, 5, "why not", disk)).toThrow("its events have left");
  expect(() => voidRecord(JOURNAL_DIRECTORY, 99, "why not", disk)).toThrow("there is no record 99");
  expect(disk.contentOf(SEGMENT).equals(before)).toBe(true);
  voidRecord(JOURNAL_DIRECTORY, 6, "once", disk);
  expect(() => voidRecord(JOURNAL_DIRECTORY, 6, "twice", disk)).toThrow("voided already");
});

test("nothing is voided under a running engine", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  await live.submit(5);
  expect(() => voidRecord(JOURNAL_DIRECTORY, 5, "now", disk)).toThrow(expect.objectContaining({ code: "locked" }));
});

test("a void at the end of a full segment goes into the next one and is found there", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  const room = live.journal.stats().bytesWritten + 4096;
  const filler = Buffer.alloc(16 * 1024 - room - 64 - 64 - 2 - 2 - 3, 4);
  await expect(live.submitRecords([filler, Buffer.from([FAULT_BYTE, 0, 0])])).rejects.toMatchObject({ recordSeq: 2 });
  await live.journal.close();
  voidRecord(JOURNAL_DIRECTORY, 2, "full", disk);
  const again = await startMachine({ disk });
  expect(again.report).toMatchObject({ nextRecord: 3, voided: [2] });
  expect(again.journal.stats().segment).toBe(2);
  expect(showRecord(JOURNAL_DIRECTORY, 2, TEXT, disk).voidReason).toBe("full");
});

test("verify reads segments, archive and snapshots, and names what is damaged", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  for (let batch = 0; batch < 30; batch += 1) await live.submit(30);
  await live.journal.snapshotNow();
  // Archiving happens in the background; a close in between leaves some segments raw.
  await live.journal.close();
  const whole = verifyJournal(JOURNAL_DIRECTORY, disk);
  expect(whole).toMatchObject({
    segments: live.journal.stats().segment,
    frames: { start: 1, records: 30, seal: 1, void: 0 },
    firstRecord: 1,
    lastRecord: 900,
    epoch: 1,
    snapshots: [{ lastRecord: 900, damage: null }],
    damage: null,
  });
  disk.flipBit(disk.paths().find((path) => path.includes("/journal/segment-")) as string, (4096 + 200) * 8);
  disk.flipBit(whole.snapshots[0]?.path as string, 700 * 8);
  const damaged = verifyJournal(JOURNAL_DIRECTORY, disk);
  expect(damaged.damage).toMatchObject({ code: "corrupt" });
  expect(damaged.snapshots[0]?.damage).toBe("section filler is damaged");
});
