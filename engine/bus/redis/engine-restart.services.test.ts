/**
 * Engines that stop, on purpose and not, with orders under way. Without a redis-server on this machine these tests are skipped.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import { type Beat, type ReplyMessage, replyChannel } from "../../protocol/bus-messages.ts";
import type { TradeCommand } from "../../protocol/commands.ts";
import type { Reply } from "../../protocol/views.ts";
import { fromWire, toWire } from "../../protocol/wire-json.ts";
import { withoutCounts } from "../../runtime/testing/without-counts.ts";
import { openRealEdge } from "../edge/testing/real-edge.ts";
import { type BusWorld, effects, startBusWorld, until } from "./testing/bus-world.ts";
import { findRedis } from "./testing/redis-server.ts";
import { deadlineUs, OFFER_TICKS, takeOne } from "./testing/small-market.ts";
import { startTcpProxy } from "./testing/tcp-proxy.ts";

const PROCESS = join(import.meta.dirname, "testing", "engine-process.ts");

const ROUNDS = 100;
/** In each round an order that trades, two that rest, one of them amended and one canceled, and a cancel of nothing. */
const EACH: readonly ((round: number) => TradeCommand)[] = [
  (round) => takeOne(`take-${round}`) as TradeCommand,
  (round) => restOne(`kept-${round}`),
  (round) => ({ ...targetOf(`kept-${round}`), type: "amend_order", quantityLots: 1, newClientOrderId: "" }),
  (round) => restOne(`gone-${round}`),
  (round) => cancelOne(`gone-${round}`),
  (round) => cancelOne(`none-${round}`),
];
const MANY = Array.from({ length: ROUNDS }, (_, round) => EACH.map((make) => make(round))).flat();

function restOne(name: string): TradeCommand {
  const order = takeOne(name) as Extract<TradeCommand, { type: "place_order" }>;
  return { ...order, quantityLots: 2, priceTicks: OFFER_TICKS - 1, timeInForce: "gtc" };
}

function targetOf(origClientOrderId: string) {
  const { account, keyId, instrument } = takeOne("") as TradeCommand;
  return { account, keyId, instrument, orderId: 0, origClientOrderId } as const;
}

function cancelOne(name: string): TradeCommand {
  return { ...targetOf(name), type: "cancel_order", cancelClientOrderId: "x", restriction: "none" };
}

function idText(index: number): string {
  return String(index + 1).padStart(32, "0");
}

function idOf(index: number): Uint8Array {
  return Buffer.from(idText(index), "hex");
}

/** But for the counts of orders, which only the first answer has. */
function wireOf(reply: Reply): string {
  return toWire({ reply: withoutCounts(reply) });
}

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

  /** Another engine on the world's folder, in a process of its own. */
  async function startChild(world: BusWorld, snapshotEveryRecords: number): Promise<ChildProcess> {
    const url = `redis://127.0.0.1:${world.wire.port}`;
    const words = [PROCESS, world.directory, url, String(snapshotEveryRecords)];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    ends.push(async () => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    return child;
  }

  test("I30: an engine killed between journal and answer: its successor executes nothing again, and gives the answers", async () => {
    const world = await start();
    await world.bus.stop({ restarting: false });
    await world.engine.close();
    const child = await startChild(world, 1_000_000);
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
    expect(effects(world)).toEqual({ answers: { placed: 40 }, trades: 40 });
  });

  for (const [how, snapshotEveryRecords] of Object.entries({ without: 1_000_000, with: 120 })) {
    test(`I24: an edge that has lost every answer of an engine that was killed gets each from its successor, ${how} snapshots between`, async () => {
      const world = await start();
      await world.bus.stop({ restarting: false });
      await world.engine.close();
      const child = await startChild(world, snapshotEveryRecords);
      const edgesWire = await startTcpProxy(world.redis.port);
      ends.push(() => edgesWire.stop());
      const edge = openRealEdge(`redis://127.0.0.1:${edgesWire.port}`);
      ends.push(async () => edge.close());
      const listener = new Redis({ port: world.redis.port, disableClientInfo: true });
      ends.push(async () => listener.disconnect());
      const lost = new Map<string, string>();
      listener.on("message", (_channel, text) => {
        // The first counts: what the successor says again goes over the same channel.
        for (const [id, answer] of (fromWire(text) as ReplyMessage).replies) {
          if (!lost.has(id) && "reply" in answer) lost.set(id, wireOf(answer.reply));
        }
      });
      await listener.subscribe(replyChannel(edge.instance));
      await until(() => edge.beats.intake() === "open");
      await edge.client.submit(takeOne("first") as TradeCommand, deadlineUs());

      edgesWire.hold("to_client");
      const answers = MANY.map((command, index) => edge.client.submit(command, deadlineUs(), idOf(index)));
      await until(() => lost.size > MANY.length);
      const hasSnapshot = (): boolean => readdirSync(world.directory).some((name) => /^snapshot-\d+$/.test(name));
      if (how === "with") await until(hasSnapshot);
      edgesWire.cut();
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      edgesWire.release("to_client");
      await world.reopen();

      const said = await Promise.all(answers);
      expect(said.map(wireOf)).toEqual(MANY.map((_, index) => lost.get(idText(index))));
      expect(new Set(said.map(({ outcome }) => outcome))).toEqual(
        new Set(["placed", "canceled", "amended", "rejected"]),
      );
      expect(world.engine.recovery.snapshotRecord !== null).toBe(how === "with");
      const { trades, duplicates } = world.engine.stats();
      expect([trades, duplicates >= MANY.length]).toEqual([1 + ROUNDS, true]);
      expect(edge.faults).toEqual([]);
    });
  }

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
