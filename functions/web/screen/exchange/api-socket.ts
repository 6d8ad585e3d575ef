/**
 * Requests and events over /ws-api/v3: each request has an id and a deadline, and ends in an answer, a refusal, or an unknown
 * outcome when the connection ends first. What requests mean is their sender's.
 */

import { words } from "../words/words.ts";
import type { Answer, Connection, Parameters, Refused } from "./contract.ts";
import { ReconnectingSocket } from "./reconnecting-socket.ts";
import { notSent, refusedBy, unknownOutcome } from "./refusal.ts";

/** Longer than the exchange's own deadline of 10 s. */
const TIMEOUT_MS = 12_000;
const HTTP_OK = 200;
const UNAUTHORIZED = 401;

export interface ApiSocketOwner {
  readonly opened: () => void;
  readonly lost: () => void;
  /** Of user data streams, as they come. */
  readonly event: (event: { readonly e: string }) => void;
  readonly changed: (state: Connection["state"]) => void;
}

/** A refusal with what the dialect adds to it (cancelReplace: what became of its halves). */
export type ApiAnswer = { readonly outcome: "ok"; readonly value: unknown } | (Refused & { readonly data?: unknown });

interface ApiMessage {
  readonly id?: number | null;
  readonly status?: number;
  readonly result?: unknown;
  readonly error?: { readonly data?: unknown };
  readonly event?: { readonly e: string };
}

interface Waiting {
  readonly settle: (answer: ApiAnswer) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class ApiSocket {
  readonly #socket: ReconnectingSocket;
  readonly #owner: ApiSocketOwner;
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;

  constructor(owner: ApiSocketOwner) {
    this.#owner = owner;
    this.#socket = new ReconnectingSocket("/ws-api/v3?returnRateLimits=false", {
      opened: owner.opened,
      message: (text) => this.#onMessage(JSON.parse(text) as ApiMessage),
      lost: () => this.#onLost(),
      probe: () => void this.request("ping"),
      changed: owner.changed,
    });
  }

  start(): void {
    this.#socket.start();
  }
  stop(): void {
    this.#socket.stop();
  }
  renew(): void {
    this.#socket.renew();
  }
  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** Never rejects. */
  request(method: string, params: Parameters = {}): Promise<ApiAnswer> {
    const id = ++this.#ids;
    return new Promise((settle) => {
      if (!this.#socket.send(JSON.stringify({ id, method, params }))) {
        settle(notSent(words().exchange.unreachable));
        return;
      }
      const timer = setTimeout(() => this.#settle(id, unknownOutcome(words().exchange.noAnswerInTime)), TIMEOUT_MS);
      this.#waiting.set(id, { settle, timer });
    });
  }

  #onMessage(message: ApiMessage): void {
    if (message.event !== undefined) {
      if (message.event.e === "serverShutdown") this.#socket.renew();
      else this.#owner.event(message.event);
      return;
    }
    if (typeof message.id === "number") this.#settle(message.id, answerOf(message));
    // Said to the session, not to a request: it is over (its key was revoked), and what waits will not be answered.
    else if (message.status === UNAUTHORIZED) this.#socket.renew();
  }

  #settle(id: number, answer: ApiAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.settle(answer);
  }

  #onLost(): void {
    this.#owner.lost();
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id, unknownOutcome(words().exchange.connectionEnded));
    }
  }
}

function answerOf({ status = 0, result, error }: ApiMessage): ApiAnswer {
  if (status === HTTP_OK) return { outcome: "ok", value: result };
  const refusal = refusedBy(status, error);
  return error?.data === undefined ? refusal : { ...refusal, data: error.data };
}

/** @param read from what came. */
export function mapped<T>(answer: ApiAnswer | Answer<unknown>, read: (value: unknown) => T): Answer<T> {
  return answer.outcome === "ok" ? { outcome: "ok", value: read(answer.value) } : answer;
}
