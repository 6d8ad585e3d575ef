/** Migrations on PGlite, and what their files may say; persistence/postgres.services.test.ts runs the suite on Postgres. */
import { expect, test } from "vitest";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { readMigrations } from "./migrate.ts";
import { migrationSuite } from "./testing/migration-suite.ts";

migrationSuite("migrations on PGlite", 1, async () => [await openMemoryDatabase()]);

test("no migration takes anything away: an older version may run beside it, and a projection is never the last copy", () => {
  const taking = readMigrations().flatMap(({ name, sql }) =>
    sql
      .replaceAll(/--.*$/gm, "")
      .split(";")
      .filter((statement) => /\b(drop|truncate|delete|rename|alter\s+column)\b/i.test(statement))
      .map((statement) => `${name}: ${statement.trim()}`),
  );
  expect(taking).toEqual([]);
});

test("migrations are numbered from 0001 without gaps", () => {
  expect(readMigrations().map(({ name }) => Number(name.slice(0, 4)))).toEqual(
    readMigrations().map((_, index) => index + 1),
  );
});
