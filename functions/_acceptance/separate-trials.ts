/**
 * Trading goes on while the parts of a cluster are killed, stopped and started again at random; afterwards everything is held
 * against what was acknowledged: orders, trades, money, the tables (equal to a fold of all events), and the streams.
 */

import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { remoteEngineReads } from "../../engine/bus/http/rpc-client.ts";
import type { TcpProxy } from "../../engine/bus/redis/testing/tcp-proxy.ts";
import type { EngineEvent } from "../../engine/protocol/events.ts";
import { postgresDatabase } from "../_shared/database.ts";
import { foldEvents, type Tables } from "../persistence/testing/fold.ts";
import { dumpTables } from "../persistence/testing/table-dump.ts";
import type { ManagedProcess } from "./managed-process.ts";
import { MarketWatcher, type WatchedBook } from "./market-watcher.ts";
import {
  endAll,
  isRefusal,
  prepareWorld,
  type Sent,
  SYMBOL,
  tradersOf,
  verifyOrders,
  verifyWhole,
  type World,
} from "./order-ledger.ts";
import { sendAny } from "./random-load.ts";
import type { SeparateExchange } from "./separate-processes.ts";
import { eventually } from "./target.ts";
import { HttpClient, type Trader } from "./trader.ts";

const CLIENTS = 6;
/** Between two orders of one client: several hundred orders a second leave the machine time for the rest. */
const THINK_MS_MAX = 30;
const AFTER_FAILURE_MS = 50;
const BETWEEN_OUTAGES_MS = { min: 200, max: 1_200 };
/** How long a part that is away stays away; longer than a beat of the engine is good for. */
const AWAY_MS = { min: 500, max: 3_000 };
/** So many outages come with another one, of another part. */
const TOGETHER_SHARE = 0.3;
/** Once everything is up: the stream catches up, persistence pulls what it missed. */
const SETTLED_MS = 60_000;
/** recvWindow's default: no order comes to life later than this after it was sent. */
const ORDER_LIFE_MS = 5_000;
const EVENTS_PER_CALL = 10_000;
const ENGINE_NAME = "e1";

export interface SeparateReport {
  readonly outages: readonly string[];
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: { readonly there: number; readonly absent: number };
  readonly trades: number;
  /** Orders that waited for a price and were fired. */
  readonly fired: number;
  readonly longestAnswerMs: number;
  readonly watcher: MarketWatcher["report"];
}

/** What can happen to one part. @returns the exit code of what was told to stop; undefined: nothing was. */
interface Outage {
  readonly of: string;
  readonly how: "killed" | "stopped" | "away" | "cut" | "emptied" | "set back";
  readonly happen: (exchange: SeparateExchange, awayMs: number) => Promise<number | null | undefined>;
}

/** Each as likely as the others. Functions come back with the next request, everything else by this hand. */
const OUTAGES: readonly Outage[] = [
  ...(["orders", "account", "market-data", "persistence"] as const).flatMap((of): readonly Outage[] => [
    { of, how: "killed", happen: ({ functions }) => functions[of].kill().then(() => undefined) },
    { of, how: "stopped", happen: ({ functions }) => functions[of].stop() },
  ]),
  ...(["engine", "stream"] as const).flatMap((of): readonly Outage[] => [
    { of, how: "killed", happen: (exchange) => killedAndStarted(exchange[of], 0) },
    { of, how: "away", happen: (exchange, awayMs) => killedAndStarted(exchange[of], awayMs) },
    { of, how: "stopped", happen: (exchange) => stoppedAndStarted(exchange[of]) },
  ]),
  { of: "redis", how: "killed", happen: ({ redis }) => redis.restart().then(() => undefined) },
  { of: "redis", how: "away", happen: redisAway },
  { of: "redis", how: "emptied", happen: ({ redis }) => redis.restart("empty").then(() => undefined) },
  { of: "redis", how: "set back", happen: ({ redis }) => redis.restart("tail_lost").then(() => undefined) },
  ...(["edges", "stream"] as const).flatMap((of): readonly Outage[] => [
    { of: `wire of ${of}`, how: "cut", happen: async ({ wires }) => void wires[of].cut() },
    { of: `wire of ${of}`, how: "away", happen: ({ wires }, awayMs) => wireAway(wires[of], awayMs) },
  ]),
  { of: "postgres", how: "killed", happen: (exchange) => postgresAway(exchange, 0) },
  { of: "postgres", how: "away", happen: postgresAway },
];

