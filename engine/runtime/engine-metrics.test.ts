/** What an engine says of itself to Prometheus, where that is not one of its own numbers as it is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { renderMetrics } from "../telemetry/metrics.ts";
import type { Engine } from "./contract.ts";
import { startEngine } from "./engine.ts";
import { engineMetrics } from "./engine-metrics.ts";

const START_US = 1_795_000_000_000_000;
const SECOND_US = 1_000_000;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function engineWith(wallClockUs: () => number): Promise<Engine> {
  const directory = mkdtempSync(join(tmpdir(), "tidebook-metrics-"));
  folders.push(directory);
  return startEngine({
    directory,
    wallClockUs,
    segmentBytes: 64 * 1_024,
    onFatal: (error) => {
      throw error;
    },
  });
}

test("a wall clock that was an hour ahead and is set right leaves the engine ahead of it, and a monitor sees how far", async () => {
  let nowUs = START_US;
  const engine = await engineWith(() => nowUs);
  const metrics = engineMetrics(
    () => ({ engine, atStart: engine.stats() }),
    () => nowUs,
  );
  const ahead = (): string | undefined => /^tidebook_engine_clock_ahead_seconds .*$/m.exec(renderMetrics(metrics))?.[0];
  const names = ["x", "y", "z"];
  const open = () => engine.submitOperator({ type: "open_account", name: names.shift() ?? "" }, nowUs + 9 * SECOND_US);
  const said = [(await open()).outcome, ahead()];
  nowUs += 3_600 * SECOND_US;
  said.push((await open()).outcome);
  nowUs -= 3_600 * SECOND_US;
  const late = await open();
  said.push(late.outcome, late.outcome === "rejected" ? late.reason : undefined, ahead());
  await engine.close();
  expect(said).toEqual([
    "done",
    "tidebook_engine_clock_ahead_seconds 0",
    "done",
    "rejected",
    "deadline_passed",
    "tidebook_engine_clock_ahead_seconds 3600",
  ]);
});
