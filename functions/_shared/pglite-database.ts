/**
 * The embedded database: PGlite in a folder and a thread of its own. Nobody waits for it: this returns at once, and
 * calls reject with `history_unavailable` until it is open and migrated.
 *
 * Of a projection, a folder that does not open is renamed and a fresh one made; the caller hears of it and fills it from the
 * journal. Of anything else it stays where it is, and every call rejects: that is the operator's to look at.
 * PGlite runs a projection without fsync and without PostgreSQL's background processes: a killed process loses nothing committed
 * (the operating system has it), a power cut may cost the folder, which is then rebuilt; checkpoints and vacuums are
 * made here, by number of transactions.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { type Database, historyUnavailable, type Queryable } from "./database.ts";
import { PgliteConnection } from "./pglite-connection.ts";

/** Bounds the log that the next start has to read: 500 batches are about 50 MB of it. */
const CHECKPOINT_EVERY_TRANSACTIONS = 500;
const VACUUM_EVERY_TRANSACTIONS = 10_000;

export interface PgliteOptions {
  /** null: in memory. */
  readonly folder: string | null;
  /** Brings the tables up to date; runs before anyone else may ask. */
  readonly migrate: (database: Database) => Promise<void>;
  /** Where a folder that does not open is moved to. null: nothing can fill it again, and it stays; commits reach the disk. */
  readonly setAsidePath: ((folder: string) => string) | null;
  /** The thread died after it was open; every call rejects from now on. */
  readonly onLost: (error: Error) => void;
}

export type PgliteOpening =
  | { readonly outcome: "opened" }
  /** The folder did not open; a fresh one did, empty. */
  | { readonly outcome: "set_aside"; readonly movedTo: string; readonly cause: unknown };

export interface PgliteDatabase extends Database {
  /** Resolves when calls are answered; rejects when not even a fresh folder opens. */
  readonly ready: Promise<PgliteOpening>;
}

export function pgliteDatabase(options: PgliteOptions): PgliteDatabase {
  let current: Database | null = null;
  let closing = false;

  const openOnce = async (folder: string | null): Promise<void> => {
    if (folder !== null) mkdirSync(dirname(folder), { recursive: true });
    const connection = new PgliteConnection(folder, options.setAsidePath === null, (error) => {
      if (current !== null && !closing) options.onLost(error);
    });
    try {
      await connection.opened;
      const database = serialized(connection);
      await options.migrate(database);
      if (closing) throw historyUnavailable("closed while it was opening");
      current = database;
    } catch (error) {
      await connection.close();
      throw error;
    }
  };

  const open = async (): Promise<PgliteOpening> => {
    const { folder } = options;
    try {
      await openOnce(folder);
      return { outcome: "opened" };
    } catch (cause) {
      const { setAsidePath } = options;
      if (folder === null || closing || setAsidePath === null || !existsSync(folder)) throw cause;
      const movedTo = setAsidePath(folder);
      renameSync(folder, movedTo);
      await openOnce(folder);
      return { outcome: "set_aside", movedTo, cause };
    }
  };

  const ready = open();
  // Whoever awaits `ready` hears of a failure; that nobody does must not end the process.
  ready.catch(() => {});
  const opened = (): Database => {
    if (current === null) throw historyUnavailable("the database is not open");
    return current;
  };
  return {
    ready,
    query: async (sql, parameters) => opened().query(sql, parameters),
    script: async (sql) => opened().script(sql),
    transaction: async (work) => opened().transaction(work),
    async close() {
      closing = true;
      await ready.catch(() => {});
      await current?.close();
      current = null;
    },
  };
}

/** One connection has one transaction at a time: callers take turns, in the order they came. */
function serialized(connection: PgliteConnection): Database {
  let turns: Promise<unknown> = Promise.resolve();
  let transactions = 0;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turns.then(work);
    turns = mine.catch(() => {});
    return mine;
  };
  const tx: Queryable = {
    query: (sql, parameters = []) => connection.query(sql, parameters),
    script: (sql) => connection.script(sql),
  };
  const maintain = (): void => {
    transactions += 1;
    const sql =
      transactions % VACUUM_EVERY_TRANSACTIONS === 0
        ? "vacuum analyze"
        : transactions % CHECKPOINT_EVERY_TRANSACTIONS === 0
          ? "checkpoint"
          : null;
    // Housekeeping that fails is tried again at its next turn; a dead thread is reported by onLost.
    if (sql !== null) inTurn(() => tx.query(sql)).catch(() => {});
  };
  return {
    query: (sql, parameters) => inTurn(() => tx.query(sql, parameters)),
    script: (sql) => inTurn(() => tx.script(sql)),
    transaction: (work) =>
      inTurn(async () => {
        await tx.query("begin");
        try {
          const result = await work(tx);
          await tx.query("commit");
          maintain();
          return result;
        } catch (error) {
          await tx.query("rollback").catch(() => {
            // The thread is gone, and the transaction with it.
          });
          throw error;
        }
      }),
    close: () => inTurn(() => connection.close()),
  };
}
