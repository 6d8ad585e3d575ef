/** A client of the WebSocket API for tests: answers by their ids, events apart, each in the order in which they came. */
import WebSocket from "ws";
import type { Parameters } from "./trader.ts";

// biome-ignore lint/suspicious/noExplicitAny: messages as they come.
type Message = any;

export class ApiSocket {
  /** Of user data streams, with their subscription's id. */
  readonly events: Message[] = [];
  closeCode: number | null = null;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, Message>();
  #ids = 0;
  #waiting: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      if ("event" in message) this.events.push(message);
      else this.#answers.set(message.id, message);
      this.#wake();
    });
    socket.on("close", (code) => {
      this.closeCode = code;
      this.#wake();
    });
    // A refused or broken connection is seen by whoever waits: the close follows.
    socket.on("error", () => {});
  }

  /** Resolves when the connection stands. */
  static async open(origin: string, query = "returnRateLimits=false"): Promise<ApiSocket> {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/ws-api/v3?${query}`);
    const client = new ApiSocket(socket);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  /** The answer, its id left out. Rejects when the connection ends before. */
  async call(method: string, params?: Parameters): Promise<Message> {
    const id = ++this.#ids;
    this.#socket.send(JSON.stringify({ id, method, ...(params && { params }) }));
    const { id: _id, ...answer } = await this.#until(() => this.#answers.get(id));
    return answer;
  }

  /** The result of a request that must succeed. */
  async must(method: string, params?: Parameters): Promise<Message> {
    const answer = await this.call(method, params);
    if (answer.status !== 200) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer.result;
  }

  /** Resolves with the events so far once there are so many. */
  eventsUntil(count: number): Promise<readonly Message[]> {
    return this.#until(() => (this.events.length >= count ? this.events : undefined));
  }

  close(): void {
    this.#socket.close();
  }

  async #until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.closeCode !== null) throw new Error(`closed with ${this.closeCode}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
