/** A disk that is really full: a small tmpfs that the test mounts. Skipped, and says so, where mounting is not allowed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startMachine } from "../sim/journaled-machine.ts";
import { realDisk } from "./disk.ts";

const DISK_BYTES = 1024 * 1024;
const SEGMENT_BYTES = 256 * 1024;

const mountPoint = mkdtempSync(join(tmpdir(), "tidebook-full-disk-"));
const isMounted = mountTmpfs();

function mountTmpfs(): boolean {
  if (process.platform !== "linux") return false;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", mountPoint], { stdio: "ignore" });
    return true;
  } catch {
    // Not root, or a container without the right: the test says that it was skipped.
    return false;
  }
}

afterAll(() => {
  if (isMounted) execFileSync("umount", [mountPoint]);
  rmSync(mountPoint, { recursive: true });
});

function fillDisk(): string {
  const path = join(mountPoint, "filler");
  const { bavail, bsize } = statfsSync(mountPoint);
  writeFileSync(path, Buffer.alloc(bavail * bsize, 1));
  return path;
}

test.skipIf(!isMounted)(
  "on a full disk appends go on within the segment, a snapshot fails, a rotation is final, and nothing acknowledged is lost (needs mount rights)",
  async () => {
    const directory = join(mountPoint, "journal");
    const notices: string[] = [];
    const options = { disk: realDisk, directory, segmentBytes: SEGMENT_BYTES };
    const live = await startMachine({ ...options, onNotice: (notice) => notices.push(notice.type) });
    await live.submit(100);
    expect(await live.journal.snapshotNow()).toMatchObject({ type: "snapshot_written" });
    const filler = fillDisk();

    // The zeros are already there: a frame in a preallocated segment needs no room.
    await live.submit(100);
    expect(await live.journal.snapshotNow()).toMatchObject({ type: "snapshot_failed" });
    expect(realDisk.list(directory).filter((name) => name.startsWith("snapshot-"))).toHaveLength(1);

    let failure: unknown = null;
    for (let batch = 0; batch < 10_000 && failure === null; batch += 1) {
      failure = await live.submit(100).then(
        () => null,
        (error: unknown) => error,
      );
    }
    expect(failure).toMatchObject({ code: "journal_failure" });
    expect(live.journal.stats().segment).toBeLessThanOrEqual(3);
    await live.journal.close();

    rmSync(filler);
    const again = await startMachine(options);
    expect(again.nextRecord).toBe(live.nextRecord);
    expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
    await again.submit(10);
    await again.journal.close();
  },
);

test.skipIf(!isMounted)(
  "a first start on a full disk is refused, and works once there is room (needs mount rights)",
  async () => {
    const directory = join(mountPoint, "other");
    const filler = fillDisk();
    const options = { disk: realDisk, directory, segmentBytes: SEGMENT_BYTES };
    await expect(startMachine(options)).rejects.toThrow();
    rmSync(filler);
    rmSync(join(mountPoint, "journal"), { recursive: true, force: true });
    const live = await startMachine(options);
    expect(live.report).toMatchObject({ epoch: 1, isNew: true });
    await live.submit(10);
    await live.journal.close();
  },
);
