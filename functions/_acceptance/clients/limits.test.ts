/** What clients make of our limits: a process of its own with small ones, since limits are of an address or of everybody. */
import ccxt from "ccxt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DataFolderForTests, type RunningProcess, startProcess } from "../exchange-process.ts";
import type { Target } from "../target.ts";
import { HttpClient, Operator } from "../trader.ts";
import { type CcxtMarket, ClientsMade, ccxtMarket } from "./client-market.ts";

const WEIGHT_PER_MINUTE = 400;
const MINUTE_MS = 60_000;

const folder = new DataFolderForTests();
const made = new ClientsMade();
let running: RunningProcess;
let target: Target;
let market: CcxtMarket;
beforeAll(async () => {
  running = await startProcess(folder, { TIDEBOOK_WEIGHT_PER_MINUTE: String(WEIGHT_PER_MINUTE) });
  const http = new HttpClient(running.origin);
  const operatorToken = folder.operatorToken();
  target = { http, operatorToken, operator: new Operator(http, operatorToken), close: async () => http.close() };
  market = await ccxtMarket(target, made);
});
afterAll(async () => {
  await made.end();
  await target?.close();
  await running?.stop();
  folder.remove();
});

async function classOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return ["no error", await work];
  } catch (error) {
    if (!(error instanceof ccxt.BaseError)) throw error;
    return [error.constructor.name, error instanceof ccxt.NetworkError];
  }
}

/** As many orders as it takes until one is refused. */
async function untilRefused(place: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    const outcome = await classOf(place());
    if (!Array.isArray(outcome) || outcome[0] !== "no error") return outcome;
  }
}

test("too many orders are DDoSProtection by REST and RateLimitExceeded by WebSocket, in ccxt's words for 429; cancels pass", async () => {
  const { symbol, a } = market;
  await target.operator.must("POST", "/limits", { ordersPer10s: 3 });
  const byRest = await untilRefused(() => a.createOrder(symbol, "limit", "sell", 0.1, 100));
  const bySocket = await untilRefused(() => a.createOrderWs(symbol, "limit", "sell", 0.1, 100));
  const canceled = await a.cancelAllOrders(symbol);
  await target.operator.must("POST", "/limits", { ordersPer10s: 0 });
  const again = await a.createOrder(symbol, "limit", "sell", 0.1, 100);
  expect([byRest, bySocket, canceled.length > 0, again.status]).toEqual([
    ["DDoSProtection", true],
    ["RateLimitExceeded", true],
    true,
    "open",
  ]);
});

test("too much weight is DDoSProtection and says when to come back; what is open can still be canceled", async () => {
  const { symbol, a } = market;
  const order = await a.createOrder(symbol, "limit", "sell", 0.1, 100);
  const refused = await untilRefused(() => a.publicGetExchangeInfo());
  const { "retry-after": retryAfter } = Object.fromEntries(
    Object.entries(a.last_response_headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const canceled = await a.cancelOrder(String(order.id), symbol);
  expect([refused, Number(retryAfter) >= 1, Number(retryAfter) * 1_000 <= MINUTE_MS, canceled.status]).toEqual([
    ["DDoSProtection", true],
    true,
    true,
    "canceled",
  ]);
});
