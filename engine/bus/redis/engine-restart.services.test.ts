/**
 * Engines that stop, on purpose and not, with orders under way. Without a redis-server on this machine these tests are skipped.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import type { Beat } from "../../protocol/bus-messages.ts";
import { type BusWorld, effects, startBusWorld, until } from "./testing/bus-world.ts";
import { findRedis } from "./testing/redis-server.ts";

const PROCESS = join(import.meta.dirname, "testing", "engine-process.ts");

describe.skipIf(findRedis() === null)("an engine that stops (skipped where there is no redis-server)", () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(): Promise<BusWorld> {
    const world = await startBusWorld();
    ends.push(() => world.end());
    return world;
  }

  test("I30: an engine killed between journal and answer: its successor executes nothing again, and says what it knows", async () => {
    const world = await start();
    await world.bus.stop({ restarting: false });
    await world.engine.close();
    const url = `redis://127.0.0.1:${world.wire.port}`;
    const child = spawn(process.execPath, [PROCESS, world.directory, url], { stdio: ["ignore", "pipe", "inherit"] });
    ends.push(async () => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    await world.sender.takeMany(20);

    const orders = Array.from({ length: 20 }, (_, index) => world.sender.take(`unanswered-${index}`));
    await world.wire.cutAt("to_server", orders[0]!.commandId);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    const heardBefore = orders.filter(({ answers }) => answers.length > 0).length;
    world.wire.refuse(false);
    await world.reopen();
    const tradesInJournal = world.recoveredTrades;
    await Promise.all(orders.map(({ answer }) => answer));

    // Some were in the journal and unanswered: those are not executed, but answered, by the successor.
    expect(tradesInJournal).toBeGreaterThan(20);
    expect(heardBefore).toBe(0);
    expect(world.engine.stats().trades).toBe(40);
    const said = new Set(
      orders.map(({ answers: [first] }) =>
        first !== undefined && "reply" in first ? first.reply.outcome : first?.error,
      ),
    );
    // Of what is in the journal, the events of an earlier life may be no longer at hand: then nobody is told "no".
    expect([...said].filter((word) => word !== "placed" && word !== "outcome_unknown")).toEqual([]);
  });

  test("I30: a planned restart under load: edges are told, what was taken is answered, the rest waits for the successor", async () => {
    const world = await start();
    const listener = new Redis({ port: world.redis.port, disableClientInfo: true });
    ends.push(async () => listener.disconnect());
    const beats: Beat[] = [];
    listener.on("message", (_channel, text) => beats.push(JSON.parse(text) as Beat));
    await listener.subscribe("beat:e1");

    let answered = 0;
    const load = world.sender.takeMany(3_000, 64, () => {
      answered += 1;
    });
    await until(() => answered > 500);
    await world.bus.stop({ restarting: true });
    expect(world.bus.stats()).toMatchObject({ isReading: false, inFlight: 0 });
    await world.engine.close();
    const reader = new Redis({ port: world.redis.port, disableClientInfo: true });
    ends.push(async () => reader.disconnect());
    const left = JSON.parse((await reader.get("beat:e1")) ?? "null") as Beat;
    const leftMs = await reader.pttl("beat:e1");
    const last = beats.at(-1);
    await world.reopen();
    await load;

    expect(effects(world)).toEqual({ answers: { placed: 3_000 }, trades: 3_000 });
    expect([left.state, left.epoch, last?.state]).toEqual(["restarting", world.engine.epoch - 1, "restarting"]);
    expect(leftMs).toBeGreaterThan(4_000);
    await until(() => beats.some(({ epoch, state }) => epoch === world.engine.epoch && state === "running"));
  });

  test("I30: an engine that starts on another server than its journal's reads that one from the beginning", async () => {
    const world = await start();
    await world.sender.takeMany(50);
    await world.bus.stop({ restarting: false });
    await world.engine.close();
    await world.redis.restart("empty");
    await world.sender.ready();
    const orders = Array.from({ length: 20 }, (_, index) => world.sender.take(`meanwhile-${index}`));
    await world.reopen();
    await Promise.all(orders.map(({ answer }) => answer));
    expect(effects(world)).toEqual({ answers: { placed: 70 }, trades: 70 });
    expect(world.bus.stats().sourceEpochs).toBe(2);
  });
});
