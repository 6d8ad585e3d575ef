/**
 * What a machine that stops in the middle of a write leaves behind: recovery comes back to the last whole frame, and every
 * acknowledged frame is whole. And what it must not take for that: damage before the end.
 */
import { expect, test } from "vitest";
import { FaultyDisk, SECTOR_BYTES, SimulatedCrash } from "../sim/faulty-disk.ts";
import { JOURNAL_DIRECTORY, type JournaledMachine, recordOf, startMachine } from "../sim/journaled-machine.ts";
import { JournalWalk } from "./journal-walk.ts";
import { segmentFileName } from "./segment.ts";

const SEGMENT = `${JOURNAL_DIRECTORY}/${segmentFileName(1, 1)}`;
const SEED = Number(process.env.SEED ?? 1);

interface FrameSpan {
  readonly from: number;
  readonly to: number;
  /** Next record before and after the frame. */
  readonly nextRecordBefore: number;
  readonly nextRecord: number;
}

function spansOf(disk: FaultyDisk): FrameSpan[] {
  const file = { number: 1, firstRecord: 1, archived: false, path: SEGMENT };
  const walk = new JournalWalk(disk, JOURNAL_DIRECTORY, file, "all");
  const spans: FrameSpan[] = [];
  for (let frame = walk.next(); frame !== null; frame = walk.next()) {
    const { offset, nextRecord } = walk.position;
    spans.push({ from: walk.lastPlace?.offset ?? 0, to: offset, nextRecordBefore: frame.firstRecord, nextRecord });
  }
  return spans;
}

/** Batches of 3, 20 and 1 records behind a start frame; no seal. */
async function threeBatches(): Promise<{ disk: FaultyDisk; live: JournaledMachine; spans: FrameSpan[] }> {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  for (const count of [3, 20, 1]) await live.submit(count);
  return { disk: disk.copy(), live, spans: spansOf(disk) };
}

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const [how, cut] of [
  ["cut off", (disk: FaultyDisk, at: number) => disk.truncate(SEGMENT, at)],
  ["zero", (disk: FaultyDisk, at: number) => void disk.contentOf(SEGMENT).fill(0, at)],
] as const) {
  test(`with everything ${how} from any byte of the last frames, recovery stands behind the last whole frame and goes on`, async () => {
    const { disk, live, spans } = await threeBatches();
    const last = spans.at(-1) as FrameSpan;
    const original = Buffer.from(disk.contentOf(SEGMENT));
    for (let at = (spans[1] as FrameSpan).from; at <= last.to; at += 1) {
      const damaged = disk.copy();
      cut(damaged, at);
      const again = await startMachine({ disk: damaged });
      // A frame is whole as long as nothing but zeros of it was lost.
      const isWhole = (span: FrameSpan) =>
        original.subarray(Math.max(at, span.from), span.to).every((byte) => byte === 0);
      const expected = spans.findLast((span) => span.from < at && isWhole(span)) as FrameSpan;
      expect([at, again.nextRecord]).toEqual([at, expected.nextRecord]);
      expect(again.machine.fingerprint()).toBe(live.states.get(expected.nextRecord));
      await again.submit(2);
      const state = again.machine.fingerprint();
      await again.journal.close();
      expect((await startMachine({ disk: damaged })).machine.fingerprint()).toBe(state);
    }
  });
}

test("a crash that loses any subset of the sectors in flight loses nothing that was acknowledged", async () => {
  const chance = random(SEED);
  // Six sectors in flight: every subset. More: a seeded sample.
  for (const [count, samples] of [
    [95, null],
    [300, 300],
  ] as const) {
    const disk = new FaultyDisk();
    const live = await startMachine({ disk });
    await live.submit(7);
    const acknowledged = live.nextRecord;
    disk.plan = (call) => (call.name === "sync_data" ? { kind: "crash" } : null);
    await expect(live.submit(count)).rejects.toThrow("the process ends");
    const dirty = disk.dirtySectors().length;
    expect(dirty).toBeGreaterThan(5);
    const subsets = samples ?? 2 ** dirty;
    if (samples === null) expect(subsets).toBeLessThanOrEqual(512);
    for (let subset = 0; subset < subsets; subset += 1) {
      const keeps = samples === null ? (index: number) => ((subset >> index) & 1) === 1 : () => chance() < 0.8;
      const survivor = cloneDirty(disk, keeps);
      const again = await startMachine({ disk: survivor });
      const all = subset === 2 ** dirty - 1 && samples === null;
      if (all) expect(again.nextRecord).toBe(acknowledged + count);
      expect([acknowledged, acknowledged + count]).toContain(again.nextRecord);
      if (again.nextRecord === acknowledged) expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
      await again.submit(1);
      const state = again.machine.fingerprint();
      expect((await startMachine({ disk: survivor.copy() })).machine.fingerprint()).toBe(state);
    }
  }
});

