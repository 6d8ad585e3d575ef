/**
 * I23: the same commands give the same events and the same state, bit for bit, however the core comes to them: live,
 * replayed from the first record, from a snapshot, on another major version of Node, and without its compilers.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { replayInto } from "../journal/replay.ts";
import { EngineMachine } from "../runtime/machine.ts";
import { type CoreFingerprint, fingerprintOf } from "./core-fingerprint.ts";
import { type JournaledStream, journalStream, openMachine, placesIn } from "./journaled-stream.ts";
import { findOtherNode } from "./other-node.ts";
import { writeStrippedCopy } from "./stripped-copy.ts";

export interface DeterminismSize {
  readonly seed: number;
  readonly commands: number;
  /** Without compilers the core is some twenty times slower, so it may take the first part of the stream alone. */
  readonly jitlessCommands: number;
  readonly timeoutMs: number;
}

export function determinismSuite({ seed, commands, jitlessCommands, timeoutMs }: DeterminismSize): void {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-determinism-"));
  const { directory, recordFile } = placesIn(folder);
  const otherNode = findOtherNode();
  let live: JournaledStream;
  let script: string;

  async function runCore(node: string, flags: readonly string[], records: number): Promise<CoreFingerprint> {
    const args = [...flags, script, recordFile, String(records)];
    const { stdout } = await promisify(execFile)(node, args, { timeout: timeoutMs });
    return JSON.parse(stdout) as CoreFingerprint;
  }

  beforeAll(async () => {
    script = writeStrippedCopy(join(import.meta.dirname, "core-process.ts"), join(folder, "stripped"));
    live = await journalStream({ directory, recordFile, seed, commands, checkpoint: jitlessCommands });
  }, timeoutMs);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test(`the stream is worth comparing: orders, trades, repetitions, two snapshots, SEED=${seed}`, () => {
    expect(live.atEnd.events).toBeGreaterThan(2 * commands);
    expect(live.orders).toBeGreaterThan(commands / 3);
    expect(live.trades).toBeGreaterThan(commands / 5);
    expect(live.duplicates).toBeGreaterThan(commands / 100);
    expect(live.snapshots).toBe(2);
  });

  test(
    `replayed from the first record, ${commands} commands give the hashes of the live run, SEED=${seed}`,
    () => {
      const machine = new EngineMachine({}, false);
      const replayed = replayInto(directory, machine, { from: { fromRecord: 1 } });
      expect(replayed).toMatchObject({ records: commands, startRecord: 1 });
      expect(fingerprintOf(machine.core)).toEqual(live.atEnd);
    },
    timeoutMs,
  );

  test(
    `recovered from a snapshot, ${commands} commands give the hashes of the live run, SEED=${seed}`,
    async () => {
      const { machine, journal, report } = await openMachine(directory);
      await journal.close();
      expect(report.snapshotRecord).toBeGreaterThan(commands / 2);
      expect(report.recordsApplied).toBeLessThan(commands / 2);
      expect(fingerprintOf(machine.core)).toEqual(live.atEnd);
    },
    timeoutMs,
  );

  const other = otherNode?.version ?? "another major version (skipped: none on the PATH, none in TIDEBOOK_OTHER_NODE)";
  test.skipIf(otherNode === null)(
    `under Node ${other}, ${commands} commands give the hashes of the live run, SEED=${seed}`,
    async () => {
      expect(await runCore(otherNode?.path ?? "", [], commands)).toEqual(live.atEnd);
    },
    timeoutMs,
  );

  test(
    `with --jitless, ${jitlessCommands} commands give the hashes of the live run, SEED=${seed}`,
    async () => {
      expect(await runCore(process.execPath, ["--jitless"], jitlessCommands)).toEqual(live.atCheckpoint);
    },
    timeoutMs,
  );
}
