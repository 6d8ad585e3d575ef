/**
 * What persistence depends on, and where it comes from: the database of this process, installed by whoever owns it
 * (functions/_local, a test), else Postgres at DATABASE_URL, opened and migrated at the first call.
 */
import { eventGateFrom } from "../_shared/cloud-events.ts";
import { type Database, historyUnavailable, postgresDatabase } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { applyBatch, applyHeartbeat } from "./apply-batch.ts";
import { readConfig } from "./config.ts";
import type { PersistenceDeps, PersistenceLogLine } from "./handler.ts";

let installed: PersistenceDeps | null = null;

/** null takes it away again (tests). */
export function installPersistence(deps: PersistenceDeps | null): void {
  installed = deps;
}

/** @param opened awaited before each call: resolves with the database, rejects with `history_unavailable`. */
export function persistenceOn(
  opened: () => Promise<Database>,
  log: (line: PersistenceLogLine) => void,
): PersistenceDeps {
  return {
    applyBatch: async (batch) => applyBatch(await opened(), batch),
    applyHeartbeat: async (beat) => applyHeartbeat(await opened(), beat),
    log,
  };
}

export function persistenceDeps(): PersistenceDeps {
  installed ??= {
    ...persistenceOn(migratedPostgres(readConfig(process.env).databaseUrl), (line) =>
      console.log(JSON.stringify(line)),
    ),
    gate: eventGateFrom(process.env),
  };
  return installed;
}

function migratedPostgres(url: string | null): () => Promise<Database> {
  let opening: Promise<Database> | null = null;
  const open = async (): Promise<Database> => {
    if (url === null) throw historyUnavailable("DATABASE_URL is not set");
    const database = postgresDatabase(url, (error) =>
      console.log(JSON.stringify({ at: "persistence", outcome: "connection_lost", reason: error.message })),
    );
    await migrate(database);
    return database;
  };
  return () => {
    // A failure is not remembered: the next call tries again.
    opening ??= open().catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
}
