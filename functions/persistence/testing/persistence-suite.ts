/**
 * Any order, any number of times, same tables: what batches do to a database against a fold of the same events. One suite
 * for PGlite and for Postgres.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperationalError } from "../../../engine/bus/engine-client.ts";
import type { EngineEvent } from "../../../engine/protocol/events.ts";
import type { JournalRun } from "../../../engine/protocol/journal-batch.ts";
import { seededRandom } from "../../../engine/sim/prng.ts";
import type { Database } from "../../_shared/database.ts";
import { ownTables, tableOwner } from "../../_shared/own-tables.ts";
import { resetHistory } from "../../_shared/reset-history.ts";
import { applyBatch, applyHeartbeat } from "../apply-batch.ts";
import { GapPuller, type GapPullerLogLine, HOLE_AGE_MS } from "../gap-puller.ts";
import { handlePersistence, type PersistenceReply } from "../handler.ts";
import { messagesOf, randomRuns, runOf, shuffled } from "./delivery.ts";
import { eventStream } from "./event-stream.ts";
import { foldEvents } from "./fold.ts";
import { dumpTables } from "./table-dump.ts";

/** Through the handler, bytes and all. @returns the statuses, in order. */
async function deliver(into: Database, runs: readonly JournalRun[]): Promise<PersistenceReply["status"][]> {
  const statuses: PersistenceReply["status"][] = [];
  for (const run of runs) {
    for (const { headers, body } of messagesOf(run)) {
      const deps = {
        applyBatch: (batch: Parameters<typeof applyBatch>[1]) => applyBatch(into, batch),
        applyHeartbeat: (beat: Parameters<typeof applyHeartbeat>[1]) => applyHeartbeat(into, beat),
        log: () => {},
      };
      statuses.push((await handlePersistence({ headers, rawBody: Buffer.from(body) }, deps)).status);
    }
  }
  return statuses;
}

/** An engine's read port over a finished stream, as the contract has it: level_changed left out. */
function readsOf(events: readonly EngineEvent[]) {
  return {
    eventsSince: async (fromSeq: number, eventsMax: number) => {
      const covered = events.slice(fromSeq - 1, fromSeq - 1 + eventsMax);
      const nextSeq = fromSeq + covered.length;
      return { events: covered.filter(({ type }) => type !== "level_changed"), nextSeq, headSeq: events.length };
    },
  };
}

