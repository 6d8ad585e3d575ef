/**
 * What funding depends on beside what every edge has: its table, its rules, its counts. Installed by whoever owns the
 * process: main.ts, functions/_local, a test.
 */
import { OperationalError } from "../../engine/bus/engine-client.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { AuditCounts } from "./audit.ts";
import type { AuditLog } from "./audit-log.ts";
import type { WithdrawalStore } from "./withdrawal-store.ts";

export interface FundingParts {
  /** The engine's name. */
  readonly engineName: string;
  readonly withdrawals: WithdrawalStore;
  readonly auditLog: AuditLog;
  /** Who lets a withdrawal go out: an operator each one, or nobody has to. */
  readonly approval: "operator" | "automatic";
  readonly audits: AuditCounts;
  readonly delay: (ms: number) => Promise<void>;
  readonly log: (line: object) => void;
}

export type FundingDeps = EdgeDeps & FundingParts;

let installed: FundingParts | null = null;

/** null takes it away again (tests). */
export function installFunding(parts: FundingParts | null): void {
  installed = parts;
}

/** @throws OperationalError `not_sent` while nothing is installed. */
export function fundingParts(): FundingParts {
  if (installed === null) throw new OperationalError("not_sent", "funding not configured: this process has no table");
  return installed;
}
