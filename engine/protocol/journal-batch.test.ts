/** Journal batches: cut within their limits, read back as they were, and strict about what matters. */
import { expect, test } from "vitest";
import { eventToJson, MalformedEvent, type PublishedEvent, readEvent } from "./event-json.ts";
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

const happened = { seq: 7, timeUs: 1_767_225_600_000_000 };
const ATOMS = 2n ** 63n - 1n;

/** One of each type, with the largest values it may carry. */
const EXAMPLES: readonly PublishedEvent[] = [
  {
    ...happened,
    type: "order_accepted",
    instrument: 0,
    orderId: 2 ** 53 - 1,
    account: 1,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    selfTradeMode: "expire_maker",
    priceTicks: 2 ** 31 - 1,
    quantityLots: 2 ** 53 - 1,
    quoteAtoms: 0n,
    clientOrderId: "my:order/1",
  },
  {
    ...happened,
    type: "trade_executed",
    instrument: 0,
    tradeId: 1,
    takerSide: "sell",
    priceTicks: 1_024,
    quantityLots: 2 ** 53 - 1,
    takerOrderId: 2,
    makerOrderId: 1,
    takerAccount: 1,
    makerAccount: 2,
    takerFeeAtoms: ATOMS,
    makerFeeAtoms: 0n,
    takerRemainingLots: 0,
    makerRemainingLots: 5,
  },
  {
    ...happened,
    type: "order_canceled",
    instrument: 1,
    orderId: 1,
    account: 1,
    remainingLots: 3,
    cause: "cancel_replace",
    cancelClientOrderId: "c",
  },
  {
    ...happened,
    type: "order_expired",
    instrument: 1,
    orderId: 1,
    account: 1,
    remainingLots: 3,
    reason: "self_trade",
    counterOrderId: 2,
    preventedLots: 3,
  },
  {
    ...happened,
    type: "order_amended",
    instrument: 1,
    orderId: 1,
    account: 1,
    quantityLots: 9,
    remainingLots: 4,
    clientOrderId: "d",
  },
  { ...happened, type: "balance_changed", account: 1, asset: 2, freeAtoms: ATOMS, lockedAtoms: 0n },
  { ...happened, type: "command_rejected", account: 1, instrument: -1, reason: "balance_too_low" },
  { ...happened, type: "funds_moved", account: 1, asset: 2, kind: "deposited", atoms: 5n, reference: 'a "b" \\ ü' },
  { ...happened, type: "asset_added", asset: { id: 0, name: "BTC", decimals: 8 } },
  {
    ...happened,
    type: "instrument_changed",
    instrument: {
      id: 0,
      symbol: "BTCUSDT",
      base: "BTC",
      quote: "USDT",
      tickE8: 1_000_000,
      lotE8: 1_000,
      priceTicksMin: 1,
      priceTicksMax: 100,
      quantityLotsMin: 1,
      quantityLotsMax: 100,
      marketLotsMin: 1,
      marketLotsMax: 100,
      notionalMinE8: "500000000",
      notionalMaxE8: "0",
      notionalMinAppliesToMarket: true,
      notionalMaxAppliesToMarket: false,
      ordersMax: 200,
      makerFeeE8: 1,
      takerFeeE8: 2,
      selfTradeDefault: "expire_maker",
      selfTradeAllowed: ["none", "expire_maker"],
      status: "trading",
      baseAsset: 0,
      quoteAsset: 1,
      baseAtomsPerLot: 1_000,
      quoteAtomsPerTickLot: 10,
    },
  },
  { ...happened, type: "account_changed", account: { id: 1, name: "demo", canTrade: true, canWithdraw: false } },
  {
    ...happened,
    type: "key_changed",
    key: {
      id: 1,
      account: 1,
      apiKey: "k",
      kind: "ed25519",
      material: "-----BEGIN PUBLIC KEY-----\n",
      permissions: ["read", "trade"],
      ipAllowList: ["10.0.0.0/8"],
      expiresUs: 0,
      label: "",
      revoked: false,
    },
  },
];

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

for (const event of EXAMPLES) {
  test(`${event.type} comes back from JSON as it went in, and a field that was added is ignored`, () => {
    const json = JSON.parse(eventToJson(event)) as object;
    expect(readEvent(json)).toEqual(event);
    expect(readEvent({ ...json, addedLater: { any: 1 } })).toEqual(event);
  });

  test(`${event.type} is refused without any one of its fields, and with any one of another type`, () => {
    const json = JSON.parse(eventToJson(event)) as Record<string, unknown>;
    for (const field of Object.keys(json)) {
      const { [field]: _left, ...rest } = json;
      expect(() => readEvent(rest), `without ${field}`).toThrow(MalformedEvent);
      for (const wrong of [null, {}, -2, 1.5, 2 ** 53, "\0", Number.NaN]) {
        expect(() => readEvent({ ...json, [field]: wrong }), `${field} ${String(wrong)}`).toThrow(MalformedEvent);
      }
    }
  });
}

test("amounts above 2^63−1, signed or padded ones, and unknown words are refused", () => {
  const balance = JSON.parse(eventToJson(EXAMPLES[5] as PublishedEvent)) as object;
  for (const freeAtoms of [(ATOMS + 1n).toString(), "-1", "01", "1e3", "", 5, " 1"]) {
    expect(() => readEvent({ ...balance, freeAtoms })).toThrow(MalformedEvent);
  }
  expect(() => readEvent({ ...balance, type: "balance_vanished" })).toThrow(MalformedEvent);
  expect(() => readEvent(level(1))).toThrow(MalformedEvent);
  const accepted = JSON.parse(eventToJson(EXAMPLES[0] as PublishedEvent)) as object;
  expect(() => readEvent({ ...accepted, side: "BUY" })).toThrow(MalformedEvent);
  const trade = JSON.parse(eventToJson(EXAMPLES[1] as PublishedEvent)) as object;
  expect(() => readEvent({ ...trade, priceTicks: 1_025 })).toThrow(MalformedEvent);
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
