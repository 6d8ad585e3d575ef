/**
 * What persistence depends on, and where it comes from: the database of this process, installed by whoever owns it
 * (functions/_local, a test), else Postgres at DATABASE_URL, opened and migrated at the first call, with the engine's read
 * port at TIDEBOOK_ENGINE_URL.
 */
import { remoteEngineReads } from "../../engine/bus/http/rpc-client.ts";
import { eventGateFrom } from "../_shared/cloud-events.ts";
import { type Database, historyUnavailable, postgresDatabase } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { applyBatch, applyHeartbeat } from "./apply-batch.ts";
import { CatchUp, type CatchUpDeps } from "./catch-up.ts";
import { readConfig } from "./config.ts";
import { newCounts, type PersistenceCounts } from "./counts.ts";
import type { PersistenceDeps, PersistenceLogLine } from "./handler.ts";

let installed: PersistenceDeps | null = null;
const counts = newCounts();

/** null takes it away again (tests). */
export function installPersistence(deps: PersistenceDeps | null): void {
  installed = deps;
}

/** Of this process, as a function of its own. */
export function persistenceCounts(): PersistenceCounts {
  return counts;
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

type EngineTold = Pick<CatchUpDeps, "engine" | "reads" | "nowMs" | "log">;

/** The same for an instance without a timer: what is missing is looked after with each message of that engine. */
export function persistenceWithCatchUp(
  opened: () => Promise<Database>,
  told: EngineTold,
  log: (line: PersistenceLogLine) => void,
  counted: PersistenceCounts = newCounts(),
): PersistenceDeps {
  let catchUp: CatchUp | null = null;
  const around = async <Outcome>(
    message: { readonly engine: string; readonly headSeq: number },
    apply: (database: Database) => Promise<Outcome>,
  ): Promise<Outcome> => {
    const database = await opened();
    // Of another engine nothing is known here; its rows have keys of their own.
    if (message.engine !== told.engine) return apply(database);
    catchUp ??= new CatchUp({ ...told, database });
    await catchUp.beforeApply(message.headSeq);
    const outcome = await apply(database);
    await catchUp.afterApply();
    counted.pulledEvents = catchUp.pulledEvents();
    counted.committedSeq = catchUp.committedSeq();
    return outcome;
  };
  return {
    applyBatch: async (batch) => {
      const outcome = await around(batch, (database) => applyBatch(database, batch));
      if (outcome !== "stale_epoch") counted.batches[outcome] += 1;
      if (outcome === "applied") counted.events += batch.events.length;
      return outcome;
    },
    applyHeartbeat: (beat) => {
      counted.heartbeats += 1;
      return around(beat, (database) => applyHeartbeat(database, beat));
    },
    log: (line) => {
      counted.batches[line.outcome] += 1;
      log(line);
    },
  };
}

/** @throws Error that names every mistake of the settings. */
export function persistenceDeps(): PersistenceDeps {
  installed ??= { ...fromEnvironment(), gate: eventGateFrom(process.env) };
  return installed;
}

function fromEnvironment(): PersistenceDeps {
  const { databaseUrl, engine, engineReads } = readConfig(process.env);
  const log = (line: object): void => console.log(JSON.stringify(line));
  const opened = migratedPostgres(databaseUrl, log);
  if (engineReads === null) return persistenceOn(opened, log);
  // Asked once: whoever waits for this answer is a broker, which comes again.
  const reads = remoteEngineReads({ ...engineReads, retryBudgetMs: 0 });
  return persistenceWithCatchUp(opened, { engine, reads, nowMs: () => performance.now(), log }, log, counts);
}

/** Exported for tests. A failure is not remembered: the next call tries again. */
export function migratedPostgres(url: string | null, log: (line: object) => void): () => Promise<Database> {
  if (url === null) return () => Promise.reject(historyUnavailable("DATABASE_URL is not set"));
  const database = postgresDatabase(url, (error) =>
    log({ at: "persistence", outcome: "connection_lost", reason: error.message }),
  );
  let ready: Promise<Database> | null = null;
  return () => {
    ready ??= migrate(database).then(
      () => database,
      (error: unknown) => {
        ready = null;
        throw error;
      },
    );
    return ready;
  };
}
