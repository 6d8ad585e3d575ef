/** The audit on a real engine and its tables: what adds up passes, what does not freezes withdrawals. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import { place } from "../../engine/sim/small-exchange.ts";
import type { Database } from "../_shared/database.ts";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { audit, runAudit } from "./audit.ts";
import { auditMetrics } from "./audit-metrics.ts";
import { type FundingExchange, fundingExchange } from "./testing/funding-exchange.ts";

let database: Database;
let funding: FundingExchange;
let tests = 0;

beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  tests += 1;
  funding = await fundingExchange(database, `audited-${tests}`);
  const { exchange } = funding;
  await exchange.send(place(1, { side: "sell", quantityLots: 500, priceTicks: 10, clientOrderId: "a" }));
  await exchange.send(place(2, { side: "buy", quantityLots: 300, priceTicks: 10, clientOrderId: "b" }));
  const hold = { type: "hold_withdrawal", account: 1, asset: "A1", atoms: 70n, reference: "out" } as const;
  await exchange.operate(hold);
  await exchange.operate({ type: "settle_withdrawal", reference: "out" });
  await exchange.operate({ ...hold, account: 2, atoms: 30n, reference: "held" });
});

/** Changes a row of this engine's behind everybody's back. */
async function plant(sql: string): Promise<void> {
  await database.transaction((tx) => tx.query(`${sql} and engine = $1`, [funding.engineName]));
}

const apply = (account: number) =>
  funding.signed(account, "POST", "/sapi/v1/capital/withdraw/apply", "coin=A0&amount=1&address=x");

test("I38: what trades, fees, deposits and withdrawals leave adds up, and is told of each asset from both sides", async () => {
  await funding.persist();
  const report = await runAudit(funding.deps);
  const side = (accounts: number, withdrawn: number) => ({
    accounts: `${accounts}.00000000`,
    deposited: "2000000.00000000",
    withdrawn: `${withdrawn}.00000000`,
  });
  expect(report).toEqual({
    outcome: "balanced",
    reasons: [],
    frozen: false,
    time: Math.floor(funding.exchange.clock.nowUs / 1_000),
    lastHeld: {
      time: Math.floor(funding.exchange.clock.nowUs / 1_000),
      seq: funding.exchange.engine.stats().headSeq,
    },
    asOfSeq: funding.exchange.engine.stats().headSeq,
    tablesSeq: funding.exchange.engine.stats().headSeq,
    assets: [
      { asset: "A0", engine: side(2_000_000, 0), tables: side(2_000_000, 0) },
      { asset: "A1", engine: side(1_999_930, 70), tables: side(1_999_930, 70) },
    ],
  });
  expect((await apply(1)).status).toBe(200);
});

test("a run that balances is remembered; what is merely looked at is not, and one that does not balance names the last that did", async () => {
  await funding.persist();
  const { headSeq: seq } = funding.exchange.engine.stats();
  const heldMs = Math.floor(funding.exchange.clock.nowUs / 1_000);
  await audit(funding.deps);
  const looked = await funding.deps.auditLog.lastHeld();
  await runAudit(funding.deps);
  funding.exchange.clock.nowUs += 60_000_000;
  await plant("update balances set free_atoms = free_atoms + 1 where account = 1 and asset = 0");
  const { outcome, time, lastHeld } = await audit(funding.deps);
  expect({ looked, outcome, time, lastHeld }).toEqual({
    looked: null,
    outcome: "mismatch",
    time: heldMs + 60_000,
    lastHeld: { time: heldMs, seq },
  });
});

test("when it last held is not known while the tables cannot be asked, and no run fails for it", async () => {
  await funding.persist();
  const away = () => Promise.reject(new OperationalError("history_unavailable", "planted"));
  const deps = { ...funding.deps, auditLog: { held: away, lastHeld: away } };
  expect(await runAudit(deps)).toMatchObject({ outcome: "balanced" });
  expect(funding.log).toContainEqual(expect.objectContaining({ at: "audit", outcome: "not_kept" }));
  await plant("update balances set free_atoms = free_atoms + 1 where account = 1 and asset = 0");
  expect(await audit(deps)).toMatchObject({ outcome: "mismatch", lastHeld: null });
});

