/** The operator's calls about dead letters, with one that waits and one that is no text: npm start has none to show. */
import { type DeadLetterDeps, handleDeadLetters } from "../../dead-letters/handler.ts";
import { readLetter } from "../../dead-letters/letter.ts";
import { letterStore } from "../../dead-letters/letter-store.ts";
import { openMemoryDatabase } from "../../persistence/testing/memory-database.ts";
import type { Visit } from "./visits.ts";

const TOKEN = "operator-token-for-tests";
const KEPT_MS = 1_767_225_600_123;

export async function deadLetterVisits(): Promise<readonly Visit[]> {
  const database = await openMemoryDatabase();
  try {
    const store = letterStore(async () => database);
    const headers = {
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-source": "/tidebook/engines/e1",
      "ce-type": "tidebook.journal.batch.v1",
      "ce-knativeerrordest": "http://persistence.tidebook.svc.cluster.local/",
      "ce-knativeerrorcode": "400",
    };
    await store.keep(
      readLetter({ headers: { ...headers, "ce-id": "e1:1-2" }, rawBody: Buffer.from('{"first":1}') }),
      KEPT_MS,
    );
    await store.keep(readLetter({ headers: { ...headers, "ce-id": "e1:3-4" }, rawBody: Buffer.of(255) }), KEPT_MS);
    const deps: DeadLetterDeps = {
      store,
      resend: async () => null,
      emptyHistory: () => Promise.reject(new Error("not on this tour")),
      operatorToken: TOKEN,
      nowMs: () => KEPT_MS,
      log: () => {},
      reportFault: ({ error }) => {
        throw error;
      },
    };
    const ask = (call: string, name = ""): Promise<Visit> => visit(call, name, deps);
    return [
      await ask("GET /ops/v1/dead-letters"),
      await ask("GET /ops/v1/dead-letters/*", "1"),
      await ask("GET /ops/v1/dead-letters/*", "2"),
      await ask("POST /ops/v1/dead-letters/*", "1"),
      await ask("DELETE /ops/v1/dead-letters/*", "2"),
    ];
  } finally {
    await database.close();
  }
}

async function visit(call: string, name: string, deps: DeadLetterDeps): Promise<Visit> {
  const [method = "", pattern = ""] = call.split(" ");
  const path = pattern.replace("*", name);
  const headers = { authorization: `Bearer ${TOKEN}` };
  const request = { method, path, rawQuery: "", headers, rawBody: new Uint8Array(0), remoteAddress: "127.0.0.1" };
  const { status, body } = await handleDeadLetters(request, deps);
  if (status !== 200) throw new Error(`${call}: ${status} ${body}`);
  return { call, path, query: "", status, answer: JSON.parse(body) };
}
