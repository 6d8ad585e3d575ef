/**
 * What persistence depends on, and where it comes from: the database of this process, installed by whoever owns it
 * (functions/_local, a test), else Postgres at DATABASE_URL, opened and migrated at the first call, with the engine's read
 * port at TIDEBOOK_ENGINE_URL.
 */
import { remoteEngineReads } from "../../engine/bus/http/rpc-client.ts";
import type { JournalHeartbeat } from "../../engine/protocol/journal-batch.ts";
import type { Database } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { type OpenedDatabase, openedDatabase } from "../_shared/opened-database.ts";
import { applyBatch, applyHeartbeat } from "./apply-batch.ts";
import { CatchUp, type CatchUpDeps } from "./catch-up.ts";
import { readConfig } from "./config.ts";
import { newCounts, type PersistenceCounts } from "./counts.ts";
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

type EngineTold = Omit<CatchUpDeps, "database">;

/**
 * The same for an instance without a timer, counted: what is missing is looked after with each message of that engine.
 *
 * @param told null: no engine to ask. Nothing is pulled or reported, and whose tables these are is not known.
 */
export function persistenceFor(
  opened: () => Promise<Database>,
  told: EngineTold | null,
  log: (line: PersistenceLogLine) => void,
  counts: PersistenceCounts,
): PersistenceDeps {
  let catchUp: CatchUp | null = null;
  const around = async <Outcome>(
    message: JournalHeartbeat,
    apply: (database: Database) => Promise<Outcome>,
  ): Promise<Outcome> => {
    const database = await opened();
    // Of another engine nothing is known here; its rows have keys of their own.
    if (told === null || message.engine !== told.engine) return apply(database);
    catchUp ??= new CatchUp({ ...told, database });
    await catchUp.beforeApply(message);
    const outcome = await apply(database);
    await catchUp.afterApply();
    counts.pulledEvents = catchUp.pulledEvents();
    counts.committedSeq = catchUp.committedSeq();
    return outcome;
  };
  return {
    applyBatch: async (batch) => {
      const outcome = await around(batch, (database) => applyBatch(database, batch));
      if (outcome !== "stale_epoch") counts.batches[outcome] += 1;
      if (outcome === "applied") counts.events += batch.events.length;
      return outcome;
    },
    applyHeartbeat: (beat) => {
      counts.heartbeats += 1;
      return around(beat, (database) => applyHeartbeat(database, beat));
    },
    log: (line) => {
      counts.batches[line.outcome] += 1;
      log(line);
    },
  };
}

/** Persistence connected by an environment; nothing is asked of anybody before the first message. */
export interface ConnectedPersistence {
  readonly deps: PersistenceDeps;
  readonly counts: PersistenceCounts;
  close(): Promise<void>;
}

/** @throws SettingsMistaken */
export function connectPersistence(
  environment: Readonly<Record<string, string | undefined>>,
  log: (line: object) => void,
): ConnectedPersistence {
  const { databaseUrl, engine, engineReads, gate } = readConfig(environment);
  const { opened, close } = migratedPostgres(databaseUrl, log);
  const counts = newCounts();
  // Asked once: whoever waits for this answer is a broker, which comes again.
  const reads = engineReads === null ? null : remoteEngineReads({ ...engineReads, retryBudgetMs: 0 });
  const told = reads === null ? null : { engine, reads, nowMs: () => performance.now(), log };
  return {
    deps: { ...persistenceFor(opened, told, log, counts), gate },
    counts,
    async close() {
      reads?.close();
      await close();
    },
  };
}

/** As installed, else by this process's environment. @throws SettingsMistaken */
export function persistenceDeps(): PersistenceDeps {
  installed ??= connectPersistence(process.env, (line) => console.log(JSON.stringify(line))).deps;
  return installed;
}

/** Opened and migrated at the first call. */
export function migratedPostgres(url: string | null, log: (line: object) => void): OpenedDatabase {
  return openedDatabase(url, migrate, "persistence", log);
}
