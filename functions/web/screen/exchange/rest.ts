/** REST of the exchange that served this page: a request in, its JSON or a refusal out. Never rejects. */

import { words } from "../words/words.ts";
import type { Answer, Parameters } from "./contract.ts";
import { notSent, refusedBy, unknownOutcome } from "./refusal.ts";

/** Longer than the exchange's own deadline of 10 s: it says itself when it does not know. */
const TIMEOUT_MS = 12_000;

export interface RestRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whoever asks has lost interest. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** @param target path and query, as they are sent. */
export async function ask(target: string, request: RestRequest = {}): Promise<Answer<unknown>> {
  const { method = "GET", headers = {}, body, signal, timeoutMs = TIMEOUT_MS } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(target, {
      method,
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      cache: "no-store",
      credentials: "same-origin",
    });
    const answer: unknown = await response.json();
    return response.ok ? { outcome: "ok", value: answer } : refusedBy(response.status, answer);
  } catch {
    // No connection, no answer in time, or one that is no JSON: a reading can be repeated, anything else may have happened.
    const says = timeout.aborted ? words().exchange.noAnswerInTime : words().exchange.unreachable;
    return method === "GET" ? notSent(says) : unknownOutcome(says);
  }
}

export function get(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<Answer<unknown>> {
  const query = queryOf(parameters);
  return ask(query === "" ? path : `${path}?${query}`, signal === undefined ? {} : { signal });
}

export function queryOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}
