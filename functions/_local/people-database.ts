/**
 * Where people lie: PGlite in a folder of their own, or the Postgres that DATABASE_URL names; same SQL, same migrations.
 *
 * Opened by whoever asks first; no start waits for it. People are no projection: nothing can make them again. So the folder is
 * durable, is made whole under another name before it gets its own, and one that does not open stays where it is: every request
 * of people is refused until somebody has looked, and trading goes on (I44).
 */
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Database, historyUnavailable } from "../_shared/database.ts";
import { openedDatabase } from "../_shared/opened-database.ts";
import { migratePeople } from "../_shared/people/people-tables.ts";
import { type PgliteDatabase, pgliteDatabase } from "../_shared/pglite-database.ts";

export interface PeopleDatabase {
  /** Rejects with OperationalError `history_unavailable` while it cannot be asked. */
  readonly opened: () => Promise<Database>;
  /** Somebody looks at the screen: what takes its time to open is opened meanwhile. */
  readonly wake: () => void;
  close(): Promise<void>;
}

export interface PeopleDatabaseOptions {
  /** null: PGlite in the folder. */
  readonly databaseUrl: string | null;
  readonly folder: string;
  readonly log: (line: object) => void;
}

export function peopleDatabase({ databaseUrl, folder, log }: PeopleDatabaseOptions): PeopleDatabase {
  if (databaseUrl !== null) return { ...openedDatabase(databaseUrl, migratePeople, "people", log), wake: () => {} };
  let opening: Promise<PgliteDatabase> | null = null;
  const open = async (): Promise<PgliteDatabase> => {
    const startedMs = performance.now();
    try {
      if (!existsSync(folder)) await makeFolder(folder, log);
      // Without it PGlite would take the folder for an empty one, and write a new database over what is left.
      if (!existsSync(join(folder, "PG_VERSION"))) throw new Error(`${folder} holds no database`);
      const database = inFolder(folder, log);
      await database.ready;
      log({ at: "people", outcome: "open", openMs: Math.round(performance.now() - startedMs) });
      return database;
    } catch (error) {
      // Not tried again before the next start: whatever is wrong with the folder, an operator looks at it first.
      log({ at: "people", outcome: "failed", folder, reason: error instanceof Error ? error.message : String(error) });
      throw historyUnavailable("the folder of people does not open", error);
    }
  };
  const opened = (): Promise<PgliteDatabase> => {
    opening ??= open();
    return opening;
  };
  return {
    opened,
    wake() {
      // Whoever asks for something hears of a failure.
      opened().catch(() => {});
    },
    async close() {
      await opening?.then(
        (database) => database.close(),
        () => {
          // It never opened, and was told of when it did not.
        },
      );
    },
  };
}

/** A process that dies halfway leaves the other name, which the next one clears away. */
async function makeFolder(folder: string, log: PeopleDatabaseOptions["log"]): Promise<void> {
  const { syncFolder, syncLater } = await import("../_shared/durable-files.ts");
  const making = `${folder}.making`;
  await rm(making, { recursive: true, force: true });
  const made = inFolder(making, log);
  await made.ready;
  await made.close();
  await syncFolder(making);
  await rename(making, folder);
  await syncLater(dirname(folder));
}

function inFolder(folder: string, log: PeopleDatabaseOptions["log"]): PgliteDatabase {
  return pgliteDatabase({
    folder,
    migrate: migratePeople,
    setAsidePath: null,
    onLost: (error) => log({ at: "people", outcome: "lost", reason: error.message }),
  });
}
