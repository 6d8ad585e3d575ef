/**
 * Forgets everything of one engine, in one transaction. The tables are a projection: the gap puller's first look after
 * this fills them again from the journal.
 */
import type { Database } from "../_shared/database.ts";

/** Every table with an engine's rows; the newest migration may add one. */
export const HISTORY_TABLES = [
  "engine_head",
  "applied_ranges",
  "assets",
  "instruments",
  "accounts",
  "balances",
  "funding_movements",
  "trades",
  "orders",
  "candles",
] as const;

export async function resetHistory(database: Database, engine: string): Promise<void> {
  await database.transaction(async (tx) => {
    for (const table of HISTORY_TABLES) await tx.query(`delete from ${table} where engine = $1`, [engine]);
  });
}
