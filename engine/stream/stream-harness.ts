/** Test support: the stream server on a real HTTP server at 127.0.0.1, a fake engine behind it and real clients before it. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type ClientOptions, WebSocket } from "ws";
import { FakeClock } from "./fake-clock.ts";
import { FakeEngine } from "./fake-engine.ts";
import type { BookSource } from "./feed-follower.ts";
import { createStreamServer, type StreamServer, type StreamServerOptions } from "./stream-server.ts";

/** 2026-11-18 13:47:00 UTC. */
export const START_MS = Date.UTC(2026, 10, 18, 13, 47);

export interface Harness {
  readonly engine: FakeEngine;
  readonly clock: FakeClock;
  readonly stream: StreamServer;
  readonly port: number;
  readonly logged: Readonly<Record<string, unknown>>[];
  connect(path: string, options?: ClientOptions): Promise<Client>;
  stop(): Promise<void>;
}

export async function startHarness(
  options: Partial<
    Pick<StreamServerOptions, "limits" | "history" | "random" | "onRewound" | "proxies" | "limiter" | "publicOrigin">
  > & {
    readonly engine?: FakeEngine;
    /** The engine as another process sees it; at once, when not given. */
    readonly readsOf?: (engine: FakeEngine) => BookSource;
  } = {},
): Promise<Harness> {
  const engine = options.engine ?? new FakeEngine();
  const clock = new FakeClock(START_MS);
  const logged: Readonly<Record<string, unknown>>[] = [];
  const stream = createStreamServer({
    feed: engine,
    reads: options.readsOf?.(engine) ?? engine.reads,
    random: options.random ?? Math.random,
    onRewound: options.onRewound ?? (() => {}),
    history: options.history ?? null,
    ...(options.proxies && { proxies: options.proxies }),
    ...(options.publicOrigin && { publicOrigin: options.publicOrigin }),
    ...(options.limiter && { limiter: options.limiter }),
    clock,
    // The fake clock stands still between two rounds: nothing may wait for it to move.
    limits: { coalesceMs: 0, ...options.limits },
    log: (entry) => logged.push(entry),
  });
  const http: Server = createServer();
  http.on("upgrade", (req, socket, head) => {
    if (!stream.handleUpgrade(req, socket, head)) socket.destroy();
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  await stream.ready;
  const { port } = http.address() as AddressInfo;
  const clients: Client[] = [];
  return {
    engine,
    clock,
    stream,
    port,
    logged,
    async connect(path, clientOptions) {
      const client = new Client(new WebSocket(`ws://127.0.0.1:${port}${path}`, clientOptions));
      clients.push(client);
      await client.open;
      return client;
    },
    async stop() {
      for (const client of clients) client.ws.terminate();
      await stream.close();
      http.close();
    },
  };
}

/** Turns of the event loop until it holds: for what sockets do in their own time. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** The plain answer to an upgrade that is refused; "" for all of it when the connection is dropped without one. */
export async function refusedUpgrade(
  port: number,
  path: string,
  headers: readonly string[] = [],
  host = "x",
): Promise<{ readonly status: string; readonly retryAfter: string; readonly body: string }> {
  const socket = connect(port, "127.0.0.1");
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  let text = "";
  socket.on("data", (chunk) => {
    text += String(chunk);
  });
  await once(socket, "close");
  const [head = "", body = ""] = text.split("\r\n\r\n");
  return {
    status: /^HTTP\/1\.1 (.*)$/m.exec(head)?.[1]?.trim() ?? "",
    retryAfter: /^Retry-After: (.*)$/m.exec(head)?.[1]?.trim() ?? "",
    body,
  };
}

/** A client that keeps what it is told, in order. */
export class Client {
  readonly ws: WebSocket;
  readonly open: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #received: string[] = [];
  #wake: () => void = () => {};

  constructor(ws: WebSocket) {
    this.ws = ws;
    this.open = new Promise((resolve, reject) => {
      ws.once("open", () => resolve());
      ws.once("error", reject);
    });
    this.closed = new Promise((resolve) => {
      ws.on("close", (code, reason) => {
        resolve({ code, reason: String(reason) });
        this.#wake();
      });
    });
    ws.on("message", (data) => {
      this.#received.push(String(data));
      this.#wake();
    });
  }

  send(frame: unknown): void {
    this.ws.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The next message, as text. Rejects when none can come any more. */
  async text(): Promise<string> {
    while (this.#received.length === 0) {
      if (this.ws.readyState === WebSocket.CLOSED)
        throw new Error("the connection is closed, and all it said was read");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#received.shift()!;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** Everything told before the answer to a question asked now. */
  async untilAnswer(id = "fence"): Promise<unknown[]> {
    this.send({ method: "GET_PROPERTY", params: ["combined"], id });
    const told: unknown[] = [];
    for (;;) {
      const message = await this.json();
      if (typeof message === "object" && message !== null && "id" in message && message.id === id) return told;
      told.push(message);
    }
  }
}
