/**
 * What dead-letters depends on: installed by whoever owns the process (a test), else Postgres at DATABASE_URL and the
 * broker at K_SINK. Its table is made by itself at the first call, so that a failing migration of history is no reason to
 * lose what history could not take.
 */
import { ensureTables } from "../_shared/migrate.ts";
import { type OpenedDatabase, openedDatabase } from "../_shared/opened-database.ts";
import { resetHistory } from "../_shared/reset-history.ts";
import { readConfig } from "./config.ts";
import type { DeadLetterDeps } from "./handler.ts";
import { letterStore, type WholeLetter } from "./letter-store.ts";

const MIGRATION = "0002_dead_letters.sql";
/** Longer than a broker that is synchronous takes with all its own retries. */
const RESEND_TIMEOUT_MS = 10_000;

let installed: DeadLetterDeps | null = null;

/** null takes it away again (tests). */
export function installDeadLetters(deps: DeadLetterDeps | null): void {
  installed = deps;
}

export interface ConnectedDeadLetters {
  readonly deps: DeadLetterDeps;
  close(): Promise<void>;
}

/** Nothing is asked of anybody before the first request. @throws SettingsMistaken */
export function connectDeadLetters(
  environment: Readonly<Record<string, string | undefined>>,
  log: (line: object) => void,
): ConnectedDeadLetters {
  const { databaseUrl, operatorToken, engine, sinkUrl } = readConfig(environment);
  const { opened, close } = letterDatabase(databaseUrl, log);
  return {
    deps: {
      store: letterStore(opened),
      resend: sinkUrl === null ? null : resendTo(sinkUrl),
      emptyHistory: async () => resetHistory(await opened(), engine),
      operatorToken,
      nowMs: () => Date.now(),
      log,
      reportFault: ({ at, error }) => log({ at, outcome: "fault", error: String(error) }),
    },
    close,
  };
}

/** As installed, else by this process's environment. @throws SettingsMistaken */
export function deadLetterDeps(): DeadLetterDeps {
  installed ??= connectDeadLetters(process.env, (line) => console.log(JSON.stringify(line))).deps;
  return installed;
}

/** With its table, made at the first call. */
export function letterDatabase(url: string, log: (line: object) => void): OpenedDatabase {
  return openedDatabase(url, (database) => ensureTables(database, MIGRATION), "dead-letters", log);
}

/** The very headers and bytes that were kept, to whoever takes events. */
export function resendTo(sinkUrl: string): NonNullable<DeadLetterDeps["resend"]> {
  return async ({ headers, body }: Pick<WholeLetter, "headers" | "body">) => {
    try {
      const response = await fetch(sinkUrl, {
        method: "POST",
        headers,
        body: Buffer.from(body),
        redirect: "manual",
        signal: AbortSignal.timeout(RESEND_TIMEOUT_MS),
      });
      await response.body?.cancel();
      return response.ok ? null : `the sink answered ${response.status}`;
    } catch (error) {
      // Not reached, or no answer in time: for the operator it is the same no.
      return error instanceof Error ? error.message : String(error);
    }
  };
}