async function killedAndStarted(process: ManagedProcess, awayMs: number): Promise<undefined> {
  await process.kill();
  await delay(awayMs);
  await process.start();
}

async function stoppedAndStarted(process: ManagedProcess): Promise<number | null> {
  const code = await process.stop();
  await process.start();
  return code;
}

async function redisAway({ redis }: SeparateExchange, awayMs: number): Promise<undefined> {
  await redis.kill();
  await delay(awayMs);
  await redis.restart();
}

async function wireAway(wire: TcpProxy, awayMs: number): Promise<undefined> {
  wire.refuse(true);
  wire.cut();
  await delay(awayMs);
  wire.refuse(false);
}

async function postgresAway({ postgres }: SeparateExchange, awayMs: number): Promise<undefined> {
  await postgres.kill();
  await delay(awayMs);
  await postgres.start();
}

/** @param random 0 ≤ it < 1, seeded by the caller. Throws at the first thing that is not as promised. */
export async function runSeparateTrials(
  exchange: SeparateExchange,
  outages: number,
  random: () => number,
): Promise<SeparateReport> {
  const world = await prepareWorld(exchange.operatorToken, exchange.origin);
  const http = new HttpClient(exchange.origin);
  const watcher = new MarketWatcher(http, SYMBOL);
  watcher.start();
  const trading = tradeMeanwhile(world, http, random);
  const happened: string[] = [];
  try {
    while (happened.length < outages) {
      await delay(between(BETWEEN_OUTAGES_MS, random));
      const [first, second] = [anyOf(OUTAGES, random), anyOf(OUTAGES, random)];
      const together = second.of !== first.of && random() < TOGETHER_SHARE ? [first, second] : [first];
      await Promise.all(
        together.map(async ({ of, how, happen }) => {
          happened.push(`${of} ${how}`);
          const code = await happen(exchange, between(AWAY_MS, random));
          // null: there was no instance to stop.
          if (typeof code === "number" && code !== 0) throw new Error(`${of}, told to stop, ended with ${code}`);
        }),
      );
    }
  } finally {
    await trading.stop();
  }
  const { sent, longestAnswerMs } = trading;
  const lastSentMs = Date.now();
  const book = await quietBook(exchange, watcher, tradersOf(world, http));
  // An order without an answer may still lie in the stream; afterwards its deadline refuses it.
  await delay(Math.max(0, lastSentMs + ORDER_LIFE_MS - Date.now()));
  const absent = await verifyOrders(world, exchange.origin, sent);
  const trades = await verifyWhole(world, exchange.origin, sent, absent);
  const fired = await endAll(world, exchange.origin);
  await verifyTables(exchange);
  await watcher.stop();
  http.close();
  if (watcher.faults.length > 0) throw new Error(`the streams: ${watcher.faults.slice(0, 5).join("; ")}`);
  if (book.lastUpdateId === 0) throw new Error("the streams: nothing was told");
  const acknowledged = sent.filter(({ answer }) => answer?.status === 200).length;
  const refused = sent.filter(({ answer }) => answer !== null && isRefusal(answer)).length;
  return {
    outages: happened,
    acknowledged,
    refused,
    unknown: { there: sent.length - acknowledged - refused - absent, absent },
    trades,
    fired,
    longestAnswerMs: longestAnswerMs(),
    watcher: watcher.report,
  };
}

function between({ min, max }: { readonly min: number; readonly max: number }, random: () => number): number {
  return min + random() * (max - min);
}

function anyOf<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}

interface Trading {
  readonly sent: readonly Sent[];
  readonly longestAnswerMs: () => number;
  stop(): Promise<void>;
}

