/**
 * Test support: a whole exchange in one process, its engine on a disk in memory, its stream on a real server at 127.0.0.1, and
 * clients that sign by themselves. Instrument A0A1: one tick, one lot are one; fees 0.1 %. Engine time stands still unless moved.
 */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { DEFAULT_LIMITS, type RateLimiter } from "../../api/limits/limiter.ts";
import { MemoryLimiter } from "../../api/limits/memory-limiter.ts";
import { historyAway } from "../../bus/history-client.ts";
import { MemoryListenKeys } from "../../bus/listen-keys.ts";
import type { KeyPermission } from "../../domain/operator.ts";
import { newExchange, type RunningExchange } from "../../sim/small-exchange.ts";
import type { StreamLimits } from "../stream-limits.ts";
import { createStreamServer, type StreamServer } from "../stream-server.ts";
import type { ApiHost } from "./api-deps.ts";

export const START_MS = 1_700_000_000_000;

export interface ApiHarness {
  readonly exchange: RunningExchange;
  readonly stream: StreamServer;
  readonly faults: unknown[];
  /** A trader of an account, with a key of its own. */
  trader(account: number, kind?: "hmac_sha256" | "ed25519", permissions?: readonly KeyPermission[]): Promise<ApiTrader>;
  connect(path?: string): Promise<ApiClient>;
  /** Resolves when so many listeners hear their accounts. */
  heard(listeners: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startApi(
  options: { readonly limits?: Partial<StreamLimits> } & {
    readonly limiter?: RateLimiter;
    readonly api?: Partial<ApiHost>;
  } = {},
): Promise<ApiHarness> {
  const exchange = await newExchange({});
  const faults: unknown[] = [];
  let texts = 0;
  const limiter = options.limiter ?? new MemoryLimiter({ limits: DEFAULT_LIMITS, nowMs: () => START_MS });
  const { engine, clock } = exchange;
  const stream = createStreamServer({
    feed: engine,
    reads: engine,
    history: null,
    log: () => {},
    ...(options.limits && { limits: options.limits }),
    limiter,
    api: {
      limiter,
      listenKeys: new MemoryListenKeys(() => Math.floor(clock.nowUs / 1_000)),
      engine,
      reads: engine,
      history: historyAway("there is none"),
      nowUs: () => clock.nowUs,
      randomText: (length) => `r${++texts}`.padEnd(length, "x"),
      openSecret: (material) => Buffer.from(material),
      reportFault: (fault) => faults.push(fault),
      ...options.api,
    },
  });
  const http = createServer();
  http.on("upgrade", (req, socket, head) => {
    if (!stream.handleUpgrade(req, socket, head)) socket.destroy();
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  await stream.ready;
  const { port } = http.address() as AddressInfo;
  const clients: ApiClient[] = [];
  let keys = 0;
  return {
    exchange,
    stream,
    faults,
    async trader(account, kind = "hmac_sha256", permissions = ["read", "trade"]) {
      const apiKey = `key-${++keys}-of-account-${account}`;
      const pair = kind === "ed25519" ? generateKeyPairSync("ed25519") : null;
      const material =
        pair === null ? `secret-${keys}` : String(pair.publicKey.export({ type: "spki", format: "pem" }));
      const terms = { account, apiKey, kind, material, permissions, ipAllowList: [], expiresUs: 0, label: "" };
      await exchange.operate({ type: "register_key", ...terms });
      return new ApiTrader(account, apiKey, pair?.privateKey ?? material, () => Math.floor(clock.nowUs / 1_000));
    },
    async connect(path = "/ws-api/v3") {
      const client = new ApiClient(new WebSocket(`ws://127.0.0.1:${port}${path}`));
      clients.push(client);
      await client.open;
      return client;
    },
    async heard(listeners) {
      while ((stream.stats().api?.userDataListeners ?? 0) < listeners) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async stop() {
      for (const client of clients) client.ws.terminate();
      await stream.close();
      http.close();
      await engine.close();
    },
  };
}

export type ApiParams = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Signs as the documents say: by name, not percent-encoded. Shares no code with what verifies. */
export class ApiTrader {
  readonly account: number;
  readonly apiKey: string;
  readonly #secret: KeyObject | string;
  readonly #nowMs: () => number;

  constructor(account: number, apiKey: string, secret: KeyObject | string, nowMs: () => number) {
    this.account = account;
    this.apiKey = apiKey;
    this.#secret = secret;
    this.#nowMs = nowMs;
  }

  signed(params: ApiParams = {}): ApiParams {
    const all: ApiParams = { apiKey: this.apiKey, timestamp: this.#nowMs(), ...params };
    const names = Object.keys(all).sort();
    return { ...all, signature: this.signature(names.map((name) => `${name}=${all[name]}`).join("&")) };
  }

  signature(payload: string): string {
    return typeof this.#secret === "string"
      ? createHmac("sha256", this.#secret).update(payload).digest("hex")
      : sign(null, Buffer.from(payload), this.#secret).toString("base64");
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a test compares what came, whatever it is.
type Message = any;

/** A client that keeps answers by id and events apart, each in order. */
export class ApiClient {
  readonly ws: WebSocket;
  readonly open: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Everything that came, in order. */
  readonly messages: Message[] = [];
  readonly #waiting = new Set<() => void>();
  /** Above those that tests write themselves. */
  #ids = 1_000;

  constructor(ws: WebSocket) {
    this.ws = ws;
    this.open = new Promise((resolve, reject) => {
      ws.once("open", () => resolve());
      ws.once("error", reject);
    });
    this.closed = new Promise((resolve) => {
      ws.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
    });
    ws.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)));
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    });
  }

  get events(): Message[] {
    return this.messages.filter((message) => "event" in message);
  }

  send(frame: unknown): void {
    this.ws.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The answer to a request, its id left out. */
  async call(method: string, params?: ApiParams): Promise<Message> {
    const id = ++this.#ids;
    this.send({ id, method, ...(params && { params }) });
    const answer = await this.until((messages) => messages.find((message) => message.id === id));
    const { id: _id, ...rest } = answer;
    return rest;
  }

  async until<T>(find: (messages: readonly Message[]) => T | undefined): Promise<T> {
    for (;;) {
      const found = find(this.messages);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => void this.#waiting.add(resolve));
    }
  }

  async eventsUntil(count: number): Promise<Message[]> {
    return this.until(() => (this.events.length >= count ? this.events : undefined));
  }
}
