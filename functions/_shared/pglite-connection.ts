/**
 * One PGlite in one worker thread, seen from the main thread: requests in, promises out.
 *
 * Owns the worker and the calls under way. When the thread dies, every call under way and every later one rejects with
 * `history_unavailable`, and `onLost` is told once.
 */
import { Worker } from "node:worker_threads";
import { historyUnavailable, type Row, type SqlParameter } from "./database.ts";
import { OPENED_ID, type WorkerReply, type WorkerRequest } from "./pglite-worker.ts";

interface Waiting {
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (error: Error) => void;
}

/** What the database said no to. `code` is the SQLSTATE, as pg's errors have it. */
class SqlError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = "SqlError";
    this.code = code;
  }
}

type Unsent<Request> = Request extends WorkerRequest ? Omit<Request, "id"> : never;

export class PgliteConnection {
  /** Resolves once the database is open; rejects when it did not open. */
  readonly opened: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onLost: (error: Error) => void;
  #lost: Error | null = null;
  #lastId = OPENED_ID;

  /** @param isDurable commits reach the disk before they are answered (durable-files.ts). */
  constructor(folder: string | null, isDurable: boolean, onLost: (error: Error) => void) {
    this.#onLost = onLost;
    this.opened = new Promise((resolve, reject) => this.#waiting.set(OPENED_ID, { resolve, reject }));
    this.#worker = new Worker(new URL("./pglite-worker.ts", import.meta.url), {
      workerData: { folder, isDurable },
    });
    this.#worker.on("message", (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on("error", (error) => this.#lose(error));
    this.#worker.on("exit", (code) => this.#lose(new Error(`the database's thread ended with code ${code}`)));
  }

  query(sql: string, parameters: readonly SqlParameter[]): Promise<readonly Row[]> {
    const plain = parameters.map((value) => (typeof value === "bigint" ? value.toString() : value));
    return this.#ask({ op: "query", sql, parameters: plain });
  }

  async script(sql: string): Promise<void> {
    await this.#ask({ op: "script", sql });
  }

  /** Ends the thread; the database is closed before, if it still answers. */
  async close(): Promise<void> {
    if (this.#lost === null) {
      await this.#ask({ op: "close" }).catch(() => {
        // It is ended below in any case; PostgreSQL recovers from its log at the next start.
      });
    }
    await this.#worker.terminate();
  }

  #ask(request: Unsent<WorkerRequest>): Promise<readonly Row[]> {
    if (this.#lost !== null) return Promise.reject(historyUnavailable("the database is gone", this.#lost));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...request } as WorkerRequest);
    });
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("rows" in reply) {
      waiting?.resolve(reply.rows as readonly Row[]);
    } else {
      const { message, sqlState } = reply.error;
      waiting?.reject(sqlState === "" ? historyUnavailable(message) : new SqlError(message, sqlState));
    }
  }

  #lose(error: Error): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    for (const waiting of this.#waiting.values()) waiting.reject(historyUnavailable("the database is gone", error));
    this.#waiting.clear();
    this.#onLost(error);
  }
}
