/**
 * How the tests' broker brings one event to one subscriber: tries, waits, and what each answer means.
 *
 * Follows what a Knative Broker 1.22 was measured to do: an answer's status and body decide between done, a reply, another
 * try, and the dead letter sink at once. `retry` is in addition to the first try.
 */
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { type BrokerEvent, eventOf } from "./broker-message.ts";

export interface Delivery {
  /** Tries after the first. */
  readonly retry: number;
  /** Waits before the n-th retry, n from 0: exponential delay × 2^n, linear delay × n; without a policy none. */
  readonly backoffPolicy?: "exponential" | "linear";
  readonly backoffDelayMs?: number;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly deadLetterUrl?: string;
}

/** What came of one try. */
export interface Attempt {
  /** -1: no response. 502 also: a 2xx with a body that is no event. */
  readonly code: number;
  readonly body: Buffer;
  readonly verdict: "done" | "reply" | "again" | "failed";
  readonly reply: BrokerEvent | null;
}

/** Of the 4xx, those that are tried again; every other one is not. */
const AGAIN_4XX: ReadonlySet<number> = new Set([404, 408, 409, 429]);
const NO_RESPONSE = -1;
const NOT_RECOGNIZED = "received a non-empty response not recognized as CloudEvent";

/** The whole table. */
export function verdictOf(status: number, headers: IncomingHttpHeaders, body: Buffer): Attempt {
  if (status >= 200 && status < 300) {
    const reply = eventOf(headers, body);
    if (reply !== null) return { code: status, body, verdict: "reply", reply };
    if (body.length === 0) return { code: status, body, verdict: "done", reply: null };
    return { code: 502, body: Buffer.from(NOT_RECOGNIZED), verdict: "again", reply: null };
  }
  const again = status === NO_RESPONSE || status >= 500 || AGAIN_4XX.has(status);
  return { code: status, body, verdict: again ? "again" : "failed", reply: null };
}

export interface Postman {
  /** Ends with done or reply; or with the last failure. */
  deliver(event: BrokerEvent, url: string, delivery: Delivery): Promise<Attempt>;
  close(): void;
}

/** @param onAttempt hears of every try. */
export function postman(
  delay: (ms: number) => Promise<void>,
  onAttempt: (url: string, event: BrokerEvent, attempt: Attempt) => void,
): Postman {
  const agent = new Agent({ keepAlive: true });
  const ending = new AbortController();
  return {
    async deliver(event, url, delivery) {
      for (let retried = 0; ; retried += 1) {
        const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(delivery.timeoutMs)]);
        const attempt = await post(agent, url, event, signal);
        onAttempt(url, event, attempt);
        if (attempt.verdict !== "again" || retried === delivery.retry || ending.signal.aborted) return attempt;
        await delay(backoffMs(delivery, retried));
      }
    },
    close() {
      ending.abort();
      agent.destroy();
    },
  };
}

function backoffMs({ backoffPolicy, backoffDelayMs = 0 }: Delivery, retried: number): number {
  if (backoffPolicy === undefined) return 0;
  return backoffPolicy === "exponential" ? backoffDelayMs * 2 ** retried : backoffDelayMs * retried;
}

function post(agent: Agent, url: string, { headers, body }: BrokerEvent, signal: AbortSignal): Promise<Attempt> {
  return new Promise((resolve) => {
    const nothing = (): void => resolve(verdictOf(NO_RESPONSE, {}, Buffer.alloc(0)));
    const outgoing = request(
      url,
      { agent, method: "POST", headers: { ...headers, "content-length": body.length }, signal },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", nothing);
        response.on("end", () =>
          resolve(verdictOf(response.statusCode ?? NO_RESPONSE, response.headers, Buffer.concat(chunks))),
        );
      },
    );
    outgoing.on("error", nothing);
    outgoing.end(body);
  });
}