function tradeMeanwhile(world: World, http: HttpClient, random: () => number): Trading {
  const traders = tradersOf(world, http);
  const sent: Sent[] = [];
  let stopping = false;
  let longestMs = 0;
  const client = async (number: number): Promise<void> => {
    const trader = number % traders.length;
    for (let count = 0; !stopping; count++) {
      const startedMs = performance.now();
      let status = 503;
      try {
        const name = `c${number}n${count}`;
        ({ status } = await sendAny(traders[trader]!, trader, name, sent, { random, icebergs: false }));
        longestMs = Math.max(longestMs, performance.now() - startedMs);
      } catch {
        // Cut off: what became of it is found out afterwards.
      }
      await delay(status >= 500 ? AFTER_FAILURE_MS : random() * THINK_MS_MAX);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  return {
    sent,
    longestAnswerMs: () => Math.round(longestMs),
    async stop() {
      stopping = true;
      await clients;
    },
  };
}

/** The watcher's book, once it equals both the exchange's own and the sum of the open orders. */
async function quietBook(
  exchange: SeparateExchange,
  watcher: MarketWatcher,
  traders: readonly Trader[],
): Promise<WatchedBook> {
  const books = await eventually(
    async () => ({ watched: watcher.book, told: await toldBook(exchange), summed: await summedBook(traders) }),
    ({ watched, told, summed }) =>
      isDeepStrictEqual(watched, told) && isDeepStrictEqual(summed, { bids: told?.bids, asks: told?.asks }),
    SETTLED_MS,
  );
  return books.told as WatchedBook;
}

async function toldBook(exchange: SeparateExchange): Promise<WatchedBook | null> {
  const { status, body } = await exchange.http.get("/api/v3/depth", { symbol: SYMBOL, limit: 5_000 });
  if (status !== 200) return null;
  const { lastUpdateId, bids, asks } = body;
  return { lastUpdateId, bids: Object.fromEntries(bids), asks: Object.fromEntries(asks) };
}

/** null: somebody could not be asked. */
async function summedBook(traders: readonly Trader[]): Promise<Omit<WatchedBook, "lastUpdateId"> | null> {
  const sides = { BUY: new Map<string, bigint>(), SELL: new Map<string, bigint>() };
  for (const trader of traders) {
    const { status, body } = await trader.call("GET", "/api/v3/openOrders", { symbol: SYMBOL });
    if (status !== 200) return null;
    for (const { side, price, origQty, executedQty, isWorking } of body as Record<string, string>[]) {
      if (!isWorking) continue;
      const levels = sides[side as "BUY" | "SELL"];
      levels.set(price!, (levels.get(price!) ?? 0n) + atomsOf(origQty!) - atomsOf(executedQty!));
    }
  }
  const shown = (levels: Map<string, bigint>, direction: 1 | -1): Record<string, string> =>
    Object.fromEntries(
      [...levels]
        .sort(([a], [b]) => direction * (Number(a) - Number(b)))
        .map(([price, atoms]) => [price, `${atoms / 10n ** 8n}.${String(atoms % 10n ** 8n).padStart(8, "0")}`]),
    );
  return { bids: shown(sides.BUY, -1), asks: shown(sides.SELL, 1) };
}

function atomsOf(decimal: string): bigint {
  return BigInt(decimal.replace(".", ""));
}

/** Every row, by a fold of all events from the engine's own port. Throws with the first table that never comes to be equal. */
export async function verifyTables(exchange: SeparateExchange): Promise<void> {
  const events = await allEvents(exchange);
  const database = postgresDatabase(exchange.postgres.url, () => {});
  try {
    const expected = foldEvents(ENGINE_NAME, events.events, events.headSeq);
    await eventually(
      async () => difference(await dumpTables(database, ENGINE_NAME), expected),
      (found) => found === null,
      SETTLED_MS,
    );
  } finally {
    await database.close();
  }
}

/** null: none. */
function difference(found: Tables, expected: Tables): object | null {
  for (const [table, wanted] of Object.entries(expected)) {
    const rows = found[table] ?? [];
    const at = wanted.findIndex((row, index) => !isDeepStrictEqual(rows[index], row));
    if (at >= 0 || rows.length !== wanted.length) {
      return { table, rows: rows.length, wantedRows: wanted.length, found: rows[at], wanted: wanted[at] };
    }
  }
  return null;
}

export async function allEvents(
  exchange: SeparateExchange,
): Promise<{ events: readonly EngineEvent[]; headSeq: number }> {
  const reads = remoteEngineReads({ url: exchange.internal.engine, token: exchange.internalToken });
  const events: EngineEvent[] = [];
  for (let fromSeq = 1; ; ) {
    const page = await reads.eventsSince(fromSeq, EVENTS_PER_CALL);
    events.push(...page.events);
    if (page.nextSeq > page.headSeq) {
      reads.close();
      return { events, headSeq: page.headSeq };
    }
    fromSeq = page.nextSeq;
  }
}
