/**
 * An engine on a real Redis that fails in every way we know. Without a redis-server on this machine these tests are skipped.
 */
import { Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import { usersAcl } from "./acl.ts";
import { type BusWorld, type BusWorldOptions, effects, startBusWorld, until } from "./testing/bus-world.ts";
import { findRedis, startRedis } from "./testing/redis-server.ts";
import { startTcpProxy } from "./testing/tcp-proxy.ts";

const TRADE = "cmd:e1:trade";

function placed(count: number): unknown {
  return { answers: { placed: count }, trades: count };
}

describe.skipIf(findRedis() === null)("an engine on Redis (skipped where there is no redis-server)", () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(options: BusWorldOptions = {}): Promise<BusWorld> {
    const world = await startBusWorld(options);
    ends.push(() => world.end());
    return world;
  }

  function client(port: number, user?: string): Redis {
    const [username, password] = user?.split(":") ?? [];
    const login = username === undefined || password === undefined ? {} : { username, password };
    const redis = new Redis({ port, ...login, disableClientInfo: true });
    redis.on("error", () => {});
    ends.push(async () => redis.disconnect());
    return redis;
  }

  /** Why each stream was begun anew, after the first time. */
  function startedOver({ lines }: BusWorld): string[] {
    return lines.flatMap((line) =>
      line.outcome === "source_epoch" && line.reason !== "first_read" ? [`${line.stream}: ${line.reason}`] : [],
    );
  }

  test("I30: an order whose answer was cut off is answered when it is asked again, and executed once", async () => {
    const world = await start();
    await world.sender.takeMany(10);
    const order = world.sender.take("cut-off");
    await world.wire.cutAt("to_server", order.commandId);
    expect(world.engine.stats().trades).toBe(11);
    world.wire.refuse(false);
    await order.answer;
    await world.sender.takeMany(10);
    expect(effects(world)).toEqual(placed(21));
    expect(startedOver(world)).toEqual([]);
  });

  test("I30: Redis killed and restarted under load, with and without its newest entries, and no order is lost or executed twice", async () => {
    const world = await start();
    const restarts: Promise<void>[] = [];
    await world.sender.takeMany(3_000, 64, (answered) => {
      if (answered === 500) restarts.push(world.redis.restart());
      if (answered === 1_500) restarts.push(world.redis.restart("tail_lost"));
    });
    await Promise.all(restarts);
    await world.sender.takeMany(10);
    expect(effects(world)).toEqual(placed(3_010));
    expect(startedOver(world)).toEqual([...OTHER_SERVER, ...OTHER_SERVER]);
  });

  test("I30: Redis restarted empty under load, and no order is lost or executed twice", async () => {
    const world = await start();
    const restarts: Promise<void>[] = [];
    await world.sender.takeMany(2_000, 64, (answered) => {
      if (answered === 500) restarts.push(world.redis.restart("empty"));
    });
    await Promise.all(restarts);
    expect(effects(world)).toEqual(placed(2_000));
    expect(startedOver(world)).toEqual(OTHER_SERVER);
  });

  test("I30: a replica that lags takes over with its clock behind: its entries are read though their ids are below the cursor, and none is executed twice", async () => {
    const world = await start({ wireOfAll: true });
    const link = await startTcpProxy(world.redis.port);
    ends.push(() => link.stop());
    const replica = await startRedis({ replicaOf: link.port });
    ends.push(() => replica.stop());
    const [first, second] = [client(world.redis.port), client(replica.port)];

    await world.sender.takeMany(300);
    await until(async () => (await lastId(first)) === (await lastId(second)));
    link.refuse(true);
    link.cut();
    await world.sender.takeMany(300);
    const { ms } = world.engine.sourceCursors().trade;

    await world.redis.kill();
    await second.replicaof("NO", "ONE");
    const shared = await lastId(second);
    // What edges would have sent to the new master by its clock, before the engine came: ids right behind what it has.
    const [sharedMs, sharedCounter] = shared.split("-").map(Number);
    const early = Array.from({ length: 50 }, (_, index) => ({
      id: `${sharedMs}-${sharedCounter! + 1 + index}`,
      index,
    }));
    world.wire.refuse(true);
    world.wire.cut();
    const sent = early.map(({ index }) => world.sender.expect(`early-${index}`));
    for (const { id, index } of early)
      await second.xadd(TRADE, id, "c", sent[index]!.record, "r", world.sender.instance);
    world.wire.pointAt(replica.port);
    world.wire.refuse(false);
    // Executed as they stand there. The answers may be gone before the sender listens to the new server: then it asks.
    await until(() => world.engine.stats().trades === 650);
    for (const each of sent) world.sender.askFor(each);
    await Promise.all(sent.map(({ answer }) => answer));
    await world.sender.takeMany(300);

    expect(effects(world)).toEqual(placed(950));
    // The first replica that a master ever gets changes its replication id: a start from the beginning more, perhaps.
    expect(new Set(startedOver(world))).toEqual(new Set(OTHER_SERVER));
    const fence = (await second.xrange(TRADE, "-", "+")).findLast(([, [name]]) => name === "fence");
    expect(Number(fence?.[0].split("-")[0])).toBeGreaterThan(ms);
  });

  test("I30: a stream that somebody trims loses entries that were not read, and they are executed when asked again", async () => {
    const world = await start();
    await world.sender.takeMany(100);
    // The one read that waits at the server sees the first of these entries; the next read does not get there.
    world.wire.hold("to_server");
    const orders = Array.from({ length: 50 }, (_, index) => world.sender.take(`trimmed-${index}`));
    const other = client(world.redis.port);
    await until(async () => (await other.xlen(TRADE)) >= 150);
    await other.xtrim(TRADE, "MAXLEN", 0);
    const tradesBefore = world.engine.stats().trades;
    world.wire.release("to_server");
    await Promise.all(orders.map(({ answer }) => answer));
    expect(tradesBefore).toBeLessThan(150);
    expect(effects(world)).toEqual(placed(150));
    expect(startedOver(world)).toEqual([]);
  });

  test("each in its role is enough: the engine to serve, an operator's edge to trade and to operate", async () => {
    const word = "a-password-of-a-test";
    const acl = usersAcl("e1", [
      { role: "engine", password: word },
      { role: "operator", password: word },
    ]);
    const world = await start({ acl, engineUser: `engine:${word}`, senderUser: `operator:${word}` });
    await world.sender.takeMany(50);
    await world.sender.send({ type: "add_asset", name: "A2", decimals: 0 }, "ops").answer;
    const operator = client(world.redis.port, `operator:${word}`);
    await until(async () => (await operator.get("beat:e1")) !== null);
    const outcomes = new Set(world.lines.map(({ outcome }) => outcome));
    for (const failure of ["session_ended", "fence_failed", "projection_failed"] as const)
      expect(outcomes).not.toContain(failure);
    await world.redis.restart("empty");
    await world.sender.takeMany(50);
    expect(effects(world)).toEqual({ answers: { placed: 100, done: 1 }, trades: 100 });
    expect(world.bus.stats()).toMatchObject({ isReading: true, refused: 0 });
    expect(world.lines.filter(({ outcome }) => outcome === "fenced").length).toBe(2);
  });

  test("I30: a full Redis takes no orders, the beats go on, and trading resumes when there is room", async () => {
    const world = await start({ words: ["--maxmemory-policy", "noeviction"] });
    await world.sender.takeMany(20);
    const other = client(world.redis.port);
    const listener = client(world.redis.port);
    let beats = 0;
    listener.on("message", () => {
      beats += 1;
    });
    await listener.subscribe("beat:e1");
    await other.config("SET", "maxmemory", "1");
    const refusal = await other.set("more", "x").catch((error: Error) => error.message);
    const order = world.sender.take("while-full");
    await until(() => beats >= 3);
    expect(refusal).toContain("OOM");
    expect([order.answers, world.engine.stats().trades]).toEqual([[], 20]);
    await world.bus.stop({ restarting: false });
    await world.engine.close();
    await world.reopen();
    await other.config("SET", "maxmemory", "0");
    await order.answer;
    expect(effects(world)).toEqual(placed(21));
  });

  test("I30: a stream that is deleted and begins again with lower ids is read from its beginning", async () => {
    const world = await start();
    const other = client(world.redis.port);
    await world.sender.takeMany(100);
    await other.del(TRADE);
    let next = 0;
    world.sender.nextEntryId = () => {
      next += 1;
      return `5-${next}`;
    };
    const order = world.sender.take("low");
    await order.answer;
    world.sender.nextEntryId = () => "*";
    await world.sender.takeMany(100);
    expect(effects(world)).toEqual(placed(201));
    expect(startedOver(world)).toEqual([`${TRADE}: ids_behind`]);
  });
});

const OTHER_SERVER = [`${TRADE}: other_server`, "cmd:e1:ops: other_server"];

async function lastId(redis: Redis): Promise<string> {
  const [newest] = await redis.xrevrange(TRADE, "+", "-", "COUNT", 1);
  return newest?.[0] ?? "";
}
