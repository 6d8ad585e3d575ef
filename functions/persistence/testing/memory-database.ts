/** A migrated PGlite in memory, for one test file: opening one costs seconds, so tests share it and differ by engine. */
import { migrate } from "../../_shared/migrate.ts";
import { type PgliteDatabase, pgliteDatabase } from "../../_shared/pglite-database.ts";

export async function openMemoryDatabase(): Promise<PgliteDatabase> {
  const database = pgliteDatabase({
    folder: null,
    migrate,
    setAsidePath: (folder) => `${folder}.aside`,
    onLost: (error) => {
      throw error;
    },
  });
  await database.ready;
  return database;
}
