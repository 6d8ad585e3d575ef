/**
 * Journal batches and heartbeats: the two CloudEvents by which persistence learns what happened.
 *
 * `tidebook.journal.batch.v1`: every effect in a range of sequences, `firstSeq` to `lastSeq` inclusive; level_changed is
 * left out, so the range has holes inside. Borders may differ when a range is sent again: the sequences inside are the
 * identity, never the CloudEvent's id. `epoch` is the sender's, a fence and no part of any identity. `headSeq` is the
 * engine's newest sequence. `tidebook.journal.heartbeat.v1` names the head alone. `lineage` tells histories apart that
 * began alike: the epoch with which the newest restore of the journal began. It is left out where that never happened (0).
 */
import { CloudEvent, HTTP } from "cloudevents";
import { z } from "zod";
import { assert } from "../domain/assert.ts";
import { ENGINE_NAME } from "./bus-messages.ts";
import { eventToJson, MalformedEvent, type PublishedEvent, readEvent } from "./event-json.ts";
import type { EngineEvent } from "./events.ts";

export const JOURNAL_BATCH_TYPE = "tidebook.journal.batch.v1";
export const JOURNAL_HEARTBEAT_TYPE = "tidebook.journal.heartbeat.v1";
export const BATCH_EVENTS_MAX = 500;
/** Of the data, in UTF-8. */
export const BATCH_BYTES_MAX = 256 * 1024;
/** What the data takes beside its events: names, five numbers, brackets. */
const BATCH_FRAME_BYTES = 512;

export interface JournalHeartbeat {
  readonly engine: string;
  readonly epoch: number;
  readonly headSeq: number;
  readonly lineage?: number;
}

export interface JournalBatch extends JournalHeartbeat {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Ascending by seq, each within the range. */
  readonly events: readonly PublishedEvent[];
}

/** A run of events to be cut: like a batch, but of any length, and level_changed may be among the events. */
export interface JournalRun extends Omit<JournalBatch, "events"> {
  readonly events: readonly EngineEvent[];
}

export interface EncodedBatch {
  readonly engine: string;
  readonly lineage?: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly eventCount: number;
  /** The CloudEvent's data: JSON text. */
  readonly json: string;
}

export interface HttpMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const sequence = z.int().min(1);
const heartbeat = z.object({
  engine: z.string().regex(ENGINE_NAME),
  epoch: z.int().min(0),
  headSeq: z.int().min(0),
  lineage: z.int().min(0).default(0),
});
const batchFrame = heartbeat
  .extend({ firstSeq: sequence, lastSeq: sequence, events: z.array(z.unknown()).max(BATCH_EVENTS_MAX) })
  .refine((batch) => batch.firstSeq <= batch.lastSeq && batch.lastSeq <= batch.headSeq, {
    message: "firstSeq ≤ lastSeq ≤ headSeq",
  });

/** The data of a `tidebook.journal.batch.v1`. @throws MalformedEvent */
export function readJournalBatch(data: unknown): JournalBatch {
  const frame = batchFrame.safeParse(data);
  if (!frame.success) throw new MalformedEvent(z.prettifyError(frame.error));
  const { engine, epoch, headSeq, lineage, firstSeq, lastSeq } = frame.data;
  const events: PublishedEvent[] = [];
  let lastSeen = firstSeq - 1;
  let lastTimeUs = 0;
  for (const value of frame.data.events) {
    const event = readEvent(value);
    if (event.seq <= lastSeen || event.seq > lastSeq)
      throw new MalformedEvent("seq is outside the range or not ascending");
    if (event.timeUs < lastTimeUs) throw new MalformedEvent("timeUs goes back");
    lastSeen = event.seq;
    lastTimeUs = event.timeUs;
    events.push(event);
  }
  return { engine, epoch, headSeq, ...namedLineage(lineage), firstSeq, lastSeq, events };
}

/** The data of a `tidebook.journal.heartbeat.v1`. @throws MalformedEvent */
export function readJournalHeartbeat(data: unknown): JournalHeartbeat {
  const parsed = heartbeat.safeParse(data);
  if (!parsed.success) throw new MalformedEvent(z.prettifyError(parsed.error));
  const { lineage, ...beat } = parsed.data;
  return { ...beat, ...namedLineage(lineage) };
}

/** What ids of events begin with: the same sequences of another lineage are other events. */
export function journalName(engine: string, lineage = 0): string {
  return lineage === 0 ? engine : `${engine}@${lineage}`;
}

/** The field that says of which lineage something is, where there is one to be told. */
export function namedLineage(lineage = 0): { readonly lineage?: number } {
  return lineage === 0 ? {} : { lineage };
}

/**
 * Cuts a run into batches within both limits. Together they cover exactly firstSeq … lastSeq, without overlap; a run
 * whose events are all left out still gives one batch, because its range must be known as applied.
 */
export function* cutBatches(run: JournalRun): Generator<EncodedBatch> {
  assert(run.firstSeq <= run.lastSeq, "a run covers at least one sequence");
  let firstSeq = run.firstSeq;
  let parts: string[] = [];
  let bytes = BATCH_FRAME_BYTES;
  for (const event of run.events) {
    if (event.type === "level_changed") continue;
    const part = eventToJson(event);
    const partBytes = Buffer.byteLength(part) + 1;
    assert(partBytes + BATCH_FRAME_BYTES <= BATCH_BYTES_MAX, "one event fits into a batch");
    if (parts.length === BATCH_EVENTS_MAX || bytes + partBytes > BATCH_BYTES_MAX) {
      yield encode(run, firstSeq, event.seq - 1, parts);
      firstSeq = event.seq;
      parts = [];
      bytes = BATCH_FRAME_BYTES;
    }
    parts.push(part);
    bytes += partBytes;
  }
  yield encode(run, firstSeq, run.lastSeq, parts);
}

function encode(run: JournalRun, firstSeq: number, lastSeq: number, parts: readonly string[]): EncodedBatch {
  const { engine, epoch, headSeq, lineage } = run;
  const frame = JSON.stringify({ engine, epoch, ...namedLineage(lineage), firstSeq, lastSeq, headSeq });
  const json = `${frame.slice(0, -1)},"events":[${parts.join(",")}]}`;
  return { engine, ...namedLineage(lineage), firstSeq, lastSeq, eventCount: parts.length, json };
}

/** A batch as an HTTP message in binary mode: what the broker is sent, and what is handed over in process. */
export function batchToHttp(batch: EncodedBatch): HttpMessage {
  const { engine, lineage, firstSeq, lastSeq, json } = batch;
  return toHttp(JOURNAL_BATCH_TYPE, engine, `${journalName(engine, lineage)}:${firstSeq}-${lastSeq}`, json);
}

/** A heartbeat likewise. Sent every 5 s. */
export function heartbeatToHttp(beat: JournalHeartbeat): HttpMessage {
  const { engine, epoch, headSeq, lineage } = beat;
  return toHttp(
    JOURNAL_HEARTBEAT_TYPE,
    engine,
    `${journalName(engine, lineage)}:${epoch}:${headSeq}`,
    JSON.stringify({ engine, epoch, ...namedLineage(lineage), headSeq }),
  );
}

function toHttp(type: string, engine: string, id: string, json: string): HttpMessage {
  // The data goes in as text: binary mode sends it as it is, and nothing stringifies a batch twice.
  const source = `/tidebook/engines/${engine}`;
  const message = HTTP.binary(new CloudEvent({ type, source, id, datacontenttype: "application/json", data: json }));
  return { headers: message.headers as Record<string, string>, body: json };
}
