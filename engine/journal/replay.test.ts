/** Reading a journal again: all frames, from any record, archive included, beside a live engine. */
import { expect, test } from "vitest";
import { CounterMachine } from "../sim/counter-machine.ts";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { JOURNAL_DIRECTORY, type JournaledMachine, startMachine } from "../sim/journaled-machine.ts";
import { readFrames, replayInto } from "./replay.ts";
import type { DecodedFrame } from "./replay-target.ts";

/** Forty batches of 10 over several segments, the older ones archived, with snapshots behind records 100 and 250. */
async function longLife(): Promise<{ disk: FaultyDisk; live: JournaledMachine }> {
  const disk = new FaultyDisk();
  let archived = 0;
  const live = await startMachine({
    disk,
    onNotice: (notice) => {
      if (notice.type === "segment_archived") archived += 1;
    },
  });
  for (let batch = 1; batch <= 60; batch += 1) {
    await live.submit(10);
    if (batch === 10 || batch === 25) await live.journal.snapshotNow();
  }
  while (archived < live.journal.stats().segment - 1) await new Promise((resolve) => setImmediate(resolve));
  return { disk, live };
}

test("frames are read from the one that holds a record, to the live tail, archive included", async () => {
  const { disk, live } = await longLife();
  expect(disk.paths().filter((path) => path.endsWith(".zst")).length).toBeGreaterThan(0);
  for (const fromRecord of [1, 2, 11, 95, 300, 599, 600]) {
    const records = [...readFrames(JOURNAL_DIRECTORY, fromRecord, disk)].filter((frame) => frame.kind === "records");
    const first = Math.floor((fromRecord - 1) / 10) * 10 + 1;
    const expected = Array.from({ length: (600 - first + 1) / 10 }, (_, index) => first + index * 10);
    expect(records.map((frame) => frame.firstRecord)).toEqual(expected);
  }
  expect([...readFrames(JOURNAL_DIRECTORY, 601, disk)]).toEqual([]);
  await live.submit(1);
  expect([...readFrames(JOURNAL_DIRECTORY, 601, disk)].map((frame) => frame.firstRecord)).toEqual([601]);
});

test("a replay begins at the newest snapshot at or before a position and ends where the live engine stands", async () => {
  const { disk, live } = await longLife();
  const seqOf = (nextRecord: number) => (JSON.parse(live.states.get(nextRecord) as string) as number[])[1] as number;
  const cases = [
    [{ fromRecord: 50 }, 1],
    [{ fromRecord: 101 }, 101],
    [{ fromRecord: 250 }, 101],
    [{ fromRecord: 400 }, 251],
    [{ fromEventSeq: 1 }, 1],
    [{ fromEventSeq: seqOf(251) - 1 }, 101],
    [{ fromEventSeq: seqOf(251) }, 251],
  ] as const;
  for (const [from, startRecord] of cases) {
    const target = new CounterMachine();
    expect([from, replayInto(JOURNAL_DIRECTORY, target, { from, disk })]).toEqual([
      from,
      {
        startRecord,
        startEventSeq: seqOf(startRecord),
        records: 601 - startRecord,
        frames: (601 - startRecord) / 10,
      },
    ]);
    expect(target.fingerprint()).toBe(live.machine.fingerprint());
  }
});

test("a replay stops as soon as its caller has enough", async () => {
  const { disk, live } = await longLife();
  const target = new CounterMachine();
  const isEnough = () => target.head().nextRecord > 42;
  expect(replayInto(JOURNAL_DIRECTORY, target, { from: { fromRecord: 1 }, isEnough, disk }).records).toBe(50);
  expect(target.fingerprint()).toBe(live.states.get(51));
});

test("a reader beside a live engine sees every frame that is durable, once, in order, and never cries damage", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  const seen: number[] = [];
  for (let batch = 0; batch < 60; batch += 1) {
    await live.submit(9);
    const frames: DecodedFrame[] = [...readFrames(JOURNAL_DIRECTORY, (seen.at(-1) ?? -8) + 9, disk)];
    seen.push(...frames.filter((frame) => frame.kind === "records").map((frame) => frame.firstRecord));
  }
  expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => 1 + index * 9));
});

test("a reader that meets a half-written frame, and finds its successor when it looks ahead, reads both", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk, segmentBytes: 4 * 1024 * 1024 });
  await live.submit(3);
  const segment = disk.paths().find((path) => path.includes("/segment-")) as string;
  const before = Buffer.from(disk.contentOf(segment));
  // Larger than the reader's window: the look ahead reads anew.
  await live.submitRecords(Array.from({ length: 30 }, () => Buffer.alloc(60_000, 5)));
  await live.submit(3);
  const after = Buffer.from(disk.contentOf(segment));
  after.copy(before, 0, 0, 1_000_000);
  let reads = 0;
  const torn = disk.copy();
  torn.plan = (call) => {
    if (call.name !== "read" || call.path !== segment) return null;
    reads += 1;
    (reads <= 2 ? before : after).copy(torn.contentOf(segment));
    return null;
  };
  expect([...readFrames(JOURNAL_DIRECTORY, 1, torn)].map((frame) => frame.firstRecord)).toEqual([1, 1, 4, 34]);
  expect(reads).toBeGreaterThan(3);
});

test("damage before the end is named by a reader too, and a damaged archive by its file", async () => {
  const { disk } = await longLife();
  const archive = disk.paths().find((path) => path.endsWith(".zst")) as string;
  disk.flipBit(archive, 300 * 8);
  expect(() => [...readFrames(JOURNAL_DIRECTORY, 1, disk)]).toThrow(
    expect.objectContaining({ code: "corrupt", place: expect.objectContaining({ file: archive }) }),
  );
});
