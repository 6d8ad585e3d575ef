/**
 * An operator's worst day, rehearsed on separate processes: the engine's volume is lost, and with it what was acknowledged
 * after the newest backup. Postgres, Redis, the stream and the edges know more than the journal that is put back, and its
 * numbers are given again to other orders. Nothing of both may stand beside each other, and trading goes on.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchToHttp, cutBatches } from "../../engine/protocol/journal-batch.ts";
import { seededRandom } from "../../engine/sim/prng.ts";
import { type Database, postgresDatabase } from "../_shared/database.ts";
import { foldEvents } from "../persistence/testing/fold.ts";
import { dumpTables } from "../persistence/testing/table-dump.ts";
import { prepareWorld, SYMBOL, tradersOf, verifyOrders, verifyWhole } from "./order-ledger.ts";
import { keptAndLost, namesOf, ORDER_LIFE_MS, ops, shownOf, tradeByName } from "./restore-rehearsal.ts";
import {
  ADDRESS_LIMITS_OFF,
  missingService,
  type SeparateExchange,
  startSeparateProcesses,
} from "./separate-processes.ts";
import { allEvents, verifyTables } from "./separate-trials.ts";
import { StreamClient } from "./stream-client.ts";
import { eventually } from "./target.ts";

const missing = missingService();
const ENGINE_NAME = "e1";

describe.skipIf(missing !== null)(`a lost volume${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  const backup = mkdtempSync(join(tmpdir(), "tidebook-restore-"));
  let exchange: SeparateExchange;
  let database: Database;
  beforeAll(async () => {
    // Small, so that the backup has snapshots, archived segments and an end that is being written.
    exchange = await startSeparateProcesses({
      edges: ADDRESS_LIMITS_OFF,
      engine: { TIDEBOOK_SNAPSHOT_EVERY_RECORDS: "100", TIDEBOOK_SEGMENT_MIB: "1" },
    });
    database = postgresDatabase(exchange.postgres.url, () => {});
  });
  afterAll(async () => {
    await database?.close();
    await exchange?.close();
    rmSync(backup, { recursive: true, force: true });
  });

  test("is restored from a backup: what was acknowledged before it is there, nothing of two pasts is mixed, and trading goes on", async () => {
    const { origin, operatorToken, engine, stream, functions, internal, broker, triggers, wires } = exchange;
    const dataFolder = engine.plan.environment.TIDEBOOK_DATA_DIR ?? "";
    const random = seededRandom(20_261_121);
    const world = await prepareWorld(operatorToken, origin);
    const first = await tradeByName(world, origin, namesOf("first", 300), random);

    // The backup is taken while trading goes on.
    const trading = tradeByName(world, origin, namesOf("later", 300), random);
    const backedUp = await ops({}, "backup", backup, "--data-dir", dataFolder);
    const later = await trading;
    // Starts that the backup does not know of: everybody has seen a higher epoch than the next one after its own.
    for (let start = 1; start <= 2; start++) {
      await engine.stop();
      await engine.start();
    }
    const gone = await tradeByName(world, origin, namesOf("gone", 150), random);
    await verifyTables(exchange);
    const lostEvents = await allEvents(exchange);
    const tablesBefore = await dumpTables(database, ENGINE_NAME);
    const watcher = await StreamClient.open(origin, `/ws/${SYMBOL.toLowerCase()}@trade`);

    // Nobody hears the restored engine before it has given every number again.
    broker.setTriggers([]);
    wires.stream.refuse(true);
    wires.stream.cut();
    await engine.kill();
    const [alice] = tradersOf(world, exchange.http);
    const stale = await alice?.limit(SYMBOL, "BUY", "0.001", "99.00", { newClientOrderId: "stale", recvWindow: 1_000 });
    expect(stale).toMatchObject({ status: 504, body: { code: -1007 } });
    // Until whatever lies in Redis is past its deadline.
    await delay(ORDER_LIFE_MS);

    const startedMs = performance.now();
    rmSync(dataFolder, { recursive: true });
    const restored = await ops({}, "restore", backup, "--data-dir", dataFolder);
    expect([restored.lastRecord, (restored.epoch as number) > 1_700_000_000]).toEqual([backedUp.lastRecord, true]);
    await engine.start();
    await eventually(
      () => alice!.call("GET", "/api/v3/openOrders", { symbol: SYMBOL }),
      ({ status }) => status === 200,
    );
    // What Postgres alone knows is not shown, and the command that lay in Redis meanwhile was not executed.
    expect(await shownOf(world, origin, gone)).toEqual([]);

    // Edges follow without a restart: the names are free again, and the orders' numbers are given again.
    const again = await tradeByName(
      world,
      origin,
      gone.map(({ clientOrderId }) => clientOrderId),
      random,
    );
    const more = await tradeByName(world, origin, namesOf("again", 400), random);
    expect((await allEvents(exchange)).headSeq).toBeGreaterThan(lostEvents.headSeq);

    broker.setTriggers(triggers);
    wires.stream.refuse(false);
    await stream.ended();
    expect(stream.output).toContain('"outcome":"engine_rewound"');
    expect(await watcher.closed()).toBe(1006);
    await stream.start();

    await eventually(
      async () => functions.persistence.output,
      (output) => output.includes('"outcome":"history_ahead"'),
    );
    expect(await dumpTables(database, ENGINE_NAME)).toEqual(tablesBefore);
    const closed = await eventually(
      () => exchange.http.get("/api/v3/historicalTrades", { symbol: SYMBOL, fromId: 1 }),
      ({ status }) => status === 503,
    );
    expect(closed.body.code).toBe(-1008);

    const emptied = await ops(
      { TIDEBOOK_OPERATOR_TOKEN: operatorToken },
      "history",
      "empty",
      "--yes",
      "--origin",
      origin,
    );
    expect(emptied).toMatchObject({ outcome: "emptied", appliedSeq: lostEvents.headSeq });
    // What the lost engine had sent comes late, into tables that are empty.
    const late = { engine: ENGINE_NAME, epoch: 1, firstSeq: 1, lastSeq: lostEvents.headSeq, ...lostEvents };
    for (const batch of cutBatches(late)) {
      const { headers, body } = batchToHttp(batch);
      // Whose tables they are is looked at once a second.
      const status = await eventually(
        async () => (await fetch(`${functions.persistence.url}/`, { method: "POST", headers, body })).status,
        (answered) => answered !== 503,
      );
      expect(status).toBe(400);
    }
    const last = await tradeByName(world, origin, namesOf("last", 100), random);
    await verifyTables(exchange);
    const tookMs = Math.round(performance.now() - startedMs);

    const { kept, lost } = await keptAndLost(world, origin, later);
    const answered = await alice?.call("GET", "/api/v3/order", { symbol: SYMBOL, origClientOrderId: "stale" });
    expect(answered?.body.code).toBe(-2013);
    const acknowledged = [...first, ...kept, ...again, ...more, ...last];
    expect(await verifyOrders(world, origin, acknowledged)).toBe(0);
    const trades = await verifyWhole(world, origin, acknowledged, 0);
    const { events, headSeq } = await allEvents(exchange);
    expect(await dumpTables(database, ENGINE_NAME)).toEqual(foldEvents(ENGINE_NAME, events, headSeq));
    const history = await exchange.http.get("/api/v3/historicalTrades", { symbol: SYMBOL, fromId: 1, limit: 1_000 });
    expect(history.body).toHaveLength(Math.min(1_000, trades));
    expect((await fetch(`${internal.stream}/readyz`)).status).toBe(200);
    console.log(
      `restored in ${tookMs} ms: ${kept.length + first.length} orders kept, ${lost.length + gone.length} lost`,
    );
  });
});
