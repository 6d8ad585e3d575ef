/**
 * An edge and an engine over a real Redis: whatever is cut, killed or full between them, an order has one effect and its
 * sender hears the truth. All of it is skipped where there is no redis-server.
 */
import { afterEach, describe, expect, test } from "vitest";
import { busNames, replyChannel } from "../../protocol/bus-messages.ts";
import type { TradeCommand } from "../../protocol/commands.ts";
import { toWire } from "../../protocol/wire-json.ts";
import type { OperationalError } from "../engine-client.ts";
import { usersAcl } from "../redis/acl.ts";
import { connectRedis } from "../redis/connection.ts";
import { type BusWorld, startBusWorld, until } from "../redis/testing/bus-world.ts";
import { findRedis } from "../redis/testing/redis-server.ts";
import { deadlineUs, takeOne } from "../redis/testing/small-market.ts";
import { startTcpProxy, type TcpProxy } from "../redis/testing/tcp-proxy.ts";
import { RedisLane } from "./redis-lane.ts";
import { openRealEdge, type RealEdge } from "./testing/real-edge.ts";

const missing = findRedis() === null;
const NAMES = busNames("e1");
const PASSWORD = "password-of-the-tests";
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUps.splice(0).reverse()) await end();
});

interface EdgeWorld {
  readonly world: BusWorld;
  readonly edge: RealEdge;
  /** Between the edge and Redis. */
  readonly wire: TcpProxy;
  /** Takes one lot; what the edge says of it. */
  take(name: string): Promise<string>;
  /** By an administrator's hand. */
  redis(...words: string[]): Promise<unknown>;
}

async function edgeWorld(options: { readonly acl?: boolean } = {}): Promise<EdgeWorld> {
  const acl = `user admin on >${PASSWORD} ~* &* +@all\n${usersAcl("e1", [
    { role: "engine", password: PASSWORD },
    { role: "edge", password: PASSWORD },
  ])}`;
  const world = await startBusWorld(
    options.acl === true ? { acl, engineUser: `engine:${PASSWORD}`, senderUser: `edge:${PASSWORD}` } : {},
  );
  cleanUps.push(() => world.end());
  const wire = await startTcpProxy(world.redis.port);
  cleanUps.push(() => wire.stop());
  const who = (user: string): string => (options.acl === true ? `${user}:${PASSWORD}@` : "");
  const edge = openRealEdge(`redis://${who("edge")}127.0.0.1:${wire.port}`);
  cleanUps.push(() => edge.close());
  const admin = connectRedis(
    { url: `redis://${who("admin")}127.0.0.1:${world.redis.port}`, name: "admin", kind: "commands" },
    () => {},
  );
  cleanUps.push(() => admin.disconnect());
  await until(() => edge.beats.intake() === "open" && admin.status === "ready");
  return {
    world,
    edge,
    wire,
    take: (name) => said(edge.client.submit(takeOne(name) as TradeCommand, deadlineUs())),
    redis: (command = "", ...rest) => admin.call(command, ...rest),
  };
}

function said(answer: Promise<{ readonly outcome: string }>): Promise<string> {
  return answer.then(
    ({ outcome }) => outcome,
    ({ code }: OperationalError) => code,
  );
}

async function all(count: number, take: (name: string) => Promise<string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => take(`o${index}`)));
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

