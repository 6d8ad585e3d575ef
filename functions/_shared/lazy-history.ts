/**
 * History from Postgres, whose driver is loaded by the first question: a function that wakes up for an order needs none.
 * Without an address every question is answered `history_unavailable`.
 */
import { OperationalError } from "../../engine/bus/engine-client.ts";
import type { History } from "../../engine/bus/history-client.ts";
import type { Database } from "./database.ts";

export interface LazyHistory {
  readonly history: History;
  close(): Promise<void>;
}

/** @param lineage of the engine's journal, as this edge knows it; null: it does not. */
export function lazyHistory(
  url: string | null,
  engine: string,
  lineage: () => number | null,
  log: (line: object) => void,
): LazyHistory {
  let database: Database | null = null;
  type OnSql = (lineage: () => number | null) => History;
  let opening: Promise<OnSql> | null = null;
  const open = async (): Promise<OnSql> => {
    if (url === null) throw new OperationalError("history_unavailable", "DATABASE_URL is not set");
    const [{ postgresDatabase }, { historyOnSql }, { ownTables, tableOwner }] = await Promise.all([
      import("./database.ts"),
      import("./history-sql.ts"),
      import("./own-tables.ts"),
    ]);
    const opened = postgresDatabase(url, (error) =>
      log({ at: "history", outcome: "connection_lost", reason: error.message }),
    );
    database = opened;
    const owner = tableOwner(opened, engine, () => performance.now());
    return (wanted) => historyOnSql(ownTables(opened, owner, wanted), engine);
  };
  const of = (wanted: () => number | null): History => {
    const opened = async (): Promise<History> => {
      opening ??= open();
      return (await opening)(wanted);
    };
    return {
      ofLineage: (named) => of(() => named),
      order: async (...args) => (await opened()).order(...args),
      orders: async (...args) => (await opened()).orders(...args),
      fills: async (...args) => (await opened()).fills(...args),
      trades: async (...args) => (await opened()).trades(...args),
      candles: async (...args) => (await opened()).candles(...args),
      candleBefore: async (...args) => (await opened()).candleBefore(...args),
      orderLists: async (...args) => (await opened()).orderLists(...args),
      orderList: async (...args) => (await opened()).orderList(...args),
      preventedMatches: async (...args) => (await opened()).preventedMatches(...args),
      amendments: async (...args) => (await opened()).amendments(...args),
      fundsMoved: async (...args) => (await opened()).fundsMoved(...args),
      statement: async (...args) => (await opened()).statement(...args),
      ledgerSums: async (...args) => (await opened()).ledgerSums(...args),
    };
  };
  return { history: of(lineage), close: async () => database?.close() };
}
