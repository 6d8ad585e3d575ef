/**
 * Events per second from CloudEvent bytes to committed rows: the handler over PGlite in a folder and over a real Postgres, a
 * batch at a time as the publisher sends them. Peers on the same database in the same run: a row per statement and
 * transaction; and, on Postgres, the same events merely stored, a batch's events as rows of one multi-row insert.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchLine, type BenchOptions, result } from "../../engine/bench/result.ts";
import { batchToHttp, cutBatches, type HttpMessage } from "../../engine/protocol/journal-batch.ts";
import { type Database, postgresDatabase } from "../_shared/database.ts";
import { migrate } from "../_shared/migrate.ts";
import { pgliteDatabase } from "../_shared/pglite-database.ts";
import { persistenceOn } from "./deps.ts";
import { handlePersistence, type PersistenceDeps } from "./handler.ts";
import { eventStream } from "./testing/event-stream.ts";
import { findPostgres, startPostgres } from "./testing/postgres-server.ts";

const ENGINE = "bench";
const SEED = 42;
const STREAM = `batches ≤ 500 events, one at a time; all 16 candle intervals; SEED=${SEED}`;

interface Amount {
  readonly events: number;
  readonly singleRows: number;
}

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const amount = quick ? { events: 20_000, singleRows: 200 } : { events: 200_000, singleRows: 2_000 };
  return [...(await inPglite(amount)), ...(await inPostgres({ ...amount, events: amount.events * 2 }))];
}

async function inPglite(amount: Amount): Promise<readonly BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), "tidebook-bench-"));
  const database = pgliteDatabase({
    folder: join(folder, "pglite"),
    migrate: (opened) => migrate(opened),
    setAsidePath: (path) => `${path}.aside`,
    onLost: (error) => console.error(error.message),
  });
  try {
    await database.ready;
    const messages = messagesOf(amount.events);
    const run = await deliverAll(messages, depsOn(database));
    const peer = await singleRows(database, amount.singleRows);
    return [
      result(
        "persistence into PGlite",
        run.eventsPerSecond,
        "events/s",
        { name: "a row per statement and transaction", value: peer },
        [...run.told, "PGlite in a folder, worker thread, fsync off", STREAM],
      ),
    ];
  } finally {
    await database.close();
    await rm(folder, { recursive: true });
  }
}

async function inPostgres(amount: Amount): Promise<readonly BenchLine[]> {
  const name = "persistence into Postgres";
  const programs = findPostgres();
  if (programs === null) return [{ name, skipped: "no Postgres is installed" }];
  const server = await startPostgres(programs);
  const database = postgresDatabase(server.url, (error) => console.error(error.message));
  try {
    await migrate(database);
    const [version] = await database.query("show server_version");
    const messages = messagesOf(amount.events);
    const run = await deliverAll(messages, depsOn(database));
    const single = await singleRows(database, amount.singleRows);
    const stored = await mereRows(database, messages);
    const conditions = [
      ...run.told,
      `Postgres ${String(version?.server_version).split(" ")[0]} on this machine, its own defaults, fsync on`,
      STREAM,
    ];
    return [
      result(
        name,
        run.eventsPerSecond,
        "events/s",
        { name: "a row per statement and transaction", value: single },
        conditions,
      ),
      result(
        name,
        run.eventsPerSecond,
        "events/s",
        { name: "the same events merely stored as JSON, 500 a multi-row insert", value: stored },
        conditions,
      ),
    ];
  } finally {
    await database.close();
    await server.stop();
  }
}

function depsOn(database: Database): PersistenceDeps {
  return persistenceOn(
    async () => database,
    (line) => console.error(JSON.stringify(line)),
  );
}

interface Messages {
  readonly list: readonly HttpMessage[];
  readonly events: number;
}

/** The stream's clock runs at about 1,000 commands a second; level_changed is left out before counting. */
function messagesOf(eventsMin: number): Messages {
  const events = eventStream({ seed: SEED, eventsMin, accounts: 100, stepUs: 1_000 });
  const run = { engine: ENGINE, epoch: 1, firstSeq: 1, lastSeq: events.length, headSeq: events.length, events };
  const batches = [...cutBatches(run)];
  return { list: batches.map(batchToHttp), events: batches.reduce((sum, batch) => sum + batch.eventCount, 0) };
}

interface Run {
  readonly eventsPerSecond: number;
  readonly told: readonly string[];
}

async function deliverAll({ list, events }: Messages, deps: PersistenceDeps): Promise<Run> {
  const bodies = list.map(({ headers, body }) => ({ headers, rawBody: Buffer.from(body) }));
  const batchMs: number[] = [];
  const idle = performance.eventLoopUtilization();
  const startMs = performance.now();
  for (const request of bodies) {
    const before = performance.now();
    const reply = await handlePersistence(request, deps);
    if (reply.status !== 204) throw new Error(`a batch was answered ${reply.status}`);
    batchMs.push(performance.now() - before);
  }
  const elapsedMs = performance.now() - startMs;
  const mainThreadShare = performance.eventLoopUtilization(idle).utilization;
  batchMs.sort((a, b) => a - b);
  const at = (share: number): string => (batchMs[Math.floor((batchMs.length - 1) * share)] ?? 0).toFixed(1);
  return {
    eventsPerSecond: Math.round(events / (elapsedMs / 1_000)),
    told: [
      `${events.toLocaleString("en-US")} events in ${list.length} batches, a batch p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
      // In `npm start` it is the engine's too.
      `${(mainThreadShare * 100).toFixed(0)} % of the main thread`,
    ],
  };
}

/** Trades, each its own transaction. @returns rows per second. */
async function singleRows(database: Database, rows: number): Promise<number> {
  const startMs = performance.now();
  for (let tradeId = 1; tradeId <= rows; tradeId += 1) {
    await database.transaction((tx) =>
      tx.query("insert into trades values ($1, $2, $3, $4, $5, 'buy', 5000000, 10, 1, 2, 1, 2, 3, 4)", [
        "peer",
        0,
        tradeId,
        tradeId,
        tradeId,
      ]),
    );
  }
  return Math.round(rows / ((performance.now() - startMs) / 1_000));
}

/** No projection at all: each event a row of its sequence and its JSON. @returns events per second. */
async function mereRows(database: Database, { list, events }: Messages): Promise<number> {
  await database.script("create table peer_events (engine text, seq bigint, event jsonb, primary key (engine, seq))");
  const startMs = performance.now();
  for (const { body } of list) {
    const batch = JSON.parse(body) as { readonly events: readonly { readonly seq: number }[] };
    const values = batch.events.flatMap((event) => [event.seq, JSON.stringify(event)]);
    const rows = batch.events.map((_, index) => `('${ENGINE}', $${2 * index + 1}, $${2 * index + 2})`);
    await database.transaction((tx) => tx.query(`insert into peer_events values ${rows.join(", ")}`, values));
  }
  return Math.round(events / ((performance.now() - startMs) / 1_000));
}
