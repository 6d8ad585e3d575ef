/** Persistence without a timer: what comes along with each message, how much of it, and whose tables it writes to. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import type { EngineEvent } from "../../engine/protocol/events.ts";
import { heartbeatToHttp, type JournalRun } from "../../engine/protocol/journal-batch.ts";
import type { PgliteDatabase } from "../_shared/pglite-database.ts";
import { resetHistory } from "../_shared/reset-history.ts";
import { type CatchUpLogLine, LOOK_EVERY_MS } from "./catch-up.ts";
import { newCounts, type PersistenceCounts } from "./counts.ts";
import { persistenceFor } from "./deps.ts";
import { HOLE_AGE_MS } from "./gap-puller.ts";
import { handlePersistence, type PersistenceDeps, type PersistenceLogLine } from "./handler.ts";
import { messagesOf, runOf } from "./testing/delivery.ts";
import { eventStream } from "./testing/event-stream.ts";
import { foldEvents } from "./testing/fold.ts";
import { openMemoryDatabase } from "./testing/memory-database.ts";
import { dumpTables } from "./testing/table-dump.ts";

const PULLED_EVENTS_MAX = 3_000;

let database: PgliteDatabase;
beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());

/** An engine's read port over a stream of events, and a clock, both in the test's hand. */
class World {
  events: readonly EngineEvent[] = [];
  isAway = false;
  nowMs = 0;
  readonly asked: number[] = [];
  readonly reported: number[] = [];
  /** The same, with the lineage where one was named. */
  readonly told: number[][] = [];
  lineage = 0;
  readonly log: (CatchUpLogLine | PersistenceLogLine)[] = [];
  readonly counts: PersistenceCounts = newCounts();
  readonly deps: PersistenceDeps;

  constructor(engine: string) {
    const answer = <T>(make: () => T): Promise<T> =>
      this.isAway ? Promise.reject(new OperationalError("not_sent", "engine away")) : Promise.resolve(make());
    const told = {
      engine,
      pulledEventsMax: PULLED_EVENTS_MAX,
      nowMs: () => this.nowMs,
      log: (line: CatchUpLogLine) => void this.log.push(line),
      reads: {
        eventsSince: (fromSeq: number, eventsMax: number) =>
          answer(() => {
            this.asked.push(fromSeq);
            const covered = this.events.slice(fromSeq - 1, fromSeq - 1 + eventsMax);
            const events = covered.filter(({ type }) => type !== "level_changed");
            return { events, nextSeq: fromSeq + covered.length, headSeq: this.events.length, lineage: this.lineage };
          }),
        committed: (name: string, seq: number, ...lineage: number[]) =>
          answer(() => {
            expect(name).toBe(engine);
            this.reported.push(seq);
            this.told.push([seq, ...lineage]);
          }),
      },
    };
    this.deps = persistenceFor(
      async () => database,
      told,
      (line) => this.log.push(line),
      this.counts,
    );
  }

  async deliver(run: JournalRun): Promise<number[]> {
    const statuses: number[] = [];
    for (const { headers, body } of messagesOf(run)) {
      statuses.push((await handlePersistence({ headers, rawBody: Buffer.from(body) }, this.deps)).status);
    }
    return statuses;
  }

  async beat(engine: string, afterMs: number): Promise<number> {
    this.nowMs += afterMs;
    const { headers, body } = heartbeatToHttp({ engine, epoch: 1, headSeq: this.events.length });
    return (await handlePersistence({ headers, rawBody: Buffer.from(body) }, this.deps)).status;
  }
}

let number = 0;
let engine: string;
let world: World;
beforeEach(() => {
  number += 1;
  engine = `catch-up-${number}`;
  world = new World(engine);
});

test("a hole waits for two seconds, then heartbeats pull it, a bounded number of events each, and the engine hears how far", async () => {
  world.events = eventStream({ seed: 31, eventsMin: PULLED_EVENTS_MAX + 900 });
  const { length } = world.events;
  expect(await world.deliver(runOf(engine, world.events, 1, 300))).toEqual([204]);
  expect(await world.beat(engine, HOLE_AGE_MS - 1)).toBe(204);
  expect([world.counts.pulledEvents, world.reported]).toEqual([0, [300]]);

  const pulled: number[] = [];
  for (const afterMs of [1, LOOK_EVERY_MS, LOOK_EVERY_MS]) {
    expect(await world.beat(engine, afterMs)).toBe(204);
    pulled.push(world.counts.pulledEvents);
  }
  expect(pulled).toEqual([0, PULLED_EVENTS_MAX, length - 300]);
  expect(world.counts).toMatchObject({ pulledEvents: length - 300, committedSeq: length });
  expect(world.reported.at(-1)).toBe(length);
  expect(world.reported).toEqual([...new Set(world.reported)].sort((a, b) => a - b));
  expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, world.events));
});

test("looks are throttled: a burst of batches asks the tables and tells the engine once", async () => {
  world.events = eventStream({ seed: 32, eventsMin: 3_000 });
  const before = world.asked.length;
  await world.deliver(runOf(engine, world.events, 1, world.events.length));
  expect(world.reported).toHaveLength(1);
  expect(world.asked.length - before).toBe(1);
  expect(world.counts.batches.applied).toBeGreaterThan(4);
  await world.beat(engine, LOOK_EVERY_MS);
  expect(world.reported.at(-1)).toBe(world.events.length);
});

