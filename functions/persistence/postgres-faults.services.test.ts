/**
 * What can go wrong with a real Postgres, one after another under one instance: each is a 503 that heals by itself, nothing
 * is half applied, and the tables end as the fold of the journal. Skipped where no Postgres is installed.
 */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, type DatabaseLimits, postgresDatabase } from "../_shared/database.ts";
import { historyOnSql } from "../_shared/history-sql.ts";
import { migrate } from "../_shared/migrate.ts";
import { persistenceOn } from "./deps.ts";
import { handlePersistence, type PersistenceDeps, type PersistenceLogLine } from "./handler.ts";
import { messagesOf, runOf } from "./testing/delivery.ts";
import { eventStream } from "./testing/event-stream.ts";
import { foldEvents, textOf } from "./testing/fold.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./testing/postgres-server.ts";
import { newDatabase } from "./testing/postgres-suite.ts";
import { dumpTables } from "./testing/table-dump.ts";

const SEED = 41;
const ENGINE = "e1";
const CONNECTIONS_MAX = 8;
const LIMITS: DatabaseLimits = {
  connectionsMax: 2,
  connectTimeoutMs: 500,
  statementTimeoutMs: 400,
  silentTransactionTimeoutMs: 400,
  answerTimeoutMs: 900,
};
const UNAVAILABLE = { code: "history_unavailable" };
const events = eventStream({ seed: SEED, eventsMin: 900 });
const [FIRST, SECOND, THIRD] = [
  runOf(ENGINE, events, 1, 300),
  runOf(ENGINE, events, 301, 600),
  runOf(ENGINE, events, 601, events.length),
] as const;
const programs = findPostgres();

