/**
 * Postgres that is opened, and made ready, at the first call: for a function that asks nobody anything before its first
 * request.
 */
import { type Database, historyUnavailable, postgresDatabase } from "./database.ts";

export interface OpenedDatabase {
  /** A failure is not remembered: the next call tries again. */
  readonly opened: () => Promise<Database>;
  readonly close: () => Promise<void>;
}

/**
 * @param url null: `opened` rejects with `history_unavailable`.
 * @param prepare makes the tables; nobody gets the database before it has.
 * @param at the function's name, for its log.
 */
export function openedDatabase(
  url: string | null,
  prepare: (database: Database) => Promise<void>,
  at: string,
  log: (line: object) => void,
): OpenedDatabase {
  if (url === null) {
    return { opened: () => Promise.reject(historyUnavailable("DATABASE_URL is not set")), close: async () => {} };
  }
  const database = postgresDatabase(url, (error) => log({ at, outcome: "connection_lost", reason: error.message }));
  let ready: Promise<Database> | null = null;
  const opened = (): Promise<Database> => {
    ready ??= prepare(database).then(
      () => database,
      (error: unknown) => {
        ready = null;
        throw error;
      },
    );
    return ready;
  };
  return { opened, close: () => database.close() };
}