/** @param open a migrated database, which the suite closes; it writes rows of engines of its own. */
export function persistenceSuite(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());

    for (const seed of [1, 2, 3]) {
      test(`tables equal the fold after loss, repetition, shuffling and moved borders, SEED=${seed}`, async () => {
        const engine = `weather-${seed}`;
        const chance = seededRandom(seed);
        const events = eventStream({ seed, eventsMin: 1_500 });
        const once = randomRuns(engine, events, chance, 60);
        const again = randomRuns(engine, events, chance, 200);
        const lost = once.filter(() => chance() < 0.7);
        const statuses = await deliver(database, shuffled([...lost, ...lost, ...again], chance));
        expect(new Set(statuses)).toEqual(new Set([204]));
        expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, events));
      });
    }

    test("events that arrive in reverse, one at a time, end as those that arrive in order", async () => {
      const events = eventStream({ seed: 4, eventsMin: 400 });
      const runs = events.map(({ seq }) => runOf("reverse", events, seq, seq)).reverse();
      await deliver(database, runs);
      expect(await dumpTables(database, "reverse")).toEqual(foldEvents("reverse", events));
    });

    test("a transaction that breaks at any statement leaves the tables as they were, and the next delivery completes them", async () => {
      const engine = "broken";
      const events = eventStream({ seed: 5, eventsMin: 120 });
      await deliver(database, [runOf(engine, events, 1, 60)]);
      const before = await dumpTables(database, engine);
      const run = runOf(engine, events, 30, events.length);
      let statements = 0;
      for (let breakAt = 1; ; breakAt += 1) {
        statements = 0;
        const breaking: Database = {
          ...database,
          transaction: (work) =>
            database.transaction((tx) =>
              work({
                ...tx,
                query: (sql, parameters) => {
                  statements += 1;
                  if (statements === breakAt) throw new OperationalError("history_unavailable", "planted");
                  return tx.query(sql, parameters);
                },
              }),
            ),
        };
        const statuses = await deliver(breaking, [run]);
        if (statements < breakAt) {
          expect(statuses).toEqual([204]);
          break;
        }
        expect(statuses).toEqual([503]);
        expect(await dumpTables(database, engine)).toEqual(before);
      }
      expect(statements).toBeGreaterThan(6);
      expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, events));
    });

    test("holes older than two seconds are pulled from the engine, younger ones are not, and the committed sequence follows", async () => {
      const engine = "gaps";
      const events = eventStream({ seed: 6, eventsMin: 900 });
      await deliver(database, [runOf(engine, events, 1, 100)]);
      let nowMs = 0;
      const log: GapPullerLogLine[] = [];
      const reads = readsOf(events.slice(0, 100));
      const committed: number[] = [];
      const puller = new GapPuller({
        engine,
        database,
        reads: { eventsSince: (fromSeq, eventsMax) => reads.eventsSince(fromSeq, eventsMax) },
        nowMs: () => nowMs,
        log: (line) => log.push(line),
      });
      puller.onCommitted((seq) => committed.push(seq));
      await puller.tick();
      Object.assign(reads, readsOf(events));
      await deliver(database, [runOf(engine, events, 201, 300), runOf(engine, events, 501, 600)]);

      await puller.tick();
      nowMs = HOLE_AGE_MS - 1;
      await puller.tick();
      expect({ committed, log }).toEqual({ committed: [100], log: [] });

      nowMs = HOLE_AGE_MS;
      await puller.tick();
      expect(puller.committedSeq()).toBe(events.length);
      expect(committed.toSorted((a, b) => a - b)).toEqual(committed);
      expect(log).toEqual([
        { at: "gap-puller", outcome: "pulled", firstSeq: 101, lastSeq: 200 },
        { at: "gap-puller", outcome: "pulled", firstSeq: 301, lastSeq: 500 },
        { at: "gap-puller", outcome: "pulled", firstSeq: 601, lastSeq: events.length },
      ]);
      expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, events));
    });

    test("a heartbeat alone makes the missing end of the stream known", async () => {
      const engine = "heartbeat";
      const events = eventStream({ seed: 7, eventsMin: 60 });
      await applyHeartbeat(database, { engine, epoch: 1, headSeq: 0 });
      let nowMs = 0;
      const source = { events: [] as readonly EngineEvent[] };
      const puller = new GapPuller({
        engine,
        database,
        reads: { eventsSince: (fromSeq, eventsMax) => readsOf(source.events).eventsSince(fromSeq, eventsMax) },
        nowMs: () => nowMs,
        log: () => {},
      });
      await puller.tick();
      source.events = events;
      await applyHeartbeat(database, { engine, epoch: 1, headSeq: events.length });
      await puller.tick();
      nowMs = HOLE_AGE_MS;
      await puller.tick();
      expect(puller.committedSeq()).toBe(events.length);
    });

    test("history that was reset is rebuilt from the engine at the first look, without waiting", async () => {
      const engine = "rebuilt";
      const events = eventStream({ seed: 8, eventsMin: 1_200 });
      await deliver(database, [runOf(engine, events, 1, events.length)]);
      await resetHistory(database, engine);
      const log: GapPullerLogLine[] = [];
      const puller = new GapPuller({
        engine,
        database,
        reads: readsOf(events),
        nowMs: () => 0,
        log: (line) => log.push(line),
      });
      await puller.tick();
      expect(puller.committedSeq()).toBe(events.length);
      expect(log).toEqual([{ at: "gap-puller", outcome: "pulled", firstSeq: 1, lastSeq: events.length }]);
      expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, events));
    });

    test("history that is ahead of its engine is reported and left alone", async () => {
      const engine = "ahead";
      const events = eventStream({ seed: 9, eventsMin: 80 });
      await deliver(database, [runOf(engine, events, 1, events.length)]);
      const log: GapPullerLogLine[] = [];
      const deps = { engine, database, reads: readsOf(events.slice(0, 10)), nowMs: () => 0 };
      await new GapPuller({ ...deps, log: (line) => log.push(line) }).tick();
      expect(log).toEqual([
        { at: "gap-puller", outcome: "history_ahead", appliedSeq: events.length, engineHeadSeq: 10 },
      ]);
    });

    test("a sender with a lower epoch is refused what is new, and acknowledged what is there", async () => {
      const engine = "fenced";
      const events = eventStream({ seed: 10, eventsMin: 100 });
      expect(await deliver(database, [runOf(engine, events, 1, 50, 3)])).toEqual([204]);
      expect(await deliver(database, [runOf(engine, events, 51, 60, 2)])).toEqual([400]);
      expect(await deliver(database, [runOf(engine, events, 10, 20, 2)])).toEqual([204]);
      expect(await applyHeartbeat(database, { engine, epoch: 2, headSeq: 99_999 })).toBe("stale_epoch");
      const head = await database.query("select epoch, head_seq from engine_head where engine = $1", [engine]);
      expect(head).toEqual([{ epoch: "3", head_seq: String(events.length) }]);
      const prefix = events.slice(0, 50);
      expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, prefix));
    });

    test("tables of a journal that was restored since are recognised, however far it has grown: nothing is taken until they are emptied, and nothing late after it", async () => {
      const engine = "restored";
      const lost = eventStream({ seed: 11, eventsMin: 200 });
      await deliver(database, [runOf(engine, lost, 1, 200, 3)]);
      const before = await dumpTables(database, engine);
      const restored = eventStream({ seed: 12, eventsMin: 400 });
      const of = (firstSeq: number, lastSeq: number): JournalRun => ({
        ...runOf(engine, restored, firstSeq, lastSeq, 1_800_000_000),
        lineage: 1_800_000_000,
      });
      // What is covered by number, what is new, and what the engine itself is asked for.
      expect(await deliver(database, [of(10, 20), of(201, 300)])).toEqual([503, 503]);
      const beat = { engine, epoch: 1_800_000_000, lineage: 1_800_000_000, headSeq: 400 };
      await expect(applyHeartbeat(database, beat)).rejects.toMatchObject({ code: "history_unavailable" });
      const log: GapPullerLogLine[] = [];
      const { eventsSince } = readsOf(restored);
      const puller = new GapPuller({
        engine,
        database,
        reads: { eventsSince: async (...asked) => ({ ...(await eventsSince(...asked)), lineage: 1_800_000_000 }) },
        nowMs: () => 0,
        log: (line) => log.push(line),
      });
      await puller.tick();
      expect(await dumpTables(database, engine)).toEqual(before);
      const owner = tableOwner(database, engine, () => 0);
      expect(await owner()).toEqual({ lineage: 0, isClaimed: true });

      expect(await resetHistory(database, engine)).toEqual({ appliedSeq: 200, lineage: 1_800_000_000 });
      expect(await deliver(database, [runOf(engine, lost, 1, 200, 3)])).toEqual([400]);
      await puller.tick();
      expect(log).toEqual([
        {
          at: "gap-puller",
          outcome: "history_ahead",
          appliedSeq: 200,
          engineHeadSeq: restored.length,
          lineages: { tables: 0, engine: 1_800_000_000 },
        },
        { at: "gap-puller", outcome: "pulled", firstSeq: 1, lastSeq: restored.length },
      ]);
      expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, restored));
      expect(await tableOwner(database, engine, () => 0)()).toEqual({ lineage: 1_800_000_000, isClaimed: false });
    });

    test("tables are read for the journal that they are of, and for no other; by whoever knows none, until they are claimed", async () => {
      const engine = "owned";
      const events = eventStream({ seed: 13, eventsMin: 50 });
      const read = async (lineage: number | null): Promise<string> => {
        const tables = ownTables(
          database,
          tableOwner(database, engine, () => 0),
          () => lineage,
        );
        const [row] = await tables.query("select count(*) as rows from applied_ranges where engine = $1", [engine]);
        return String(row?.rows);
      };
      const unavailable = { code: "history_unavailable" };
      expect([await read(null), await read(7)]).toEqual(["0", "0"]);
      await deliver(database, [{ ...runOf(engine, events, 1, events.length, 9), lineage: 7 }]);
      expect([await read(null), await read(7)]).toEqual(["1", "1"]);
      await expect(read(0)).rejects.toMatchObject(unavailable);
      await database.transaction((tx) => tx.query("update engine_head set claimed_by = 8 where engine = $1", [engine]));
      for (const lineage of [null, 7, 8]) await expect(read(lineage)).rejects.toMatchObject(unavailable);
    });

    test("sums that no column takes are poison, not a reason to send again", async () => {
      const engine = "overflow";
      const lots = 2 ** 53 - 1;
      const trades: EngineEvent[] = Array.from({ length: 1_100 }, (_, index) => ({
        type: "trade_executed",
        seq: index + 1,
        timeUs: 1,
        instrument: 0,
        tradeId: index + 1,
        takerSide: "buy",
        priceTicks: 1,
        quantityLots: lots,
        takerOrderId: 1,
        makerOrderId: 2,
        takerAccount: 1,
        makerAccount: 2,
        takerFeeAtoms: 0n,
        makerFeeAtoms: 0n,
        takerRemainingLots: lots,
        makerRemainingLots: lots,
      }));
      expect(await deliver(database, [runOf(engine, trades, 1, trades.length)])).toEqual([204, 204, 400]);
    });
  });
}
