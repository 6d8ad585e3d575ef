/**
 * The independent audit: what accounts hold against deposits less withdrawals, per asset, by the engine's ledger and by
 * Postgres' tables, each at one sequence.
 *
 * Three equations (I38): the engine's accounts = its deposits - withdrawals; the tables' accounts = the tables' deposits -
 * withdrawals; and deposits and withdrawals up to the engine's sequence are the same in both. The tables are asked second,
 * once they have everything up to there and no hole. What cannot be compared is no mismatch: the next run will. A mismatch
 * freezes withdrawals until an operator lifts it.
 */
import { type AssetAudit, operationalCode } from "../../engine/bus/engine-client.ts";
import type { AssetSums, LedgerSums } from "../../engine/bus/history-client.ts";
import { formatAtoms } from "../../engine/protocol/decimal.ts";
import type { FundingDeps } from "./deps.ts";
import { COMMAND_DEADLINE_US, sweep } from "./withdrawals.ts";

/** How long the tables may be behind the engine before a run gives up. */
const TABLES_WITHIN_MS = 5_000;
const ASK_AGAIN_MS = 250;
const REASON_LENGTH_MAX = 128;

export interface AuditReport {
  /** incomplete: something could not be asked, `reasons` says what. */
  readonly outcome: "balanced" | "mismatch" | "incomplete";
  readonly reasons: readonly string[];
  /** Whether withdrawals are frozen now. */
  readonly frozen: boolean;
  /** When this was compared, ms. */
  readonly time: number;
  /** The newest comparison that balanced, this one included; null: none is known. */
  readonly lastHeld: { readonly time: number; readonly seq: number } | null;
  /** The engine's sequence, and the tables'. */
  readonly asOfSeq: number;
  readonly tablesSeq: number;
  readonly assets: readonly AuditedAsset[];
}

export interface AuditedAsset {
  readonly asset: string;
  readonly engine: AuditSide;
  readonly tables: AuditSide;
}
/** Decimals with eight places. */
interface AuditSide {
  readonly accounts: string;
  readonly deposited: string;
  readonly withdrawn: string;
}

/** For /metrics: since the process began. */
export interface AuditCounts {
  readonly runs: Record<AuditReport["outcome"], number>;
  /** Assets that did not add up in the newest run; null before the first. */
  mismatchedAssets: number | null;
}

export function newAuditCounts(): AuditCounts {
  return { runs: { balanced: 0, mismatch: 0, incomplete: 0 }, mismatchedAssets: null };
}

/** Compares, and changes nothing. */
export async function audit(deps: FundingDeps): Promise<AuditReport> {
  const time = Math.floor(deps.nowUs() / 1_000);
  const ofEngine = await deps.reads.audit();
  const asOfSeq = ofEngine[0]?.asOfSeq ?? 0;
  const frozen = ofEngine.some((asset) => asset.frozen);
  const tables = await tablesAt(deps, asOfSeq);
  if (typeof tables === "string") {
    const lastHeld = await lastHeldOf(deps);
    return { outcome: "incomplete", reasons: [tables], frozen, time, lastHeld, asOfSeq, tablesSeq: 0, assets: [] };
  }
  const names = deps.reads.catalog().assets;
  const reasons: string[] = [];
  const assets: AuditedAsset[] = [];
  const ids = new Set([...ofEngine, ...tables.assets].map(({ asset }) => asset));
  for (const id of [...ids].sort((a, b) => a - b)) {
    const name = names[id]?.name ?? String(id);
    const engine = ofEngine.find(({ asset }) => asset === id) ?? NONE_HELD;
    const ofTables = tables.assets.find(({ asset }) => asset === id) ?? NONE_HELD;
    reasons.push(...faultsOf(name, engine, ofTables));
    const decimals = names[id]?.decimals ?? 0;
    assets.push({ asset: name, engine: shown(engine, decimals), tables: shown(ofTables, decimals) });
  }
  const outcome = reasons.length === 0 ? "balanced" : "mismatch";
  const lastHeld = outcome === "balanced" ? { time, seq: asOfSeq } : await lastHeldOf(deps);
  return { outcome, reasons, frozen, time, lastHeld, asOfSeq, tablesSeq: tables.completeSeq, assets };
}

async function lastHeldOf({ auditLog }: FundingDeps): Promise<AuditReport["lastHeld"]> {
  try {
    const held = await auditLog.lastHeld();
    return held === null ? null : { time: held.timeMs, seq: held.seq };
  } catch (error) {
    if (operationalCode(error) !== "history_unavailable") throw error;
    // Where the tables cannot be asked, nobody knows.
    return null;
  }
}

