/** The function `funding` as a process of its own: `npm run function -- funding`, and what its image starts. */
import "./index.ts";
import { setTimeout as delay } from "node:timers/promises";
import { runEdgeFunction } from "../_shared/edge-run.ts";
import { log } from "../_shared/function-run.ts";
import { ensureTables } from "../_shared/migrate.ts";
import { openedDatabase } from "../_shared/opened-database.ts";
import { openedPeople } from "../_shared/people/opened-people.ts";
import { newAuditCounts } from "./audit.ts";
import { AUDITS_MIGRATION, auditLog } from "./audit-log.ts";
import { auditMetrics } from "./audit-metrics.ts";
import { startAudits } from "./audit-schedule.ts";
import { type FundingParts, installFunding } from "./deps.ts";
import { WITHDRAWALS_MIGRATION, withdrawalStore } from "./withdrawal-store.ts";

runEdgeFunction("funding", process.env, (config, edge) => {
  const { opened, close } = openedDatabase(
    config.DATABASE_URL ?? null,
    async (database) => {
      await ensureTables(database, WITHDRAWALS_MIGRATION);
      await ensureTables(database, AUDITS_MIGRATION);
    },
    "funding",
    log,
  );
  const parts: FundingParts = {
    engineName: config.TIDEBOOK_ENGINE,
    withdrawals: withdrawalStore(opened, config.TIDEBOOK_ENGINE),
    auditLog: auditLog(opened, config.TIDEBOOK_ENGINE),
    approval: config.TIDEBOOK_WITHDRAWAL_APPROVAL ?? "operator",
    audits: newAuditCounts(),
    delay: (ms) => delay(ms),
    log,
  };
  const people = openedPeople(config, "funding", log);
  installFunding(parts);
  const stopAudits = startAudits({ ...edge, ...parts }, config.TIDEBOOK_AUDIT_EVERY_S ?? 0);
  return {
    ...people,
    metrics: () => auditMetrics(parts.audits),
    async close() {
      await stopAudits();
      await people.close();
      await close();
    },
  };
});
