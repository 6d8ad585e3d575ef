/**
 * What a program meets first in its life, for warming it up: its settings, and the requests that it answers.
 *
 * A function is asked what its traders ask, over a Redis of the sample; the answer may be a refusal, but never a fault.
 */
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SAMPLE_ENVIRONMENT, SAMPLE_ORDER, type SampleRequest, signedRequest } from "./sample-exchange.ts";
import { startSampleRedis } from "./sample-redis.ts";

const ATTEMPT_EVERY_MS = 20;
const ATTEMPTS_MAX = 500;

const PING: SampleRequest = { method: "GET", target: "/livez", headers: {} };
const UNSIGNED_EVENT: SampleRequest = { method: "POST", target: "/", headers: { "content-type": "application/json" } };

/** Made when they are sent: a signature is good for some seconds. */
const REQUESTS: Readonly<Record<string, () => readonly SampleRequest[]>> = {
  orders: () => [signedRequest("POST", "order/test", SAMPLE_ORDER), signedRequest("POST", "order", SAMPLE_ORDER)],
  account: () => [signedRequest("GET", "account", "omitZeroBalances=true")],
  "market-data": () => [{ method: "GET", target: "/api/v3/exchangeInfo", headers: {} }],
  users: () => [{ method: "GET", target: "/ops/v1/instruments", headers: operator() }],
  persistence: () => [UNSIGNED_EVENT],
  "dead-letters": () => [UNSIGNED_EVENT],
  engine: () => [PING],
  stream: () => [PING],
};

/** Starts the program in this process and asks it. @throws Error when it answers a request with a fault of its own. */
export async function firstRequests(program: string, start: () => void): Promise<void> {
  const redis = await startSampleRedis();
  const [port, internalPort] = [await freePort(), await freePort()];
  Object.assign(process.env, SAMPLE_ENVIRONMENT, {
    NODE_ENV: "production",
    PORT: String(port),
    TIDEBOOK_INTERNAL_PORT: String(internalPort),
    TIDEBOOK_DATA_DIR: mkdtempSync(join(tmpdir(), "tidebook-warm-up-")),
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
  });
  start();
  const origin = `http://127.0.0.1:${program === "engine" ? internalPort : port}`;
  for (const request of REQUESTS[program]?.() ?? []) {
    const { status, text } = await ask(origin, request);
    if (status === 500) throw new Error(`${request.method} ${request.target} answered ${status} ${text}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

function operator(): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${SAMPLE_ENVIRONMENT.TIDEBOOK_OPERATOR_TOKEN}` };
}

async function ask(origin: string, request: SampleRequest): Promise<{ status: number; text: string }> {
  const { method, target, headers } = request;
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(origin + target, { method, headers });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      // It does not listen yet.
      if (attempt === ATTEMPTS_MAX) throw error;
      await setTimeout(ATTEMPT_EVERY_MS);
    }
  }
}
