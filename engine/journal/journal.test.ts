/** The journal's life without damage: start, append, seal, rotate, archive, restart. */
import { expect, test } from "vitest";
import { CounterMachine } from "../sim/counter-machine.ts";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { JOURNAL_DIRECTORY, JournaledMachine, SMALL_SEGMENT_BYTES, startMachine } from "../sim/journaled-machine.ts";
import { type JournalNotice, openJournal } from "./journal.ts";
import { readFrames } from "./replay.ts";

/** Kind, epoch, first record and count of every frame in the journal. */
function framesOn(disk: FaultyDisk): string[] {
  return [...readFrames(JOURNAL_DIRECTORY, 1, disk)].map(
    (frame) => `${frame.kind} e${frame.epoch} ${frame.firstRecord}+${frame.recordCount}`,
  );
}

test("a new folder becomes epoch 1, and every start after it the next epoch, in its first frame", async () => {
  const disk = new FaultyDisk();
  const first = await startMachine({ disk });
  expect(first.report).toMatchObject({ epoch: 1, isNew: true, nextRecord: 1, tail: null });
  await first.submit(3);
  await first.journal.close();
  const second = await startMachine({ disk });
  expect(second.report).toMatchObject({ epoch: 2, isNew: false, nextRecord: 4, recordsApplied: 3, framesApplied: 1 });
  await second.submit(1);
  await second.journal.close();
  expect(framesOn(disk)).toEqual([
    "start e1 1+0",
    "records e1 1+3",
    "seal e1 4+0",
    "start e2 4+0",
    "records e2 4+1",
    "seal e2 5+0",
  ]);
});

test("replaying gives the state that was there live", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  for (let batch = 1; batch <= 40; batch += 1) await live.submit(batch);
  await live.journal.close();
  const again = await startMachine({ disk });
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
});

test("a second seal in a row writes nothing", async () => {
  const disk = new FaultyDisk();
  const { journal } = await startMachine({ disk });
  await journal.seal(2_000_000);
  await journal.seal(3_000_000);
  expect(framesOn(disk)).toEqual(["start e1 1+0", "seal e1 1+0"]);
});

test("time never goes back across a restart, whatever the wall clock says", async () => {
  const disk = new FaultyDisk();
  const first = await startMachine({ disk, wallClockUs: () => 9_000_000 });
  await first.journal.close();
  const second = await startMachine({ disk, wallClockUs: () => 5 });
  expect(second.journal.timeUs).toBe(9_000_000);
});

test("a frame older than the one before is refused before anything is written", async () => {
  const { journal } = await startMachine({ disk: new FaultyDisk() });
  const before = journal.stats();
  await expect(journal.append({ recordCount: 1, payload: Buffer.alloc(3), timeUs: 1 })).rejects.toThrow("not older");
  expect(journal.stats()).toEqual(before);
});

test("a batch is refused while the one before it is not applied", async () => {
  const { journal } = await startMachine({ disk: new FaultyDisk() });
  const batch = { recordCount: 1, payload: Buffer.from([1, 0, 0]), timeUs: 2_000_000 };
  await journal.append(batch);
  await expect(journal.append(batch)).rejects.toThrow("every durable batch is applied");
});

test("two frames are never in flight", async () => {
  const { journal } = await startMachine({ disk: new FaultyDisk() });
  const batch = { recordCount: 1, payload: Buffer.from([1, 0, 0]), timeUs: 2_000_000 };
  const first = journal.append(batch);
  await expect(journal.append(batch)).rejects.toThrow("one frame is in flight");
  await first;
});

test("the blocking append writes the same frames as the other", async () => {
  const [left, right] = [new FaultyDisk(), new FaultyDisk()];
  const batch = { recordCount: 2, payload: Buffer.from([1, 0, 7, 1, 0, 6]), timeUs: 2_000_000 };
  await (await startMachine({ disk: left })).journal.append(batch);
  (await startMachine({ disk: right })).journal.appendSync(batch);
  expect(left.paths().map((path) => left.contentOf(path))).toEqual(right.paths().map((path) => right.contentOf(path)));
});

