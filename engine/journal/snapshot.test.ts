/** Snapshots: written whole or not at all, two kept, never trusted when damaged, never fatal when they fail. */
import { expect, test } from "vitest";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { JOURNAL_DIRECTORY, type JournaledMachine, startMachine } from "../sim/journaled-machine.ts";
import type { JournalNotice } from "./journal.ts";

const SEED = Number(process.env.SEED ?? 1);

function snapshotsOn(disk: FaultyDisk): string[] {
  return disk.paths().filter((path) => path.startsWith(`${JOURNAL_DIRECTORY}/snapshot-`));
}

/** Ten records, a snapshot, ten records, a snapshot, ten records. */
async function twoSnapshots(): Promise<{ disk: FaultyDisk; live: JournaledMachine }> {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  for (let round = 0; round < 2; round += 1) {
    await live.submit(10);
    await live.journal.snapshotNow();
  }
  await live.submit(10);
  await live.journal.close();
  return { disk, live };
}

test("recovery begins at the newest snapshot and replays only what is behind it", async () => {
  const { disk, live } = await twoSnapshots();
  const again = await startMachine({ disk });
  expect(again.report).toMatchObject({ snapshotRecord: 21, recordsApplied: 10, snapshotsPassedOver: [] });
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
});

test("a snapshot that was reported written survives the loss of power", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  await live.submit(10);
  expect(await live.journal.snapshotNow()).toMatchObject({ type: "snapshot_written", record: 10 });
  const again = await startMachine({ disk: disk.afterCrash(() => false, 0) });
  expect(again.report).toMatchObject({ snapshotRecord: 11, recordsApplied: 0 });
});

test("two snapshots are kept, the newest", async () => {
  const { disk } = await twoSnapshots();
  const live = await startMachine({ disk });
  await live.journal.snapshotNow();
  expect(snapshotsOn(disk).map((path) => Number(path.slice(-16)))).toEqual([21, 31]);
});

test("a snapshot is due by the number of records since the last, and never before", async () => {
  const disk = new FaultyDisk();
  const written: number[] = [];
  const onNotice = (notice: JournalNotice) => {
    if (notice.type === "snapshot_written") written.push(notice.record);
  };
  const live = await startMachine({ disk, snapshotEveryRecords: 25, onNotice });
  for (let batch = 0; batch < 10; batch += 1) {
    await live.submit(10);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
  await live.journal.close();
  expect(written).toEqual([30, 60, 90]);
});

/** Background writes wait until they are let go. */
class HeldDisk extends FaultyDisk {
  letGo: () => void = () => {};
  readonly #held = new Promise<void>((resolve) => {
    this.letGo = resolve;
  });

  override async writeInBackground(file: number, bytes: Uint8Array, position: number): Promise<number> {
    await this.#held;
    return this.write(file, bytes, position);
  }
}

test("closing seals before it waits for a snapshot under way", async () => {
  const disk = new HeldDisk();
  const live = await startMachine({ disk });
  await live.submit(3);
  const snapshot = live.journal.snapshotNow();
  const closed = live.journal.close();
  while (live.journal.stats().frames < 3) await new Promise((resolve) => setImmediate(resolve));
  const killed = await startMachine({ disk: disk.copy() });
  expect(killed.report).toMatchObject({ snapshotRecord: null, recordsApplied: 3, tail: { tornBytes: 0 } });
  disk.letGo();
  expect(await snapshot).toMatchObject({ type: "snapshot_written", record: 3 });
  await closed;
});

test("a snapshot asked for while one is under way is that one", async () => {
  const live = await startMachine({ disk: new FaultyDisk() });
  await live.submit(1);
  const first = live.journal.snapshotNow();
  expect(await live.journal.snapshotNow()).toBe(await first);
});

test("the engine goes on while a snapshot is written, and the snapshot is of the moment it was taken", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  await live.submit(5);
  const snapshot = live.journal.snapshotNow();
  await live.submit(5);
  expect(await snapshot).toMatchObject({ type: "snapshot_written", record: 5 });
  await live.journal.close();
  const again = await startMachine({ disk });
  expect(again.report).toMatchObject({ snapshotRecord: 6, recordsApplied: 5 });
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
});

