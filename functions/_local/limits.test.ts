/**
 * Limits by address over real sockets: whose count a request is, what a header can change of it, and what a ban ends.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { readConfig } from "../_shared/config.ts";
import { type Exchange, startExchange } from "./exchange.ts";

const REQUESTS = 3;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(settings: Record<string, string>): Promise<Exchange> {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-limits-"));
  const read = readConfig({ PORT: "0", TIDEBOOK_DATA_DIR: folder, ...settings });
  if (read.outcome !== "ok") throw new Error(read.mistakes.join());
  const exchange = await startExchange({
    config: read.settings,
    log: () => {},
    onFatal: (error) => {
      throw error;
    },
  });
  ends.push(async () => {
    await exchange.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return exchange;
}

async function statuses({ origin }: Exchange, forwarded: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const address of forwarded) {
    const reply = await fetch(`${origin}/api/v3/time`, { headers: { "x-forwarded-for": address } });
    await reply.text();
    found.push(reply.status);
  }
  return found;
}

const LIMITED = { TIDEBOOK_REQUESTS_PER_5_MINUTES: String(REQUESTS) };
const FORGED = ["203.0.113.1", "203.0.113.2", "203.0.113.3, 127.0.0.1", "203.0.113.4"];

test("a forged X-Forwarded-For changes nobody's count: the socket's address is counted", async () => {
  expect(await statuses(await start(LIMITED), FORGED)).toEqual([200, 200, 200, 429]);
});

test("behind a proxy that is ours, each of those whom it heard has a count, and what they claim of others has none", async () => {
  const exchange = await start({ ...LIMITED, TRUSTED_PROXIES: "127.0.0.1, ::1" });
  const mine = ["203.0.113.1", "203.0.113.7, 203.0.113.1", "203.0.113.8, 203.0.113.1", "203.0.113.9, 203.0.113.1"];
  expect(await statuses(exchange, [...mine, "203.0.113.2", "203.0.113.7"])).toEqual([200, 200, 200, 429, 200, 200]);
});

test("this machine's own addresses are counted and not limited, unless limits are set", async () => {
  const exchange = await start({});
  expect(
    await statuses(
      exchange,
      Array.from({ length: 400 }, () => "203.0.113.1"),
    ),
  ).toEqual(Array(400).fill(200));
  const reply = await fetch(`${exchange.origin}/api/v3/exchangeInfo`);
  const { rateLimits } = (await reply.json()) as { rateLimits: unknown };
  expect(Number(reply.headers.get("x-mbx-used-weight-1m"))).toBeGreaterThanOrEqual(20);
  expect(rateLimits).toEqual([
    { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6_000 },
    { rateLimitType: "RAW_REQUESTS", interval: "MINUTE", intervalNum: 5, limit: 300_000 },
  ]);
});

test("a ban ends the address's WebSockets, and lets no new one in", async () => {
  const exchange = await start(LIMITED);
  const url = `${exchange.origin.replace("http", "ws")}/ws/btcusdt@trade`;
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.once("open", resolve));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const last = (await statuses(exchange, Array(REQUESTS + 100).fill("203.0.113.1"))).at(-1);
  const refused = new Promise<number | undefined>((resolve) => {
    const next = new WebSocket(url);
    next.once("error", () => {});
    next.once("unexpected-response", (_request, response) => resolve(response.statusCode));
  });
  expect([last, await closed, await refused]).toEqual([418, 1008, 418]);
});
