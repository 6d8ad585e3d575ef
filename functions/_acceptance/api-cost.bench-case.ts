/**
 * What the public API costs per order: CPU of the function, of the engine and of the stream as separate processes around a
 * real Redis, and latency at a fixed rate on one machine, from the time a request is due to its durable answer.
 */
import { createHmac } from "node:crypto";
import { Pool } from "undici";
import { WebSocket } from "ws";
import { percentile } from "../../engine/bench/measure.ts";
import { type BenchLine, type BenchOptions, result } from "../../engine/bench/result.ts";
import { DataFolderForTests, startProcess } from "./exchange-process.ts";
import { openLoop, type Sendable } from "./open-loop.ts";
import { missingService, startSeparateProcesses } from "./separate-processes.ts";
import { HttpClient, Operator } from "./trader.ts";

const ORDERS_PER_S = 2_000;
/** Separate processes share two cores with Redis, Postgres and the sender. */
const SEPARATE_ORDERS_PER_S = 500;
const CONNECTIONS = 64;
const WARM_UP_MS = 3_000;
const ROUND_MS = 15_000;
const PING: Sendable = { method: "GET", path: "/api/v3/ping", headers: {} };
const FUNDS = { BTC: "100000", USDT: "10000000000" };

interface Key {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const roundMs = quick ? ROUND_MS / 5 : ROUND_MS;
  return [...(await latencies(roundMs)), ...(await costs(roundMs))];
}

async function latencies(roundMs: number): Promise<readonly BenchLine[]> {
  const folder = new DataFolderForTests();
  const process_ = await startProcess(folder);
  const http = new HttpClient(process_.origin);
  const pool = new Pool(process_.origin, { connections: CONNECTIONS, pipelining: 1 });
  try {
    const next = ordersOf(await tradersOf(new Operator(http, folder.operatorToken()), "BTCUSDT"), "BTCUSDT");
    await openLoop(pool, ORDERS_PER_S, WARM_UP_MS, next);
    const ours = await openLoop(pool, ORDERS_PER_S, roundMs, next);
    const ping = await openLoop(pool, ORDERS_PER_S, roundMs, () => PING);
    const conditions = [
      `${ours.sent.toLocaleString("en-US")} signed orders due at ${ORDERS_PER_S.toLocaleString("en-US")}/s over ${CONNECTIONS} connections, every second one trades, ${ours.refused} refused; from the time due, not the time sent; one process with history and stream in it, the sender another on the same cores`,
    ];
    return [50, 99, 99.9].map((percent) =>
      result(
        `HTTP in to durable answer at ${ORDERS_PER_S} orders/s: p${percent}`,
        percentile(ours.latenciesMs, percent),
        "ms",
        {
          name: `GET /api/v3/ping at ${ORDERS_PER_S}/s on the same server`,
          value: percentile(ping.latenciesMs, percent),
        },
        conditions,
      ),
    );
  } finally {
    await pool.close();
    http.close();
    await process_.stop();
    folder.remove();
  }
}

