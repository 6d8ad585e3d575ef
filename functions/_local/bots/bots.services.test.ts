/**
 * The living market of `npm start`, end to end: books and trades by the public API, an end in order, no orphans after a kill,
 * funds that run out, a capture in the bots' place (that test is skipped where the shared data is not there).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { sharedPath } from "../../../engine/replay/shared-dir.ts";
import { DataFolderForTests, type RunningProcess, startProcess } from "../../_acceptance/exchange-process.ts";
import { StreamClient } from "../../_acceptance/stream-client.ts";
import { HttpClient, Operator } from "../../_acceptance/trader.ts";
import { BOT_NAMES } from "./bot-accounts.ts";
import { type BotsRoom, openRoom } from "./bots-room.ts";
import { INSTRUMENT_PLANS } from "./instrument-plans.ts";
import { LEVELS_A_SIDE } from "./ladder.ts";
import { NOISE_ORDERS_MAX } from "./noise.ts";

const SYMBOLS = INSTRUMENT_PLANS.map(({ symbol }) => symbol);
const BOTS = { TIDEBOOK_BOTS: "1", TIDEBOOK_BOTS_RATE: "150" };
const TRADES = 24;
/** One ladder of each maker, and the noise; what is being moved rests twice for a moment. */
const OPEN_ORDERS_MAX = SYMBOLS.length * (2 * LEVELS_A_SIDE + NOISE_ORDERS_MAX) + 50;

const folders: DataFolderForTests[] = [];
const running: RunningProcess[] = [];
const rooms: BotsRoom[] = [];
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.stop()));
  await Promise.all(running.splice(0).map((each) => each.kill()));
  for (const folder of folders.splice(0)) folder.remove();
});

function newFolder(): DataFolderForTests {
  const folder = new DataFolderForTests();
  folders.push(folder);
  return folder;
}

async function start(
  folder: DataFolderForTests,
  environment: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Promise<RunningProcess> {
  const started = await startProcess(folder, environment, words);
  running.push(started);
  return started;
}

/** Resolves when so many trades were seen, some of them on each instrument. */
async function tradesSeen(origin: string, count: number): Promise<void> {
  const streams = SYMBOLS.map((symbol) => `${symbol.toLowerCase()}@trade`).join("/");
  const client = await StreamClient.open(origin, `/stream?streams=${streams}`);
  await client.until((messages) => {
    const symbols = new Set(messages.map(({ data }) => data.s));
    return messages.length >= count && symbols.size === SYMBOLS.length;
  });
  client.close();
}

/** [bids, asks] of each instrument. */
function levelCounts(http: HttpClient): Promise<readonly (readonly [number, number])[]> {
  return Promise.all(
    SYMBOLS.map(async (symbol) => {
      const { body } = await http.get("/api/v3/depth", { symbol, limit: 500 });
      return [body.bids.length, body.asks.length] as const;
    }),
  );
}

async function openOrders(origin: string, folder: DataFolderForTests): Promise<number> {
  const http = new HttpClient(origin);
  const { engine } = await new Operator(http, folder.operatorToken()).must("GET", "/status");
  http.close();
  return engine.openOrders;
}

/** Once the tables are open. */
async function audited(http: HttpClient, folder: DataFolderForTests): Promise<object> {
  for (;;) {
    const audit = await new Operator(http, folder.operatorToken()).must("POST", "/audit");
    if (audit.outcome !== "incomplete") return audit;
  }
}

test("every book is two-sided and trades, the ledger is balanced, SIGTERM ends with 0 and leaves nothing open", async () => {
  const folder = newFolder();
  const first = await start(folder, BOTS);
  await tradesSeen(first.origin, TRADES);
  const http = new HttpClient(first.origin);
  const levels = await levelCounts(http);
  expect(levels.flat().filter((count) => count < LEVELS_A_SIDE / 2)).toEqual([]);
  expect(await audited(http, folder)).toMatchObject({ outcome: "balanced", reasons: [], frozen: false });
  http.close();
  expect(await first.stop()).toBe(0);
  expect(first.output()).toContain('{"at":"bots","outcome":"trading"}');

  const second = await start(folder, {}, ["--no-bots"]);
  expect(await openOrders(second.origin, folder)).toBe(0);
});

test("killed and started again, the bots begin with one ladder each, with the keys that they had; switched off, they leave", async () => {
  const folder = newFolder();
  const killed = await start(folder, BOTS);
  await tradesSeen(killed.origin, TRADES);
  await killed.kill();
  const keysBefore = readFileSync(join(folder.path, "bot-accounts.json"), "utf8");

  const again = await start(folder, BOTS);
  await tradesSeen(again.origin, TRADES);
  expect(await openOrders(again.origin, folder)).toBeLessThanOrEqual(OPEN_ORDERS_MAX);
  expect(readFileSync(join(folder.path, "bot-accounts.json"), "utf8")).toBe(keysBefore);
  await again.kill();

  const without = await start(folder, { TIDEBOOK_BOTS: "0" });
  let left = await openOrders(without.origin, folder);
  // Each question is a turn of the exchange; the orders of the killed run are gone within some of them.
  while (left > 0) left = await openOrders(without.origin, folder);
  expect(left).toBe(0);
});

test("bots that run out of funds are refused, credited again, and go on", async () => {
  const folder = newFolder();
  const { origin } = await start(folder);
  const room = await openRoom(
    {
      origin,
      operatorToken: folder.operatorToken(),
      accountsPath: join(folder.path, "bot-accounts.json"),
      task: { type: "trade", seed: 1, ratePerS: 400 },
    },
    () => {},
    { BTC: 1, ETH: 20, SOL: 400, USDT: 100_000, USDC: 20_000 },
  );
  rooms.push(room);
  const http = new HttpClient(origin);
  let levels = await levelCounts(http);
  while (levels.flat().some((count) => count < LEVELS_A_SIDE - 2)) levels = await levelCounts(http);
  const said = room.counts.taken() as { readonly refused: Record<string, number>; readonly topUps: number };
  expect([(said.refused["-2010"] ?? 0) + (said.refused["-2022"] ?? 0) > 0, said.topUps > 0]).toEqual([true, true]);
  expect(await audited(http, folder)).toMatchObject({ outcome: "balanced", reasons: [], frozen: false });
  http.close();
});

test("a bot's key that was revoked is replaced at the next start, and nobody else's is touched", async () => {
  const folder = newFolder();
  const first = await start(folder, BOTS);
  await tradesSeen(first.origin, 4);
  const http = new HttpClient(first.origin);
  const operator = new Operator(http, folder.operatorToken());
  const keys = await operator.must("GET", "/keys");
  const makers = keys.find(
    ({ label, account }: { label: string; account: number }) => label === "bots" && account === 3,
  );
  await operator.must("DELETE", `/keys/${makers.apiKey}`);
  http.close();
  await first.stop();

  const second = await start(folder, BOTS);
  await tradesSeen(second.origin, TRADES);
  const again = new HttpClient(second.origin);
  const after = await new Operator(again, folder.operatorToken()).must("GET", "/keys");
  again.close();
  const counted = (revoked: boolean) =>
    after.filter((key: { label: string; revoked: boolean }) => key.revoked === revoked).length;
  expect([counted(true), counted(false)]).toEqual([1, folder.demoAccounts().length + BOT_NAMES.length]);
});

test("an operator halts, narrows, adds: the others trade on, a resumed one trades again, and nothing is a fault", async () => {
  const folder = newFolder();
  const started = await start(folder, BOTS);
  const { origin } = started;
  await tradesSeen(origin, TRADES);
  const http = new HttpClient(origin);
  const operator = new Operator(http, folder.operatorToken());
  await operator.must("POST", "/halts", { symbol: "BTCUSDT", status: "halt" });
  await operator.must("POST", "/halts", { symbol: "ETHUSDT", status: "cancel_only" });
  const added = { symbol: "NEWUSDT", base: "NEW", quote: "USDT", tickSize: "0.01", stepSize: "0.01" };
  await operator.must("POST", "/instruments", added);
  const traded = async (symbols: readonly string[], count: number): Promise<void> => {
    const streams = symbols.map((symbol) => `${symbol.toLowerCase()}@trade`).join("/");
    const client = await StreamClient.open(origin, `/stream?streams=${streams}`);
    await client.until((messages) =>
      symbols.every((each) => messages.filter(({ data }) => data.s === each).length >= count),
    );
    client.close();
  };
  await traded(["SOLUSDT", "SOLUSDC"], 5);
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) await operator.must("DELETE", `/halts/${symbol}`);
  await traded(["BTCUSDT", "ETHUSDT"], 2);
  const { body } = await http.get("/api/v3/depth", { symbol: "NEWUSDT" });
  http.close();
  expect([body.bids, body.asks, await started.stop()]).toEqual([[], [], 0]);
  expect(/"outcome":"(fault|ended|given_up)"|^\s+at /m.exec(started.output())).toBeNull();
});

