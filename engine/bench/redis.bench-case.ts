/**
 * Orders through Redis and the journal: a sender's process, a real redis-server that syncs every write, and an engine that syncs
 * every frame, all on this machine.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { startRedisBus } from "../bus/redis/redis-bus.ts";
import { findRedis, type RedisServer, startRedis } from "../bus/redis/testing/redis-server.ts";
import { startEngine } from "../runtime/engine.ts";
import { median, rate } from "./measure.ts";
import { FLOW, setUpOfRedis } from "./redis-flow.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const NAME = "orders through Redis and journal";
const IN_FLIGHT = 512;
const ROUNDS = 5;
const ROUND_ORDERS = 100_000;
const DEADLINE_AHEAD_US = 30_000_000;
const COMMIT_EVERY_MS = 500;

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  if (findRedis() === null) return [{ name: NAME, skipped: "there is no redis-server here" }];
  const round = quick ? ROUND_ORDERS / 10 : ROUND_ORDERS;
  const redis = await startRedis({ appendfsync: "always" });
  try {
    return [await inTemporaryFolder((folder) => measure(folder, redis, round))];
  } finally {
    await redis.stop();
  }
}

async function measure(folder: string, redis: RedisServer, round: number): Promise<BenchLine> {
  const engine = await startEngine({
    directory: `${folder}/journal`,
    wallClockUs: () => Date.now() * 1_000,
    ordersExpected: 2 * FLOW.restingOrders,
    onFatal: (error) => {
      throw error;
    },
  });
  const deadlineUs = Date.now() * 1_000 + DEADLINE_AHEAD_US;
  const setUp = setUpOfRedis() as Parameters<typeof engine.submitOperator>[0][];
  await Promise.all(setUp.map((command) => engine.submitOperator(command, deadlineUs)));
  const bus = startRedisBus({ engine, engineName: "e1", redisUrl: redis.url, nowMs: () => Date.now(), log: () => {} });
  // As persistence would report: else the read model keeps every order.
  const committing = setInterval(() => engine.committed(engine.stats().headSeq), COMMIT_EVERY_MS);
  const before = engine.stats();
  const cpuBefore = process.cpuUsage();
  const orders = await measureRounds(redis, "orders", round);
  const after = engine.stats();
  const cpu = process.cpuUsage(cpuBefore);
  clearInterval(committing);
  await bus.stop({ restarting: false });
  const bare = await measureRounds(redis, "bare", round);
  await engine.close();
  const commands = after.commands - before.commands;
  const frames = after.journal.frames - before.journal.frames;
  const cpuUs = (cpu.user + cpu.system) / commands;
  const share = (part: number): string => ((part / commands) * 100).toFixed(1);
  return result(NAME, median(orders), "orders/s", { name: "bare XADD of the same entries", value: median(bare) }, [
    `${IN_FLIGHT} in flight from one process to its answers' arrival there; redis-server with appendfsync always, fdatasync for each frame (${(commands / frames).toFixed(0)} orders a frame), ${cpuUs.toFixed(1)} µs of CPU an order in the engine; both on this machine's disk`,
    `half makers, half takers: ${share(after.trades - before.trades)} trades per 100 orders, ${share(after.rejects - before.rejects)} % refused; feed, beats and projection on; median of ${ROUNDS} rounds of ${round.toLocaleString("en-US")} after one`,
    `peer: the same sender, entries and number in flight, to a stream that nobody reads`,
  ]);
}

/** @returns orders a second, round by round. */
async function measureRounds(redis: RedisServer, mode: "orders" | "bare", round: number): Promise<number[]> {
  const words = [String(redis.port), mode, String(IN_FLIGHT), String(round)];
  const sender: ChildProcess = fork(new URL("./redis-sender.ts", import.meta.url), words);
  await once(sender, "message");
  const perSecond: number[] = [];
  for (let index = 0; index <= ROUNDS; index++) {
    sender.send("round");
    const [elapsedMs] = (await once(sender, "message")) as [number];
    if (index > 0) perSecond.push(rate(round, elapsedMs));
  }
  sender.disconnect();
  await once(sender, "exit");
  return perSecond;
}
