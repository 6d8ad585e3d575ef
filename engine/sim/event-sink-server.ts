/** Where an engine's process sends its events in a test: takes them, or not, and says what is missing. Tests only. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readJournalBatch } from "../protocol/journal-batch.ts";

export interface EventSinkServer {
  readonly url: string;
  status: number;
  readonly types: string[];
  /** Batches accepted. */
  readonly received: number;
  /** Resolves when everything durable has been accepted. */
  until(reads: () => { eventsSince(from: number, max: number): Promise<{ headSeq: number }> }): Promise<void>;
  missing(headSeq: number): number[];
  firstSeqSince(received: number): number;
  close(): Promise<void>;
}

export async function openSink(): Promise<EventSinkServer> {
  const ranges: (readonly [number, number])[] = [];
  const types: string[] = [];
  let onBatch: () => void = () => {};
  const state = { status: 202 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(state.status).end();
      if (state.status !== 202) return;
      const type = String(request.headers["ce-type"]);
      types.push(type);
      if (type !== "tidebook.journal.batch.v1") return;
      const { firstSeq, lastSeq } = readJournalBatch(JSON.parse(Buffer.concat(chunks).toString()));
      ranges.push([firstSeq, lastSeq]);
      onBatch();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const missing = (headSeq: number): number[] => {
    const seen = new Set(
      ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at)),
    );
    return Array.from({ length: headSeq }, (_, at) => at + 1).filter((seq) => !seen.has(seq));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get status() {
      return state.status;
    },
    set status(status) {
      state.status = status;
    },
    types,
    get received() {
      return ranges.length;
    },
    async until(reads) {
      const { headSeq } = await reads().eventsSince(1, 1);
      await new Promise<void>((resolve) => {
        onBatch = () => {
          if (missing(headSeq).length === 0) resolve();
        };
        onBatch();
      });
    },
    missing,
    firstSeqSince: (received) => Math.min(...ranges.slice(received).map(([first]) => first)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
