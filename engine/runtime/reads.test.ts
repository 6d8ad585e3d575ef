/** The read port: events from memory and from the journal alike, what is forgotten, and who may see what. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EngineEvent } from "../protocol/events.ts";
import { everythingReadable, runSession } from "../sim/engine-session.ts";
import { Chance } from "../sim/prng.ts";
import { PROFILES } from "../sim/profiles.ts";
import { cancel, newExchange, openExchange, place } from "../sim/small-exchange.ts";
import type { Engine } from "./contract.ts";

const SEED = Number(process.env.SEED ?? 3);
/** About a hundred events: the rest is read from the journal. */
const RETAINED_BYTES_MAX = 8 * 1024;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidebook-reads-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function readAll(engine: Engine, fromSeq: number, eventsMax: number): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  for (let next = fromSeq; ; ) {
    const page = await engine.eventsSince(next, eventsMax);
    expect(page.events.length).toBeLessThanOrEqual(eventsMax);
    events.push(...page.events);
    if (page.nextSeq > page.headSeq) return events;
    expect(page.nextSeq).toBeGreaterThan(next);
    next = page.nextSeq;
  }
}

test(`events are the same from memory, from the journal, and after a restart, in pages of any size, SEED=${SEED}`, async () => {
  const options = { directory: join(folder, "journal"), retainedBytesMax: RETAINED_BYTES_MAX };
  const live = await openExchange({ ...options, snapshotEveryRecords: 400 });
  const { commands } = await runSession(live, PROFILES[0]!, SEED, 1_500);
  const all = commands.flat().filter(({ type }) => type !== "level_changed");
  const { headSeq } = live.engine.stats();
  for (const eventsMax of [97, 10_000]) expect(await readAll(live.engine, 1, eventsMax)).toEqual(all);

  const chance = new Chance(SEED);
  for (let time = 0; time < 6; time += 1) {
    // Two readers at once, each somewhere else.
    const [first, second] = [chance.between(1, headSeq), chance.between(1, headSeq)];
    const read = await Promise.all([readAll(live.engine, first, 700), readAll(live.engine, second, 300)]);
    expect(read).toEqual([first, second].map((from) => all.filter(({ seq }) => seq >= from)));
  }
  expect(await live.engine.eventsSince(headSeq + 1, 10)).toEqual({ events: [], nextSeq: headSeq + 1, headSeq });
  expect(await live.engine.eventsSince(-5, 1)).toEqual({ events: [all[0]], nextSeq: 2, headSeq });

  // Reading old events while new ones come.
  const reading = readAll(live.engine, 1, 250);
  for (let more = 0; more < 50; more += 1) await live.operate({ type: "revoke_key", apiKey: "none" });
  expect((await reading).slice(0, all.length)).toEqual(all);
  await live.engine.close();

  const again = await openExchange(options);
  expect((await readAll(again.engine, 1, 1_000)).slice(0, all.length)).toEqual(all);
  await again.engine.close();
});

test("a history longer than a page comes page by page, without a hole or a repetition", async () => {
  const directory = join(folder, "journal");
  const options = { directory, retainedBytesMax: RETAINED_BYTES_MAX, segmentBytes: 16 * 1024 * 1024 };
  const { engine, send } = await newExchange(options);
  // A page is 2^20 doubles; an order and its cancel take about fifty.
  for (let burst = 0; burst < 5; burst += 1) {
    const sent = Array.from({ length: 6_000 }, (_, index) => {
      const name = `${burst}-${index}`;
      const order = place(1, { side: "sell", quantityLots: 1, priceTicks: 10, clientOrderId: name });
      return [send(order), send(cancel(1, name))];
    });
    await Promise.all(sent.flat());
  }
  const events = await readAll(engine, 1, 20_000);
  const kinds = Map.groupBy(events, ({ type }) => type);
  expect([kinds.get("order_accepted")?.length, kinds.get("order_canceled")?.length]).toEqual([30_000, 30_000]);
  const seqs = events.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  await engine.close();
});

