/**
 * The way out of an assertion, as an operator goes it: the exchange does not start and names the record; the command line
 * shows it, voids it, and the exchange goes on with everything else.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RULES_VERSION } from "../core/state.ts";
import { openJournal } from "../journal/journal.ts";
import { encodeCommand } from "../protocol/command-codec.ts";
import type { OperatorCommand } from "../protocol/commands.ts";
import type { Engine } from "../runtime/contract.ts";
import { startEngine } from "../runtime/engine.ts";
import { EngineMachine } from "../runtime/machine.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const SEGMENT_BYTES = 64 * 1_024;
const TYPE_OFFSET = 4;
const UNKNOWN_TYPE = 77;
const wallClockUs = (): number => Date.now() * 1_000;

function engineOn(directory: string): Promise<Engine> {
  return startEngine({ directory, wallClockUs, segmentBytes: SEGMENT_BYTES, onFatal: () => {} });
}

function submit(engine: Engine, command: OperatorCommand): Promise<unknown> {
  return engine.submitOperator(command, wallClockUs() + 5_000_000);
}

/** A durable record that no version of the core can apply: what a bug of ours would look like to recovery. */
async function plant(directory: string): Promise<void> {
  const { journal } = await openJournal({
    directory,
    target: new EngineMachine({ ordersExpected: 16 }, true),
    engine: "e1",
    rulesVersion: RULES_VERSION,
    wallClockUs,
    segmentBytes: SEGMENT_BYTES,
  });
  const command = { type: "open_account", name: "planted" } as const;
  const envelope = {
    commandId: new Uint8Array(16).fill(9),
    deadlineUs: wallClockUs() + 5_000_000,
    source: "ops",
  } as const;
  const payload = Uint8Array.from(encodeCommand(command, envelope));
  payload[TYPE_OFFSET] = UNKNOWN_TYPE;
  await journal.append({ recordCount: 1, payload, timeUs: Math.max(journal.timeUs, wallClockUs()) });
  await journal.close();
}

function ops(dataFolder: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args, "--data-dir", dataFolder], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test("a planted assertion stops every start at its record; shown and voided, it is skipped, and all else is there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-ops-"));
  const directory = join(folder, "journal");
  try {
    const first = await engineOn(directory);
    await submit(first, { type: "add_asset", name: "BTC", decimals: 8 });
    await submit(first, { type: "open_account", name: "alice" });
    await first.close();
    await plant(directory);

    const fault = { code: "record_fault", place: { recordSeq: 3 }, message: expect.stringContaining("journal void 3") };
    await expect(engineOn(directory)).rejects.toMatchObject(fault);
    await expect(engineOn(directory)).rejects.toMatchObject(fault);

    const shown = await ops(folder, "journal", "show", "3");
    const tooEarly = await ops(folder, "journal", "void", "2", "--reason", "the wrong one");
    const voided = await ops(folder, "journal", "void", "3", "--reason", "planted by a test");
    const after = await ops(folder, "journal", "show", "3", "--json");
    expect([shown.code, tooEarly.code, voided.code, JSON.parse(after.stdout).voidReason]).toEqual([
      0,
      1,
      0,
      "planted by a test",
    ]);
    expect(shown.stdout).toContain("which this version does not know");

    const second = await engineOn(directory);
    await submit(second, { type: "open_account", name: "bob" });
    await second.close();
    const third = await engineOn(directory);
    const accounts = [(await third.account(1)).value?.name, (await third.account(2)).value?.name];
    await third.close();
    const verified = await ops(folder, "journal", "verify", "--json");
    expect([accounts, verified.code, JSON.parse(verified.stdout).voided]).toEqual([
      ["alice", "bob"],
      0,
      [{ recordSeq: 3, reason: "planted by a test" }],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
