/** The exchange's first promise, on the real process. The long run is kill.soak.test.ts. */
import { expect, test } from "vitest";
import { runKillTrials } from "./kill-trials.ts";
import { seededRandom } from "./order-ledger.ts";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`ten times killed under load: nothing acknowledged is lost, nothing is doubled, the money sums SEED=${SEED}`, async () => {
  const report = await runKillTrials(10, seededRandom(SEED));
  expect(report).toMatchObject({ kills: 10 });
  // A run in which nothing happened would prove nothing.
  expect(Math.min(report.acknowledged, report.trades)).toBeGreaterThan(100);
}, 120_000);
