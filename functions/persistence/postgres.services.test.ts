/**
 * On a real Postgres: the suites of PGlite, several instances at once, and values that no column takes. Skipped where no
 * Postgres is installed; outages are in postgres-faults.services.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PublishedEvent } from "../../engine/protocol/event-json.ts";
import { seededRandom } from "../../engine/sim/prng.ts";
import { type Database, postgresDatabase } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { accountListsSuite } from "../_shared/testing/account-lists-suite.ts";
import { historySuite } from "../_shared/testing/history-suite.ts";
import { migrationSuite } from "../_shared/testing/migration-suite.ts";
import { statementSuite } from "../_shared/testing/statement-suite.ts";
import { applyBatch } from "./apply-batch.ts";
import { randomRuns, shuffled } from "./testing/delivery.ts";
import { eventStream } from "./testing/event-stream.ts";
import { foldEvents } from "./testing/fold.ts";
import { persistenceSuite } from "./testing/persistence-suite.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./testing/postgres-server.ts";
import { newDatabase, openMigrated } from "./testing/postgres-suite.ts";
import { dumpTables } from "./testing/table-dump.ts";

const SEED = 21;
const ENGINE = "e1";
const programs = findPostgres();

describe.skipIf(programs === null)("on a real Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
  });
  afterAll(() => server.stop());

  const severalOnOne = async (count: number): Promise<readonly Database[]> => {
    const url = await newDatabase(server);
    return Array.from({ length: count }, () => postgresDatabase(url, () => {}));
  };
  persistenceSuite("batches on Postgres", () => openMigrated(server));
  historySuite("history on Postgres", () => openMigrated(server));
  accountListsSuite("lists of an account on Postgres", () => openMigrated(server));
  statementSuite("statements on Postgres", () => openMigrated(server));
  migrationSuite("migrations on Postgres", 5, () => severalOnOne(5));

  test(`three instances that start at once and share shuffled, repeated batches leave the fold's tables, SEED=${SEED}`, async () => {
    const instances = await severalOnOne(3);
    await Promise.all(instances.map((instance) => migrate(instance)));
    const chance = seededRandom(SEED);
    const events = eventStream({ seed: SEED, eventsMin: 3_000 });
    const runs = [...randomRuns(ENGINE, events, chance, 60), ...randomRuns(ENGINE, events, chance, 200)];
    const queue = shuffled([...runs, ...runs], chance);
    await Promise.all(
      instances.map(async (instance) => {
        for (let run = queue.pop(); run !== undefined; run = queue.pop()) {
          const published = run.events.filter((event): event is PublishedEvent => event.type !== "level_changed");
          await applyBatch(instance, { ...run, events: published });
        }
      }),
    );
    const [database] = instances as readonly [Database, ...Database[]];
    expect(await dumpTables(database, ENGINE)).toEqual(foldEvents(ENGINE, events));
    await Promise.all(instances.map((instance) => instance.close()));
  });

  test("a value that no column takes keeps its SQLSTATE, and the connection serves the next call", async () => {
    const database = await openMigrated(server);
    await expect(database.query("select 2::int8 * 9223372036854775807")).rejects.toMatchObject({ code: "22003" });
    await expect(
      database.transaction((tx) => tx.query("insert into engine_head values ('x', 1, 99999999999999999999)")),
    ).rejects.toMatchObject({ code: "22003" });
    expect(await database.query("select count(*)::int4 as n from engine_head")).toEqual([{ n: 0 }]);
    await database.close();
  });
});
