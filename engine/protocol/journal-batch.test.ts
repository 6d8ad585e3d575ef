/** Journal batches: cut within their limits, read back as they were, and strict about what matters. */
import { expect, test } from "vitest";
import { MalformedEvent } from "./event-json.ts";
import type { EngineEvent } from "./events.ts";
import {
  BATCH_BYTES_MAX,
  BATCH_EVENTS_MAX,
  batchToHttp,
  cutBatches,
  heartbeatToHttp,
  JOURNAL_BATCH_TYPE,
  type JournalRun,
  readJournalBatch,
  readJournalHeartbeat,
} from "./journal-batch.ts";

const rejected = (seq: number): EngineEvent => ({
  seq,
  timeUs: seq,
  type: "command_rejected",
  account: 1,
  instrument: 0,
  reason: "no_liquidity",
});
const level = (seq: number): EngineEvent => ({
  seq,
  timeUs: seq,
  type: "level_changed",
  instrument: 0,
  updateId: 1,
  side: "buy",
  priceTicks: 1,
  quantityLots: 1,
});
const runOf = (firstSeq: number, lastSeq: number, events: readonly EngineEvent[]): JournalRun => ({
  engine: "e1",
  epoch: 1,
  firstSeq,
  lastSeq,
  headSeq: lastSeq,
  events,
});

test("batches cover a run without overlap or hole, within 500 events, level_changed left out", () => {
  const events: EngineEvent[] = [];
  for (let seq = 11; seq <= 1_310; seq += 1) events.push(seq % 13 === 0 ? level(seq) : rejected(seq));
  const batches = [...cutBatches(runOf(10, 1_320, events))];
  const read = batches.map(({ json }) => readJournalBatch(JSON.parse(json)));
  expect(batches.map(({ eventCount }) => eventCount)).toEqual([500, 500, 200]);
  expect(batches.map(({ firstSeq }) => firstSeq)).toEqual([
    10,
    ...batches.slice(0, -1).map(({ lastSeq }) => lastSeq + 1),
  ]);
  expect(batches.at(-1)?.lastSeq).toBe(1_320);
  expect(read.flatMap((batch) => batch.events)).toEqual(events.filter(({ type }) => type !== "level_changed"));
});

test("no batch is above 256 KiB, and the largest come close to it", () => {
  const reference = "ü".repeat(2_000);
  const events = Array.from({ length: 300 }, (_, index): EngineEvent => {
    return {
      ...rejected(index + 1),
      type: "funds_moved",
      asset: 0,
      kind: "deposited",
      atoms: 1n,
      reference,
    } as EngineEvent;
  });
  const sizes = [...cutBatches(runOf(1, 300, events))].map(({ json }) => Buffer.byteLength(json));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(BATCH_BYTES_MAX);
  expect(Math.max(...sizes)).toBeGreaterThan(BATCH_BYTES_MAX - 8_192);
});

test("a run of which everything is left out still gives a batch for its range", () => {
  const batches = [...cutBatches(runOf(5, 6, [level(5), level(6)]))];
  expect(batches).toEqual([
    {
      engine: "e1",
      firstSeq: 5,
      lastSeq: 6,
      eventCount: 0,
      json: '{"engine":"e1","epoch":1,"firstSeq":5,"lastSeq":6,"headSeq":6,"events":[]}',
    },
  ]);
});

test("a batch is refused when its range, order, clock or number of events cannot be true", () => {
  const event = (seq: number, timeUs = 1): unknown => ({ ...rejected(seq), timeUs });
  const good = { engine: "e1", epoch: 1, firstSeq: 5, lastSeq: 9, headSeq: 9, events: [event(5), event(9)] };
  expect(readJournalBatch({ ...good, added: true }).events).toHaveLength(2);
  const many = Array.from({ length: BATCH_EVENTS_MAX + 1 }, (_, index) => event(index + 1));
  for (const change of [
    { engine: "E 1" },
    { epoch: -1 },
    { firstSeq: 0 },
    { firstSeq: 6 },
    { lastSeq: 8 },
    { lastSeq: 4 },
    { headSeq: 8 },
    { headSeq: "9" },
    { events: [event(9), event(5)] },
    { events: [event(5), event(5)] },
    { events: [event(5, 2), event(6, 1)] },
    { events: [null] },
    { events: { 0: event(5) } },
    { lastSeq: 1_000, headSeq: 1_000, firstSeq: 1, events: many },
  ]) {
    expect(() => readJournalBatch({ ...good, ...change }), JSON.stringify(change).slice(0, 80)).toThrow(MalformedEvent);
  }
  expect(() => readJournalBatch(null)).toThrow(MalformedEvent);
});

test("batch and heartbeat travel in binary mode: attributes in ce- headers, the data alone in the body", () => {
  const [batch] = [...cutBatches(runOf(5, 6, [level(5)]))];
  const { headers, body } = batchToHttp(batch as NonNullable<typeof batch>);
  expect({ ...headers, "ce-time": "any" }).toEqual({
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-id": "e1:5-6",
    "ce-type": JOURNAL_BATCH_TYPE,
    "ce-source": "/tidebook/engines/e1",
    "ce-time": "any",
  });
  expect(body).toBe(batch?.json);
  const beat = { engine: "e1", epoch: 3, headSeq: 0 };
  expect(readJournalHeartbeat(JSON.parse(heartbeatToHttp(beat).body))).toEqual(beat);
});

test("of a restored journal batch and heartbeat name the lineage, in their ids too: the same sequences are other events", () => {
  const lineage = 1_800_000_000;
  const run: JournalRun = { engine: "e1", epoch: lineage, lineage, firstSeq: 1, lastSeq: 1, headSeq: 9, events: [] };
  const [batch] = [...cutBatches(run)].map(batchToHttp);
  const beat = heartbeatToHttp({ engine: "e1", epoch: lineage, lineage, headSeq: 9 });
  expect({
    ids: [batch?.headers["ce-id"], beat.headers["ce-id"]],
    batch: readJournalBatch(JSON.parse(batch?.body ?? "")),
    beat: readJournalHeartbeat(JSON.parse(beat.body)),
    other: readJournalHeartbeat({ engine: "e1", epoch: 3, headSeq: 9 }),
  }).toEqual({
    ids: [`e1@${lineage}:1-1`, `e1@${lineage}:${lineage}:9`],
    batch: run,
    beat: { engine: "e1", epoch: lineage, lineage, headSeq: 9 },
    other: { engine: "e1", epoch: 3, headSeq: 9 },
  });
});
