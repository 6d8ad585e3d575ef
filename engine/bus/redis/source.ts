/**
 * Whose stream it is: what the server says of itself and of its streams, and what follows when that is not what the
 * journal knows.
 *
 * Redis carries and does not remember: it may come back without its newest entries, with none, or as another server whose
 * clock is behind. Then a position says nothing any more, and the engine reads the whole stream again, which its memory of
 * command ids makes harmless. Everything here is asked on the connection that reads, so that no other server answers.
 * Invariant I30: engine/INVARIANTS.md.
 */
import type { Redis } from "ioredis";
import { ENTRY_FENCE } from "../../protocol/bus-messages.ts";
import type { SourceIdentity, StreamPosition } from "../command-intake.ts";
import { BEGINNING, isBehind, parsePosition, positionText } from "./stream-entry.ts";

/** The server copies another one: what it holds may be thrown away, and nothing can be written to it. */
export class NotMasterError extends Error {
  constructor() {
    super("the server is a replica");
    this.name = "NotMasterError";
  }
}

/** @throws NotMasterError; Error */
export async function askIdentity(redis: Redis): Promise<SourceIdentity> {
  const [server, replication] = await Promise.all([redis.info("server"), redis.info("replication")]);
  if (infoLine(replication, "role") !== "master") throw new NotMasterError();
  const runId = infoLine(server, "run_id");
  const replicationId = infoLine(replication, "master_replid");
  if (runId === null || replicationId === null) throw new Error("the server does not say who it is");
  return { runId, replicationId };
}

function infoLine(info: string, name: string): string | null {
  return new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1] ?? null;
}

export function isSameServer(one: SourceIdentity, other: SourceIdentity | null): boolean {
  return one.runId === other?.runId && one.replicationId === other.replicationId;
}

export interface StreamState {
  /** null: greater than any position of ours. */
  readonly lastId: StreamPosition | null;
  readonly firstId: StreamPosition | null;
  readonly length: number;
  /** Ever added, what has been trimmed included. */
  readonly entriesAdded: number;
}

const NO_STREAM: StreamState = { lastId: BEGINNING, firstId: null, length: 0, entriesAdded: 0 };

/** A stream that is not there is an empty one. */
export async function askStream(redis: Redis, stream: string): Promise<StreamState> {
  const answer = await redis.xinfo("STREAM", stream).catch((error: Error) => {
    if (error.message.includes("no such key")) return null;
    throw error;
  });
  if (answer === null) return NO_STREAM;
  const words = answer as readonly unknown[];
  const value = (name: string): unknown => words[words.indexOf(name) + 1];
  return {
    lastId: parsePosition(Buffer.from(String(value("last-generated-id")))),
    firstId: parsePosition(Buffer.from(String(value("recorded-first-entry-id")))),
    length: Number(value("length")),
    entriesAdded: Number(value("entries-added")),
  };
}

/**
 * Why a stream must be read from its beginning; null: it goes on where it was.
 *
 * @param cursor the newest entry that was taken from it.
 */
export function reasonToStartOver(
  server: SourceIdentity,
  known: SourceIdentity | null,
  cursor: StreamPosition,
  { lastId }: StreamState,
): "first_read" | "other_server" | "ids_behind" | null {
  if (known === null) return "first_read";
  if (!isSameServer(server, known)) return "other_server";
  return lastId !== null && isBehind(lastId, cursor) ? "ids_behind" : null;
}

/**
 * Lifts a stream's ids above every position that was ever taken from it, so that positions grow along the journal however
 * far back the server's clock is. Best effort: nothing rests on it but the ease of reading a journal.
 *
 * @returns "ahead": the stream's ids are above already.
 */
export async function fence(
  redis: Redis,
  stream: string,
  highestMs: number,
  epoch: number,
): Promise<"fenced" | "ahead"> {
  try {
    await redis.xadd(stream, positionText({ ms: highestMs + 1, counter: 0 }), ENTRY_FENCE, String(epoch));
    return "fenced";
  } catch (error) {
    if (error instanceof Error && error.message.includes("equal or smaller")) return "ahead";
    throw error;
  }
}
