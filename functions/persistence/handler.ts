/**
 * A journal batch or heartbeat as an HTTP message (a CloudEvent in any of the forms that cloud-event-in.ts reads) to its
 * effect in the tables.
 *
 * May be called twice, late and out of order: applyBatch is idempotent by (engine, sequence). 204: applied, or already
 * there. 400: it can never be applied (poison), or its sender is fenced off; what is missing then is pulled from the
 * engine. 401, 403: a push that has not proven itself. 503: not now, send it again. Brokers retry 5xx for hours, so
 * nothing that is wrong for good may be one. A 2xx never has a body: a broker would take it for a failure.
 */
import type { ReceivedEvent } from "../../engine/protocol/cloud-event-in.ts";
import { MalformedEvent } from "../../engine/protocol/event-json.ts";
import {
  BATCH_BYTES_MAX,
  JOURNAL_BATCH_TYPE,
  JOURNAL_HEARTBEAT_TYPE,
  type JournalBatch,
  type JournalHeartbeat,
  readJournalBatch,
  readJournalHeartbeat,
} from "../../engine/protocol/journal-batch.ts";
import { admitEvent, type Refused } from "../_shared/cloud-events.ts";
import type { EventGate } from "../_shared/event-gate.ts";
import type { ApplyOutcome } from "./apply-batch.ts";

/** What an event function takes at most; a batch is 256 KiB of data, and JSON inside JSON doubles its quotes. */
export const BODY_BYTES_MAX = 1024 * 1024;
const LIMITS = { bodyBytesMax: BODY_BYTES_MAX, dataBytesMax: BATCH_BYTES_MAX };

export interface PersistenceDeps {
  readonly applyBatch: (batch: JournalBatch) => Promise<ApplyOutcome>;
  readonly applyHeartbeat: (beat: JournalHeartbeat) => Promise<"applied" | "stale_epoch">;
  readonly log: (line: PersistenceLogLine) => void;
  /** Who may bring events. Not given: a broker. */
  readonly gate?: EventGate;
}

export interface PersistenceLogLine {
  readonly at: "persistence";
  readonly outcome: "poison" | "stale_epoch" | "unproven" | "unavailable";
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
  readonly status: 204 | 400 | 401 | 403 | 503;
  /** JSON text; "" with 204. */
  readonly body: string;
}

/** Never rejects. */
export async function handlePersistence(request: PersistenceRequest, deps: PersistenceDeps): Promise<PersistenceReply> {
  const admission = await admitEvent(request, LIMITS, deps.gate ?? { from: "broker" });
  if (admission.outcome === "refused") return notAdmitted(deps, admission);
  let message: JournalMessage;
  try {
    message = messageOf(admission.event);
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

/** @throws MalformedEvent */
function messageOf(event: ReceivedEvent): JournalMessage {
  switch (event.type) {
    case JOURNAL_BATCH_TYPE:
      return { kind: "batch", batch: readJournalBatch(event.data) };
    case JOURNAL_HEARTBEAT_TYPE:
      return { kind: "heartbeat", beat: readJournalHeartbeat(event.data) };
    default:
      throw new MalformedEvent("not a type that persistence takes");
  }
}

const WORD_OF = { 400: "poison", 401: "unproven", 403: "unproven", 503: "unavailable" } as const;

function notAdmitted(deps: PersistenceDeps, { status, reason }: Refused): PersistenceReply {
  const outcome = WORD_OF[status];
  deps.log({ at: "persistence", outcome, reason });
  return { status, body: JSON.stringify({ outcome }) };
}

function refused(
  deps: PersistenceDeps,
  outcome: "poison" | "stale_epoch" | "unavailable",
  error: unknown,
  message?: JournalMessage,
): PersistenceReply {
  const reason = error instanceof Error ? error.message : String(error);
  const batch = message?.kind === "batch" ? message.batch : undefined;
  const range = batch && { engine: batch.engine, firstSeq: batch.firstSeq, lastSeq: batch.lastSeq };
  deps.log({ at: "persistence", outcome, reason, ...range });
  return { status: outcome === "unavailable" ? 503 : 400, body: JSON.stringify({ outcome }) };
}