async function costs(roundMs: number): Promise<readonly BenchLine[]> {
  const name = "CPU of an order";
  const missing = missingService();
  if (missing !== null) return [{ name, skipped: missing }];
  const exchange = await startSeparateProcesses();
  const sockets: WebSocket[] = [];
  const pool = new Pool(exchange.functions.orders.url, { connections: CONNECTIONS, pipelining: 1 });
  try {
    const symbol = "BTCUSDT";
    const terms = { symbol, base: "BTC", quote: "USDT", tickSize: "0.01", stepSize: "0.00001", minNotional: "5" };
    await exchange.operator.must("POST", "/instruments", terms);
    const traders = await tradersOf(exchange.operator, symbol);
    let events = 0;
    const origin = exchange.origin.replace("http", "ws");
    sockets.push(await listening(`${origin}/stream?streams=btcusdt@trade/btcusdt@depth@100ms`, null, () => events++));
    for (const trader of traders) {
      sockets.push(await listening(`${origin}/ws-api/v3`, userDataRequest(trader), () => events++));
    }
    const next = ordersOf(traders, symbol);
    await openLoop(pool, SEPARATE_ORDERS_PER_S, WARM_UP_MS, next);
    const urls = { orders: exchange.functions.orders.url, ...exchange.internal };
    const before = await cpuOf(urls);
    const eventsBefore = events;
    const { sent, refused, latenciesMs } = await openLoop(pool, SEPARATE_ORDERS_PER_S, roundMs, next);
    const after = await cpuOf(urls);
    const told = events - eventsBefore;
    const conditions = [
      `separate processes around a real Redis and Postgres on the same cores; ${sent.toLocaleString("en-US")} signed orders due at ${SEPARATE_ORDERS_PER_S}/s, ${refused} refused, every second one trades, p99 ${percentile(latenciesMs, 99).toFixed(1)} ms; process_cpu_seconds_total, so heartbeats, syncs and collections are in it`,
    ];
    const us = (process_: string): number => ((after[process_] ?? 0) - (before[process_] ?? 0)) * 1e6;
    return [
      result(`${name}: the function (HTTP, signature, Redis)`, us("orders") / sent, "µs", null, conditions),
      result(
        `${name}: the engine (Redis, journal, core, feed, events out)`,
        us("engine") / sent,
        "µs",
        null,
        conditions,
      ),
      result(`CPU of an event on the stream (trades, depth, user data)`, us("stream") / told, "µs", null, [
        `${told.toLocaleString("en-US")} events to one market socket and two of user data`,
        ...conditions,
      ]),
    ];
  } finally {
    for (const socket of sockets) socket.close();
    await pool.close();
    await exchange.close();
  }
}

async function tradersOf(operator: Operator, symbol: string): Promise<readonly Key[]> {
  const traders: Key[] = [];
  for (const name of ["buyer", "seller"]) {
    const { id: account } = await operator.must("POST", "/accounts", { name: `bench ${name} of ${symbol}` });
    for (const [asset, amount] of Object.entries(FUNDS))
      await operator.must("POST", "/deposits", { account, asset, amount, reference: `bench ${account} ${asset}` });
    traders.push(await operator.must("POST", "/keys", { account, permissions: ["read", "trade"] }));
  }
  return traders;
}

/** Rest, take, rest, take, the two in turn, so that each buys as much as it sells. */
function ordersOf(traders: readonly Key[], symbol: string): () => Sendable {
  let count = 0;
  return () => {
    const turn = count++ % 4;
    const key = traders[turn === 0 || turn === 3 ? 0 : 1];
    if (key === undefined) throw new RangeError("two traders trade with each other");
    const side = turn % 2 === 0 ? "BUY" : "SELL";
    const query = `symbol=${symbol}&side=${side}&type=LIMIT&timeInForce=GTC&quantity=0.0002&price=50000.00&timestamp=${Date.now()}`;
    return {
      method: "POST",
      path: `/api/v3/order?${query}&signature=${signed(key, query)}`,
      headers: { "x-mbx-apikey": key.apiKey },
    };
  };
}

function signed({ apiSecret }: Key, payload: string): string {
  return createHmac("sha256", apiSecret).update(payload).digest("hex");
}

function userDataRequest(key: Key): string {
  const timestamp = Date.now();
  const signature = signed(key, `apiKey=${key.apiKey}&timestamp=${timestamp}`);
  const params = { apiKey: key.apiKey, timestamp, signature };
  return JSON.stringify({ id: 1, method: "userDataStream.subscribe.signature", params });
}

function listening(url: string, request: string | null, onEvent: () => void): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.on("message", onEvent);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () => {
      if (request === null) resolve(socket);
      else {
        socket.once("message", () => resolve(socket));
        socket.send(request);
      }
    });
  });
}

/** Seconds of CPU so far, by process. */
async function cpuOf(urls: Readonly<Record<string, string>>): Promise<Readonly<Record<string, number>>> {
  const figures: Record<string, number> = {};
  for (const [name, url] of Object.entries(urls)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const found = /^process_cpu_seconds_total ([0-9.e+-]+)/m.exec(text)?.[1];
    if (found === undefined) throw new Error(`${name} does not tell its CPU`);
    figures[name] = Number(found);
  }
  return figures;
}
