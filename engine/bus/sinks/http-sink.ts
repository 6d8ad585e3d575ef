/**
 * Events to a Knative Broker: one POST an event to the URL that K_SINK names, CloudEvents in binary mode.
 *
 * What the answers mean is the broker's own table (a 2xx is taken; what speaks of the event itself can never be taken;
 * everything else is worth another try). 401 and 403 speak of us, not of the event: a broker whose policy is wrong for
 * ten minutes must not cost ten minutes of events. Connections are kept; redirects are not followed.
 *
 * A broker over an in-memory channel answers only when its subscribers have, retries and all. A POST given up earlier is
 * sent again beside the retries that are still going on, so the time limit lies above the whole of their budget.
 */
import { Agent as HttpAgent, request as httpRequest, validateHeaderName, validateHeaderValue } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HttpMessage } from "../../protocol/journal-batch.ts";
import type { EventSink } from "../outbox.ts";

/**
 * What a Trigger of ours may take over one event: the first try and 5 retries of at most 10 s each (`timeout: PT10S`), and
 * exponential waits of 1 + 2 + 4 + 8 + 16 s between them (`backoffDelay: PT1S`); 91 s, rounded up.
 */
export const BROKER_RETRY_BUDGET_MS = 100_000;
/** The budget, and time for the dead letter sink to take what the retries could not deliver. */
export const POST_TIMEOUT_MS = BROKER_RETRY_BUDGET_MS + 20_000;
/** A Retry-After beyond this is not believed. */
export const RETRY_AFTER_MAX_MS = 30_000;
/** The outbox and what event intake hands over go side by side; the outbox itself has one event under way. */
const SOCKETS_MAX = 16;
const KEEP_ALIVE_MS = 30_000;
/** Of an answer, whose text nobody reads; a longer one costs its connection. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** Of the 4xx, those that speak of the moment or of us. */
const LATER_STATUS: ReadonlySet<number> = new Set([401, 403, 404, 408, 409, 429]);

/** A sink that holds connections. */
export interface ClosableSink extends EventSink {
  /** Gives up what is under way, which then reads `later`, and refuses what comes. */
  close(): Promise<void>;
}

export interface HttpSinkOptions {
  readonly url: string;
  /** A clock that never goes back. */
  readonly nowMs?: () => number;
  readonly timeoutMs?: number;
  /** Why an event was not taken. */
  readonly onFailure?: (reason: string) => void;
}

export function httpSink(options: HttpSinkOptions): ClosableSink {
  const { nowMs = () => performance.now(), timeoutMs = POST_TIMEOUT_MS } = options;
  const url = new URL(options.url);
  const secure = url.protocol === "https:";
  const keptAlive = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: SOCKETS_MAX };
  const agent = secure ? new HttpsAgent(keptAlive) : new HttpAgent(keptAlive);
  const send = secure ? httpsRequest : httpRequest;
  const closing = new AbortController();
  /** Until then the broker asked to be left alone. */
  let quietUntilMs = Number.NEGATIVE_INFINITY;

  function post({ headers, body }: HttpMessage): Promise<Answer> {
    return new Promise((resolve) => {
      const nothing = (): void => resolve({ status: 0, retryAfterMs: 0 });
      const outgoing = send(
        url,
        {
          agent,
          method: "POST",
          headers: { ...headers, "content-length": Buffer.byteLength(body) },
          signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
        },
        (response) => {
          let bytes = 0;
          response.on("data", (chunk: Uint8Array) => {
            bytes += chunk.length;
            if (bytes > ANSWER_BYTES_MAX) response.destroy();
          });
          const { statusCode = 0, headers: answered } = response;
          const answer = { status: statusCode, retryAfterMs: retryAfterMs(answered["retry-after"], Date.now()) };
          // The status has been said, whatever becomes of the rest.
          response.on("error", () => resolve(answer));
          response.on("close", () => resolve(answer));
        },
      );
      // Refused, reset, timed out: nobody answered.
      outgoing.on("error", nothing);
      outgoing.end(body);
    });
  }

  return {
    async send(event) {
      if (closing.signal.aborted || nowMs() < quietUntilMs) return "later";
      // What stands in no HTTP header today will stand in none tomorrow. Node would throw.
      if (!Object.entries(event.headers).every(isHeader)) {
        options.onFailure?.("a header is none");
        return "poison";
      }
      const { status, retryAfterMs: pauseMs } = await post(event);
      if (status >= 200 && status < 300) return "accepted";
      options.onFailure?.(status === 0 ? "no answer" : `answered ${status}`);
      if (pauseMs > 0) quietUntilMs = nowMs() + pauseMs;
      return status >= 400 && status < 500 && !LATER_STATUS.has(status) ? "poison" : "later";
    },
    async close() {
      closing.abort();
      agent.destroy();
    },
  };
}

function isHeader([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false; // Which of its codes it is makes no difference.
  }
}

interface Answer {
  /** 0: none. */
  readonly status: number;
  readonly retryAfterMs: number;
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3), within reason; 0 for anything else. */
export function retryAfterMs(value: string | undefined, wallMs: number): number {
  if (value === undefined) return 0;
  const ms = /^[0-9]{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - wallMs;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), RETRY_AFTER_MAX_MS) : 0;
}