test("what persistence has committed is forgotten, and what was dropped is said", async () => {
  const { engine, send, clock } = await newExchange();
  const nothing = { orderId: 0, orderCreatedUs: 0, tradeId: 0, tradeUs: 0 };
  await send(place(1, { side: "sell", quantityLots: 5, priceTicks: 10, clientOrderId: "a" }));
  const firstUs = clock.nowUs;
  clock.nowUs += 10;
  const { seq } = await send(place(2, { side: "buy", quantityLots: 2, priceTicks: 10, clientOrderId: "b" }));
  clock.nowUs += 10;
  await send(place(2, { side: "buy", quantityLots: 1, priceTicks: 10, clientOrderId: "b" }));
  const names = async (account: number) =>
    (await engine.recentOrders(account, 0)).value.map(({ clientOrderId, orderId }) => `${clientOrderId}${orderId}`);
  const trades = async (account: number) => (await engine.recentFills(account, 0)).value.map(({ tradeId }) => tradeId);
  expect([await names(1), await names(2), await trades(1), await trades(2)]).toEqual([
    ["a1"],
    ["b2", "b3"],
    [1, 2],
    [1, 2],
  ]);
  expect((await engine.order(2, 0, 0, "b")).value?.orderId).toBe(3);
  expect(await engine.dropped(2, 0)).toEqual(nothing);

  engine.committed(seq);
  engine.committed(1);
  expect([await names(1), await names(2), await trades(1), await trades(2)]).toEqual([["a1"], ["b3"], [2], [2]]);
  const trade = { tradeId: 1, tradeUs: firstUs + 10 };
  expect(await engine.dropped(1, 0)).toEqual({ ...nothing, ...trade });
  expect(await engine.dropped(2, 0)).toEqual({ orderId: 2, orderCreatedUs: firstUs + 10, ...trade });
  expect([(await engine.order(2, 0, 2, "")).value, (await engine.order(2, 0, 0, "b")).value?.orderId]).toEqual([
    null,
    3,
  ]);

  engine.committed(engine.stats().headSeq);
  // An open order stays, with all that it has cost so far.
  expect((await engine.order(1, 0, 0, "a")).value).toMatchObject({ executedLots: 3, cumulativeQuoteAtoms: 30n });
  expect([await names(1), await names(2), await trades(1), (await engine.order(2, 0, 0, "b")).value]).toEqual([
    ["a1"],
    [],
    [],
    null,
  ]);
});

test(`I27: what was committed stays forgotten after a restart, with and without a snapshot, SEED=${SEED}`, async () => {
  for (const snapshotEveryRecords of [Number.MAX_SAFE_INTEGER, 250]) {
    const options = { directory: join(folder, `journal-${snapshotEveryRecords}`), snapshotEveryRecords };
    const live = await openExchange(options);
    await runSession(live, PROFILES[1]!, SEED, 400);
    live.engine.committed(Math.floor(live.engine.stats().headSeq / 2));
    const before = await everythingReadable(live.engine);
    await live.engine.close();
    const again = await openExchange(options);
    expect(again.engine.recovery.snapshotRecord === null).toBe(snapshotEveryRecords > 400);
    expect(await everythingReadable(again.engine)).toEqual(before);
    await again.engine.close();
  }
});

test("nobody's reads show another's orders, and what is not there is null or empty", async () => {
  const { engine, send } = await newExchange();
  const order = place(1, { side: "sell", quantityLots: 5, priceTicks: 10, clientOrderId: "a" });
  await send(order);
  const reads = await Promise.all([
    engine.order(2, 0, 1, ""),
    engine.order(2, 0, 0, "a"),
    engine.order(1, 0, 2, ""),
    engine.order(1, 7, 1, ""),
    engine.account(9),
    engine.openOrders(2, null),
    engine.openOrders(1, 7),
    engine.recentOrders(9, 0),
    engine.recentFills(1, 7),
  ]);
  expect(reads.map(({ value }) => value)).toEqual([null, null, null, null, null, [], [], [], []]);
  await expect(engine.bookSnapshot(7)).rejects.toThrow(RangeError);
  expect((await engine.account(1)).value?.balances).toEqual([
    { asset: 0, freeAtoms: 999_995n, lockedAtoms: 5n },
    { asset: 1, freeAtoms: 1_000_000n, lockedAtoms: 0n },
  ]);
});

test("a wait for an event ends when it comes, and at once where it is there", async () => {
  const { engine, send } = await newExchange();
  const { headSeq } = engine.stats();
  await engine.waitForEvent(headSeq, 60_000);
  const waiting = engine.waitForEvent(headSeq + 2, 60_000).then(() => engine.stats().headSeq);
  await send(cancel(1, "none"));
  await send(cancel(1, "none"));
  expect(await waiting).toBe(headSeq + 2);
  await engine.waitForEvent(headSeq + 100, 1);
});
