/**
 * One client of the market streams: its subscriptions, its requests and its limits.
 *
 * Everything it is told goes through its queue, replies too, so that an acknowledgement precedes the first event. The socket
 * itself (pings, its life, closing) is client-socket.ts.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { TimeUnit } from "../api/time-unit.ts";
import {
  CLOSE_GOING_AWAY,
  CLOSE_POLICY,
  CLOSE_SERVICE_RESTART,
  ClientSocket,
  type EndReason,
} from "./client-socket.ts";
import {
  type ControlFault,
  type ControlRequest,
  faultText,
  invalidRequest,
  parseControlFrame,
  resultText,
} from "./control-frames.ts";
import type { ClientQueue, Delivery } from "./delivery.ts";
import { serverShutdownPayload } from "./payloads.ts";
import type { Publisher } from "./publisher.ts";
import type { StreamClock } from "./stream-clock.ts";
import type { StreamLimits } from "./stream-limits.ts";
import { combinedText, type Subscriber } from "./topic.ts";

/** How a client came: by which address of ours, and from which of its own. */
export interface Opening {
  /** engine/api/client-address.ts; "": nobody can say. */
  readonly address: string;
  readonly combined: boolean;
  readonly names: readonly string[];
  readonly timeUnit: TimeUnit;
}

export interface ConnectionDeps {
  readonly clock: StreamClock;
  readonly limits: StreamLimits;
  readonly delivery: Delivery;
  /** What is subscribed to by name: the market, and accounts by listen key. */
  readonly publisher: Pick<Publisher, "subscribe" | "unsubscribe">;
  readonly onEnded: (connection: Connection, reason: EndReason) => void;
}

export class Connection implements Subscriber {
  readonly queue: ClientQueue;
  readonly address: string;
  readonly timeUnit: TimeUnit;
  #combined: boolean;
  readonly #deps: ConnectionDeps;
  readonly #socket: ClientSocket;
  readonly #names = new Set<string>();

  constructor(ws: WebSocket, socket: Duplex, opening: Opening, deps: ConnectionDeps) {
    this.address = opening.address;
    this.timeUnit = opening.timeUnit;
    this.#combined = opening.combined;
    this.#deps = deps;
    this.#socket = new ClientSocket(ws, socket, deps, {
      message: (text) => this.#onMessage(text),
      leaving: () => this.#leave(),
      closed: (reason) => deps.onEnded(this, reason),
    });
    this.queue = this.#socket.queue;
    for (const name of opening.names) this.#subscribe(name);
  }

  get combined(): boolean {
    return this.#combined;
  }
  get subscriptions(): number {
    return this.#names.size;
  }

  bufferedBytes(): number {
    return this.#socket.bufferedBytes();
  }

  checkTime(nowMs: number): void {
    this.#socket.checkTime(nowMs);
  }

  /** Says that the server is going, at once and after everything else, and closes. */
  shutDown(nowUs: number): void {
    const event = serverShutdownPayload(nowUs, this.timeUnit);
    this.#socket.send(this.#combined ? combinedText("!serverShutdown", event) : event);
    this.#socket.farewell("shutdown", CLOSE_GOING_AWAY, "server shutdown");
  }

  /** Events were lost for it. */
  resync(): void {
    this.#socket.end("resync", CLOSE_SERVICE_RESTART, "events were lost: connect again");
  }

  /** Its address is banned. */
  ban(): void {
    this.#socket.end("banned", CLOSE_POLICY, "address is banned");
  }

  #onMessage(text: string): void {
    if (!this.#socket.countIncoming()) return;
    const request = parseControlFrame(text);
    const answer = request.method === "fault" ? request : this.#answer(request);
    this.#socket.send(typeof answer === "string" ? answer : faultText(answer));
    // After the acknowledgement, so that no event can precede it.
    if (typeof answer === "string" && request.method === "SUBSCRIBE") {
      for (const name of request.names) this.#subscribe(name);
    }
  }

  /** @returns the reply. */
  #answer(request: ControlRequest): string | ControlFault {
    const { id } = request;
    switch (request.method) {
      case "SUBSCRIBE":
        return this.#refusal(request.names, id) ?? resultText("null", id);
      case "UNSUBSCRIBE":
        for (const name of request.names) this.#unsubscribe(name);
        return resultText("null", id);
      case "LIST_SUBSCRIPTIONS":
        return resultText(JSON.stringify([...this.#names]), id);
      case "SET_PROPERTY":
        this.#combined = request.combined;
        return resultText("null", id);
      case "GET_PROPERTY":
        return resultText(String(this.#combined), id);
    }
  }

  #refusal(names: readonly string[], id: string): ControlFault | null {
    const { limits } = this.#deps;
    if (names.some((name) => name.length > limits.streamNameLengthMax)) {
      return invalidRequest(id, `a stream name has at most ${limits.streamNameLengthMax} characters`);
    }
    const added = new Set(names.filter((name) => !this.#names.has(name))).size;
    return this.#names.size + added > limits.subscriptionsPerConnectionMax
      ? invalidRequest(id, `a connection has at most ${limits.subscriptionsPerConnectionMax} streams`)
      : null;
  }

  #subscribe(name: string): void {
    // Whoever has left has left for good: nobody would end what is subscribed to now.
    if (this.queue.closed || this.#names.has(name)) return;
    this.#names.add(name);
    this.#deps.publisher.subscribe(name, this);
  }

  #unsubscribe(name: string): void {
    if (this.#names.delete(name)) this.#deps.publisher.unsubscribe(name, this);
  }

  #leave(): void {
    for (const name of this.#names) this.#deps.publisher.unsubscribe(name, this);
    this.#names.clear();
  }
}
