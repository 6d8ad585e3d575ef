/**
 * History from Postgres, whose driver is loaded by the first question: a function that wakes up for an order needs none.
 * Without an address every question is answered `history_unavailable`.
 */
import { OperationalError } from "../../engine/bus/engine-client.ts";
import type { Database } from "./database.ts";
import type { History } from "./history.ts";

export interface LazyHistory {
  readonly history: History;
  close(): Promise<void>;
}

export function lazyHistory(url: string | null, engine: string, log: (line: object) => void): LazyHistory {
  let database: Database | null = null;
  let opening: Promise<History> | null = null;
  const open = async (): Promise<History> => {
    if (url === null) throw new OperationalError("history_unavailable", "DATABASE_URL is not set");
    const [{ postgresDatabase }, { historyOnSql }] = await Promise.all([
      import("./database.ts"),
      import("./history-sql.ts"),
    ]);
    database = postgresDatabase(url, (error) =>
      log({ at: "history", outcome: "connection_lost", reason: error.message }),
    );
    return historyOnSql(database, engine);
  };
  const opened = (): Promise<History> => {
    opening ??= open();
    return opening;
  };
  return {
    history: {
      order: async (...args) => (await opened()).order(...args),
      orders: async (...args) => (await opened()).orders(...args),
      fills: async (...args) => (await opened()).fills(...args),
      trades: async (...args) => (await opened()).trades(...args),
      candles: async (...args) => (await opened()).candles(...args),
      candleBefore: async (...args) => (await opened()).candleBefore(...args),
    },
    close: async () => database?.close(),
  };
}