test("rotated segments move to the archive, and nothing that was journaled is lost on the way", async () => {
  const disk = new FaultyDisk();
  const archived: number[] = [];
  const onNotice = (notice: JournalNotice) => {
    if (notice.type === "segment_archived") archived.push(notice.segment);
    else throw new Error(notice.type);
  };
  const live = await startMachine({ disk, onNotice });
  for (let batch = 0; batch < 200; batch += 1) await live.submit(10);
  while (archived.length < live.journal.stats().segment - 1) await new Promise((resolve) => setImmediate(resolve));
  await live.journal.close();
  const segments = live.journal.stats().segment;
  expect(segments).toBeGreaterThan(3);
  expect(archived).toEqual(Array.from({ length: segments - 1 }, (_, index) => index + 1));
  expect(disk.paths().filter((path) => path.includes("/archive/"))).toHaveLength(segments - 1);
  expect(disk.paths().filter((path) => /journal\/segment-/.test(path))).toHaveLength(1);
  const again = await startMachine({ disk });
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
});

test("a batch as large as a segment holds is journaled, a larger one is refused", async () => {
  const disk = new FaultyDisk();
  const { journal } = await startMachine({ disk });
  const largest = SMALL_SEGMENT_BYTES - 4096 - 64;
  await journal.append({ recordCount: 1, payload: Buffer.alloc(largest), timeUs: 2_000_000 });
  expect(journal.stats().segment).toBe(2);
  const other = await startMachine({ disk: new FaultyDisk() });
  const tooLarge = { recordCount: 1, payload: Buffer.alloc(largest + 1), timeUs: 2_000_000 };
  await expect(other.journal.append(tooLarge)).rejects.toThrow("fits into one segment");
});

test("another engine's folder is refused", async () => {
  const disk = new FaultyDisk();
  await (await startMachine({ disk })).journal.close();
  await expect(startMachine({ disk, engine: "e2" })).rejects.toMatchObject({
    code: "refused",
    message: expect.stringContaining('engine "e1", not of "e2"'),
  });
});

test("a journal under newer rules is refused, and newer rules begin a segment of their own", async () => {
  const disk = new FaultyDisk();
  await (await startMachine({ disk })).journal.close();
  const newer = await startMachine({ disk, rulesVersion: 2 });
  expect(newer.journal.stats().segment).toBe(2);
  await newer.journal.close();
  await expect(startMachine({ disk, rulesVersion: 1 })).rejects.toMatchObject({
    code: "refused",
    message: expect.stringContaining("under rules 2"),
  });
});

test("replay under other rules stops at the first frame whose events differ, and names record and event", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  await live.submit(2);
  const eventSeq = live.machine.head().nextEventSeq;
  await live.submit(5);
  await live.submit(5);
  await live.journal.close();
  const target = new CounterMachine();
  const applyFrame = target.applyFrame.bind(target);
  target.applyFrame = (frame, voided) => {
    applyFrame(frame, voided);
    if (frame.firstRecord !== 3) return;
    const head = target.head();
    target.head = () => ({ ...head, eventHash: { ...head.eventHash, lo: head.eventHash.lo ^ 1 } });
  };
  const options = { directory: JOURNAL_DIRECTORY, target, disk, engine: "e1", rulesVersion: 1, wallClockUs: () => 0 };
  await expect(openJournal(options)).rejects.toMatchObject({ code: "diverged", place: { recordSeq: 3, eventSeq } });
});

test("the folder is free again after close, and after a start that was refused", async () => {
  const disk = new FaultyDisk();
  const first = await startMachine({ disk });
  await expect(startMachine({ disk })).rejects.toMatchObject({ code: "locked" });
  await first.journal.close();
  await expect(startMachine({ disk, engine: "e2" })).rejects.toMatchObject({ code: "refused" });
  expect(await startMachine({ disk })).toBeInstanceOf(JournaledMachine);
});
