/**
 * What a program meets first in its life, for warming it up: its settings, and the requests that it answers.
 *
 * A function is asked what its traders ask, over a Redis of the sample; the answer may be a refusal, but never a fault.
 */
import { setTimeout } from "node:timers/promises";
import { SAMPLE_ENVIRONMENT, SAMPLE_ORDER, type SampleRequest, signedRequest } from "./sample-exchange.ts";

const ATTEMPT_EVERY_MS = 20;
const ATTEMPTS_MAX = 500;

const PROBE: SampleRequest = { method: "GET", target: "/livez", headers: {} };
const UNSIGNED_EVENT: SampleRequest = { method: "POST", target: "/", headers: { "content-type": "application/json" } };

/** Made when they are sent: a signature is good for some seconds. */
const REQUESTS: Readonly<Record<string, () => readonly SampleRequest[]>> = {
  orders: () => [signedRequest("POST", "order/test", SAMPLE_ORDER), signedRequest("POST", "order", SAMPLE_ORDER)],
  account: () => [signedRequest("GET", "account", "omitZeroBalances=true")],
  "market-data": () => [{ method: "GET", target: "/api/v3/exchangeInfo", headers: {} }],
  users: () => [{ method: "GET", target: "/ops/v1/instruments", headers: operator() }],
  funding: () => [signedRequest("GET", "statement", "asset=BTC"), UNSIGNED_EVENT],
  persistence: () => [UNSIGNED_EVENT],
  "dead-letters": () => [UNSIGNED_EVENT],
  web: () => [{ method: "GET", target: "/", headers: { "accept-encoding": "br" } }],
  engine: () => [PROBE],
  stream: () => [PROBE],
};

/** @throws Error when the program answers a request with a fault of its own, or does not answer. */
export async function sendFirstRequests(program: string, origin: string): Promise<void> {
  for (const request of REQUESTS[program]?.() ?? []) {
    const { status, text } = await ask(origin, request);
    if (status === 500) throw new Error(`${request.method} ${request.target} answered ${status} ${text}`);
  }
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
