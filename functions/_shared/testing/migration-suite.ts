/** Migrations on either database: once, in order, by whoever comes first, and never a step back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../database.ts";
import { migrate, readMigrations } from "../migrate.ts";

const NEXT = { name: "0999_next.sql", sql: "create table next_one (a int); insert into next_one values (1);" };

/** @param open an empty or migrated database, as `instances` callers of the same tables; the suite closes them. */
export function migrationSuite(title: string, instances: number, open: () => Promise<readonly Database[]>): void {
  describe(title, () => {
    let databases: readonly Database[];
    beforeAll(async () => {
      databases = await open();
    });
    afterAll(() => Promise.all(databases.map((database) => database.close())));

    test(`${instances} instances that start at once apply each migration once, and applying again changes nothing`, async () => {
      const migrations = [...readMigrations(), NEXT];
      await Promise.all(databases.map((database) => migrate(database, migrations)));
      await Promise.all(databases.map((database) => migrate(database, migrations)));
      const [database] = databases as readonly [Database, ...Database[]];
      expect(await database.query("select a from next_one")).toEqual([{ a: 1 }]);
      const applied = await database.query("select name from schema_migrations order by name");
      expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    });

    test("an edited migration is refused by name, one left out too; an older version goes on beside a newer one's", async () => {
      const [database] = databases as readonly [Database, ...Database[]];
      const edited = [...readMigrations(), { ...NEXT, sql: "select 1" }];
      await expect(migrate(database, edited)).rejects.toThrow("0999_next.sql");
      await expect(migrate(database, [NEXT])).rejects.toThrow("0001_history.sql");
      await migrate(database, readMigrations());
      expect(await database.query("select a from next_one")).toEqual([{ a: 1 }]);
    });

    test("a migration that fails leaves nothing of itself", async () => {
      const [database] = databases as readonly [Database, ...Database[]];
      const broken = { name: "1000_broken.sql", sql: "create table half (a int); select nothing_like_it;" };
      await expect(migrate(database, [...readMigrations(), NEXT, broken])).rejects.toThrow();
      expect(await database.query("select to_regclass('half')::text as half")).toEqual([{ half: null }]);
    });
  });
}
