/**
 * Trading goes on while the parts of a cluster are killed, stopped and started again at random; afterwards everything is held
 * against what was acknowledged: orders, trades, money, the tables (equal to a fold of all events), and the streams.
 */

import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { remoteEngineReads } from "../../engine/bus/http/rpc-client.ts";
import type { EngineEvent } from "../../engine/protocol/events.ts";
import { postgresDatabase } from "../_shared/database.ts";
import { foldEvents, type Tables } from "../persistence/testing/fold.ts";
import { dumpTables } from "../persistence/testing/table-dump.ts";
import { MarketWatcher, type WatchedBook } from "./market-watcher.ts";
import {
  isRefusal,
  prepareWorld,
  randomOrder,
  type Sent,
  SYMBOL,
  tradersOf,
  verifyOrders,
  verifyWhole,
  type World,
} from "./order-ledger.ts";
import type { SeparateExchange } from "./separate-processes.ts";
import { eventually } from "./target.ts";
import { HttpClient, type Trader } from "./trader.ts";

const CLIENTS = 6;
/** Between two orders of one client: several hundred orders a second leave the machine time for the rest. */
const THINK_MS_MAX = 30;
const AFTER_FAILURE_MS = 50;
const BETWEEN_OUTAGES_MS = { min: 200, max: 1_200 };
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
  readonly longestAnswerMs: number;
  readonly watcher: MarketWatcher["report"];
}

type Outage = readonly [name: string, happen: (exchange: SeparateExchange) => Promise<unknown>];

/** What can happen, each as likely as the others. Functions come back with the next request. */
const OUTAGES: readonly Outage[] = [
  ["orders killed", ({ functions }) => functions.orders.kill()],
  ["orders stopped", ({ functions }) => functions.orders.stop()],
  ["account killed", ({ functions }) => functions.account.kill()],
  ["market-data killed", ({ functions }) => functions["market-data"].kill()],
  ["persistence killed", ({ functions }) => functions.persistence.kill()],
  ["persistence stopped", ({ functions }) => functions.persistence.stop()],
  ["stream killed", ({ stream }) => stream.kill().then(() => stream.start())],
  ["stream stopped", ({ stream }) => stream.stop().then(() => stream.start())],
  ["engine killed", ({ engine }) => engine.kill().then(() => engine.start())],
  ["engine stopped", ({ engine }) => engine.stop().then(() => engine.start())],
  ["redis killed", ({ redis }) => redis.restart()],
  ["postgres killed", ({ postgres }) => postgres.kill().then(() => postgres.start())],
];

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
      await delay(BETWEEN_OUTAGES_MS.min + random() * (BETWEEN_OUTAGES_MS.max - BETWEEN_OUTAGES_MS.min));
      const [name, happen] = OUTAGES[Math.floor(random() * OUTAGES.length)]!;
      happened.push(name);
      await happen(exchange);
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
    longestAnswerMs: longestAnswerMs(),
    watcher: watcher.report,
  };
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
      const order: Sent = { trader, clientOrderId: `c${number}n${count}`, answer: null, cancelAnswer: null };
      sent.push(order);
      const startedMs = performance.now();
      try {
        order.answer = await traders[trader]!.order(randomOrder(order.clientOrderId, random));
        longestMs = Math.max(longestMs, performance.now() - startedMs);
        if (order.answer.body.status === "NEW" && random() < 0.3) {
          const target = { symbol: SYMBOL, origClientOrderId: order.clientOrderId };
          order.cancelAnswer = await traders[trader]!.call("DELETE", "/api/v3/order", target);
        }
      } catch {
        // Cut off: what became of it is found out afterwards.
      }
      await delay((order.answer?.status ?? 503) >= 500 ? AFTER_FAILURE_MS : random() * THINK_MS_MAX);
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
  );
  return books.told as WatchedBook;
}

async function toldBook(exchange: SeparateExchange): Promise<WatchedBook | null> {
  const { status, body } = await exchange.http.get("/api/v3/depth", { symbol: SYMBOL, limit: 5_000 });
  if (status !== 200) return null;
  const { lastUpdateId, bids, asks } = body;
  return { lastUpdateId, bids: Object.fromEntries(bids), asks: Object.fromEntries(asks) };
}

async function summedBook(traders: readonly Trader[]): Promise<Omit<WatchedBook, "lastUpdateId">> {
  const sides = { BUY: new Map<string, bigint>(), SELL: new Map<string, bigint>() };
  for (const trader of traders) {
    const { body } = await trader.call("GET", "/api/v3/openOrders", { symbol: SYMBOL });
    for (const { side, price, origQty, executedQty } of body as Record<string, string>[]) {
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
async function verifyTables(exchange: SeparateExchange): Promise<void> {
  const events = await allEvents(exchange);
  const database = postgresDatabase(exchange.postgres.url, () => {});
  try {
    const expected = foldEvents(ENGINE_NAME, events.events, events.headSeq);
    await eventually(
      async () => difference(await dumpTables(database, ENGINE_NAME), expected),
      (table) => table === null,
    );
  } finally {
    await database.close();
  }
}

function difference(found: Tables, expected: Tables): string | null {
  return Object.keys(expected).find((table) => !isDeepStrictEqual(found[table], expected[table])) ?? null;
}

async function allEvents(exchange: SeparateExchange): Promise<{ events: readonly EngineEvent[]; headSeq: number }> {
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
