/**
 * When a key or the catalog is read from Redis and when it is known: by round trips counted on a FAKE hash.
 */
import { beforeEach, expect, test } from "vitest";
import { BEAT_STALE_MS, busNames, CATALOG_FIELD, EPOCH_FIELD } from "../../protocol/bus-messages.ts";
import type { KeyRecord } from "../../protocol/events.ts";
import { toWire } from "../../protocol/wire-json.ts";
import { BeatWatch } from "./beat-watch.ts";
import { KEYS_KEPT_MAX, PROJECTION_WAIT_MS, ProjectionReads, REFRESH_MS_MIN } from "./projection-reads.ts";
import { FakeClock, turns } from "./testing/fake-bus.ts";

const KEY: KeyRecord = {
  id: 1,
  account: 1,
  apiKey: "alice-key",
  kind: "hmac_sha256",
  material: "123",
  permissions: ["read"],
  ipAllowList: [],
  expiresUs: 0,
  label: 'a "label" of 5n',
  revoked: false,
};
const BTC = { id: 0, name: "BTC", decimals: 8 };

let clock: FakeClock;
let beats: BeatWatch;
let hash: Map<string, string>;
/** Fields of each round trip, but for the epoch, which leads each. */
let trips: string[][];
let misses: number;
let failing: Error | null;
let reads: ProjectionReads;

function projectCatalog(version: number, assets = [BTC], lineage = 0): void {
  hash.set(CATALOG_FIELD, toWire({ version, lineage, assets, instruments: [] }));
}

function beat(versions: { keysVersion?: number; catalogVersion?: number; epoch?: number }): void {
  const { keysVersion = 1, catalogVersion = 1, epoch = 1 } = versions;
  beats.heard(
    toWire({
      engine: "e1",
      epoch,
      state: "running",
      headSeq: 9,
      queued: 0,
      backlog: 0,
      keysVersion,
      catalogVersion,
    }),
  );
}

beforeEach(() => {
  clock = new FakeClock();
  beats = new BeatWatch(clock);
  hash = new Map([
    [EPOCH_FIELD, "1"],
    [KEY.apiKey, toWire(KEY)],
  ]);
  trips = [];
  misses = 0;
  failing = null;
  projectCatalog(1);
  reads = new ProjectionReads({
    engine: "e1",
    hashFields: async (key, fields) => {
      expect(key).toBe(busNames("e1").keys);
      if (failing !== null) throw failing;
      expect(fields[0]).toBe(EPOCH_FIELD);
      trips.push(fields.slice(1));
      return fields.map((field) => hash.get(field) ?? null);
    },
    beats,
    clock,
    missed: () => {
      misses += 1;
    },
  });
});

test("the first request costs one round trip for its key and the catalog together", async () => {
  await reads.prepare(KEY.apiKey);
  expect([await reads.keyByApiKey(KEY.apiKey), reads.catalog().assetByName.get("BTC")]).toEqual([KEY, BTC]);
  expect([trips, misses]).toEqual([[[CATALOG_FIELD, KEY.apiKey]], 1]);
});

test("with beats of the same versions nothing is read again, however long it takes", async () => {
  beat({});
  await reads.prepare(KEY.apiKey);
  const { catalog } = { catalog: reads.catalog() };
  for (let round = 0; round < 40; round++) {
    await clock.pass(250);
    beat({});
    await reads.prepare(KEY.apiKey);
    expect(await reads.keyByApiKey(KEY.apiKey)).toEqual(KEY);
  }
  expect([trips.length, reads.catalog() === catalog]).toEqual([1, true]);
});

test("a beat of another keys version has the key read again: a revocation is seen within a second", async () => {
  beat({});
  await reads.prepare(KEY.apiKey);
  hash.set(KEY.apiKey, toWire({ ...KEY, revoked: true }));
  beat({ keysVersion: 2 });
  await clock.pass(BEAT_STALE_MS + 1);
  beat({ keysVersion: 2 });
  await reads.prepare(KEY.apiKey);
  expect(await reads.keyByApiKey(KEY.apiKey)).toEqual({ ...KEY, revoked: true });
  // The catalog's version is as it was.
  expect(trips.slice(1)).toEqual([[KEY.apiKey]]);
});

test("without fresh beats a value is good for a second and no longer", async () => {
  await reads.prepare(KEY.apiKey);
  await clock.pass(BEAT_STALE_MS);
  await reads.prepare(KEY.apiKey);
  expect(trips.length).toBe(1);
  await clock.pass(1);
  await reads.prepare(KEY.apiKey);
  expect(trips.length).toBe(2);
});

