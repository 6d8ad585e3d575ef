/**
 * Redis, an engine on its bus, a sender, and the wires between them: what a test of the bus starts, and takes down again.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../../runtime/contract.ts";
import { withoutCounts } from "../../../runtime/testing/without-counts.ts";
import { type RedisBus, type RedisBusLogLine, startRedisBus } from "../redis-bus.ts";
import { type RedisServer, type RedisServerOptions, startRedis } from "./redis-server.ts";
import { Sender } from "./sender.ts";
import { openEngine, openMarket } from "./small-market.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

export interface BusWorld {
  readonly redis: RedisServer;
  /** Between the engine and Redis; the sender is connected to it too where `wireOfAll` was asked for. */
  readonly wire: TcpProxy;
  readonly sender: Sender;
  readonly lines: RedisBusLogLine[];
  readonly directory: string;
  engine: Engine;
  bus: RedisBus;
  /** A bus for the engine at hand. */
  startBus(): Promise<void>;
  /** What the journal had before the last `reopen` read any stream. */
  recoveredTrades: number;
  /** Another engine on the same folder. */
  reopen(): Promise<void>;
  end(): Promise<void>;
}

export interface BusWorldOptions extends RedisServerOptions {
  /** The sender goes through the wire as well. */
  readonly wireOfAll?: boolean;
  /** Who the engine and the sender are to Redis: "user:password". */
  readonly engineUser?: string;
  readonly senderUser?: string;
}

/** Polls: a state that comes by itself. The test's own time limit ends the wait. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function startBusWorld(options: BusWorldOptions = {}): Promise<BusWorld> {
  const redis = await startRedis(options);
  const wire = await startTcpProxy(redis.port);
  const directory = mkdtempSync(join(tmpdir(), "tidebook-bus-"));
  const urlOf = (port: number, user: string | undefined): string =>
    `redis://${user === undefined ? "" : `${user}@`}127.0.0.1:${port}`;
  const lines: RedisBusLogLine[] = [];
  const engine = await openMarket(directory);
  const bus = (): RedisBus =>
    startRedisBus({
      engine: world.engine,
      engineName: "e1",
      redisUrl: urlOf(wire.port, options.engineUser),
      nowMs: () => Date.now(),
      log: (line) => lines.push(line),
    });
  const sender = new Sender(urlOf(options.wireOfAll === true ? wire.port : redis.port, options.senderUser));
  const world: BusWorld = {
    redis,
    wire,
    sender,
    lines,
    directory,
    engine,
    bus: null as unknown as RedisBus,
    async startBus() {
      world.bus = bus();
      await until(() => world.bus.stats().isReading);
    },
    recoveredTrades: 0,
    async reopen() {
      world.engine = await openEngine(directory);
      world.recoveredTrades = world.engine.stats().trades;
      await world.startBus();
    },
    async end() {
      sender.stop();
      await world.bus.stop({ restarting: false });
      await world.engine.close();
      await wire.stop();
      await redis.stop();
      rmSync(directory, { recursive: true });
    },
  };
  await world.startBus();
  await sender.ready();
  return world;
}

/**
 * What must hold whatever happened to Redis and to the engine: an effect for each order, one, and one reply however often it
 * was given, but for the counts of orders, which only the first has.
 */
export function effects({ engine, sender }: BusWorld): unknown {
  const answers = sender.sent.map(({ answers: heard }) => {
    const replies = heard.filter((answer) => "reply" in answer);
    const distinct = new Set(
      replies.map(({ reply }) => JSON.stringify(withoutCounts(reply), (_, v) => (typeof v === "bigint" ? `${v}` : v))),
    );
    const [first] = heard;
    const outcome = first === undefined ? "none" : "reply" in first ? first.reply.outcome : first.error;
    return `${outcome}${distinct.size > 1 ? ", later another" : ""}`;
  });
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return { answers: counts, trades: engine.stats().trades };
}
