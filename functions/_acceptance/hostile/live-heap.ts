/**
 * The live heap of another process, by its inspector: collected first, then read. Needs nothing of ours in that process but
 * `--inspect`, which NODE_OPTIONS can say.
 */
import { setTimeout as delay } from "node:timers/promises";
import WebSocket from "ws";

const LISTENING = /Debugger listening on (ws:\/\/\S+)/;
/** A number of the heap moves by some thousands of bytes from one reading to the next. */
const STEADY_SHARE = 0.002;
const READINGS_MAX = 20;
const BETWEEN_READINGS_MS = 500;

/** For the environment of the process; any free port. */
export const INSPECTED = { NODE_OPTIONS: "--inspect=127.0.0.1:0" } as const;

/** Where V8 keeps what it has compiled: grows while the process finds out what is worth compiling, and holds nothing of ours. */
const OF_CODE = /^(code|trusted|read_only)_/;
const SPACES = `process.getBuiltinModule("node:v8").getHeapSpaceStatistics()`;

export interface HeapReading {
  /** Live objects of the main thread after a full collection, without code. */
  readonly objectBytes: number;
  readonly codeBytes: number;
  /** What its buffers hold outside of the heap. */
  readonly bufferBytes: number;
}

export class LiveHeap {
  readonly #socket: WebSocket;
  #ids = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param output what the process has printed so far. */
  static async of(output: string): Promise<LiveHeap> {
    const url = LISTENING.exec(output)?.[1];
    if (url === undefined) throw new Error(`the process has no inspector:\n${output}`);
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new LiveHeap(socket);
  }

  /** Once it has stopped falling: what is under way, and what waits to be written away, is no leak. */
  async read(): Promise<HeapReading> {
    let last = await this.#collected();
    for (let reading = 1; reading < READINGS_MAX; reading++) {
      await delay(BETWEEN_READINGS_MS);
      const next = await this.#collected();
      const isSteady = next.objectBytes > last.objectBytes * (1 - STEADY_SHARE);
      last = next;
      if (isSteady) break;
    }
    return last;
  }

  close(): void {
    this.#socket.close();
  }

  async #collected(): Promise<HeapReading> {
    await this.#ask("HeapProfiler.collectGarbage");
    const { backingStorageSize = 0 } = await this.#ask("Runtime.getHeapUsage");
    const { result } = await this.#ask("Runtime.evaluate", { expression: SPACES, returnByValue: true });
    const sizes = { objectBytes: 0, codeBytes: 0, bufferBytes: backingStorageSize };
    for (const { space_name, space_used_size } of result.value) {
      sizes[OF_CODE.test(space_name) ? "codeBytes" : "objectBytes"] += space_used_size;
    }
    return sizes;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the inspector's protocol has results of every kind.
  #ask(method: string, params: object = {}): Promise<any> {
    const id = ++this.#ids;
    return new Promise((resolve, reject) => {
      const onMessage = (data: WebSocket.RawData): void => {
        const message = JSON.parse(String(data));
        if (message.id !== id) return;
        this.#socket.off("message", onMessage);
        if (message.error === undefined) resolve(message.result);
        else reject(new Error(`${method}: ${message.error.message}`));
      };
      this.#socket.on("message", onMessage);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
