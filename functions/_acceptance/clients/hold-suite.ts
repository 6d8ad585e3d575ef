/**
 * A book held by ccxt and user data held by `binance` while others trade: no resync, equal to the exchange's in the end, and
 * every event once, in order, as REST tells it afterwards.
 */

import { setTimeout as delay } from "node:timers/promises";
import { WS_KEY_MAP } from "binance";
import { expect, test } from "vitest";
import { eventually, type Target } from "../target.ts";
import { freshMarket, type Trader } from "../trader.ts";
import { ClientsMade, keyFor } from "./client-market.ts";
import { Load } from "./load.ts";
import { Watching } from "./watching.ts";

const TRADERS = 4;
const FUNDS = "100000000";
const PAGE = 1_000;

type Levels = readonly (readonly [number, number])[];
interface Sides {
  readonly bids: Levels;
  readonly asks: Levels;
}
interface Report {
  readonly x: string;
  readonly X: string;
  readonly i: number;
  readonly t: number;
  readonly l: string;
  readonly L: string;
  readonly z: string;
  readonly n: string;
  readonly m: boolean;
}

export interface Held {
  readonly book: { readonly held: Sides; readonly told: Sides; readonly open: Sides };
  readonly bookFailure: unknown;
  readonly bookChanges: number;
  readonly requests: number;
  readonly trades: { readonly told: readonly unknown[]; readonly read: readonly unknown[] };
  readonly orders: { readonly told: readonly unknown[]; readonly read: readonly unknown[] };
  /** Trades as ccxt's watchMyTrades showed them, by id. */
  readonly watchedTrades: readonly number[];
  readonly outOfOrder: readonly unknown[];
  readonly reconnects: number;
}

/** Lets traders trade for so long while clients watch. @returns what they held in the end, and what the exchange says. */
export async function hold(target: Target, plan: HoldPlan): Promise<Held> {
  const made = new ClientsMade();
  try {
    return await held(target, made, plan);
  } finally {
    await made.end();
  }
}