test.each([
  [
    "an atom that appears",
    "update balances set free_atoms = free_atoms + 1 where account = 1 and asset = 0",
    /^A0: the tables' accounts hold 2000001 atoms, not 2000000$/,
  ],
  ["a balance that is gone", "delete from balances where account = 2 and asset = 1", /^A1: the tables' accounts hold/],
  [
    "a deposit that nobody made",
    "update funding_movements set atoms = atoms + 5 where reference = 'start 1 A0'",
    /^A0: the tables know deposits of 2000005 atoms, not 2000000$/,
  ],
  [
    "a withdrawal that is forgotten",
    "delete from funding_movements where kind = 'withdrawal_settled'",
    /^A1: the tables know withdrawals of 0 atoms, not 70$/,
  ],
] as const)("%s freezes withdrawals and says so, until an operator lifts it", async (_, sql, reason) => {
  await funding.persist();
  await plant(sql);
  expect(await audit(funding.deps)).toMatchObject({ outcome: "mismatch", frozen: false });
  const told = await funding.operator("POST", "/ops/v1/audit");
  expect(told).toMatchObject({ status: 200, body: { outcome: "mismatch", frozen: true } });
  expect(told.body.reasons).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
  expect(funding.log.at(-1)).toMatchObject({ at: "audit", outcome: "mismatch", frozen: true });
  const metrics = Object.fromEntries(auditMetrics(funding.deps.audits).map(({ name, read }) => [name, read()]));
  expect(metrics.tidebook_funding_audit_mismatched_assets).toEqual([{ labels: {}, value: 1 }]);
  expect(metrics.tidebook_funding_audits_total).toContainEqual({ labels: { outcome: "mismatch" }, value: 1 });

  expect((await apply(1)).body).toEqual({ code: -4019, msg: "Current asset is not open for withdrawal." });
  expect((await funding.event("tidebook.withdrawal.paid.v1", { reference: "held" })).status).toBe(503);
  // A run that finds it frozen already says the same.
  await funding.persist();
  expect(await runAudit(funding.deps)).toMatchObject({ outcome: "mismatch", frozen: true });

  expect(await funding.operator("POST", "/ops/v1/audit", { unfreeze: true })).toEqual({
    status: 200,
    body: { frozen: false },
  });
  expect((await apply(1)).status).toBe(200);
});

test("nothing is told to whoever pays before the audit has found the money there; a sink that is away stops no audit", async () => {
  await funding.persist();
  const { deps } = funding;
  const applied = await apply(1);
  await deps.withdrawals.decide(applied.body.id, ["requested"], { state: "approved", nowMs: 1 });
  await funding.persist();
  await plant("update balances set free_atoms = free_atoms + 1 where account = 1 and asset = 0");
  const broken = async () => Promise.reject(new Error("planted"));
  expect(await runAudit({ ...deps, publishOutcome: broken })).toMatchObject({ outcome: "mismatch", frozen: true });
  expect([funding.sent, funding.faults]).toEqual([[], []]);
  await funding.operator("POST", "/ops/v1/audit", { unfreeze: true });
  await plant("update balances set free_atoms = free_atoms - 1 where account = 1 and asset = 0");
  await funding.persist();
  expect(await runAudit({ ...deps, publishOutcome: broken })).toMatchObject({ outcome: "balanced" });
  expect([funding.sent.length, funding.faults.length]).toEqual([0, 1]);
  await runAudit(deps);
  expect(funding.sent.length).toBe(1);
});

test("I38: an engine whose own ledger does not add up is found by itself", async () => {
  await funding.persist();
  const { deps } = funding;
  const wrong = async () =>
    (await deps.reads.audit?.())?.map((asset) => ({ ...asset, accountsAtoms: asset.accountsAtoms - 1n })) ?? [];
  const reads = new Proxy(deps.reads, {
    get: (of, name) => (name === "audit" ? wrong : Reflect.get(of, name).bind(of)),
  });
  const report = await runAudit({ ...deps, reads });
  expect(report.outcome).toBe("mismatch");
  expect(report.reasons).toEqual([
    "A0: the engine's accounts hold 1999999 atoms, not 2000000",
    "A1: the engine's accounts hold 1999929 atoms, not 1999930",
  ]);
  expect((await apply(1)).body.code).toBe(-4019);
});

test("tables that are behind, have a hole or cannot be asked are no mismatch: nothing is frozen", async () => {
  expect(await runAudit(funding.deps)).toMatchObject({ outcome: "incomplete", frozen: false, assets: [] });
  await funding.persist();
  const { deps } = funding;
  const history = new Proxy(deps.history, {
    get: () => () => Promise.reject(new OperationalError("history_unavailable", "planted")),
  });
  expect(await runAudit({ ...deps, history })).toMatchObject({
    outcome: "incomplete",
    reasons: ["the tables cannot be asked"],
  });
  expect(deps.audits).toEqual({ runs: { balanced: 0, mismatch: 0, incomplete: 2 }, mismatchedAssets: null });
  expect((await apply(1)).status).toBe(200);
});

test("a run waits for tables that are on their way, and compares at the engine's own sequence", async () => {
  const { deps } = funding;
  let waits = 0;
  const delay = async (): Promise<void> => {
    waits += 1;
    if (waits < 3) return;
    // Behind the engine's answer: it must not count against it.
    await funding.exchange.operate({ type: "deposit", account: 1, asset: "A0", atoms: 9n, reference: "meanwhile" });
    await funding.persist();
  };
  const report = await runAudit({ ...deps, delay });
  expect([report.outcome, waits]).toEqual(["balanced", 3]);
  expect(report.tablesSeq).toBeGreaterThan(report.asOfSeq);
});