test("what the command line does not know ends with 2 and says what it knows", async () => {
  const failed = start(newFolder(), {}, ["--nobots"]);
  await expect(failed).rejects.toThrow(/ended with code 2[\s\S]*--nobots[\s\S]*--replay <file>/);
});

const capture = sharedPath("data", "binance-btcusdt-2024-08-08", "stream.log.gz");

describe.skipIf(capture === null)("a capture in the bots' place (skipped where the shared data is not there)", () => {
  const ROWS = 1_500;
  /** In USDT. */
  const NOTIONAL_LEAST = 5;

  test("its trades are printed at their prices, sizes and sides, in their order", async () => {
    const folder = newFolder();
    const lines = gunzipSync(readFileSync(capture ?? ""))
      .toString()
      .split("\n")
      .slice(0, ROWS);
    const file = join(folder.path, "short.log");
    writeFileSync(file, `${lines.join("\n")}\n`);
    const seededAt = lines.findIndex((line) => line.includes('"lastUpdateId"'));
    const wanted = lines
      .slice(seededAt)
      .filter((line) => line.includes("@trade"))
      .map((line) => JSON.parse(line.slice(line.indexOf(" "))).data)
      .filter(({ p, q }) => Number(p) * Number(q) >= NOTIONAL_LEAST)
      .map(({ p, q, m }) => `${p} ${q} ${m}`);
    const { origin } = await start(folder, {}, ["--replay", file, "--speed", "10"]);
    const client = await StreamClient.open(origin, "/ws/btcusdt@aggTrade");
    await client.until((messages) => messages.length >= wanted.length);
    client.close();
    const http = new HttpClient(origin);
    const { body } = await http.get("/api/v3/aggTrades", { symbol: "BTCUSDT", fromId: 0, limit: wanted.length });
    http.close();
    expect(body.map(({ p, q, m }: { p: string; q: string; m: boolean }) => `${p} ${q} ${m}`)).toEqual(wanted);
  });
});
