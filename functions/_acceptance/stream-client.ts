/** A WebSocket client for tests: keeps what came, and waits for what is to come. */
import WebSocket from "ws";

// biome-ignore lint/suspicious/noExplicitAny: messages as they come.
type Message = any;

export class StreamClient {
  readonly messages: Message[] = [];
  closeCode: number | null = null;
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)));
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
  static async open(origin: string, path: string): Promise<StreamClient> {
    const socket = new WebSocket(`${origin.replace("http", "ws")}${path}`);
    const client = new StreamClient(socket);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Resolves with the messages so far once they will do; rejects when the connection ends before. */
  async until(willDo: (messages: readonly Message[]) => boolean): Promise<readonly Message[]> {
    while (!willDo(this.messages)) {
      if (this.closeCode !== null)
        throw new Error(`closed with ${this.closeCode} after ${JSON.stringify(this.messages)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.messages;
  }

  async closed(): Promise<number> {
    while (this.closeCode === null) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.closeCode;
  }

  close(): void {
    this.#socket.close();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
