/**
 * Events per second from CloudEvent bytes to committed rows: the handler over PGlite in a folder, a batch at a time as the
 * publisher sends them; beside it, as the peer, the same database given one row per statement and transaction.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchLine, type BenchOptions, result } from "../../engine/bench/result.ts";
import { batchToHttp, cutBatches, type HttpMessage } from "../../engine/protocol/journal-batch.ts";
import { migrate } from "../_shared/migrate.ts";
import { type PgliteDatabase, pgliteDatabase } from "../_shared/pglite-database.ts";
import { persistenceOn } from "./deps.ts";
import { handlePersistence, type PersistenceDeps } from "./handler.ts";
import { eventStream } from "./testing/event-stream.ts";

const ENGINE = "bench";
const SEED = 42;

interface PersistenceBench {
  readonly eventsPerSecond: number;
  /** Single-row inserts of trades, each its own transaction. */
  readonly peerRowsPerSecond: number;
  readonly ratio: number;
  readonly events: number;
  readonly batches: number;
  readonly perBatchMs: { readonly p50: number; readonly p99: number };
  /** Of the main thread, which in `npm start` is the engine's too. */
  readonly mainThreadShare: number;
  readonly openMs: number;
  readonly conditions: string;
}

interface PersistenceBenchOptions {
  readonly events?: number;
  readonly peerRows?: number;
  /** null: in a folder made for it and removed after. */
  readonly folder?: string | null;
}

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const measured = await benchPersistence(quick ? { events: 20_000, peerRows: 200 } : {});
  const { p50, p99 } = measured.perBatchMs;
  return [
    result(
      "persistence into PGlite",
      measured.eventsPerSecond,
      "events/s",
      { name: "a row per statement and transaction", value: measured.peerRowsPerSecond },
      [
        `${measured.events.toLocaleString("en-US")} events in ${measured.batches} batches, a batch p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
        `${(measured.mainThreadShare * 100).toFixed(0)} % of the main thread`,
        measured.conditions,
      ],
    ),
  ];
}

async function benchPersistence(options: PersistenceBenchOptions = {}): Promise<PersistenceBench> {
  const { events = 200_000, peerRows = 2_000, folder = null } = options;
  const made = folder === null ? await mkdtemp(join(tmpdir(), "tidebook-bench-")) : null;
  const startMs = performance.now();
  const database = pgliteDatabase({
    folder: join(folder ?? made ?? "", "pglite"),
    migrate,
    setAsidePath: (path) => `${path}.aside`,
    onLost: (error) => console.error(error.message),
  });
  try {
    await database.ready;
    const openMs = Math.round(performance.now() - startMs);
    const messages = messagesOf(events);
    const deps = persistenceOn(
      async () => database,
      (line) => console.error(JSON.stringify(line)),
    );
    const run = await deliverAll(messages.list, deps);
    const peerRowsPerSecond = await singleRows(database, peerRows);
    const eventsPerSecond = Math.round(messages.events / (run.elapsedMs / 1_000));
    return {
      eventsPerSecond,
      peerRowsPerSecond,
      ratio: eventsPerSecond / peerRowsPerSecond,
      events: messages.events,
      batches: messages.list.length,
      perBatchMs: { p50: run.p50Ms, p99: run.p99Ms },
      mainThreadShare: run.mainThreadShare,
      openMs,
      conditions: `PGlite in a folder, worker thread, fsync off; batches ≤ 500 events, one at a time; all 16 candle intervals; SEED=${SEED}`,
    };
  } finally {
    await database.close();
    if (made !== null) await rm(made, { recursive: true });
  }
}

/** The stream's clock runs at about 1,000 commands a second; level_changed is left out before counting. */
function messagesOf(eventsMin: number): { readonly list: readonly HttpMessage[]; readonly events: number } {
  const events = eventStream({ seed: SEED, eventsMin, accounts: 100, stepUs: 1_000 });
  const run = { engine: ENGINE, epoch: 1, firstSeq: 1, lastSeq: events.length, headSeq: events.length, events };
  const batches = [...cutBatches(run)];
  return { list: batches.map(batchToHttp), events: batches.reduce((sum, batch) => sum + batch.eventCount, 0) };
}

async function deliverAll(messages: readonly HttpMessage[], deps: PersistenceDeps) {
  const bodies = messages.map(({ headers, body }) => ({ headers, rawBody: Buffer.from(body) }));
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
  const at = (share: number): number => batchMs[Math.floor((batchMs.length - 1) * share)] ?? 0;
  return { elapsedMs, mainThreadShare, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function singleRows(database: PgliteDatabase, rows: number): Promise<number> {
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
