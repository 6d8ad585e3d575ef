/** What the audit tells the cluster. */
import { byLabel, type Metric } from "../../engine/telemetry/metrics.ts";
import type { AuditCounts } from "./audit.ts";

export function auditMetrics(counts: AuditCounts): readonly Metric[] {
  return [
    {
      name: "tidebook_funding_audits_total",
      help: "Audits by outcome: balanced, mismatch (withdrawals were frozen), incomplete (something could not be asked).",
      kind: "counter",
      read: () => byLabel("outcome", counts.runs),
    },
    {
      name: "tidebook_funding_audit_mismatched_assets",
      help: "Assets that did not add up in the newest audit that could compare; absent before the first.",
      kind: "gauge",
      read: () => (counts.mismatchedAssets === null ? [] : [{ labels: {}, value: counts.mismatchedAssets }]),
    },
  ];
}
