/**
 * The same SQL on a real Postgres: tables equal the fold, instances in parallel, history answers, a crash is 503.
 * Skipped where no Postgres is installed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PublishedEvent } from "../../engine/protocol/event-json.ts";
import { type Database, postgresDatabase } from "../_shared/database.ts";
import { historyOnSql } from "../_shared/history-sql.ts";
import { migrate } from "../_shared/migrate.ts";
import { applyBatch } from "./apply-batch.ts";
import { randomRuns, shuffled } from "./testing/delivery.ts";
import { chanceOf, eventStream } from "./testing/event-stream.ts";
import { foldEvents } from "./testing/fold.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./testing/postgres-server.ts";
import { dumpTables } from "./testing/table-dump.ts";

const SEED = 21;
const ENGINE = "e1";
const programs = findPostgres();

describe.skipIf(programs === null)("on a real Postgres", () => {
  let server: PostgresServer;
  let instances: readonly Database[];
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
    instances = [1, 2, 3].map(() => postgresDatabase(server.url, () => {}));
  });
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.close()));
    await server.stop();
  });

  test(`three instances that start at once and share shuffled, repeated batches leave the fold's tables, SEED=${SEED}`, async () => {
    await Promise.all(instances.map((instance) => migrate(instance)));
    const chance = chanceOf(SEED);
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

    const history = historyOnSql(database, ENGINE);
    const orders = await history.orders(1, 0, { limit: 10 });
    expect(orders).toHaveLength(10);
    expect(await history.order(1, 0, orders[0]?.orderId ?? 0, "")).toEqual(orders[0]);
    expect(await history.fills(1, 0, { limit: 5 })).toHaveLength(5);
    expect(await history.trades(0, { limit: 5, fromTradeId: 1 })).toHaveLength(5);
    expect(await history.candles(0, "1M", { limit: 5 })).toHaveLength(2);
  });

  test("a value that no column takes keeps its SQLSTATE; a server that is gone is history_unavailable", async () => {
    const [database] = instances as readonly [Database, ...Database[]];
    await expect(database.query("select 2::int8 * 9223372036854775807")).rejects.toMatchObject({ code: "22003" });
    await server.kill();
    const unavailable = { code: "history_unavailable" };
    await expect(database.query("select 1")).rejects.toMatchObject(unavailable);
    await expect(database.transaction((tx) => tx.query("select 1"))).rejects.toMatchObject(unavailable);
  });
});
