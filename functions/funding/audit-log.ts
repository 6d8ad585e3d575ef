/**
 * When the audit last held: the table funding.audits, one row an engine, so that a function that has just been started
 * knows it too.
 */
import type { Database } from "../_shared/database.ts";
import { whole } from "../_shared/row-views.ts";

/** Makes the table. */
export const AUDITS_MIGRATION = "0006_audits.sql";

export interface HeldAudit {
  readonly timeMs: number;
  /** The engine's event at which it was compared. */
  readonly seq: number;
}

/** Every call rejects with OperationalError `history_unavailable` while the database cannot be asked. */
export interface AuditLog {
  held(audit: HeldAudit): Promise<void>;
  /** null: never yet. */
  lastHeld(): Promise<HeldAudit | null>;
}

// Of two runs at once the later one stays.
const KEEP = `
  insert into funding.audits as t (engine, held_ms, held_seq) values ($1, $2, $3)
  on conflict (engine) do update set held_ms = excluded.held_ms, held_seq = excluded.held_seq
    where excluded.held_ms >= t.held_ms`;

/** @param opened resolves with the database, its table made. */
export function auditLog(opened: () => Promise<Database>, engine: string): AuditLog {
  return {
    async held({ timeMs, seq }) {
      await (await opened()).transaction((tx) => tx.query(KEEP, [engine, timeMs, seq]));
    },
    async lastHeld() {
      const sql = "select held_ms, held_seq from funding.audits where engine = $1";
      const [row] = await (await opened()).query(sql, [engine]);
      return row === undefined ? null : { timeMs: whole(row, "held_ms"), seq: whole(row, "held_seq") };
    },
  };
}
