/** The suite of history on PGlite; persistence/postgres.services.test.ts runs it on a real Postgres. */
import { expect, test } from "vitest";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { historyOnSql } from "./history-sql.ts";
import { pgliteDatabase } from "./pglite-database.ts";
import { historySuite } from "./testing/history-suite.ts";

historySuite("history on PGlite", openMemoryDatabase);

test("history rejects with history_unavailable while the database is not open", async () => {
  const never = pgliteDatabase({
    folder: null,
    migrate: () => Promise.reject(new Error("planted")),
    setAsidePath: (path) => path,
    onLost: () => {},
  });
  const closed = historyOnSql(never, "e1");
  const unavailable = { code: "history_unavailable" };
  await expect(closed.order(1, 0, 1, "")).rejects.toMatchObject(unavailable);
  await expect(never.ready).rejects.toThrow("planted");
  await expect(closed.candles(0, "1m", { limit: 1 })).rejects.toMatchObject(unavailable);
  await never.close();
});
