/**
 * Through a real PgBouncer in transaction mode, as the functions reach Postgres in a cluster: the same suites as without it,
 * and more instances than it has connections. Skipped where PgBouncer or Postgres is not installed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, postgresDatabase } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { historySuite } from "../_shared/testing/history-suite.ts";
import { migrationSuite } from "../_shared/testing/migration-suite.ts";
import { persistenceSuite } from "./testing/persistence-suite.ts";
import { findPgBouncer, type PgBouncer, startPgBouncer } from "./testing/pgbouncer.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./testing/postgres-server.ts";
import { newDatabase } from "./testing/postgres-suite.ts";

const POOL_SIZE = 3;
const programs = findPostgres();
const program = findPgBouncer();

describe.skipIf(programs === null || program === null)("through PgBouncer in transaction mode", () => {
  let server: PostgresServer;
  let pooler: PgBouncer;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
    pooler = await startPgBouncer(program ?? "", server, POOL_SIZE);
  });
  afterAll(async () => {
    await pooler.stop();
    await server.stop();
  });

  const severalOnOne = async (count: number): Promise<readonly Database[]> => {
    const url = pooler.through(await newDatabase(server));
    return Array.from({ length: count }, () => postgresDatabase(url, () => {}));
  };
  const openMigrated = async (): Promise<Database> => {
    const [database] = (await severalOnOne(1)) as [Database];
    await migrate(database);
    return database;
  };
  persistenceSuite("batches through PgBouncer", openMigrated);
  historySuite("history through PgBouncer", openMigrated);
  migrationSuite("migrations through PgBouncer", 5, () => severalOnOne(5));

  test("limits go with each transaction and stay with none: the next owner of the connection has the server's own", async () => {
    const [limited, other] = (await severalOnOne(2)) as [Database, Database];
    const asked = "select current_setting('statement_timeout') as here";
    const outside = "create temp table seen as select current_setting('statement_timeout') as here";
    expect(await limited.query(asked)).toEqual([{ here: "10s" }]);
    expect(await limited.transaction((tx) => tx.query(asked))).toEqual([{ here: "10s" }]);
    await other.script(`${outside}; do $$ begin assert (select here from seen) = '0'; end $$; drop table seen`);
    await Promise.all([limited.close(), other.close()]);
  });

  test("forty clients of three connections read and write side by side, each its own", async () => {
    const databases = await severalOnOne(10);
    await databases[0]?.script("create table counted (who int, times int)");
    const turns = databases.flatMap((database, who) =>
      Array.from({ length: 4 }, (_, times) =>
        database.transaction(async (tx) => {
          await tx.query("insert into counted values ($1, $2)", [who, times]);
          return tx.query("select $1::int4 as who, $2::int4 as times", [who, times]);
        }),
      ),
    );
    const answers = await Promise.all(turns);
    expect(answers).toEqual(databases.flatMap((_, who) => [0, 1, 2, 3].map((times) => [{ who, times }])));
    expect(await databases[0]?.query("select count(*)::int4 as n from counted")).toEqual([{ n: 40 }]);
    await Promise.all(databases.map((database) => database.close()));
  });
});