test("an engine that cannot be asked: a new instance takes nothing, one that knows its tables goes on", async () => {
  world.events = eventStream({ seed: 33, eventsMin: 600 });
  const { length } = world.events;
  world.isAway = true;
  expect(await world.deliver(runOf(engine, world.events, 1, 100))).toEqual([503]);
  world.isAway = false;
  expect(await world.deliver(runOf(engine, world.events, 1, 100))).toEqual([204]);
  world.isAway = true;
  world.nowMs += 10_000;
  expect(await world.deliver(runOf(engine, world.events, 301, length))).toEqual([204]);
  expect(await world.beat(engine, HOLE_AGE_MS)).toBe(204);
  expect(world.log.map((line) => `${line.at} ${line.outcome}`)).toContain("gap-puller failed");
  world.isAway = false;
  expect(await world.beat(engine, HOLE_AGE_MS)).toBe(204);
  expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, world.events));
});

test("tables of another journal are refused loudly and left as they are; once they are forgotten, this journal's fill them", async () => {
  const old = eventStream({ seed: 34, eventsMin: 500 });
  world.events = old;
  await world.deliver(runOf(engine, old, 1, old.length));
  const before = await dumpTables(database, engine);

  const next = new World(engine);
  next.events = eventStream({ seed: 35, eventsMin: 200 });
  expect(await next.deliver(runOf(engine, next.events, 1, 100, 9))).toEqual([503]);
  expect(await next.beat(engine, HOLE_AGE_MS)).toBe(503);
  expect(await dumpTables(database, engine)).toEqual(before);
  const ahead = { outcome: "history_ahead", appliedSeq: old.length, engineHeadSeq: next.events.length } as const;
  expect(next.log).toContainEqual({ at: "gap-puller", ...ahead });

  await resetHistory(database, engine);
  for (let beat = 0; beat < 3; beat += 1) expect(await next.beat(engine, HOLE_AGE_MS)).toBe(204);
  expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, next.events));
});

test("an engine replaced by one with less, under a running instance, is noticed by the head that its messages name", async () => {
  world.events = eventStream({ seed: 36, eventsMin: 500 });
  await world.deliver(runOf(engine, world.events, 1, world.events.length));
  const before = await dumpTables(database, engine);
  world.nowMs += 10_000;
  world.events = eventStream({ seed: 37, eventsMin: 100 });
  expect(await world.deliver(runOf(engine, world.events, 1, world.events.length, 9))).toEqual([503]);
  expect(await dumpTables(database, engine)).toEqual(before);
});

test("what an instance has seen of a lost history it does not report to the journal that was restored since", async () => {
  const lost = eventStream({ seed: 40, eventsMin: 500 });
  world.events = lost;
  await world.deliver(runOf(engine, lost, 1, lost.length));
  expect(world.reported).toEqual([lost.length]);
  // Grown past what was lost, while this instance slept.
  world.events = eventStream({ seed: 41, eventsMin: 900 });
  world.lineage = 42;
  world.nowMs += 10_000;
  const late = runOf(engine, lost, 1, 100);
  expect(await world.deliver({ ...late, headSeq: lost.length })).toEqual([204]);
  expect(world.told.at(-1)).toEqual([lost.length]);
  const run = { ...runOf(engine, world.events, 501, 600, 50), lineage: 42 };
  expect(await world.deliver(run)).toEqual([503]);
  await resetHistory(database, engine);
  world.nowMs += 10_000;
  expect(await world.deliver({ ...runOf(engine, world.events, 1, 300, 50), lineage: 42 })).toEqual([204]);
  expect(world.told.at(-1)).toEqual([300, 42]);
});

test("an old batch brought again, whose head is long passed, is a duplicate and no other journal", async () => {
  world.events = eventStream({ seed: 38, eventsMin: 500 });
  const early = { ...runOf(engine, world.events, 1, 50), headSeq: 50 };
  expect(await world.deliver(early)).toEqual([204]);
  await world.deliver(runOf(engine, world.events, 51, world.events.length));
  world.nowMs += 10_000;
  expect(await world.deliver(early)).toEqual([204]);
  expect(world.counts.batches).toMatchObject({ duplicate: 1, unavailable: 0 });
});

test("what becomes of messages is counted by word", async () => {
  world.events = eventStream({ seed: 39, eventsMin: 100 });
  await world.deliver(runOf(engine, world.events, 1, 50, 3));
  await world.deliver(runOf(engine, world.events, 51, 60, 2));
  await handlePersistence({ headers: {}, rawBody: Buffer.from("x") }, world.deps);
  expect(await world.beat("another-engine", 0)).toBe(204);
  const events = world.events.slice(0, 50).filter(({ type }) => type !== "level_changed").length;
  expect(world.counts).toEqual({
    batches: { applied: 1, duplicate: 0, stale_epoch: 1, poison: 1, unproven: 0, unavailable: 0 },
    events,
    heartbeats: 1,
    pulledEvents: 0,
    committedSeq: 50,
  });
});
