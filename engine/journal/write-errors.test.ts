/** Errors of the disk while appending: final, never acknowledged, and recovery finds all that was. */
import { expect, test } from "vitest";
import { type DiskFault, FaultyDisk } from "../sim/faulty-disk.ts";
import { type JournaledMachine, startMachine } from "../sim/journaled-machine.ts";

const FAULTS: readonly DiskFault[] = [
  { kind: "error", code: "EIO" },
  { kind: "error", code: "ENOSPC" },
  { kind: "short" },
];

for (const fault of FAULTS) {
  const name = fault.kind === "error" ? fault.code : "a short write";
  test(`${name} at any step of any append or rotation is final: nothing later is acknowledged, nothing earlier is lost`, async () => {
    let failed = 0;
    for (let failAt = 0; ; failAt += 1) {
      const disk = new FaultyDisk();
      const live = await startMachine({ disk });
      const begin = disk.calls.length;
      let met = false;
      disk.plan = (call) => {
        // The archive and the laying out of segments ahead are background work: not fatal, and tested elsewhere.
        if (call.index < begin + failAt || met || call.path.includes("archive") || call.name === "read") return null;
        if (fault.kind === "short" && call.name !== "write") return null;
        met = true;
        return fault;
      };
      const acknowledged = await submitUntilFailure(live);
      if (live.journal.failure !== null) {
        failed += 1;
        const { failure } = live.journal;
        await expect(live.journal.append({ recordCount: 1, payload: Buffer.alloc(3), timeUs: 2 ** 40 })).rejects.toBe(
          failure,
        );
        await expect(live.journal.seal(2 ** 40)).rejects.toBe(failure);
      }
      const failureBefore = live.journal.failure;
      const framesBefore = live.journal.stats().frames;
      // Closing after a failure writes nothing; where the closing seal itself is hit, closing says so.
      const closeError: unknown = await live.journal.close().catch((error: unknown) => error);
      if (failureBefore !== null) expect([closeError, live.journal.stats().frames]).toEqual([undefined, framesBefore]);
      else expect(closeError ?? null).toBe(live.journal.failure);
      disk.plan = () => null;
      // Power is lost too, with all or nothing of what was not synced.
      const again = await startMachine({ disk: disk.afterCrash(() => failAt % 2 === 0, 0) });
      expect([acknowledged, acknowledged + 40]).toContain(again.nextRecord);
      if (again.nextRecord === acknowledged) expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
      if (!met) break;
    }
    expect(failed).toBeGreaterThan(20);
  });
}

/** @returns the next record behind the last acknowledged batch. */
async function submitUntilFailure(live: JournaledMachine): Promise<number> {
  for (let batch = 0; batch < 25; batch += 1) {
    try {
      await live.submit(40);
    } catch (error) {
      expect(error).toMatchObject({ code: "journal_failure" });
      expect(error).toBe(live.journal.failure);
      break;
    }
  }
  return live.nextRecord;
}

test("a next segment that cannot be laid out ahead of time is reported, and laid out when it is needed", async () => {
  const disk = new FaultyDisk();
  const notices: string[] = [];
  disk.plan = (call) => (call.path.includes("next-segment-2") ? { kind: "error", code: "ENOSPC" } : null);
  const live = await startMachine({ disk, onNotice: (notice) => notices.push(notice.type) });
  for (let batch = 0; batch < 25; batch += 1) await live.submit(40);
  await live.journal.close();
  expect(notices).toContain("next_segment_failed");
  expect(live.journal.stats().segment).toBeGreaterThan(1);
  expect((await startMachine({ disk })).machine.fingerprint()).toBe(live.machine.fingerprint());
});

test("an archive that cannot be written leaves the raw segment, and is written after the next start", async () => {
  const disk = new FaultyDisk();
  const notices: string[] = [];
  disk.plan = (call) => (call.path.includes("archive") ? { kind: "error", code: "EIO" } : null);
  const live = await startMachine({ disk, onNotice: (notice) => notices.push(notice.type) });
  for (let batch = 0; batch < 25; batch += 1) await live.submit(40);
  await live.journal.close();
  expect(new Set(notices)).toEqual(new Set(["archive_failed"]));
  expect(disk.paths().filter((path) => path.includes("archive"))).toEqual([]);
  disk.plan = () => null;
  const archived: number[] = [];
  let isDone: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    isDone = resolve;
  });
  const again = await startMachine({
    disk,
    onNotice: (notice) => {
      if (notice.type !== "segment_archived") return;
      archived.push(notice.segment);
      if (notice.segment === live.journal.stats().segment - 1) isDone();
    },
  });
  await done;
  expect(archived).toEqual(Array.from({ length: live.journal.stats().segment - 1 }, (_, index) => index + 1));
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
});
