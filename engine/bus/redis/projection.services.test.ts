/**
 * Keys and catalog as edges find them in Redis, and the beats that announce them. Without a redis-server these tests are skipped.
 */
import { Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import { NO_LIMITS } from "../../domain/instrument.ts";
import type { Beat, CatalogProjection, KeyProjection } from "../../protocol/bus-messages.ts";
import { fromWire, toWire } from "../../protocol/wire-json.ts";
import { registerKey } from "../../sim/small-exchange.ts";
import { connectRedis } from "./connection.ts";
import { Projection } from "./projection.ts";
import { type BusWorld, startBusWorld, until } from "./testing/bus-world.ts";
import { findRedis } from "./testing/redis-server.ts";
import { MAKER } from "./testing/small-market.ts";

const HASH = "keys:e1";

const keyOfMaker = (apiKey: string) => registerKey(MAKER, apiKey);

describe.skipIf(findRedis() === null)("the projection (skipped where there is no redis-server)", () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(): Promise<{ world: BusWorld; other: Redis }> {
    const world = await startBusWorld();
    ends.push(() => world.end());
    const other = new Redis({ port: world.redis.port, disableClientInfo: true });
    other.on("error", () => {});
    ends.push(async () => other.disconnect());
    return { world, other };
  }

  /** The hash as it should be, of what the engine says by itself. */
  async function expected({ engine }: BusWorld): Promise<Record<string, string>> {
    const { assets, instruments, limits } = engine.catalog();
    const set = limits === undefined ? {} : { limits };
    const keys = (await engine.keys(null)) ?? [];
    return {
      "!epoch": String(engine.epoch),
      "!catalog": toWire({
        version: engine.stats().catalogVersion,
        assets,
        instruments,
        ...set,
      } satisfies CatalogProjection),
      ...Object.fromEntries(keys.map((record) => [record.apiKey, toWire(record)])),
    };
  }

  test("who has the answer to an operator's command finds its effect in the hash", async () => {
    const { world, other } = await start();
    await world.sender.send(keyOfMaker("key-one"), "ops").answer;
    const key = fromWire((await other.hget(HASH, "key-one")) ?? "null") as KeyProjection;
    expect(key).toEqual(world.engine.keyByApiKey("key-one"));
    await world.sender.send({ type: "revoke_key", apiKey: "key-one" }, "ops").answer;
    expect(await other.hget(HASH, "key-one")).toContain('"revoked":true');
    await world.sender.send({ type: "add_asset", name: "A2", decimals: 0 }, "ops").answer;
    expect(await other.hgetall(HASH)).toEqual(await expected(world));
    const limits = { ...NO_LIMITS, ordersPerDay: 7 };
    await world.sender.send({ type: "set_exchange_limits", limits }, "ops").answer;
    expect((fromWire((await other.hget(HASH, "!catalog")) ?? "null") as CatalogProjection).limits).toEqual(limits);
  });

  test("the hash is whole again after it was removed, after Redis came back empty, and without fields that are nobody's", async () => {
    const { world, other } = await start();
    for (let index = 0; index < 1_200; index++)
      void world.engine.submitOperator(keyOfMaker(`key-${index}`), Date.now() * 1_000 + 10_000_000);
    await until(async () => (await other.hlen(HASH)) === 1_203);
    const whole = await expected(world);
    const isWhole = async (): Promise<boolean> => (await other.hlen(HASH).catch(() => 0)) === 1_203;

    await other.del(HASH);
    await until(isWhole);
    expect(await other.hgetall(HASH)).toEqual(whole);
    await world.redis.restart("empty");
    await until(isWhole);
    expect(await other.hgetall(HASH)).toEqual(whole);

    await world.bus.stop({ restarting: false });
    await other.hset(HASH, "key-of-another-journal", "{}");
    await world.startBus();
    await until(async () => (await other.hget(HASH, "key-of-another-journal")) === null);
    expect(await other.hgetall(HASH)).toEqual(whole);
  });

  test("an engine of a lower epoch changes nothing in the hash, and is told", async () => {
    const { world, other } = await start();
    await other.del(HASH);
    await other.hset(HASH, "!epoch", "1000", "key-of-the-newer", "{}");
    const redis = connectRedis({ url: world.redis.url, name: "engine", kind: "commands" }, () => {});
    ends.push(async () => redis.disconnect());
    await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
    const { engine } = world;
    const stale = new Projection({
      redis,
      key: HASH,
      epoch: 999,
      versions: () => engine.stats(),
      catalog: () => engine.catalog(),
      keys: async () => [],
    });
    expect(await stale.bringUpToDate()).toBe("stale");
    expect(await stale.bringUpToDate()).toBe("stale");
    expect(stale.written).toBe(null);
    expect(await other.hgetall(HASH)).toEqual({ "!epoch": "1000", "key-of-the-newer": "{}" });
    await until(() => world.lines.some(({ outcome }) => outcome === "replaced"));
  });

  test("a beat names no version that is not in the hash yet, and stands as a key for whoever starts", async () => {
    const { world, other } = await start();
    const listener = other.duplicate();
    ends.push(async () => listener.disconnect());
    const beats: Beat[] = [];
    listener.on("message", (_channel, text) => beats.push(JSON.parse(text) as Beat));
    await listener.subscribe("beat:e1");
    const before = world.engine.stats();
    await world.sender.send({ type: "add_asset", name: "A2", decimals: 0 }, "ops").answer;
    await until(() => beats.some(({ catalogVersion }) => catalogVersion > before.catalogVersion));
    const { headSeq, catalogVersion, keysVersion } = world.engine.stats();
    expect(JSON.parse((await other.get("beat:e1")) ?? "null")).toEqual({
      engine: "e1",
      epoch: world.engine.epoch,
      state: "running",
      headSeq,
      queued: 0,
      backlog: 0,
      catalogVersion,
      keysVersion,
    } satisfies Beat);

    // From here on the hash takes nothing any more, and so the beats go on with what it has.
    await other.del(HASH);
    await other.set(HASH, "not a hash");
    await world.engine.submitOperator({ type: "add_asset", name: "A3", decimals: 0 }, Date.now() * 1_000 + 10_000_000);
    await until(() => world.lines.some(({ outcome }) => outcome === "projection_failed"));
    const count = beats.length;
    await until(() => beats.length > count + 1);
    expect(beats.at(-1)).toMatchObject({ catalogVersion, headSeq: headSeq + 1 });
    await other.del(HASH);
    await until(() => (beats.at(-1)?.catalogVersion ?? 0) > catalogVersion);
  });

  test("an idle engine repeats where its feed stands, and a trade's frame follows on from there", async () => {
    const { world, other } = await start();
    const frames: { firstSeq: number; lastSeq: number; events: unknown[] }[] = [];
    other.on("message", (_channel, text) => frames.push(fromWire(text) as never));
    await other.subscribe("feed:e1");
    await until(() => frames.length >= 2);
    const { headSeq } = world.engine.stats();
    await world.sender.take("one").answer;
    await until(() => frames.some(({ events }) => events.length > 0));
    const trade = frames.findIndex(({ events }) => events.length > 0);
    expect(frames[trade - 1]).toMatchObject({ firstSeq: headSeq + 1, lastSeq: headSeq, events: [] });
    expect(frames[trade]).toMatchObject({ firstSeq: headSeq + 1, lastSeq: world.engine.stats().headSeq });
  });
});
