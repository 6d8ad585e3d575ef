/** The same as separate-kill.services.test.ts, with as many outages as OUTAGES says. Skipped where Redis or Postgres is not installed. */
import { expect, test } from "vitest";
import { seededRandom } from "../../engine/sim/prng.ts";
import { ADDRESS_LIMITS_OFF, missingService, startSeparateProcesses } from "./separate-processes.ts";
import { runSeparateTrials } from "./separate-trials.ts";

const OUTAGES = Number(process.env.OUTAGES ?? 300);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const missing = missingService();

test.skipIf(missing !== null)(
  `${OUTAGES} outages under load: nothing acknowledged is lost or doubled SEED=${SEED}${missing === null ? "" : ` (skipped: ${missing})`}`,
  async () => {
    const exchange = await startSeparateProcesses({
      edges: ADDRESS_LIMITS_OFF,
      engine: { TIDEBOOK_SNAPSHOT_EVERY_RECORDS: "5000", TIDEBOOK_SEGMENT_MIB: "1" },
    });
    try {
      const report = await runSeparateTrials(exchange, OUTAGES, seededRandom(SEED));
      console.log(JSON.stringify({ ...report, outages: report.outages.length }));
      expect(report.outages.length).toBeGreaterThanOrEqual(OUTAGES);
    } finally {
      await exchange.close();
    }
  },
);
