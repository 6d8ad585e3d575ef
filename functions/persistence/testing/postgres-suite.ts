/**
 * One Postgres for the tests of one file, and databases of their own in it: `describe.skipIf(programs === null)` around what
 * uses it.
 */
import { type Database, postgresDatabase } from "../../_shared/database.ts";
import { migrate } from "../../_shared/migrate.ts";
import type { PostgresServer } from "./postgres-server.ts";

let made = 0;

/** @returns the URL of a new empty database. */
export async function newDatabase(server: PostgresServer): Promise<string> {
  made += 1;
  const name = `test_${made}`;
  const admin = postgresDatabase(server.url, () => {});
  await admin.script(`create database ${name}`);
  await admin.close();
  return server.url.replace("/postgres?", `/${name}?`);
}

export async function openMigrated(server: PostgresServer): Promise<Database> {
  const database = postgresDatabase(await newDatabase(server), () => {});
  await migrate(database);
  return database;
}
