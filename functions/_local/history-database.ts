/**
 * Where history lies: PGlite in the data folder, or the Postgres that DATABASE_URL names; same SQL, same migrations.
 *
 * Nobody waits for either. A folder that does not open is replaced, since the journal fills it again; a Postgres is
 * somebody's, so it is waited for and never replaced.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Database, historyUnavailable, postgresDatabase } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { type PgliteOpening, pgliteDatabase } from "../_shared/pglite-database.ts";
import { setAsidePath } from "./data-folder.ts";

/** Between two attempts to reach a Postgres. */
const TRY_AGAIN_MS = 1_000;

export interface HistoryDatabase extends Database {
  /** Resolves when calls are answered. */
  readonly ready: Promise<PgliteOpening>;
  /** Whether what it holds of another journal may be forgotten. */
  readonly isOurs: boolean;
}

export interface HistoryDatabaseOptions {
  /** null: PGlite. */
  readonly databaseUrl: string | null;
  readonly folder: string;
  /** PGlite's thread has died: no call is answered until the next start. */
  readonly onLost: (error: Error) => void;
  /** Postgres cannot be reached, or a connection to it was lost. It heals by itself. */
  readonly onAway: (error: Error) => void;
}

export function historyDatabase(options: HistoryDatabaseOptions): HistoryDatabase {
  const { databaseUrl, folder, onLost, onAway } = options;
  if (databaseUrl !== null) return inPostgres(databaseUrl, onAway);
  return { ...pgliteDatabase({ folder, migrate: (opened) => migrate(opened), setAsidePath, onLost }), isOurs: true };
}

function inPostgres(url: string, onAway: (error: Error) => void): HistoryDatabase {
  const database = postgresDatabase(url, onAway);
  let isClosing = false;
  const closing = new AbortController();
  const open = async (): Promise<PgliteOpening> => {
    for (let said = false; !isClosing; ) {
      try {
        await migrate(database);
        return { outcome: "opened" };
      } catch (error) {
        const away = (error as { code?: unknown }).code === "history_unavailable";
        if (!away) throw error;
        if (!said) onAway(error as Error);
        said = true;
        await delay(TRY_AGAIN_MS, undefined, { signal: closing.signal }).catch(() => {
          // Closed meanwhile: the loop ends.
        });
      }
    }
    throw historyUnavailable("closed before it was open");
  };
  const ready = open();
  // Whoever awaits `ready` hears of a failure; that nobody does must not end the process.
  ready.catch(() => {});
  return {
    ...database,
    ready,
    isOurs: false,
    async close() {
      isClosing = true;
      closing.abort();
      await ready.catch(() => {});
      await database.close();
    },
  };
}
