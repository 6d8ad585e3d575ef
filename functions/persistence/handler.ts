/**
 * A journal batch or heartbeat as an HTTP message (CloudEvent, binary or structured mode) to its effect in the tables.
 *
 * May be called twice, late and out of order: applyBatch is idempotent by (engine, sequence). 204: applied, or already
 * there. 400: it can never be applied (poison), or its sender is fenced off; what is missing then is pulled from the
 * engine. 503: not now, send it again. Brokers retry 5xx for hours, so nothing that is wrong for good may be one.
 */
import { CloudEvent, type Headers, HTTP } from "cloudevents";
import {
  BATCH_BYTES_MAX,
  JOURNAL_BATCH_TYPE,
  JOURNAL_HEARTBEAT_TYPE,
  type JournalBatch,
  type JournalHeartbeat,
  readJournalBatch,
  readJournalHeartbeat,
} from "../../engine/protocol/journal-batch.ts";
import type { ApplyOutcome } from "./apply-batch.ts";

/** What an event function takes at most; a batch is 256 KiB of data, and JSON inside JSON doubles its quotes. */
export const BODY_BYTES_MAX = 1024 * 1024;

export interface PersistenceDeps {
  readonly applyBatch: (batch: JournalBatch) => Promise<ApplyOutcome>;
  readonly applyHeartbeat: (beat: JournalHeartbeat) => Promise<"applied" | "stale_epoch">;
  readonly log: (line: PersistenceLogLine) => void;
}

export interface PersistenceLogLine {
  readonly at: "persistence";
  readonly outcome: "poison" | "stale_epoch" | "unavailable";
  readonly reason: string;
  readonly engine?: string;
  readonly firstSeq?: number;
  readonly lastSeq?: number;
}

export interface PersistenceRequest {
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly rawBody: Uint8Array;
}

export interface PersistenceReply {
  readonly status: 204 | 400 | 503;
  /** JSON text; "" with 204. */
  readonly body: string;
}

/** Never rejects. */
export async function handlePersistence(request: PersistenceRequest, deps: PersistenceDeps): Promise<PersistenceReply> {
  let message: JournalMessage;
  try {
    message = readMessage(request);
  } catch (error) {
    // Whatever the parsers throw, the bytes will not be better next time.
    return refused(deps, "poison", error);
  }
  try {
    const outcome =
      message.kind === "batch" ? await deps.applyBatch(message.batch) : await deps.applyHeartbeat(message.beat);
    if (outcome === "stale_epoch") return refused(deps, "stale_epoch", "a newer epoch has written", message);
    return { status: 204, body: "" };
  } catch (error) {
    // Class 22 and 23: a value that no column takes, however often it is sent.
    const sqlState = (error as { code?: unknown } | null)?.code;
    const hopeless = typeof sqlState === "string" && /^2[23][0-9A-Z]{3}$/.test(sqlState);
    return refused(deps, hopeless ? "poison" : "unavailable", error, message);
  }
}

type JournalMessage =
  | { readonly kind: "batch"; readonly batch: JournalBatch }
  | { readonly kind: "heartbeat"; readonly beat: JournalHeartbeat };

function readMessage(request: PersistenceRequest): JournalMessage {
  const event = readCloudEvent(request);
  switch (event.type) {
    case JOURNAL_BATCH_TYPE:
      return { kind: "batch", batch: readJournalBatch(event.data) };
    case JOURNAL_HEARTBEAT_TYPE:
      return { kind: "heartbeat", beat: readJournalHeartbeat(event.data) };
    default:
      throw new TypeError("not a type that persistence takes");
  }
}

/** The SDK fills in a missing id and takes parts of other versions; what it leaves unchecked is checked here. */
function readCloudEvent(request: PersistenceRequest): CloudEvent<unknown> {
  if (request.rawBody.byteLength > BODY_BYTES_MAX) throw new TypeError("the body is too large");
  const headers = lowerCased(request.headers);
  const mediaType = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  const body = new TextDecoder("utf-8", { fatal: true }).decode(request.rawBody);
  if (mediaType === "application/cloudevents+json") {
    const attributes: unknown = JSON.parse(body);
    requireAttributes(attributes);
    return new CloudEvent(attributes as Partial<CloudEvent<unknown>>);
  }
  if (mediaType !== "application/json") throw new TypeError("not a content type of one JSON event");
  if (request.rawBody.byteLength > BATCH_BYTES_MAX) throw new TypeError("the data is too large");
  requireAttributes({
    id: headers["ce-id"],
    source: headers["ce-source"],
    type: headers["ce-type"],
    specversion: headers["ce-specversion"],
  });
  // Never a list: the media type is that of one event.
  const event = HTTP.toEvent<unknown>({
    headers: { ...headers, "content-type": mediaType },
    body,
  }) as CloudEvent<unknown>;
  event.validate();
  return event;
}

function requireAttributes(attributes: unknown): void {
  const { id, source, type, specversion } = (attributes ?? {}) as Record<string, unknown>;
  const missing = [id, source, type].some((value) => typeof value !== "string" || value === "");
  if (missing || specversion !== "1.0") throw new TypeError("id, source, type or specversion 1.0 is missing");
}

function lowerCased(headers: PersistenceRequest["headers"]): Headers {
  const lower: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") lower[name.toLowerCase()] = value;
  }
  return lower;
}

function refused(
  deps: PersistenceDeps,
  outcome: PersistenceLogLine["outcome"],
  error: unknown,
  message?: JournalMessage,
): PersistenceReply {
  const reason = error instanceof Error ? error.message : String(error);
  const batch = message?.kind === "batch" ? message.batch : undefined;
  const range = batch && { engine: batch.engine, firstSeq: batch.firstSeq, lastSeq: batch.lastSeq };
  deps.log({ at: "persistence", outcome, reason, ...range });
  return { status: outcome === "unavailable" ? 503 : 400, body: JSON.stringify({ outcome }) };
}
