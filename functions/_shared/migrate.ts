/**
 * Migrations: plain SQL files, applied in the order of their numbers, forward only. `schema_migrations` remembers which.
 *
 * Whoever comes first applies them; instances that start together take turns by an advisory lock, which the end of the
 * transaction gives back. A migration adds and never takes away (a test reads the files), so an older version goes on
 * beside a newer one, and a rollback of the program needs none of the tables.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Database } from "./database.ts";

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Any number, so long as nobody else on the database locks it: "tide" in ASCII. */
const ADVISORY_LOCK = 0x74696465;
const FILE_PATTERN = /^[0-9]{4}_[a-z0-9_]+\.sql$/;

/** @param of whose: history's and what stands beside it, or those of the schema `people`. */
export function readMigrations(of: "history" | "people" = "history"): readonly Migration[] {
  const root = fileURLToPath(new URL("./migrations/", import.meta.url));
  const folder = of === "history" ? root : `${root}people/`;
  const names = readdirSync(folder)
    .filter((name) => FILE_PATTERN.test(name))
    .sort();
  return names.map((name) => ({ name, sql: readFileSync(folder + name, "utf8") }));
}

/**
 * @param memory the table that remembers.
 * @throws Error when an applied file has been edited or left out here: the tables are then not what we believe.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = readMigrations(),
  memory: "schema_migrations" | "people.schema_migrations" = "schema_migrations",
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
    await tx.query(`create table if not exists ${memory} (name text primary key, sha256 text not null)`);
    const applied = await tx.query(`select name, sha256 from ${memory} order by name`);
    for (const [index, row] of applied.entries()) {
      const migration = migrations[index];
      // What a newer version has added behind all of ours.
      if (migration === undefined) break;
      if (migration.name !== row.name || sha256Of(migration.sql) !== row.sha256) {
        throw new Error(`migration ${row.name} was applied and is not what this version brings`);
      }
    }
    for (const { name, sql } of migrations.slice(applied.length)) {
      await tx.script(sql);
      await tx.query(`insert into ${memory} (name, sha256) values ($1, $2)`, [name, sha256Of(sql)]);
    }
  });
}

/**
 * Runs one migration by itself and notes nothing: for a table that must be there whatever the state of the others. The file
 * is written so that running it again changes nothing.
 */
export async function ensureTables(database: Database, name: string): Promise<void> {
  const migration = readMigrations().find((known) => known.name === name);
  if (migration === undefined) throw new Error(`there is no migration ${name}`);
  await database.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
    await tx.script(migration.sql);
  });
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
