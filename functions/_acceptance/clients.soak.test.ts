/**
 * A book and an account's events held by unpatched clients for minutes: HOLD_MINUTES (3 where nothing is said), on the
 * process of `npm start` and on separate processes. SEED= repeats the traders' choices.
 */
import { describe, test } from "vitest";
import { checkHeld, type HoldPlan, hold } from "./clients/hold-suite.ts";
import { missingService, startSeparateProcesses } from "./separate-processes.ts";
import { openTarget, type Target } from "./target.ts";

const minutes = Number(process.env.HOLD_MINUTES ?? 3);
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const plan: HoldPlan = { seconds: Math.round(minutes * 60), seed };
const missing = missingService();

async function holdAt(target: Target): Promise<void> {
  try {
    checkHeld(await hold(target, plan), plan);
  } finally {
    await target.close();
  }
}

test(`one process: held for ${minutes} min without a resync or a lost event SEED=${seed}`, async () => {
  await holdAt(await openTarget());
});

describe.skipIf(missing !== null)(`separate processes${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  test(`held for ${minutes} min without a resync or a lost event SEED=${seed}`, async () => {
    await holdAt(await startSeparateProcesses());
  });
});
