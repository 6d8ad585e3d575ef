/**
 * One client of the market streams: its subscriptions, its requests and its limits.
 *
 * Everything it is told goes through its queue, replies too, so that an acknowledgement precedes the first event. Frames
 * are complete when they get here and go straight to the socket that carries the WebSocket; `ws` itself writes its own
 * (pong, close) whole as well, so they never mix.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { TimeUnit } from "../api/time-unit.ts";
import {
  type ControlFault,
  type ControlRequest,
  faultText,
  invalidRequest,
  parseControlFrame,
  resultText,
} from "./control-frames.ts";
import { ClientQueue, type Delivery, type Outlet } from "./delivery.ts";
import { serverShutdownPayload } from "./payloads.ts";
import type { Publisher } from "./publisher.ts";
import type { Stop, StreamClock } from "./stream-clock.ts";
import type { StreamLimits } from "./stream-limits.ts";
import { textFrame } from "./text-frame.ts";
import { combinedText, type Subscriber } from "./topic.ts";

/** RFC 6455 §7.4.1. */
const CLOSE_GOING_AWAY = 1001;
const CLOSE_POLICY = 1008;
const CLOSE_SERVICE_RESTART = 1012;
const CLOSE_TRY_AGAIN_LATER = 1013;

export type EndReason =
  | "client"
  | "slow_reader"
  | "too_many_messages"
  | "no_pong"
  | "life_over"
  | "shutdown"
  | "banned"
  | "resync"
  | "error";

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

export class Connection implements Subscriber, Outlet {
  readonly queue: ClientQueue;
  readonly address: string;
  readonly timeUnit: TimeUnit;
  #combined: boolean;
  readonly #deps: ConnectionDeps;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #names = new Set<string>();
  readonly #openedMs: number;
  #nextPingMs: number;
  /** When each ping that has not been answered was sent, oldest first; the time is the ping's payload. */
  #unansweredPingsMs: number[] = [];
  #incomingSecond = 0;
  #incomingCount = 0;
  #endReason: EndReason | null = null;
  #cancelKill: Stop = () => {};

  constructor(ws: WebSocket, socket: Duplex, opening: Opening, deps: ConnectionDeps) {
    this.#ws = ws;
    this.#socket = socket;
    this.address = opening.address;
    this.timeUnit = opening.timeUnit;
    this.#combined = opening.combined;
    this.#deps = deps;
    this.#openedMs = deps.clock.nowMs();
    this.#nextPingMs = this.#openedMs + deps.limits.pingIntervalMs;
    this.queue = new ClientQueue(this);
    ws.on("message", (data) => this.#onMessage(String(data)));
    ws.on("ping", () => this.#countIncoming());
    ws.on("pong", (payload) => this.#onPong(String(payload)));
    ws.on("close", () => this.#onClosed());
    // A protocol violation or a lost connection: `ws` closes by itself, and "close" follows.
    ws.on("error", () => {
      this.#endReason ??= "error";
    });
    for (const name of opening.names) this.#subscribe(name);
  }

  get combined(): boolean {
    return this.#combined;
  }
  get subscriptions(): number {
    return this.#names.size;
  }

  write(bytes: Buffer): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#socket.write(bytes);
  }

  bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  onOverflow(): void {
    this.#end("slow_reader", CLOSE_TRY_AGAIN_LATER, "slow consumer");
  }

  /** To be called about once a second: pings, missing pongs, and the end of its life. */
  checkTime(nowMs: number): void {
    const { limits } = this.#deps;
    if (this.#endReason !== null) return;
    const oldestMs = this.#unansweredPingsMs[0];
    if (oldestMs !== undefined && nowMs - oldestMs >= limits.pongTimeoutMs) {
      this.#endReason = "no_pong";
      this.#ws.terminate();
    } else if (nowMs - this.#openedMs >= limits.connectionLifeMs) {
      this.#end("life_over", CLOSE_GOING_AWAY, "connection life is over");
    } else if (nowMs >= this.#nextPingMs) {
      this.#nextPingMs = nowMs + limits.pingIntervalMs;
      this.#unansweredPingsMs.push(nowMs);
      this.#ws.ping(String(nowMs));
    }
  }

  /** Says that the server is going, at once and after everything else, and closes. */
  shutDown(nowUs: number): void {
    const event = serverShutdownPayload(nowUs, this.timeUnit);
    this.#reply(this.#combined ? combinedText("!serverShutdown", event) : event);
    this.#deps.delivery.flush();
    this.#end("shutdown", CLOSE_GOING_AWAY, "server shutdown");
  }

  /** Events were lost for it. */
  resync(): void {
    this.#end("resync", CLOSE_SERVICE_RESTART, "events were lost: connect again");
  }

  /** Its address is banned. */
  ban(): void {
    this.#end("banned", CLOSE_POLICY, "address is banned");
  }

  #reply(text: string): void {
    this.#deps.delivery.put(this.queue, textFrame(text));
  }

  #onMessage(text: string): void {
    if (!this.#countIncoming()) return;
    const request = parseControlFrame(text);
    const answer = request.method === "fault" ? request : this.#answer(request);
    this.#reply(typeof answer === "string" ? answer : faultText(answer));
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
    if (this.#names.has(name)) return;
    this.#names.add(name);
    this.#deps.publisher.subscribe(name, this);
  }

  #unsubscribe(name: string): void {
    if (this.#names.delete(name)) this.#deps.publisher.unsubscribe(name, this);
  }

  /** Counted in whole seconds of the clock. @returns false: one too many, the connection is being cut. */
  #countIncoming(): boolean {
    if (this.#endReason !== null) return false;
    const second = Math.floor(this.#deps.clock.nowMs() / 1_000);
    this.#incomingCount = second === this.#incomingSecond ? this.#incomingCount + 1 : 1;
    this.#incomingSecond = second;
    if (this.#incomingCount <= this.#deps.limits.incomingPerSecondMax) return true;
    this.#end("too_many_messages", CLOSE_POLICY, "too many messages");
    return false;
  }

  /** Only the echo of a ping of ours counts as an answer; it answers the pings before it, too. */
  #onPong(payload: string): void {
    if (!this.#countIncoming()) return;
    const answered = this.#unansweredPingsMs.findIndex((sentMs) => String(sentMs) === payload);
    if (answered >= 0) this.#unansweredPingsMs = this.#unansweredPingsMs.slice(answered + 1);
  }

  /** Nothing more is sent; whoever does not answer the close frame in time is cut. */
  #end(reason: EndReason, code: number, text: string): void {
    if (this.#endReason !== null) return;
    this.#endReason = reason;
    this.queue.closed = true;
    this.#leave();
    this.#ws.close(code, text);
    this.#cancelKill = this.#deps.clock.after(this.#deps.limits.closeGraceMs, () => this.#ws.terminate());
  }

  #leave(): void {
    for (const name of this.#names) this.#deps.publisher.unsubscribe(name, this);
    this.#names.clear();
  }

  #onClosed(): void {
    this.queue.closed = true;
    this.#leave();
    this.#cancelKill();
    this.#deps.onEnded(this, this.#endReason ?? "client");
  }
}
