/**
 * One connection to the WebSocket API (trading-api.md §1.15), logged on with an Ed25519 key, its user data stream open.
 *
 * Owns: requests and their answers by id, time limits. A request that is not answered in time ends the connection: what
 * became of it is unknown, and whoever connects again begins with a clean table.
 */
import { type KeyObject, sign } from "node:crypto";
import WebSocket from "ws";

const ANSWER_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECV_WINDOW_MS = 10_000;

export type Params = Readonly<Record<string, string | number>>;

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the public API documents; read field by field where it is used.
  readonly result?: any;
  readonly error?: { readonly code: number; readonly msg: string };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
export type UserEvent = any;

export interface SessionOptions {
  readonly origin: string;
  readonly apiKey: string;
  readonly privateKey: KeyObject;
  readonly onEvent: (event: UserEvent) => void;
  /** Once; not where `open` has rejected. */
  readonly onClosed: () => void;
}

export class ApiSession {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: ApiAnswer) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Rejects when it cannot be reached or the key is refused. */
  static async open(options: SessionOptions): Promise<ApiSession> {
    const { origin, apiKey, privateKey } = options;
    const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/ws-api/v3?returnRateLimits=false`, {
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      perMessageDeflate: false,
    });
    const session = new ApiSession(socket);
    let isOpen = false;
    socket.on("message", (data) => session.#onMessage(String(data), options.onEvent));
    // A refused or broken connection ends by its close.
    socket.on("error", () => {});
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    void closed.then(() => {
      session.#answerAll({ status: 0, error: { code: 0, msg: "the connection ended" } });
      if (isOpen) options.onClosed();
    });
    await Promise.race([
      new Promise((resolve) => socket.once("open", resolve)),
      closed.then(() => {
        throw new Error(`no connection to ${origin}`);
      }),
    ]);
    const timestamp = Date.now();
    const payload = `apiKey=${apiKey}&recvWindow=${RECV_WINDOW_MS}&timestamp=${timestamp}`;
    const signature = sign(null, Buffer.from(payload), privateKey).toString("base64");
    for (const [method, params] of [
      ["session.logon", { apiKey, recvWindow: RECV_WINDOW_MS, timestamp, signature }],
      ["userDataStream.subscribe", {}],
    ] as const) {
      const answer = await session.call(method, params);
      if (answer.status === 200) continue;
      session.close();
      throw new Error(`${method} was refused: ${JSON.stringify(answer.error)}`);
    }
    isOpen = true;
    return session;
  }

  get underWay(): number {
    return this.#waiting.size;
  }

  /** Resolves with whatever is answered; status 0: the connection ended, what became of it is unknown. */
  call(method: string, params: Params = {}): Promise<ApiAnswer> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ status: 0, error: { code: 0, msg: "the connection ended" } });
    }
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timeout = setTimeout(() => this.#socket.terminate(), ANSWER_TIMEOUT_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timeout);
        resolve(answer);
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** A request of the account that has logged on. */
  signed(method: string, params: Params = {}): Promise<ApiAnswer> {
    return this.call(method, { ...params, recvWindow: RECV_WINDOW_MS, timestamp: Date.now() });
  }

  close(): void {
    this.#socket.close();
  }

  #onMessage(text: string, onEvent: SessionOptions["onEvent"]): void {
    const message = JSON.parse(text);
    if (message.event !== undefined) {
      onEvent(message.event);
      return;
    }
    const resolve = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    resolve?.(message);
  }

  #answerAll(answer: ApiAnswer): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(answer);
  }
}
