/**
 * People over the exchange's own server, from sign-up to a trade and out again; what a restart keeps, and what a damaged folder
 * costs.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { readConfig } from "../_shared/config.ts";
import type { Challenge, Purpose } from "../_shared/people/people-api.ts";
import { SoftwareAuthenticator } from "../_shared/people/testing/software-authenticator.ts";
import { type Exchange, startExchange } from "./exchange.ts";

const root = mkdtempSync(join(tmpdir(), "tidebook-people-"));
const lines: object[] = [];
let exchange: Exchange;

/** One data folder, one port: an origin outlives its process. */
async function start(port = "0"): Promise<Exchange> {
  const read = readConfig({ PORT: port, TIDEBOOK_DATA_DIR: root, TIDEBOOK_BOTS: "0" });
  if (read.outcome !== "ok") throw new Error(read.mistakes.join());
  return startExchange({
    config: read.settings,
    log: (line) => lines.push(line),
    onFatal: (error) => {
      throw error;
    },
  });
}
beforeAll(async () => {
  exchange = await start();
});
afterAll(async () => {
  await exchange.close();
  rmSync(root, { recursive: true, force: true });
});

const publicOrigin = (): string => `http://localhost:${new URL(exchange.origin).port}`;

class Page {
  cookie = "";

  // biome-ignore lint/suspicious/noExplicitAny: a test says what is in it.
  async ask(method: string, path: string, body?: object): Promise<{ status: number; body: any }> {
    const response = await fetch(`${exchange.origin}${path}`, {
      method,
      headers: {
        origin: publicOrigin(),
        cookie: this.cookie,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const set = response.headers.get("set-cookie");
    if (set !== null) this.cookie = set.split(";")[0] ?? "";
    return { status: response.status, body: await response.json() };
  }

  async challenge(purpose: Purpose): Promise<Challenge> {
    return (await this.ask("POST", "/people/v1/challenges", { purpose })).body;
  }
}

/** One socket, one answer to each request, in order. */
async function talk(requests: readonly object[]): Promise<unknown[]> {
  const socket = new WebSocket(`${exchange.origin.replace("http", "ws")}/ws-api/v3?returnRateLimits=false`, {
    origin: publicOrigin(),
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const answers: unknown[] = [];
  for (const request of requests) {
    socket.send(JSON.stringify({ id: answers.length, ...request }));
    answers.push(JSON.parse(String(await new Promise((resolve) => socket.once("message", resolve)))));
  }
  socket.close();
  return answers;
}

test("I44: whoever signs up trades by the browser's own key, and withdraws by an assertion for exactly that; a restart without history keeps all of it", async () => {
  const page = new Page();
  expect((await page.ask("GET", "/people/v1/venue")).body).toEqual({ isDemo: true, publicOrigin: publicOrigin() });
  const authenticator = new SoftwareAuthenticator(publicOrigin());
  const { challengeId, creation } = await page.challenge({ kind: "sign_up", name: "Ada" });
  const signedUp = await page.ask("POST", "/people/v1/sign-up", {
    challengeId,
    attestation: authenticator.create(creation),
  });
  expect([signedUp.status, signedUp.body.person.name, signedUp.body.recoveryCodes.length]).toEqual([200, "Ada", 10]);

  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const { apiKey } = (await page.ask("POST", "/people/v1/devices", { publicKey: spki, label: "Firefox" })).body;
  const logon = (): object => {
    const timestamp = Date.now();
    const signature = sign(null, Buffer.from(`apiKey=${apiKey}&timestamp=${timestamp}`), privateKey).toString("base64");
    return { method: "session.logon", params: { apiKey, timestamp, signature } };
  };
  const order = {
    ...{ symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.01", price: "50000" },
  };
  const place = (): object => ({ method: "order.place", params: { ...order, timestamp: Date.now() } });
  expect(await talk([logon(), place()])).toMatchObject([
    { status: 200, result: { apiKey } },
    { status: 200, result: { symbol: "BTCUSDT", status: "NEW", price: "50000.00000000" } },
  ]);

  const withdrawal = { coin: "USDT", amount: "10", address: "0xabc", withdrawOrderId: "w-1" };
  const fresh = async (amount: string): Promise<object> => {
    const asked = await page.challenge({ kind: "withdraw", withdrawal: { ...withdrawal, amount } });
    return { challengeId: asked.challengeId, assertion: authenticator.get(asked.request) };
  };
  const withdraw = async (proof: object): Promise<number> =>
    (await page.ask("POST", "/people/v1/withdrawals", { withdrawal, ...proof })).status;
  expect([await withdraw({}), await withdraw({ fresh: await fresh("1000") })]).toEqual([403, 403]);
  expect(await withdraw({ fresh: await fresh("10") })).toBe(200);

  const { port } = new URL(exchange.origin);
  await exchange.close();
  for (const projection of ["history", "outbox-cursor.json"]) rmSync(join(root, projection), { recursive: true });
  exchange = await start(port);
  expect((await page.ask("GET", "/people/v1/session")).body.person).toMatchObject({ name: "Ada", isGuest: false });
  expect(await talk([logon(), { method: "openOrders.status", params: { timestamp: Date.now() } }])).toMatchObject([
    { status: 200 },
    { status: 200, result: [{ symbol: "BTCUSDT", status: "NEW" }] },
  ]);
  expect((await page.ask("POST", "/people/v1/sign-out", {})).status).toBe(200);
});

test("I44: a folder of people that does not open stays as it is: people are refused, everybody trades on", async () => {
  const { port } = new URL(exchange.origin);
  await exchange.close();
  const folder = join(root, "people");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "what-is-left"), "");
  exchange = await start(port);
  const page = new Page();
  expect((await page.ask("GET", "/people/v1/session")).body).toEqual({ person: null });
  expect(await page.ask("POST", "/people/v1/guests", {})).toMatchObject({ status: 503, body: { code: -1008 } });
  expect((await page.ask("GET", "/api/v3/ping")).status).toBe(200);
  expect([readdirSync(folder), existsSync(`${folder}.making`)]).toEqual([["what-is-left"], false]);
  expect(lines.filter((line) => "at" in line && line.at === "people").at(-1)).toEqual({
    ...{ at: "people", outcome: "failed", folder, reason: `${folder} holds no database` },
  });
});