describe.skipIf(programs === null)("a real Postgres in trouble", () => {
  let server: PostgresServer;
  let url: string;
  let database: Database;
  let deps: PersistenceDeps;
  const lost: string[] = [];
  const log: PersistenceLogLine[] = [];
  beforeAll(async () => {
    server = await startPostgres(programs ?? "", [`max_connections=${CONNECTIONS_MAX}`]);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await newDatabase(server);
    database = postgresDatabase(url, (error) => lost.push(error.message), LIMITS);
    log.length = 0;
    deps = persistenceOn(
      async () => database,
      (line) => log.push(line),
    );
    await migrate(database);
    expect(await deliver(FIRST)).toEqual([204]);
  });
  afterEach(() => database.close());

  async function deliver(run: Parameters<typeof messagesOf>[0]): Promise<number[]> {
    const statuses: number[] = [];
    for (const { headers, body } of messagesOf(run)) {
      statuses.push((await handlePersistence({ headers, rawBody: Buffer.from(body) }, deps)).status);
    }
    return statuses;
  }

  /** As a broker would: again until it is taken. Ends by the test's own time. */
  async function deliverUntilTaken(run: Parameters<typeof messagesOf>[0]): Promise<void> {
    while ((await deliver(run)).some((status) => status !== 204)) await delay(50);
  }

  async function expectWhole(): Promise<void> {
    await deliverUntilTaken(SECOND);
    await deliverUntilTaken(THIRD);
    expect(textOf(await dumpTables(database, ENGINE))).toBe(textOf(foldEvents(ENGINE, events)));
  }

  /** A connection of the test's own, which no limit of ours is set for. */
  async function besides(work: (client: pg.Client) => Promise<unknown>, options = ""): Promise<void> {
    const client = new pg.Client({ connectionString: url, options });
    client.on("error", () => {
      // It is ended by the test.
    });
    await client.connect();
    await work(client);
    await client.end();
  }

  test("killed -9 and started again", async () => {
    await server.kill();
    expect(await deliver(SECOND)).toEqual([503]);
    await expect(historyOnSql(database, ENGINE).trades(0, { limit: 1 })).rejects.toMatchObject(UNAVAILABLE);
    await server.start();
    await expectWhole();
  });

  test("shut down in good order and started again", async () => {
    await server.shutDown();
    expect(await deliver(SECOND)).toEqual([503]);
    await server.start();
    await expectWhole();
  });

  test("frozen: nothing is answered, and nobody waits longer than the limit says", async () => {
    server.freeze();
    const answers = await Promise.all([deliver(SECOND), deliver(SECOND), deliver(SECOND)]);
    expect(answers).toEqual([[503], [503], [503]]);
    server.thaw();
    await expectWhole();
  });

  test("a statement that waits too long for a lock", async () => {
    await besides(async (client) => {
      await client.query("begin; lock table trades");
      expect(await deliver(SECOND)).toEqual([503]);
    });
    await expectWhole();
  });

  test("another instance that fell silent within its transaction is ended by the server, and holds nobody up", async () => {
    const silent = postgresDatabase(url, () => {}, LIMITS);
    const outcome = silent.transaction(async (tx) => {
      await tx.query("select * from engine_head for update");
      await delay(2 * LIMITS.silentTransactionTimeoutMs);
      await tx.query("update engine_head set head_seq = 0");
    });
    outcome.catch(() => {});
    await deliverUntilTaken(SECOND);
    await expect(outcome).rejects.toMatchObject(UNAVAILABLE);
    expect(await silent.query("select 1 as one")).toEqual([{ one: 1 }]);
    await silent.close();
    await expectWhole();
  });

  test("a connection that is lost between two statements leaves nothing half applied, and does not end the process", async () => {
    const breaking: Database = {
      ...database,
      transaction: (work) =>
        database.transaction((tx) =>
          work({
            ...tx,
            query: async (sql, parameters) => {
              const rows = await tx.query(sql, parameters);
              if (!sql.includes("insert into applied_ranges")) return rows;
              const [backend] = await tx.query("select pg_backend_pid() as pid");
              await besides((client) => client.query("select pg_terminate_backend($1)", [backend?.pid]));
              // The loss arrives while no statement is under way.
              await delay(50);
              return rows;
            },
          }),
        ),
    };
    deps = persistenceOn(
      async () => breaking,
      () => {},
    );
    expect(await deliver(SECOND)).toEqual([503]);
    expect(textOf(await dumpTables(database, ENGINE))).toBe(textOf(foldEvents(ENGINE, events.slice(0, 300))));
    deps = persistenceOn(
      async () => database,
      () => {},
    );
    await expectWhole();
  });

  test("too many connections", async () => {
    await database.close();
    const hogs: pg.Client[] = [];
    for (;;) {
      const hog = new pg.Client({ connectionString: url });
      hog.on("error", () => {});
      try {
        await hog.connect();
        hogs.push(hog);
      } catch (error) {
        expect(error).toMatchObject({ code: "53300" });
        break;
      }
    }
    database = postgresDatabase(url, () => {}, LIMITS);
    expect(await deliver(SECOND)).toEqual([503]);
    await expect(database.query("select 1")).rejects.toMatchObject(UNAVAILABLE);
    await Promise.all(hogs.map((hog) => hog.end()));
    await expectWhole();
  });

  test("read-only after a failover: nothing is written, history still answers, and writing comes back", async () => {
    const setReadOnly = (word: "on" | "off") =>
      besides(async (client) => {
        await client.query(`alter system set default_transaction_read_only = ${word}`);
        await client.query("select pg_reload_conf()");
      }, "-c default_transaction_read_only=off");
    await setReadOnly("on");
    while ((await database.query("show default_transaction_read_only"))[0]?.default_transaction_read_only !== "on") {
      await delay(20);
    }
    expect(await deliver(SECOND)).toEqual([503]);
    expect(await historyOnSql(database, ENGINE).trades(0, { limit: 1 })).toHaveLength(1);
    await setReadOnly("off");
    await expectWhole();
  });

  for (const [words, sqlState] of [
    ["a full disk", "53100"],
    ["no memory left", "53200"],
    ["a deadlock", "40P01"],
    ["an I/O error", "58030"],
  ]) {
    test(`${words} (${sqlState}, raised by a trigger)`, async () => {
      await besides(async (client) => {
        await client.query(`create function planted() returns trigger language plpgsql as
          $$ begin raise exception 'planted' using errcode = '${sqlState}'; end $$`);
        await client.query("create trigger planted before insert on candles for each row execute function planted()");
      });
      expect(await deliver(SECOND)).toEqual([503]);
      expect(log).toMatchObject([{ outcome: "unavailable", reason: "the database cannot be asked now" }]);
      await besides((client) => client.query("drop trigger planted on candles"));
      await expectWhole();
    });
  }

  test("tables that nobody has made yet, and a password that is not taken, are history that cannot be asked now", async () => {
    const empty = postgresDatabase(await newDatabase(server), () => {}, LIMITS);
    await expect(historyOnSql(empty, ENGINE).trades(0, { limit: 1 })).rejects.toMatchObject(UNAVAILABLE);
    await migrate(empty);
    expect(await historyOnSql(empty, ENGINE).trades(0, { limit: 1 })).toEqual([]);
    await empty.close();
    const nobody = postgresDatabase(url.replace("tidebook@", "nobody:wrong@"), () => {}, LIMITS);
    await expect(nobody.query("select 1")).rejects.toMatchObject(UNAVAILABLE);
    await nobody.close();
  });
});