/** What a crash leaves, without using the crashed disk up. */
function cloneDirty(disk: FaultyDisk, keeps: (index: number) => boolean): FaultyDisk {
  const survivor = disk.copy();
  const before = disk.dirtySectors();
  for (const [index, { path, sector }] of before.entries()) {
    if (keeps(index)) continue;
    disk.syncedSector(path, sector).copy(survivor.contentOf(path), sector * SECTOR_BYTES);
  }
  return survivor;
}

test("any bit flipped in any frame but the last is refused, with file and offset of that frame", async () => {
  const { disk, spans } = await threeBatches();
  const last = spans.at(-1) as FrameSpan;
  for (let bit = (spans[0] as FrameSpan).from * 8; bit < last.from * 8; bit += 1) {
    disk.flipBit(SEGMENT, bit);
    const offset = spans.findLast((span) => span.from * 8 <= bit)?.from;
    const refused = await startMachine({ disk }).catch((error: unknown) => error);
    expect([bit, refused]).toMatchObject([bit, { code: "corrupt", place: { file: SEGMENT, offset } }]);
    disk.flipBit(SEGMENT, bit);
  }
});

test("any bit flipped in the last frame is a torn tail: everything before it is there", async () => {
  const { disk, live, spans } = await threeBatches();
  const last = spans.at(-1) as FrameSpan;
  for (let bit = last.from * 8; bit < last.to * 8; bit += 1) {
    const damaged = disk.copy();
    damaged.flipBit(SEGMENT, bit);
    const again = await startMachine({ disk: damaged });
    expect([bit, again.nextRecord]).toEqual([bit, last.nextRecordBefore]);
    expect(again.machine.fingerprint()).toBe(live.states.get(last.nextRecordBefore));
    expect(again.report.tail).toMatchObject({ offset: last.from });
  }
});

test("behind a seal, any bit flipped in the last acknowledged frame is refused", async () => {
  const { disk, spans } = await threeBatches();
  const sealed = await startMachine({ disk });
  await sealed.journal.close();
  const last = spans.at(-1) as FrameSpan;
  for (let bit = last.from * 8; bit < last.to * 8; bit += 1) {
    disk.flipBit(SEGMENT, bit);
    await expect(startMachine({ disk })).rejects.toMatchObject({ code: "corrupt", place: { offset: last.from } });
    disk.flipBit(SEGMENT, bit);
  }
});

test("any bit flipped in a segment's header is refused", async () => {
  const { disk } = await threeBatches();
  for (let bit = 0; bit < 4096 * 8; bit += 1) {
    disk.flipBit(SEGMENT, bit);
    const refused = await startMachine({ disk }).catch((error: unknown) => error);
    expect([bit, refused]).toMatchObject([bit, { code: "corrupt", place: { file: SEGMENT, offset: 0 } }]);
    disk.flipBit(SEGMENT, bit);
  }
});

test("a damaged last frame of a segment with a successor is refused, and so is a missing segment", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk, onNotice: () => {} });
  disk.plan = (call) => (call.path.includes("archive") ? { kind: "error", code: "EIO" } : null);
  while (live.journal.stats().segment < 3) await live.submit(10);
  await live.journal.close();
  disk.plan = () => null;
  const spans = spansInFirstSegment(disk);
  const last = spans.at(-1) as FrameSpan;
  const damaged = disk.copy();
  damaged.flipBit(SEGMENT, (last.from + 70) * 8);
  await expect(startMachine({ disk: damaged })).rejects.toMatchObject({
    code: "corrupt",
    place: { file: SEGMENT, offset: last.from },
  });
  const second = disk.paths().find((path) => path.includes("segment-00000002")) as string;
  disk.remove(second);
  await expect(startMachine({ disk })).rejects.toMatchObject({
    code: "corrupt",
    message: expect.stringContaining("segment 2 is missing"),
  });
});

function spansInFirstSegment(disk: FaultyDisk): FrameSpan[] {
  const spans = spansOf(disk);
  const next = spans.findIndex((span, index) => index > 0 && span.from <= (spans[index - 1] as FrameSpan).from);
  return spans.slice(0, next);
}

