/** The schema `people`, made and brought up to date: migrations of its own, forward only. */
import type { Database } from "../database.ts";
import { migrate, readMigrations } from "../migrate.ts";

export async function migratePeople(database: Database): Promise<void> {
  // Asked first: to make a schema needs a right on the database even where the schema is there.
  const [row] = await database.query("select to_regnamespace('people') is not null as there");
  if (row?.there !== true) await database.script("create schema if not exists people");
  await migrate(database, readMigrations("people"), "people.schema_migrations");
}
