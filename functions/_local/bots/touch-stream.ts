/** The best prices of some instruments, from the public market stream. Connects again by itself. */
import WebSocket from "ws";
import { Backoff } from "./backoff.ts";
import { type InstrumentPlan, lotsOf, ticksOf } from "./instrument-plans.ts";
import type { Touch } from "./taker.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const NO_TOUCH: Touch = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };

export class TouchStream {
  readonly #url: string;
  readonly #plans: ReadonlyMap<string, InstrumentPlan>;
  readonly #touches = new Map<string, Touch>();
  readonly #backoff = new Backoff();
  #socket: WebSocket | null = null;
  #stopped = false;

  constructor(origin: string, plans: readonly InstrumentPlan[]) {
    const streams = plans.map(({ symbol }) => `${symbol.toLowerCase()}@bookTicker`).join("/");
    this.#url = `${origin.replace(/^http/, "ws")}/stream?streams=${streams}`;
    this.#plans = new Map(plans.map((plan) => [plan.symbol, plan]));
    this.#connect();
  }

  of(symbol: string): Touch {
    return this.#touches.get(symbol) ?? NO_TOUCH;
  }

  stop(): void {
    this.#stopped = true;
    this.#backoff.stop();
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, { handshakeTimeout: CONNECT_TIMEOUT_MS, perMessageDeflate: false });
    this.#socket = socket;
    socket.on("open", () => this.#backoff.succeeded());
    socket.on("message", (data) => this.#onMessage(String(data)));
    // A refused or broken connection ends by its close.
    socket.on("error", () => {});
    socket.on("close", () => {
      // What was seen is no longer so.
      this.#touches.clear();
      if (!this.#stopped) this.#backoff.later(() => this.#connect());
    });
  }

  #onMessage(text: string): void {
    const { data } = JSON.parse(text);
    const plan = this.#plans.get(data?.s);
    if (plan === undefined) return;
    this.#touches.set(plan.symbol, {
      bidTicks: ticksOf(plan, data.b),
      bidLots: lotsOf(plan, data.B),
      askTicks: ticksOf(plan, data.a),
      askLots: lotsOf(plan, data.A),
    });
  }
}
