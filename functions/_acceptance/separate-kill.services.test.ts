/** Separate processes, killed and restarted at random under load. The long run is separate-kill.soak.test.ts. Skipped where Redis or Postgres is not installed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../engine/sim/prng.ts";
import {
  ADDRESS_LIMITS_OFF,
  missingService,
  type SeparateExchange,
  startSeparateProcesses,
} from "./separate-processes.ts";
import { runSeparateTrials } from "./separate-trials.ts";

const OUTAGES = 20;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const missing = missingService();

describe.skipIf(missing !== null)(`separate processes${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let exchange: SeparateExchange;
  beforeAll(async () => {
    // Small, so that kills fall into snapshots and changes of segment too.
    exchange = await startSeparateProcesses({
      edges: ADDRESS_LIMITS_OFF,
      engine: { TIDEBOOK_SNAPSHOT_EVERY_RECORDS: "500", TIDEBOOK_SEGMENT_MIB: "1" },
    });
  });
  afterAll(() => exchange?.close());

  test(`${OUTAGES} outages under load: nothing acknowledged is lost, nothing is doubled, money sums, tables and streams are whole SEED=${SEED}`, async () => {
    const report = await runSeparateTrials(exchange, OUTAGES, seededRandom(SEED)).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${exchange.output()}`, { cause: error });
    });
    console.log(JSON.stringify({ at: "separate_kill", seed: SEED, ...report, outages: report.outages.length }));
    expect(report.outages.length).toBeGreaterThanOrEqual(OUTAGES);
    // A run in which nothing happened would prove nothing.
    expect(Math.min(report.acknowledged, report.trades)).toBeGreaterThan(100);
    expect(report.fired).toBeGreaterThan(0);
    expect(report.watcher.updates).toBeGreaterThan(10);
  });
});