test("a newer snapshot damaged in any byte is passed over for the older, and set aside", async () => {
  const { disk, live } = await twoSnapshots();
  const newer = snapshotsOn(disk)[1] as string;
  const size = disk.contentOf(newer).byteLength;
  for (let byte = 0; byte < size; byte += 1) {
    const damaged = disk.copy();
    damaged.flipBit(newer, byte * 8 + (byte % 8));
    const again = await startMachine({ disk: damaged });
    expect([byte, again.report]).toMatchObject([byte, { snapshotRecord: 11, snapshotsPassedOver: [{ path: newer }] }]);
    expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
    expect(damaged.paths()).toContain(newer.replace("snapshot-", "damaged-snapshot-"));
  }
});

test("a newer snapshot cut off anywhere is passed over for the older", async () => {
  const { disk, live } = await twoSnapshots();
  const newer = snapshotsOn(disk)[1] as string;
  for (let size = 0; size < disk.contentOf(newer).byteLength; size += 7) {
    const damaged = disk.copy();
    damaged.truncate(newer, size);
    const again = await startMachine({ disk: damaged });
    expect([size, again.report.snapshotRecord]).toEqual([size, 11]);
    expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
  }
});

test("with both snapshots damaged, recovery begins at the first record", async () => {
  const { disk, live } = await twoSnapshots();
  for (const path of snapshotsOn(disk)) disk.flipBit(path, 1000);
  const again = await startMachine({ disk });
  expect(again.report).toMatchObject({ snapshotRecord: null, recordsApplied: 30 });
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
});

test("a snapshot interrupted at any disk call leaves the older one, or the new one whole", async () => {
  const { disk, live } = await twoSnapshots();
  for (let crashAt = 0; ; crashAt += 1) {
    const crashing = disk.copy();
    const machine = await startMachine({ disk: crashing });
    const begin = crashing.calls.length;
    crashing.plan = (call) => (call.index === begin + crashAt ? { kind: "crash" } : null);
    const result = await machine.journal.snapshotNow();
    for (const keeps of [() => true, () => false, (_: unknown, index: number) => (index + SEED + crashAt) % 3 === 0]) {
      for (let names = 0; names <= crashing.unsyncedNames; names += 1) {
        const survivor = crashing.copyWithUnsynced().afterCrash(keeps, names);
        const again = await startMachine({ disk: survivor });
        expect([21, 31]).toContain(again.report.snapshotRecord);
        expect(again.report.snapshotsPassedOver).toEqual([]);
        expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
        expect(survivor.paths().filter((path) => path.endsWith(".tmp") && path.includes("snapshot"))).toEqual([]);
      }
    }
    if (result.type === "snapshot_written") break;
  }
});

test("a snapshot that meets an error at any disk call is reported, and the engine and the older ones go on", async () => {
  const { disk } = await twoSnapshots();
  let failures = 0;
  for (let failAt = 0; ; failAt += 1) {
    const failing = disk.copy();
    const machine = await startMachine({ disk: failing });
    const begin = failing.calls.length;
    failing.plan = (call) => (call.index === begin + failAt ? { kind: "error", code: "ENOSPC" } : null);
    const result = await machine.journal.snapshotNow();
    failing.plan = () => null;
    await machine.submit(3);
    await machine.journal.close();
    const again = await startMachine({ disk: failing });
    expect(again.machine.fingerprint()).toBe(machine.machine.fingerprint());
    expect(again.report.snapshotsPassedOver).toEqual([]);
    if (result.type === "snapshot_written") break;
    expect(machine.journal.stats().snapshotsFailed).toBe(1);
    failures += 1;
  }
  expect(failures).toBeGreaterThan(5);
});

test("a short write of a snapshot is a failure, and leaves nothing behind", async () => {
  const { disk } = await twoSnapshots();
  const machine = await startMachine({ disk });
  const before = disk.paths();
  disk.plan = (call) => (call.name === "write" && call.path.includes("snapshot") ? { kind: "short" } : null);
  expect(await machine.journal.snapshotNow()).toMatchObject({
    type: "snapshot_failed",
    error: { code: "short_write" },
  });
  expect(disk.paths()).toEqual(before);
});

test("a snapshot ahead of the journal proves that a frame is missing, and the start is refused", async () => {
  const disk = new FaultyDisk();
  const live = await startMachine({ disk });
  await live.submit(10);
  const segment = disk.paths().find((path) => path.includes("/segment-")) as string;
  const before = Buffer.from(disk.contentOf(segment));
  await live.submit(10);
  await live.journal.snapshotNow();
  before.copy(disk.contentOf(segment));
  await expect(startMachine({ disk: disk.copy() })).rejects.toMatchObject({
    code: "corrupt",
    message: expect.stringContaining("a snapshot says that a frame ends here"),
  });
});
