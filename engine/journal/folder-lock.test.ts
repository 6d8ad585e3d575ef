/** The lock, with real processes on a real disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { CounterMachine } from "../sim/counter-machine.ts";
import { startMachine } from "../sim/journaled-machine.ts";
import { realDisk } from "./disk.ts";
import { voidRecord } from "./operator.ts";
import { replayInto } from "./replay.ts";

const PROGRAM = fileURLToPath(new URL("../sim/journal-process.ts", import.meta.url));
const running = new Set<ChildProcess>();
const directories: string[] = [];

afterEach(async () => {
  await Promise.all([...running].map(kill));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "tidebook-journal-"));
  directories.push(directory);
  return directory;
}

/** @returns the process and the first line it printed. */
async function start(directory: string, mode: "hold" | "try"): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, [PROGRAM, directory, mode], { stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return [child, line];
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

test("a second process is refused while the first lives, and starts after a kill -9 of the first", async () => {
  const directory = newDirectory();
  const [first, opened] = await start(directory, "hold");
  expect(opened).toBe("open epoch 1");
  expect((await start(directory, "try"))[1]).toBe("refused locked");
  expect(() => voidRecord(directory, 1, "no", realDisk)).toThrow(expect.objectContaining({ code: "locked" }));
  await kill(first);
  expect((await start(directory, "try"))[1]).toBe("open epoch 2");
});

test("a second journal in the same process is refused, and reading beside the first is not", async () => {
  const directory = newDirectory();
  const live = await startMachine({ disk: realDisk, directory });
  await live.submit(5);
  await expect(startMachine({ disk: realDisk, directory })).rejects.toMatchObject({ code: "locked" });
  const reader = new CounterMachine();
  replayInto(directory, reader, { from: { fromRecord: 1 } });
  expect(reader.fingerprint()).toBe(live.machine.fingerprint());
  expect((await start(directory, "try"))[1]).toBe("refused locked");
  await live.journal.close();
  const again = await startMachine({ disk: realDisk, directory });
  expect(again.machine.fingerprint()).toBe(live.machine.fingerprint());
  await again.journal.close();
});
