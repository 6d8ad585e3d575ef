/** The same as kill.test.ts, as often as KILLS says. */
import { expect, test } from "vitest";
import { seededRandom } from "../../engine/sim/prng.ts";
import { runKillTrials } from "./kill-trials.ts";

const KILLS = Number(process.env.KILLS ?? 200);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`killed ${KILLS} times under load: nothing acknowledged is lost, nothing is doubled, the money sums SEED=${SEED}`, async () => {
  const report = await runKillTrials(KILLS, seededRandom(SEED));
  console.log(JSON.stringify({ ...report, restartMs: undefined, restartMsMax: Math.max(...report.restartMs) }));
  expect(report).toMatchObject({ kills: KILLS });
});
