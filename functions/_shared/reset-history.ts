/**
 * Forgets everything of one engine, in one transaction. The tables are a projection: the gap puller fills them again from
 * the journal.
 *
 * What stays is whose they are from now on: the lineage that has claimed them (gap-puller.ts), if one has, and its first
 * epoch as the fence, so that what the engine before it has sent and comes late is not taken into the empty tables.
 */
import type { Database } from "./database.ts";

/** Every table with an engine's rows; the newest migration may add one. */
const HISTORY_TABLES = [
  "engine_head",
  "applied_ranges",
  "assets",
  "instruments",
  "accounts",
  "balances",
  "funding_movements",
  "trades",
  "orders",
  "special_orders",
  "order_lists",
  "prevented_matches",
  "amendments",
  "candles",
] as const;

export interface ForgottenHistory {
  /** The newest sequence that was in the tables; 0: none. */
  readonly appliedSeq: number;
  /** Of the journal that fills them from now on, as far as it is known. */
  readonly lineage: number;
}

export function resetHistory(database: Database, engine: string): Promise<ForgottenHistory> {
  return database.transaction(async (tx) => {
    // Locked: a batch that is being applied is applied before.
    const [head] = await tx.query("select epoch, lineage, claimed_by from engine_head where engine = $1 for update", [
      engine,
    ]);
    const [applied] = await tx.query("select coalesce(max(last_seq), 0) as seq from applied_ranges where engine = $1", [
      engine,
    ]);
    for (const table of HISTORY_TABLES) await tx.query(`delete from ${table} where engine = $1`, [engine]);
    const claimedBy = head?.claimed_by ?? null;
    const [epoch, lineage] = [Number(claimedBy ?? head?.epoch ?? 0), Number(claimedBy ?? head?.lineage ?? 0)];
    if (head !== undefined)
      await tx.query("insert into engine_head (engine, epoch, head_seq, lineage) values ($1, $2, 0, $3)", [
        engine,
        epoch,
        lineage,
      ]);
    return { appliedSeq: Number(applied?.seq), lineage };
  });
}
