/**
 * A local exchange whose history is a real Postgres (DATABASE_URL): trading waits for it neither at the start nor in an
 * outage, nothing is missing afterwards, and tables of another journal stay as they are. Skipped where no Postgres is
 * installed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { wallClockUs } from "../../engine/bus/edge/wall-clock.ts";
import type { PublishedEvent } from "../../engine/protocol/event-json.ts";
import { readConfig } from "../_shared/config.ts";
import { type Database, postgresDatabase } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { applyBatch } from "../persistence/apply-batch.ts";
import { eventStream } from "../persistence/testing/event-stream.ts";
import { foldEvents, type Tables } from "../persistence/testing/fold.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../persistence/testing/postgres-server.ts";
import { newDatabase } from "../persistence/testing/postgres-suite.ts";
import { dumpTables } from "../persistence/testing/table-dump.ts";
import { ENGINE_NAME, type Exchange, startExchange } from "./exchange.ts";

const EVENTS_MAX = 10_000;
const DEADLINE_US = 9_000_000;
const programs = findPostgres();

describe.skipIf(programs === null)("a local exchange on a real Postgres", () => {
  let server: PostgresServer;
  /** Of one test. */
  let url: string;
  let database: Database;
  const folders: string[] = [];
  const log: { readonly at?: string; readonly outcome?: string }[] = [];
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
  });
  beforeEach(async () => {
    url = await newDatabase(server);
    database = postgresDatabase(url, () => {});
  });
  afterEach(() => database.close());
  afterAll(async () => {
    await server.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "tidebook-history-"));
    folders.push(folder);
    return folder;
  }

  async function start(folder: string): Promise<Exchange> {
    const read = readConfig({ PORT: "0", TIDEBOOK_DATA_DIR: folder, DATABASE_URL: url });
    if (read.outcome !== "ok") throw new Error(read.mistakes.join());
    log.length = 0;
    const onFatal = (error: unknown): never => {
      throw error;
    };
    return startExchange({ config: read.settings, log: (line) => log.push(line), onFatal });
  }

  async function trade(exchange: Exchange, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const side = index % 2 === 0 ? "buy" : "sell";
      const order = {
        type: "place_order",
        account: 1,
        keyId: 0,
        instrument: 0,
        side,
        orderType: "limit",
        timeInForce: "gtc",
        selfTradeMode: "none",
        priceTicks: 5_000_000,
        quantityLots: 100,
        quoteAtoms: 0n,
        clientOrderId: "",
      } as const;
      const reply = await exchange.engine.submit(order, wallClockUs() + DEADLINE_US);
      expect(reply.outcome).toBe("placed");
    }
  }

  async function foldOf({ engine }: Exchange): Promise<Tables> {
    const { events, headSeq } = await engine.eventsSince(1, EVENTS_MAX);
    return foldEvents(ENGINE_NAME, events, headSeq);
  }

  async function isFilled({ engine, historyState }: Exchange): Promise<void> {
    while (historyState() !== "open" || engine.stats().committedSeq < engine.stats().headSeq) await delay(20);
  }

  test("it trades before Postgres is there, through its outage, and after a restart: the tables are the journal's", async () => {
    await server.shutDown();
    const folder = newFolder();
    const first = await start(folder);
    await trade(first, 20);
    const readiness = await fetch(`${first.origin}/readyz`);
    expect(await readiness.json()).toEqual({ ready: true, engine: "open", stream: "open", history: "opening" });
    await server.start();
    await isFilled(first);
    const trades = await fetch(`${first.origin}/api/v3/historicalTrades?symbol=BTCUSDT&fromId=1`);
    expect(await trades.json()).toHaveLength(10);

    await server.kill();
    await trade(first, 20);
    await server.start();
    await trade(first, 2);
    await isFilled(first);
    expect(await dumpTables(database, ENGINE_NAME)).toEqual(await foldOf(first));
    await first.close();

    const second = await start(folder);
    await trade(second, 2);
    await isFilled(second);
    expect(await dumpTables(database, ENGINE_NAME)).toEqual(await foldOf(second));
    await second.close();
  });

  test("what no column takes is kept as a dead letter, shown to the operator, and taken once it can be", async () => {
    const exchange = await start(newFolder());
    await isFilled(exchange);
    await database.script(`create function planted() returns trigger language plpgsql as
      $$ begin raise exception 'planted' using errcode = '22003'; end $$`);
    await database.script("create trigger planted before insert on trades for each row execute function planted()");
    await trade(exchange, 2);
    const operate = async (method: string, path: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${exchange.folder.operatorToken}` };
      const response = await fetch(`${exchange.origin}/ops/v1/dead-letters${path}`, { method, headers });
      return response.json();
    };
    let letters: readonly { readonly letter: number }[] = [];
    while (letters.length === 0) {
      letters = (await operate("GET", "?state=waiting")) as typeof letters;
      await delay(20);
    }
    expect(letters).toMatchObject([{ type: "tidebook.journal.batch.v1", source: "/tidebook/engines/e1", arrivals: 1 }]);
    const letter = `/${letters[0]?.letter}`;
    expect(await operate("POST", letter)).toMatchObject({ code: -1008 });
    await database.script("drop trigger planted on trades; drop function planted");
    expect(await operate("POST", letter)).toMatchObject({ state: "replayed", sent: true });
    await isFilled(exchange);
    expect(await dumpTables(database, ENGINE_NAME)).toEqual(await foldOf(exchange));
    await exchange.close();
  });

  test("tables of another journal are refused and left as they are; trading goes on without history, until an operator empties it", async () => {
    await migrate(database);
    const events = eventStream({ seed: 61, eventsMin: 500 });
    const published = events.filter((event): event is PublishedEvent => event.type !== "level_changed");
    const lastSeq = events.length;
    await applyBatch(database, {
      engine: ENGINE_NAME,
      epoch: 1,
      firstSeq: 1,
      lastSeq,
      headSeq: lastSeq,
      events: published,
    });
    const before = await dumpTables(database, ENGINE_NAME);
    const other = await start(newFolder());
    await trade(other, 4);
    while (other.historyState() !== "failed") await delay(20);
    expect(log.filter(({ at }) => at === "history" || at === "gap-puller")).toMatchObject([
      { at: "gap-puller", outcome: "history_ahead" },
      { outcome: "failed", reason: "DATABASE_URL names tables of another journal: nothing is written there" },
    ]);
    await trade(other, 4);
    expect(await dumpTables(database, ENGINE_NAME)).toEqual(before);

    const headers = { authorization: `Bearer ${other.folder.operatorToken}` };
    const emptied = await fetch(`${other.origin}/ops/v1/history`, { method: "DELETE", headers });
    expect(await emptied.json()).toEqual({ outcome: "emptied", appliedSeq: lastSeq, lineage: 0 });
    await isFilled(other);
    expect(await dumpTables(database, ENGINE_NAME)).toEqual(await foldOf(other));
    await other.close();
  });
});