type Held = Pick<AssetAudit, "accountsAtoms" | "depositedAtoms" | "withdrawnAtoms">;
const NONE_HELD = {
  accountsAtoms: 0n,
  depositedAtoms: 0n,
  withdrawnAtoms: 0n,
  depositedUntilAtoms: 0n,
  withdrawnUntilAtoms: 0n,
};

function faultsOf(name: string, engine: Held, tables: Omit<AssetSums, "asset">): string[] {
  const faults: string[] = [];
  const compare = (what: string, is: bigint, shouldBe: bigint): void => {
    if (is !== shouldBe) faults.push(`${name}: ${what} ${is} atoms, not ${shouldBe}`);
  };
  compare("the engine's accounts hold", engine.accountsAtoms, engine.depositedAtoms - engine.withdrawnAtoms);
  compare("the tables' accounts hold", tables.accountsAtoms, tables.depositedAtoms - tables.withdrawnAtoms);
  compare("the tables know deposits of", tables.depositedUntilAtoms, engine.depositedAtoms);
  compare("the tables know withdrawals of", tables.withdrawnUntilAtoms, engine.withdrawnAtoms);
  return faults;
}

function shown(held: Held, decimals: number): AuditSide {
  return {
    accounts: formatAtoms(decimals, held.accountsAtoms),
    deposited: formatAtoms(decimals, held.depositedAtoms),
    withdrawn: formatAtoms(decimals, held.withdrawnAtoms),
  };
}

/** Why not, where they cannot be compared now. */
async function tablesAt(deps: FundingDeps, atSeq: number): Promise<LedgerSums | string> {
  for (let waitedMs = 0; ; waitedMs += ASK_AGAIN_MS) {
    let sums: LedgerSums;
    try {
      sums = await deps.history.ledgerSums(atSeq);
    } catch (error) {
      if (operationalCode(error) !== "history_unavailable") throw error;
      return "the tables cannot be asked";
    }
    if (sums.completeSeq >= atSeq && sums.completeSeq === sums.newestSeq) return sums;
    if (waitedMs >= TABLES_WITHIN_MS)
      return `the tables have everything up to ${sums.completeSeq}, the engine is at ${atSeq}`;
    await deps.delay(ASK_AGAIN_MS);
  }
}

/**
 * One run on schedule: compares, freezes withdrawals on a mismatch and says so, then does what was left undone. In this order:
 * nothing is told to whoever pays before it is known whether the money is there, and no sink or table that is away stops the
 * comparison.
 */
export async function runAudit(deps: FundingDeps): Promise<AuditReport> {
  await deps.prepare?.();
  const report = await compareAndFreeze(deps);
  try {
    await sweep(deps);
  } catch (error) {
    if (operationalCode(error) === null) deps.reportFault({ at: "funding", error });
    deps.log({ at: "funding", outcome: "not_swept", reason: String(error) });
  }
  return report;
}

async function compareAndFreeze(deps: FundingDeps): Promise<AuditReport> {
  const report = await audit(deps);
  deps.audits.runs[report.outcome] += 1;
  const faulty = new Set(report.reasons.map((reason) => reason.split(":", 1)[0]));
  if (report.outcome !== "incomplete") deps.audits.mismatchedAssets = faulty.size;
  if (report.outcome === "balanced") await keepHeld(deps, report);
  if (report.outcome !== "mismatch") {
    const { outcome, reasons, asOfSeq, tablesSeq } = report;
    deps.log({ at: "audit", outcome, asOfSeq, tablesSeq, ...(reasons.length > 0 && { reasons }) });
    return report;
  }
  const reason = `audit: ${report.reasons[0]}`.slice(0, REASON_LENGTH_MAX);
  const frozen = report.frozen || (await freeze(deps, true, reason));
  deps.log({ at: "audit", outcome: "mismatch", frozen, reasons: report.reasons, asOfSeq: report.asOfSeq });
  return { ...report, frozen };
}

async function keepHeld({ auditLog, log }: FundingDeps, { time, asOfSeq }: AuditReport): Promise<void> {
  try {
    await auditLog.held({ timeMs: time, seq: asOfSeq });
  } catch (error) {
    if (operationalCode(error) !== "history_unavailable") throw error;
    // The comparison stands; the next one that holds is kept.
    log({ at: "audit", outcome: "not_kept", asOfSeq });
  }
}

/** @returns whether they are frozen, or not, as was asked. */
export async function freeze(deps: FundingDeps, frozen: boolean, reason: string): Promise<boolean> {
  const command = { type: "freeze_withdrawals", frozen, reason } as const;
  const reply = await deps.engine.submitOperator(command, deps.nowUs() + COMMAND_DEADLINE_US);
  if (reply.outcome !== "rejected" || reply.reason === "status_unchanged") return true;
  deps.log({ at: "audit", outcome: "not_frozen", reason: reply.reason });
  return false;
}