test("an unknown key is asked for each time", async () => {
  await reads.prepare("bob-key");
  expect([await reads.keyByApiKey("bob-key"), await reads.keyByApiKey("bob-key")]).toEqual([null, null]);
  hash.set("bob-key", toWire({ ...KEY, apiKey: "bob-key" }));
  expect(await reads.keyByApiKey("bob-key")).toMatchObject({ apiKey: "bob-key" });
});

test("a name that no key can have is not asked for, the hash's own fields least of all", async () => {
  expect([
    await reads.keyByApiKey(CATALOG_FIELD),
    await reads.keyByApiKey(EPOCH_FIELD),
    await reads.keyByApiKey(""),
  ]).toEqual([null, null, null]);
  expect(trips).toEqual([]);
});

test("a changed catalog is another object, an unchanged one the same", async () => {
  await reads.prepare("");
  const first = reads.catalog();
  await clock.pass(BEAT_STALE_MS + 1);
  await reads.prepare("");
  const second = reads.catalog();
  projectCatalog(2, [BTC, { id: 1, name: "ETH", decimals: 8 }]);
  await reads.refresh();
  expect([second === first, reads.catalog().assets.length]).toEqual([true, 2]);
});

test("whoever asks for what is not there asks for free: one read in 100 ms, which finds all that was there when it was asked", async () => {
  await reads.prepare("");
  await reads.refresh();
  projectCatalog(2, [BTC, { id: 1, name: "ETH", decimals: 8 }]);
  const asked = Promise.all([reads.refresh(), reads.refresh(), reads.refresh()]);
  await clock.pass(REFRESH_MS_MIN - 1);
  expect(trips.length).toBe(2);
  await clock.pass(1);
  await asked;
  expect([trips.length, reads.catalog().assets.length]).toEqual([3, 2]);
});

test("a refresh that fails is not the end of refreshing", async () => {
  failing = new Error("away");
  await expect(reads.refresh()).rejects.toThrow("away");
  failing = null;
  const asked = reads.refresh();
  await clock.pass(REFRESH_MS_MIN);
  await asked;
  expect(reads.catalog().assets).toEqual([BTC]);
});

test("after an expire the next request reads both anew", async () => {
  beat({});
  await reads.prepare(KEY.apiKey);
  reads.expire();
  await reads.prepare(KEY.apiKey);
  expect(trips).toEqual([
    [CATALOG_FIELD, KEY.apiKey],
    [CATALOG_FIELD, KEY.apiKey],
  ]);
});

test("an engine that projects nothing: 'not sent' after two seconds, and nobody's key is missing", async () => {
  hash.clear();
  const prepared = expect(reads.prepare(KEY.apiKey)).rejects.toMatchObject({ code: "not_sent" });
  const found = expect(reads.keyByApiKey(KEY.apiKey)).rejects.toMatchObject({ code: "not_sent" });
  for (let passedMs = 0; passedMs <= PROJECTION_WAIT_MS; passedMs += 50) await clock.pass(50);
  await Promise.all([prepared, found]);
  expect(() => reads.catalog()).toThrow("the engine has not projected its catalog");
  expect(clock.timers).toBe(0);
});

test("an engine that projects a moment later, at its start or to a Redis that lost everything, is waited for", async () => {
  const whole = new Map(hash);
  await reads.prepare("");
  hash.clear();
  const found = reads.keyByApiKey(KEY.apiKey);
  await clock.pass(100);
  for (const [field, text] of whole) hash.set(field, text);
  await clock.pass(50);
  await turns();
  expect(await found).toEqual(KEY);
});

test("no more keys than the bound are kept, and the oldest goes", async () => {
  beat({});
  for (let count = 0; count <= KEYS_KEPT_MAX; count++) {
    const apiKey = `key-${count}`;
    hash.set(apiKey, toWire({ ...KEY, apiKey }));
    await reads.keyByApiKey(apiKey);
  }
  trips.length = 0;
  await reads.keyByApiKey("key-1");
  await reads.keyByApiKey("key-0");
  expect(trips).toEqual([["key-0"]]);
});

test("an engine that has started again may know less: what was kept of a higher version, or of the same one, is read again", async () => {
  projectCatalog(7);
  beat({ catalogVersion: 7, keysVersion: 7 });
  await reads.prepare(KEY.apiKey);
  const before = reads.catalog();
  const restored = { ...BTC, name: "ETH" };
  projectCatalog(7, [restored], 1_800_000_000);
  hash.set(KEY.apiKey, toWire({ ...KEY, account: 2 }));
  beat({ catalogVersion: 5, keysVersion: 5, epoch: 1_800_000_000 });
  await reads.prepare(KEY.apiKey);
  expect({
    before: [before.assets, before.assets === reads.catalog().assets],
    after: [reads.catalog().assets, reads.lineage(), (await reads.keyByApiKey(KEY.apiKey))?.account],
  }).toEqual({ before: [[BTC], false], after: [[restored], 1_800_000_000, 2] });
});
