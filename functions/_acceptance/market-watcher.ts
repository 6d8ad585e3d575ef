/**
 * A client of one market's streams that holds them to their word: while a connection stands, trade ids and depth updates
 * follow one another without a gap, and a book kept by the documented procedure (trading-api.md §1.13) is the exchange's own. It
 * comes back by itself whenever its connection ends.
 */
import { setTimeout as delay } from "node:timers/promises";
import WebSocket from "ws";
import type { HttpClient } from "./trader.ts";

const RETRY_MS = 50;
const SNAPSHOT_LEVELS = 5_000;

interface DepthUpdate {
  readonly U: number;
  readonly u: number;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
}

type Levels = Map<string, string>;

export interface WatchedBook {
  readonly lastUpdateId: number;
  /** Price → quantity, as they were sent. */
  readonly bids: Readonly<Record<string, string>>;
  readonly asks: Readonly<Record<string, string>>;
}

export class MarketWatcher {
  readonly #http: HttpClient;
  readonly #symbol: string;
  readonly #faults: string[] = [];
  #socket: WebSocket | null = null;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  #connections = 0;
  #trades = 0;
  #updates = 0;
  #lastTradeId: number | null = null;
  #book: { lastUpdateId: number; bids: Levels; asks: Levels } | null = null;
  #waiting: DepthUpdate[] = [];

  constructor(http: HttpClient, symbol: string) {
    this.#http = http;
    this.#symbol = symbol;
  }

  get report(): { readonly connections: number; readonly trades: number; readonly updates: number } {
    return { connections: this.#connections, trades: this.#trades, updates: this.#updates };
  }
  /** Whatever was not as promised. */
  get faults(): readonly string[] {
    return this.#faults;
  }
  /** null: a connection has just begun. */
  get book(): WatchedBook | null {
    if (this.#book === null) return null;
    const { lastUpdateId, bids, asks } = this.#book;
    return { lastUpdateId, bids: Object.fromEntries(bids), asks: Object.fromEntries(asks) };
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#socket?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#connection();
      if (!this.#stopping) await delay(RETRY_MS);
    }
  }

  /** Resolves when it has ended. */
  #connection(): Promise<void> {
    const name = this.#symbol.toLowerCase();
    const url = `${this.#http.origin.replace("http", "ws")}/ws/${name}@trade/${name}@depth@100ms`;
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#lastTradeId = null;
    this.#book = null;
    this.#waiting = [];
    return new Promise((resolve) => {
      socket.on("open", () => {
        this.#connections += 1;
        void this.#takeSnapshot(socket);
      });
      socket.on("message", (data) => this.#onMessage(JSON.parse(String(data))));
      // Refused or broken: the close follows.
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#socket = null;
        resolve();
      });
    });
  }

  #onMessage(message: { readonly e?: string; readonly t?: number } & Partial<DepthUpdate>): void {
    if (message.e === "trade") this.#onTrade(message.t ?? 0);
    else if (message.e === "depthUpdate") this.#onUpdate(message as DepthUpdate);
  }

  #onTrade(id: number): void {
    this.#trades += 1;
    if (this.#lastTradeId !== null && id !== this.#lastTradeId + 1) {
      this.#faults.push(`trade ${id} follows trade ${this.#lastTradeId}`);
    }
    this.#lastTradeId = id;
  }

  #onUpdate(update: DepthUpdate): void {
    this.#updates += 1;
    if (this.#book === null) this.#waiting.push(update);
    else this.#apply(update);
  }

  /** A snapshot older than the first update that was heard does not join: another is taken. */
  async #takeSnapshot(socket: WebSocket): Promise<void> {
    while (socket.readyState === WebSocket.OPEN) {
      const snapshot = await this.#http
        .get("/api/v3/depth", { symbol: this.#symbol, limit: SNAPSHOT_LEVELS })
        .catch(() => null);
      if (socket.readyState !== WebSocket.OPEN) return;
      const first = this.#waiting[0];
      const joins = snapshot?.status === 200 && (first === undefined || first.U <= snapshot.body.lastUpdateId + 1);
      if (joins) {
        const { lastUpdateId, bids, asks } = snapshot.body;
        this.#book = { lastUpdateId, bids: new Map(bids), asks: new Map(asks) };
        for (const update of this.#waiting.splice(0)) this.#apply(update);
        return;
      }
      await delay(RETRY_MS);
    }
  }

  #apply(update: DepthUpdate): void {
    const book = this.#book;
    if (book === null || update.u <= book.lastUpdateId) return;
    // The first one after a snapshot may begin before it; from then on each begins where the last one ended.
    if (update.U > book.lastUpdateId + 1) {
      this.#faults.push(`update ${update.U}-${update.u} follows ${book.lastUpdateId}`);
    }
    for (const [levels, changes] of [[book.bids, update.b] as const, [book.asks, update.a] as const]) {
      for (const [price, quantity] of changes) {
        if (Number(quantity) === 0) levels.delete(price);
        else levels.set(price, quantity);
      }
    }
    book.lastUpdateId = update.u;
  }
}
