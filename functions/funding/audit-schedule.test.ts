/** The audit by the clock: it runs without being asked, one run at a time, and freezes what an asked one would freeze. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Database } from "../_shared/database.ts";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { startAudits } from "./audit-schedule.ts";
import type { FundingDeps } from "./deps.ts";
import { type FundingExchange, fundingExchange } from "./testing/funding-exchange.ts";

const EVERY_S = 300;

let database: Database;
let funding: FundingExchange;
let tests = 0;
beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  tests += 1;
  funding = await fundingExchange(database, `scheduled-${tests}`);
  await funding.persist();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets so much time pass, and ends what it began. @returns how the runs ended. */
async function runsWithin(seconds: number, everyS: number, deps: FundingDeps = funding.deps) {
  const stop = startAudits(deps, everyS);
  vi.advanceTimersByTime(seconds * 1_000);
  await stop();
  return { ...deps.audits.runs };
}

test("a mismatch is found when a run is due, not before, and freezes withdrawals", async () => {
  const sql = "update balances set free_atoms = free_atoms + 1 where account = 1 and asset = 0 and engine = $1";
  await database.transaction((tx) => tx.query(sql, [funding.engineName]));
  const none = { balanced: 0, mismatch: 0, incomplete: 0 };
  expect(await runsWithin(EVERY_S - 1, EVERY_S)).toEqual(none);
  expect(await runsWithin(EVERY_S, EVERY_S)).toEqual({ ...none, mismatch: 1 });
  const { body } = await funding.signed(1, "POST", "/sapi/v1/capital/withdraw/apply", "coin=A0&amount=1&address=x");
  expect(body).toEqual({ code: -4019, msg: "Current asset is not open for withdrawal." });
});

test("a slow run is not overtaken; 0 is never", async () => {
  expect(await runsWithin(3 * EVERY_S, EVERY_S)).toEqual({ balanced: 1, mismatch: 0, incomplete: 0 });
  expect(await runsWithin(3 * EVERY_S, 0)).toEqual({ balanced: 1, mismatch: 0, incomplete: 0 });
});

test("a run that cannot be made is counted and told", async () => {
  const prepare = async () => Promise.reject(new Error("planted"));
  expect(await runsWithin(EVERY_S, EVERY_S, { ...funding.deps, prepare })).toMatchObject({ incomplete: 1 });
  expect(funding.log).toEqual([{ at: "audit", outcome: "incomplete", reasons: ["planted"] }]);
});