test("a damaged frame with more behind it than one frame can leave is refused, though no frame behind it is whole", async () => {
  const { disk, spans } = await threeBatches();
  const [middle, last] = spans.slice(-2) as [FrameSpan, FrameSpan];
  disk.flipBit(SEGMENT, (middle.from + 100) * 8);
  disk.flipBit(SEGMENT, (last.from + 5) * 8);
  await expect(startMachine({ disk })).rejects.toMatchObject({ code: "corrupt", place: { offset: middle.from } });
});

test("a crash after any disk call of a recovery leaves a folder that recovers to the same state", async () => {
  const { disk, live, spans } = await threeBatches();
  const last = spans.at(-1) as FrameSpan;
  disk.flipBit(SEGMENT, (last.from + 70) * 8);
  const state = live.states.get(last.nextRecordBefore);
  for (let crashAt = 0; ; crashAt += 1) {
    const crashing = disk.copy();
    crashing.plan = (call) => (call.index === crashAt ? { kind: "crash" } : null);
    const error: unknown = await startMachine({ disk: crashing }).then(
      () => null,
      (reason: unknown) => reason,
    );
    const chance = random(SEED + crashAt);
    const survivor = crashing.afterCrash(() => chance() < 0.5, Math.floor(chance() * (crashing.unsyncedNames + 1)));
    expect([crashAt, (await startMachine({ disk: survivor })).machine.fingerprint()]).toEqual([crashAt, state]);
    if (error === null) break;
    expect(String((error as Error).cause ?? error)).toContain("the process ends");
  }
});

test("a crash after any disk call of a life with rotations loses nothing that was acknowledged", async () => {
  const live = async (disk: FaultyDisk, acknowledge: (machine: JournaledMachine) => void) => {
    const machine = await startMachine({ disk, snapshotEveryRecords: 60 });
    acknowledge(machine);
    for (let batch = 0; batch < 30; batch += 1) {
      await machine.submit(12);
      acknowledge(machine);
    }
    await machine.journal.close();
  };
  for (let crashAt = 0; ; crashAt += 1) {
    const disk = new FaultyDisk();
    disk.plan = (call) => (call.index === crashAt ? { kind: "crash" } : null);
    let acknowledged = 1;
    let states = new Map<number, string>();
    const error: unknown = await live(disk, (machine) => {
      acknowledged = machine.nextRecord;
      states = machine.states;
    }).then(
      () => null,
      (reason: unknown) => reason,
    );
    const chance = random(SEED * 1000 + crashAt);
    const survivor = disk.afterCrash(() => chance() < 0.5, Math.floor(chance() * (disk.unsyncedNames + 1)));
    const again = await startMachine({ disk: survivor });
    // The frame in flight may be there or not; what was acknowledged is.
    expect([crashAt, [acknowledged, acknowledged + 12]]).toEqual([crashAt, expect.arrayContaining([again.nextRecord])]);
    if (again.nextRecord === acknowledged && states.size > 0) {
      expect(again.machine.fingerprint()).toBe(states.get(acknowledged));
    }
    if (error === null) break;
    expect(error instanceof SimulatedCrash || (error as Error).cause instanceof SimulatedCrash).toBe(true);
  }
});

test("what is torn is zeros on disk, synced, before anything is appended", async () => {
  const { disk, spans } = await threeBatches();
  const [middle, last] = spans.slice(-2) as [FrameSpan, FrameSpan];
  disk.contentOf(SEGMENT).fill(0, last.from);
  disk.flipBit(SEGMENT, middle.from * 8);
  disk.plan = (call) => {
    const synced = disk.calls.filter((each) => each.name === "sync_data").length;
    return call.name === "write" && synced > 0 ? { kind: "crash" } : null;
  };
  await expect(startMachine({ disk })).rejects.toThrow("the process ends");
  const survivor = disk.afterCrash(() => false, 0);
  expect(
    survivor
      .contentOf(SEGMENT)
      .subarray(middle.from)
      .every((byte) => byte === 0),
  ).toBe(true);
});

test("a whole frame of another history, in the right place, is refused", async () => {
  const { disk, spans } = await threeBatches();
  const other = new FaultyDisk();
  const live = await startMachine({ disk: other });
  await live.submit(3);
  await live.submitRecords(Array.from({ length: 20 }, (_, index) => recordOf(4 + index).fill(7)));
  await live.submit(1);
  const last = spans.at(-1) as FrameSpan;
  expect(spansOf(other)).toEqual(spans);
  other.contentOf(SEGMENT).copy(disk.contentOf(SEGMENT), last.from, last.from, last.to);
  await expect(startMachine({ disk })).rejects.toMatchObject({
    code: "corrupt",
    place: { offset: last.from },
    message: expect.stringContaining("does not follow the one before"),
  });
});
