/** The audit by the clock, for processes that stay: functions/_local, or funding where it is not scaled to zero. */
import { runAudit } from "./audit.ts";
import type { FundingDeps } from "./deps.ts";

/** @param everyS 0: never. @returns the way to stop, which waits for a run under way. */
export function startAudits(deps: FundingDeps, everyS: number): () => Promise<void> {
  if (everyS === 0) return async () => {};
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    // One at a time: a slow run is not overtaken.
    running ??= runOnce(deps).finally(() => {
      running = null;
    });
  }, everyS * 1_000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function runOnce(deps: FundingDeps): Promise<void> {
  try {
    await runAudit(deps);
  } catch (error) {
    // The next run asks again; that none can be made is for the operator to read.
    deps.audits.runs.incomplete += 1;
    deps.log({ at: "audit", outcome: "incomplete", reasons: [error instanceof Error ? error.message : String(error)] });
  }
}
