/**
 * A database that is read only while its tables are of the journal that the engine has: after a restore they may hold orders
 * and trades that never were, under numbers that are given again, and beside the engine's own they would look like one history.
 */
import { type Database, historyUnavailable } from "./database.ts";

/** An answer may be as old as this. */
const ASKED_EVERY_MS = 1_000;

/** Whose tables these are. */
export interface TableOwner {
  readonly lineage: number;
  /** Persistence has found an engine of whose journal they are not (functions/persistence/gap-puller.ts). */
  readonly isClaimed: boolean;
}

/** Resolves with null while the tables hold nothing of that engine. @param nowMs a clock that never goes back. */
export function tableOwner(
  database: Pick<Database, "query">,
  engine: string,
  nowMs: () => number,
): () => Promise<TableOwner | null> {
  let asked: Promise<TableOwner | null> | null = null;
  let askedMs = 0;
  const ask = async (): Promise<TableOwner | null> => {
    // As JSON, so that tables of an older version, which have no such columns, can be asked too.
    const [row] = await database.query(
      `select coalesce(to_jsonb(t) ->> 'lineage', '0') as lineage, to_jsonb(t) ->> 'claimed_by' is not null as is_claimed
       from engine_head t where engine = $1`,
      [engine],
    );
    return row === undefined ? null : { lineage: Number(row.lineage), isClaimed: row.is_claimed === true };
  };
  return () => {
    if (asked !== null && nowMs() - askedMs < ASKED_EVERY_MS) return asked;
    askedMs = nowMs();
    const asking = ask();
    asked = asking;
    asking.catch(() => {
      // Not kept: the next query asks again.
      if (asked === asking) asked = null;
    });
    return asking;
  };
}

/**
 * Queries alone; they reject with `history_unavailable` while the tables are another journal's.
 *
 * @param lineage of the engine's journal; null: not known here, and what persistence has found is all there is.
 */
export function ownTables(
  database: Pick<Database, "query">,
  owner: () => Promise<TableOwner | null>,
  lineage: () => number | null,
): Pick<Database, "query"> {
  return {
    async query(sql, parameters) {
      // Side by side: it costs no reader a trip.
      const [rows, tables] = await Promise.all([database.query(sql, parameters), owner()]);
      const wanted = lineage() ?? tables?.lineage;
      if (tables !== null && (tables.isClaimed || tables.lineage !== wanted))
        throw historyUnavailable("the tables are another journal's: they have to be emptied");
      return rows;
    },
  };
}