async function held(target: Target, made: ClientsMade, { seconds, seed }: HoldPlan): Promise<Held> {
  const { operator, http } = target;
  const market = await freshMarket(operator);
  const { symbol, base, quote } = market;
  const funds = { [base]: FUNDS, [quote]: FUNDS };
  const traders = await Promise.all(Array.from({ length: TRADERS }, () => operator.trader(funds)));
  const [watched] = traders;
  if (watched === undefined) throw new Error("there are no traders");
  const credentials = await keyFor(target, watched.account);
  const pair = `${base}/${quote}`;
  const ccxt = await made.ccxt(target, credentials);
  const bookWatch = new Watching(
    () => ccxt.watchOrderBook(pair),
    ({ bids, asks, nonce }) => ({ nonce, changes: ++changes, bids: levelsOf(bids), asks: levelsOf(asks) }),
  );
  let changes = 0;
  await ccxt.authenticate();
  const watchedTrades = new Set<number>();
  const tradeWatch = new Watching(
    () => ccxt.watchMyTrades(pair),
    (trades) => {
      for (const { id } of trades) watchedTrades.add(Number(id));
    },
  );
  const { api } = await made.binance(target, await keyFor(target, watched.account, "ed25519"));
  const reports: Report[] = [];
  let reconnects = 0;
  api.getWSClient().on("reconnecting", () => {
    reconnects += 1;
  });
  // biome-ignore lint/suspicious/noExplicitAny: messages as they come.
  api.getWSClient().on("message", (message: any) => {
    const event = message.event ?? message;
    if (event.e === "executionReport") reports.push(event);
  });
  await api.subscribeUserDataStream(WS_KEY_MAP.mainWSAPI);

  const load = new Load(market, traders, seed);
  await delay(seconds * 1_000);
  await load.stop();
  // One more change of the book, which every client sees when it has seen all before it.
  const last = await traders[1]?.limit(symbol, "BUY", "50.000", "1.00");
  if (last?.status !== 200) throw new Error(`the last order was refused: ${JSON.stringify(last?.body)}`);
  const { bids, asks } = await bookWatch.until((book) => book.bids.at(-1)?.[0] === 1);
  const { body: depth } = await eventually(
    () => http.get("/api/v3/depth", { symbol, limit: 1_000 }),
    ({ body }) => body.bids.at(-1)?.[0] === "1.00000000",
  );
  const open = await openOrdersOf(traders, symbol);
  const read = await readAll(watched, symbol);
  await eventually(
    async () => reports.filter(({ x }) => x === "TRADE").length,
    (count) => count >= read.trades.length,
  );
  await eventually(
    async () => watchedTrades.size,
    (count) => count >= read.trades.length,
  );
  if (tradeWatch.failure !== null) throw tradeWatch.failure;
  return {
    book: { held: { bids, asks }, told: { bids: levelsOf(depth.bids), asks: levelsOf(depth.asks) }, open },
    bookFailure: bookWatch.failure,
    bookChanges: changes,
    requests: load.done,
    trades: {
      told: reports.filter(({ x }) => x === "TRADE").map(({ t, i, L, l, n, m }) => [t, i, L, l, n, m]),
      read: read.trades,
    },
    orders: { told: lastOfEach(reports), read: read.orders },
    watchedTrades: [...watchedTrades],
    outOfOrder: outOfOrder(reports),
    reconnects,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: levels as every client has them.
function levelsOf(levels: readonly any[]): Levels {
  return levels.map(([price, quantity]) => [Number(price), Number(quantity)]);
}

/** What rests, by price, best first: the book as the engine's accounts have it. */
async function openOrdersOf(traders: readonly Trader[], symbol: string): Promise<Sides> {
  const answers = await Promise.all(traders.map((trader) => trader.call("GET", "/api/v3/openOrders", { symbol })));
  const lots = { BUY: new Map<number, number>(), SELL: new Map<number, number>() };
  for (const { side, price, origQty, executedQty } of answers.flatMap(({ body }) => body)) {
    const left = Math.round((Number(origQty) - Number(executedQty)) * 1_000);
    const of = lots[side as "BUY" | "SELL"];
    of.set(Number(price), (of.get(Number(price)) ?? 0) + left);
  }
  const sorted = (of: Map<number, number>, sign: number): Levels =>
    [...of].sort(([left], [right]) => sign * (left - right)).map(([price, sum]) => [price, sum / 1_000]);
  return { bids: sorted(lots.BUY, -1), asks: sorted(lots.SELL, 1) };
}

/** All trades and all orders of a trader, paged by id. */
async function readAll(trader: Trader, symbol: string): Promise<{ trades: unknown[]; orders: unknown[] }> {
  const paged = async (path: string, by: string, idOf: (row: { id: number; orderId: number }) => number) => {
    // biome-ignore lint/suspicious/noExplicitAny: rows as they come.
    const rows: any[] = [];
    for (;;) {
      const from = rows.length === 0 ? 0 : idOf(rows.at(-1)) + 1;
      const { body } = await trader.call("GET", path, { symbol, [by]: from, limit: PAGE });
      rows.push(...body);
      if (body.length < PAGE) return rows;
    }
  };
  const trades = await paged("/api/v3/myTrades", "fromId", ({ id }) => id);
  const orders = await paged("/api/v3/allOrders", "orderId", ({ orderId }) => orderId);
  return {
    trades: trades.map((row) => [row.id, row.orderId, row.price, row.qty, row.commission, row.isMaker]),
    orders: orders.map((row) => [row.orderId, row.status, row.executedQty]),
  };
}

/** Each order's newest report, by id. */
function lastOfEach(reports: readonly Report[]): unknown[] {
  const newest = new Map(reports.map((report) => [report.i, report]));
  return [...newest.values()].sort((left, right) => left.i - right.i).map(({ i, X, z }) => [i, X, z]);
}

/** Trades that came after a later one, and orders whose first report is not NEW. */
function outOfOrder(reports: readonly Report[]): unknown[] {
  const trades = reports.filter(({ x }) => x === "TRADE").map(({ t }) => t);
  const late = trades.filter((id, index) => index > 0 && id <= (trades[index - 1] ?? 0));
  const seen = new Set<number>();
  const unborn = reports.filter(({ i, x }) => {
    const isFirst = !seen.has(i);
    seen.add(i);
    return isFirst && x !== "NEW";
  });
  return [...late, ...unborn];
}

export interface HoldPlan {
  readonly seconds: number;
  readonly seed: number;
}

/** What must be true of it, one part after the other. */
export function checkHeld(held: Held, plan: HoldPlan): void {
  checkBook(held, plan);
  checkEvents(held);
}

function checkBook({ book, bookFailure, bookChanges, requests }: Held, { seconds }: HoldPlan): void {
  expect(bookFailure).toBe(null);
  expect([book.held, book.told]).toEqual([book.open, book.open]);
  const { bids, asks } = book.open;
  expect([bids.length > 10, asks.length > 10, bookChanges > seconds, requests > seconds * 50]).toEqual([
    true,
    true,
    true,
    true,
  ]);
}

function checkEvents({ trades, orders, watchedTrades, outOfOrder: wrong, reconnects }: Held): void {
  expect(trades.told).toEqual(trades.read);
  expect(orders.told).toEqual(orders.read);
  const ids = trades.read.map((row) => (row as [number])[0]);
  expect(watchedTrades.toSorted((left, right) => left - right)).toEqual(ids);
  expect([wrong, reconnects, ids.length > 0]).toEqual([[], 0, true]);
}

/** Declares the suite's tests. @param working what was begun before, beside the other tests. */
export function holdSuite(working: () => Promise<Held>, plan: HoldPlan): void {
  const { seconds, seed } = plan;
  const longestMs = seconds * 1_000 + 120_000;

  test(
    `a book held by ccxt for ${seconds} s under load needs no resync and is the exchange's in the end SEED=${seed}`,
    async () => checkBook(await working(), plan),
    longestMs,
  );

  test(
    "an account's events under load are complete and in order: they are what REST tells afterwards",
    async () => checkEvents(await working()),
    longestMs,
  );
}
