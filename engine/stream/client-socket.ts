/**
 * One client's socket, whatever is spoken over it: text out through its queue, pings and missing pongs, the end of its life,
 * closing with a word.
 *
 * Frames are complete when they get here and go straight to the socket that carries the WebSocket; `ws` itself writes its own
 * (pong, close) whole as well, so they never mix.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { ClientQueue, type Delivery, type Outlet } from "./delivery.ts";
import type { Stop, StreamClock } from "./stream-clock.ts";
import type { StreamLimits } from "./stream-limits.ts";
import { textFrame } from "./text-frame.ts";

/** RFC 6455 §7.4.1; 1012 and 1013 are of its registry. */
export const CLOSE_GOING_AWAY = 1001;
export const CLOSE_POLICY = 1008;
export const CLOSE_SERVICE_RESTART = 1012;
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

export interface ClientSocketDeps {
  readonly clock: StreamClock;
  readonly limits: Pick<
    StreamLimits,
    "pingIntervalMs" | "pongTimeoutMs" | "connectionLifeMs" | "closeGraceMs" | "incomingPerSecondMax"
  >;
  readonly delivery: Delivery;
}

export interface ClientSocketHandlers {
  message(text: string): void;
  /** Nothing is sent any more: the client has gone, or is being sent away. Called once, before `closed`. */
  leaving(): void;
  closed(reason: EndReason): void;
}

export class ClientSocket implements Outlet {
  readonly queue: ClientQueue;
  readonly #deps: ClientSocketDeps;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #handlers: ClientSocketHandlers;
  readonly #openedMs: number;
  #nextPingMs: number;
  /** When each ping that has not been answered was sent, oldest first; the time is the ping's payload. */
  #unansweredPingsMs: number[] = [];
  #incomingSecond = 0;
  #incomingCount = 0;
  #end: EndReason | null = null;
  #hasLeft = false;
  #cancelKill: Stop = () => {};

  constructor(ws: WebSocket, socket: Duplex, deps: ClientSocketDeps, handlers: ClientSocketHandlers) {
    this.#ws = ws;
    this.#socket = socket;
    this.#deps = deps;
    this.#handlers = handlers;
    this.#openedMs = deps.clock.nowMs();
    this.#nextPingMs = this.#openedMs + deps.limits.pingIntervalMs;
    this.queue = new ClientQueue(this);
    ws.on("message", (data) => {
      if (this.#end === null) handlers.message(String(data));
    });
    ws.on("ping", () => this.countIncoming());
    ws.on("pong", (payload) => this.#onPong(String(payload)));
    ws.on("close", () => this.#onClosed());
    // A protocol violation or a lost connection: `ws` closes by itself, and "close" follows.
    ws.on("error", () => {
      this.#end ??= "error";
    });
  }

  get openedMs(): number {
    return this.#openedMs;
  }

  send(text: string): void {
    this.#deps.delivery.put(this.queue, textFrame(text));
  }

  /** Its messages are not read on until `resume`: what it sends waits in its own kernel. */
  pause(): void {
    this.#ws.pause();
  }
  resume(): void {
    this.#ws.resume();
  }

  write(bytes: Buffer): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#socket.write(bytes);
  }

  bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  onOverflow(): void {
    this.end("slow_reader", CLOSE_TRY_AGAIN_LATER, "slow consumer");
  }

  /** To be called about once a second: pings, missing pongs, and the end of its life. */
  checkTime(nowMs: number): void {
    const { limits } = this.#deps;
    if (this.#end !== null) return;
    const oldestMs = this.#unansweredPingsMs[0];
    if (oldestMs !== undefined && nowMs - oldestMs >= limits.pongTimeoutMs) {
      this.#end = "no_pong";
      this.#ws.terminate();
    } else if (nowMs - this.#openedMs >= limits.connectionLifeMs) {
      this.end("life_over", CLOSE_GOING_AWAY, "connection life is over");
    } else if (nowMs >= this.#nextPingMs) {
      this.#nextPingMs = nowMs + limits.pingIntervalMs;
      this.#unansweredPingsMs.push(nowMs);
      this.#ws.ping(String(nowMs));
    }
  }

  /** Writes what waits, at once, and closes. */
  farewell(reason: EndReason, code: number, word: string): void {
    if (this.#end !== null) return;
    this.#deps.delivery.flush();
    this.end(reason, code, word);
  }

  /** Nothing more is sent; whoever does not answer the close frame in time is cut. */
  end(reason: EndReason, code: number, word: string): void {
    if (this.#end !== null) return;
    this.#end = reason;
    this.queue.closed = true;
    this.#leave();
    // A close frame that waits in a socket that is not read would never be seen.
    this.#ws.resume();
    this.#ws.close(code, word);
    this.#cancelKill = this.#deps.clock.after(this.#deps.limits.closeGraceMs, () => this.#ws.terminate());
  }

  /**
   * Pings and pongs are counted here; its messages by the handler, where their number is limited by the second. In whole
   * seconds of the clock.
   *
   * @returns false: one too many, the connection is being cut.
   */
  countIncoming(): boolean {
    if (this.#end !== null) return false;
    const second = Math.floor(this.#deps.clock.nowMs() / 1_000);
    this.#incomingCount = second === this.#incomingSecond ? this.#incomingCount + 1 : 1;
    this.#incomingSecond = second;
    if (this.#incomingCount <= this.#deps.limits.incomingPerSecondMax) return true;
    this.end("too_many_messages", CLOSE_POLICY, "too many messages");
    return false;
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#handlers.leaving();
  }

  /** Only the echo of a ping of ours counts as an answer; it answers the pings before it, too. */
  #onPong(payload: string): void {
    if (!this.countIncoming()) return;
    const answered = this.#unansweredPingsMs.findIndex((sentMs) => String(sentMs) === payload);
    if (answered >= 0) this.#unansweredPingsMs = this.#unansweredPingsMs.slice(answered + 1);
  }

  #onClosed(): void {
    this.queue.closed = true;
    this.#leave();
    this.#cancelKill();
    this.#handlers.closed(this.#end ?? "client");
  }
}