describe.skipIf(missing)("an edge over a real Redis (skipped: there is no redis-server)", () => {
  test("orders at once are each answered with their own trade", async () => {
    const { world, take, edge } = await edgeWorld();
    expect(await all(2_000, take)).toEqual({ placed: 2_000 });
    expect([world.engine.stats().trades, edge.client.pending, edge.faults]).toEqual([2_000, 0, []]);
  });

  test("answers lost with their connection are given again, and nothing is done twice", async () => {
    const { world, wire, take } = await edgeWorld();
    await take("first");
    wire.hold("to_client");
    const answers = all(200, take);
    await until(() => world.engine.stats().trades === 201);
    // What was held is lost: the edge comes back and asks again.
    wire.cut();
    wire.release("to_client");
    expect(await answers).toEqual({ placed: 200 });
    expect([world.engine.stats().trades, world.engine.stats().duplicates > 0]).toEqual([201, true]);
  });

  test("entries that never reached Redis are sent when the connection is back", async () => {
    const { world, wire, take } = await edgeWorld();
    await take("first");
    // They are on the wire, and die there.
    const died = wire.cutAt("to_server", NAMES.trade);
    const answers = all(200, take);
    await died;
    wire.refuse(false);
    expect(await answers).toEqual({ placed: 200 });
    expect(world.engine.stats().trades).toBe(201);
  });

  test("a subscription that the server ends is made again, and what was answered meanwhile is asked again", async () => {
    const { world, take, edge, redis } = await edgeWorld();
    await take("first");
    const answers = all(500, take);
    await redis("CLIENT", "KILL", "TYPE", "pubsub");
    expect(await answers).toEqual({ placed: 500 });
    await until(() => edge.subscriber.isUp);
    expect([await take("last"), world.engine.stats().trades]).toEqual(["placed", 502]);
  });

  test("a lane that the server ends says so when it is back", async () => {
    const { redis, wire } = await edgeWorld();
    const lane = new RedisLane(async () =>
      connectRedis({ url: `redis://127.0.0.1:${wire.port}`, name: "lane", kind: "commands" }, () => {}),
    );
    cleanUps.push(() => lane.close());
    let ups = 0;
    lane.onUp(() => {
      ups += 1;
    });
    lane.start();
    await until(() => lane.isUp);
    const clients = String(await redis("CLIENT", "LIST"));
    const [, id = ""] = /^id=(\d+) .*name=lane-commands/m.exec(clients) ?? [];
    await redis("CLIENT", "KILL", "ID", id);
    await until(() => ups === 2);
    expect(lane.isUp).toBe(true);
  });

  test("an engine that has gone: 'not sent', and the stream gets nothing", async () => {
    const { world, take, edge, redis } = await edgeWorld();
    await take("first");
    const length = await redis("XLEN", NAMES.trade);
    await world.bus.stop({ restarting: false });
    await until(() => edge.beats.intake() === "closed");
    expect([await take("second"), await redis("XLEN", NAMES.trade)]).toEqual(["not_sent", length]);
    await world.startBus();
    await until(() => edge.beats.intake() === "open");
    expect(await take("third")).toBe("placed");
  });

  test("a restart that was announced fails no order: what is sent meanwhile is answered by the successor", async () => {
    const { world, take, edge } = await edgeWorld();
    await take("first");
    await world.bus.stop({ restarting: true });
    await world.engine.close();
    const epoch = world.engine.epoch;
    const answers = all(300, take);
    await until(() => edge.client.pending === 300);
    await world.reopen();
    expect(await answers).toEqual({ placed: 300 });
    expect([world.engine.stats().trades, edge.beats.epoch]).toEqual([301, epoch + 1]);
  });

  test("an edge that starts while the engine restarts waits for the successor too", async () => {
    const { world, wire } = await edgeWorld();
    await world.bus.stop({ restarting: true });
    await world.engine.close();
    const late = openRealEdge(`redis://127.0.0.1:${wire.port}`);
    cleanUps.push(() => late.close());
    const answer = said(late.client.submit(takeOne("late") as TradeCommand, deadlineUs()));
    await until(() => late.beats.intake() === "open");
    await world.reopen();
    expect(await answer).toBe("placed");
  });

  test("an answer of a lower epoch is not heard", async () => {
    const { world, wire, edge, take, redis } = await edgeWorld();
    await take("first");
    wire.hold("to_server");
    const commandId = new Uint8Array(16).fill(9);
    const answer = said(edge.client.submit(takeOne("mine") as TradeCommand, deadlineUs(), commandId));
    const forged = { epoch: world.engine.epoch - 1, replies: [["09".repeat(16), { error: "not_sent", message: "" }]] };
    await redis("PUBLISH", replyChannel(edge.instance), toWire(forged));
    wire.release("to_server");
    expect(await answer).toBe("placed");
  });

  test("a server that is full takes no entry: 'not sent', and orders again when it has room", async () => {
    const { world, take, edge, redis } = await edgeWorld();
    await take("first");
    await redis("CONFIG", "SET", "maxmemory-policy", "noeviction");
    await redis("CONFIG", "SET", "maxmemory", "1");
    expect(await take("second")).toBe("not_sent");
    await redis("CONFIG", "SET", "maxmemory", "0");
    await until(() => edge.beats.intake() === "open");
    expect([await take("third"), world.engine.stats().trades]).toEqual(["placed", 2]);
  });

  test("a server restarted with nothing under orders: each has one effect and one answer", async () => {
    const { world, wire, take } = await edgeWorld();
    await take("first");
    wire.hold("to_client");
    const answers = all(300, take);
    await until(() => world.engine.stats().trades > 100);
    await world.redis.restart("empty");
    wire.release("to_client");
    expect(await answers).toEqual({ placed: 300 });
    expect(world.engine.stats().trades).toBe(301);
  });

  test("in its role an edge may trade and read, and its operator's command is surely not sent", async () => {
    const { world, take, edge } = await edgeWorld({ acl: true });
    expect(await take("first")).toBe("placed");
    expect(await said(edge.client.submitOperator({ type: "open_account", name: "x" }, deadlineUs()))).toBe("not_sent");
    expect(world.engine.stats().accounts).toBe(3);
  });

  test("keys and catalog are there with Redis alone, and another process's change is seen", async () => {
    const { world, edge } = await edgeWorld();
    await edge.projections.prepare("nobody");
    const before = edge.projections.catalog().instruments.map(({ symbol, status }) => ({ symbol, status }));
    const [symbol = ""] = before.map((each) => each.symbol);
    await world.engine.submitOperator({ type: "set_instrument_status", symbol, status: "halt" }, deadlineUs());
    await until(async () => {
      await edge.projections.prepare("");
      return edge.projections.catalog().instruments[0]?.status === "halt";
    });
    await world.bus.stop({ restarting: false });
    const cold = openRealEdge(`redis://127.0.0.1:${world.redis.port}`);
    cleanUps.push(() => cold.close());
    await cold.projections.prepare("nobody");
    expect([before, cold.projections.catalog().instruments[0]?.status]).toEqual([
      [{ symbol, status: "trading" }],
      "halt",
    ]);
    expect(await cold.projections.keyByApiKey("nobody")).toBeNull();
  });
});
