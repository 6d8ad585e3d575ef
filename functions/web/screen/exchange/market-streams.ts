/**
 * The market streams over one socket to /stream: subscriptions by reference, said in few messages, and how long the exchange
 * takes to answer.
 *
 * The exchange cuts who says more than five things in a second (trading-api.md §1.4), so what changes is gathered, and at most
 * three leave in any second, probes included.
 */
import type { Connection } from "./contract.ts";
import { ReconnectingSocket } from "./reconnecting-socket.ts";
import { type StreamListener, StreamSubscriptions } from "./stream-subscriptions.ts";

const SENT_PER_SECOND_MAX = 3;
const SECOND_MS = 1_000;
/** A symbol is left and another entered within one turn: one message each. */
const GATHER_MS = 10;
const SHUTDOWN_STREAM = "!serverShutdown";

export interface MarketStreamsOwner {
  readonly changed: (state: Connection["state"]) => void;
  readonly latency: (ms: number) => void;
}

interface StreamMessage {
  readonly stream?: string;
  readonly data?: unknown;
  readonly id?: number;
  readonly result?: unknown;
}

export class MarketStreams {
  readonly #subscriptions = new StreamSubscriptions();
  readonly #socket: ReconnectingSocket;
  readonly #owner: MarketStreamsOwner;
  /** Names by the id of the SUBSCRIBE that asked for them. */
  #asked = new Map<number, readonly string[]>();
  #probe: { readonly id: number; readonly sentMs: number } | null = null;
  #ids = 0;
  #sentMs: number[] = [];
  #flushing: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: MarketStreamsOwner) {
    this.#owner = owner;
    this.#socket = new ReconnectingSocket("/stream", {
      opened: () => this.#flushSoon(),
      message: (text) => this.#onMessage(JSON.parse(text) as StreamMessage),
      lost: () => this.#onLost(),
      probe: () => this.#sendProbe(),
      changed: owner.changed,
    });
  }

  start(): void {
    this.#socket.start();
  }

  stop(): void {
    clearTimeout(this.#flushing);
    this.#socket.stop();
  }

  /** @param name as the exchange knows it. @returns ends it. */
  listen(name: string, listener: StreamListener): () => void {
    if (this.#subscriptions.add(name, listener)) {
      // As for everybody else: after this call has returned.
      queueMicrotask(() => {
        if (this.#subscriptions.has(name, listener)) listener.subscribed();
      });
    }
    this.#flushSoon();
    return () => {
      this.#subscriptions.remove(name, listener);
      this.#flushSoon();
    };
  }

  #onMessage(message: StreamMessage): void {
    if (message.stream !== undefined) {
      if (message.stream === SHUTDOWN_STREAM) this.#socket.renew();
      else this.#subscriptions.deliver(message.stream, message.data);
      return;
    }
    const { id } = message;
    if (id === undefined) return;
    if (id === this.#probe?.id) {
      this.#owner.latency(performance.now() - this.#probe.sentMs);
      this.#probe = null;
    }
    const names = this.#asked.get(id);
    this.#asked.delete(id);
    if (names !== undefined) this.#subscriptions.acknowledged(names);
  }

  #onLost(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    this.#asked = new Map();
    this.#probe = null;
    this.#sentMs = [];
    this.#subscriptions.lose();
  }

  /** What costs the exchange least and is answered. */
  #sendProbe(): void {
    if (this.#msUntilFree(2) > 0) return;
    const id = ++this.#ids;
    this.#probe = { id, sentMs: performance.now() };
    this.#send({ method: "GET_PROPERTY", params: ["combined"], id });
  }

  #flushSoon(): void {
    if (!this.#socket.isOpen) return;
    this.#flushing ??= setTimeout(() => this.#flush(), Math.max(GATHER_MS, this.#msUntilFree(1)));
  }

  #flush(): void {
    this.#flushing = undefined;
    if (this.#msUntilFree(1) > 0) {
      this.#flushSoon();
      return;
    }
    const { subscribe, unsubscribe } = this.#subscriptions.plan(this.#msUntilFree(2) > 0 ? 1 : 2);
    if (subscribe.length > 0) {
      const id = ++this.#ids;
      this.#asked.set(id, subscribe);
      this.#send({ method: "SUBSCRIBE", params: subscribe, id });
    }
    if (unsubscribe.length > 0) this.#send({ method: "UNSUBSCRIBE", params: unsubscribe, id: ++this.#ids });
    if (this.#subscriptions.isBehind) this.#flushSoon();
  }

  #send(message: object): void {
    this.#sentMs.push(performance.now());
    this.#socket.send(JSON.stringify(message));
  }

  /** @param messages that are to be said at once. */
  #msUntilFree(messages: 1 | 2): number {
    const nowMs = performance.now();
    this.#sentMs = this.#sentMs.filter((sentMs) => nowMs - sentMs < SECOND_MS);
    const blocking = this.#sentMs[this.#sentMs.length - (SENT_PER_SECOND_MAX - messages + 1)];
    return blocking === undefined ? 0 : SECOND_MS - (nowMs - blocking);
  }
}
