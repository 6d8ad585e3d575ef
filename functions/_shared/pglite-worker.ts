/**
 * PGlite's own thread: PostgreSQL in WebAssembly blocks the thread it runs in, and the exchange must not wait for it.
 *
 * Takes one request at a time from pglite-database.ts, which queues them, and answers each with rows or an error.
 * Started with `workerData: { folder, isDurable }`; folder null: in memory.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite, type PGliteOptions } from "@electric-sql/pglite";

export type WorkerRequest =
  | { readonly id: number; readonly op: "query"; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly op: "script"; readonly sql: string }
  | { readonly id: number; readonly op: "close" };

export type WorkerReply =
  | { readonly id: number; readonly rows: readonly Record<string, unknown>[] }
  | { readonly id: number; readonly error: { readonly message: string; readonly sqlState: string } };

/** The first message: id 0. */
export const OPENED_ID = 0;

const INT8_OID = 20;
const asText = (value: string): string => value;

if (parentPort !== null) {
  const port = parentPort;
  const { folder, isDurable } = workerData as { folder: string | null; isDurable: boolean };
  const send = (reply: WorkerReply): void => port.postMessage(reply);
  const failed = (id: number, error: unknown): void => {
    const { message, code } = error as { message?: unknown; code?: unknown };
    send({ id, error: { message: String(message ?? error), sqlState: typeof code === "string" ? code : "" } });
  };
  try {
    const database = await PGlite.create({ ...(await placeOf(folder, isDurable)), parsers: { [INT8_OID]: asText } });
    port.on("message", (request: WorkerRequest) => {
      serve(database, request).then(
        (rows) => send({ id: request.id, rows }),
        (error: unknown) => failed(request.id, error),
      );
    });
    send({ id: OPENED_ID, rows: [] });
  } catch (error) {
    failed(OPENED_ID, error);
  }
}

async function placeOf(folder: string | null, isDurable: boolean): Promise<PGliteOptions> {
  if (folder === null) return {};
  if (!isDurable) return { dataDir: folder };
  const { DurableFiles, durableStart } = await import("./durable-files.ts");
  return { fs: new DurableFiles(folder), startParams: durableStart() };
}

async function serve(database: PGlite, request: WorkerRequest): Promise<readonly Record<string, unknown>[]> {
  switch (request.op) {
    case "query":
      return (await database.query<Record<string, unknown>>(request.sql, [...request.parameters])).rows;
    case "script":
      await database.exec(request.sql);
      return [];
    case "close":
      await database.close();
      parentPort?.close();
      return [];
  }
}
