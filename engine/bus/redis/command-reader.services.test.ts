/**
 * What the reader takes, refuses, leaves and removes. Without a redis-server on this machine these tests are skipped.
 */
import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { busNames, type CommandAnswer } from "../../protocol/bus-messages.ts";
import { encodeCommand } from "../../protocol/command-codec.ts";
import type { EngineCommand } from "../../protocol/commands.ts";
import { CommandReader, type ReaderLogLine } from "./command-reader.ts";
import { connectRedis } from "./connection.ts";
import { until } from "./testing/bus-world.ts";
import { FakeIntake } from "./testing/fake-intake.ts";
import { findRedis, type RedisServer, startRedis } from "./testing/redis-server.ts";
import { takeOne } from "./testing/small-market.ts";

const NAMES = busNames("e1");
const NOW_MS = 1_800_000_000_000;
/** How often streams are looked at, and trimmed, at most. */
const TRIM_EVERY_MS = 5_000;
const IN_FLIGHT_MAX = 8_192;

interface Heard {
  readonly instance: string;
  readonly commandId: string;
  readonly answer: CommandAnswer;
}

describe.skipIf(findRedis() === null)("the reader of commands (skipped where there is no redis-server)", () => {
  let server: RedisServer;
  let redis: Redis;
  const readers: CommandReader[] = [];
  const clock = { nowMs: NOW_MS };
  beforeAll(async () => {
    server = await startRedis({ appendfsync: "no" });
  });
  afterEach(async () => {
    clock.nowMs = NOW_MS;
    await Promise.all(readers.splice(0).map((reader) => reader.stop(0)));
    await redis.flushall();
    redis.disconnect();
  });
  afterAll(() => server?.stop());

  async function client(): Promise<Redis> {
    redis = connectRedis({ url: server.url, name: "test", kind: "commands" }, () => {});
    await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
    return redis;
  }

  function read(intake: FakeIntake): { reader: CommandReader; heard: Heard[]; lines: ReaderLogLine[] } {
    const heard: Heard[] = [];
    const lines: ReaderLogLine[] = [];
    const reader = new CommandReader({
      redis: connectRedis({ url: server.url, name: "engine", kind: "blocking" }, () => {}),
      intake,
      epoch: 7,
      names: NAMES,
      nowMs: () => clock.nowMs,
      answered: (_stream, instance, commandId, answer) => heard.push({ instance, commandId, answer }),
      log: (line) => lines.push(line),
    });
    readers.push(reader);
    return { reader, heard, lines };
  }

  function record(command: EngineCommand, deadlineMs = NOW_MS + 1_000, id = randomBytes(16)): Buffer {
    return Buffer.from(encodeCommand(command, { commandId: id, deadlineUs: deadlineMs * 1_000, source: "trade" }));
  }

  test("what is no command is refused, counted, logged and answered where it can be, and what follows it is taken", async () => {
    const other = await client();
    const good = record(takeOne("good"));
    const operator = record({ type: "add_asset", name: "ZZZ", decimals: 0 }, undefined, Buffer.alloc(16, 0xab));
    const cut = record(takeOne("cut"), undefined, Buffer.alloc(16, 0xcd)).subarray(0, 60);
    const entries: (string | Buffer)[][] = [
      ["c", operator, "r", "edge-1"],
      ["c", cut, "r", "edge-1"],
      ["c", Buffer.from("garbage"), "r", "edge-1"],
      ["c", randomBytes(300), "r", "a name with spaces\r\n"],
      ["r", "edge-1"],
      ["c", good],
      ["anything", "else"],
      ["fence", "3"],
      ["c", good, "r", "edge-1"],
    ];
    for (const [index, fields] of entries.entries()) await other.xadd(NAMES.trade, `1-${index + 1}`, ...fields);
    await other.xadd(NAMES.ops, "1-1", "c", good, "r", "edge-1");
    const intake = new FakeIntake();
    const { reader, heard, lines } = read(intake);
    await until(() => intake.taken.length === 1 && reader.stats().refused === 8);

    expect(intake.taken).toEqual([{ stream: "trade", position: { ms: 1, counter: 9 } }]);
    expect(heard.map(({ instance, commandId, answer }) => [instance, commandId, answer])).toEqual([
      ["edge-1", "ab".repeat(16), notSent("an operator's command on the traders' stream")],
      ["edge-1", "cd".repeat(16), notSent("length is not its own")],
      ["edge-1", good.toString("hex", 8, 24), notSent("a trader's command on the operator's stream")],
    ]);
    const refused = lines.flatMap((line) =>
      line.outcome === "entry_refused" ? [`${line.stream} ${line.id}: ${line.reason}`] : [],
    );
    expect(refused).toEqual([
      "cmd:e1:trade 1-1: an operator's command on the traders' stream",
      "cmd:e1:trade 1-2: length is not its own",
      "cmd:e1:trade 1-3: shorter than an envelope",
      "cmd:e1:trade 1-4: no instance to answer",
      "cmd:e1:trade 1-5: no command",
      "cmd:e1:trade 1-6: no instance to answer",
      "cmd:e1:trade 1-7: no command",
      "cmd:e1:ops 1-1: a trader's command on the operator's stream",
    ]);
  });

  test("a command whose deadline has passed is dropped and counted, and one whose deadline is now is taken", async () => {
    const other = await client();
    for (const deadlineMs of [NOW_MS - 1, NOW_MS])
      await other.xadd(NAMES.trade, "*", "c", record(takeOne("a"), deadlineMs), "r", "edge-1");
    const intake = new FakeIntake();
    const { reader, heard } = read(intake);
    await until(() => intake.taken.length === 1);
    expect([reader.stats().expired, reader.stats().refused, heard]).toEqual([1, 0, []]);
  });

  test(`never are more than ${IN_FLIGHT_MAX} commands taken and unanswered; the rest stays in the stream, and is read after`, async () => {
    const other = await client();
    const count = 20_000;
    const pipeline = other.pipeline();
    for (let index = 0; index < count; index++)
      pipeline.xadd(NAMES.trade, "*", "c", record(takeOne("a")), "r", "edge-1");
    await pipeline.exec();
    const intake = new FakeIntake();
    const { reader } = read(intake);
    await until(() => reader.stats().inFlight > IN_FLIGHT_MAX - 2_048);
    // Whatever else it would read, it has read before a look of another connection's is answered ten times.
    for (let look = 0; look < 10; look++) await other.xread("BLOCK", 20, "STREAMS", NAMES.ops, "$");
    const most = reader.stats().inFlight;
    await until(() => {
      intake.answerAll();
      return intake.taken.length === count && reader.stats().inFlight === 0;
    });
    expect(most).toBeLessThanOrEqual(IN_FLIGHT_MAX);
    const positions = intake.taken.map(({ position: { ms, counter } }) => ms * 1e6 + counter);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  test("entries go two minutes behind the durable cursor, by the stream's clock, and none that is not durable", async () => {
    const other = await client();
    const at = (ms: number): Promise<unknown> =>
      other.xadd(NAMES.trade, `${ms}-0`, "c", record(takeOne("a"), NOW_MS + 60_000), "r", "edge-1");
    const intake = new FakeIntake();
    for (const ms of [1_000_000, 1_100_000, 1_200_000, 1_240_000]) await at(ms);
    const first = read(intake);
    await until(() => intake.taken.length === 4);
    await first.reader.stop(0);
    // Nothing is durable: not even the oldest goes.
    const second = read(intake);
    await until(() => second.reader.stats().isReading);
    const keptBefore = await other.xlen(NAMES.trade);
    intake.answerAll();
    await second.reader.stop(0);
    // All four are durable now; the fifth is read and not durable.
    await at(9_000_000);
    const third = read(intake);
    await until(() => third.reader.stats().taken === 1);
    clock.nowMs += TRIM_EVERY_MS;
    await at(9_000_001);
    await until(() => third.reader.stats().taken === 2);
    // Between two reads lies the look that trims.
    await at(9_000_002);
    await until(() => third.reader.stats().taken === 3);
    const ids = (await other.xrange(NAMES.trade, "-", "+")).map(([id]) => id);
    expect(keptBefore).toBe(4);
    expect(ids).toEqual(["1200000-0", "1240000-0", "9000000-0", "9000001-0", "9000002-0"]);
  });

  test("a stream whose ids somebody has exhausted is removed, and edges can write again", async () => {
    const other = await client();
    const intake = new FakeIntake();
    const { lines } = read(intake);
    await other.xadd(
      NAMES.trade,
      "18446744073709551615-18446744073709551615",
      "c",
      record(takeOne("a")),
      "r",
      "edge-1",
    );
    await until(() => {
      clock.nowMs += 10;
      return lines.some(({ outcome }) => outcome === "stream_removed");
    });
    await until(async () => (await other.xlen(NAMES.trade)) === 0);
    await other.xadd(NAMES.trade, "*", "c", record(takeOne("a")), "r", "edge-1");
    await until(() => intake.taken.length === 1);
    expect(lines.filter(({ outcome }) => outcome === "session_ended")).toEqual([]);
  });

  test("the backlog is what is not read yet, also in an engine that has never been at the end", async () => {
    const other = await client();
    const pipeline = other.pipeline();
    for (let index = 1; index <= 30_000; index++)
      pipeline.xadd(NAMES.trade, `${index}-0`, "c", record(takeOne("a")), "r", "edge-1");
    await pipeline.exec();
    const intake = new FakeIntake();
    const first = read(intake);
    await until(() => first.reader.stats().inFlight > IN_FLIGHT_MAX - 2_048);
    intake.answerAll();
    await first.reader.stop(0);
    const taken = intake.taken.length;
    const second = read(intake);
    await until(() => second.reader.stats().isReading);
    const { backlog } = second.reader.stats();
    expect(Math.abs(backlog - (30_000 - taken))).toBeLessThan(10);
  });

  test("a stop ends with the last answer, also while reading waits for answers itself", async () => {
    const other = await client();
    const pipeline = other.pipeline();
    for (let index = 1; index <= 10_000; index++)
      pipeline.xadd(NAMES.trade, `${index}-0`, "c", record(takeOne("a")), "r", "edge-1");
    await pipeline.exec();
    const intake = new FakeIntake();
    const { reader } = read(intake);
    await until(() => reader.stats().inFlight > IN_FLIGHT_MAX - 2_048);
    const stopped = reader.stop(600_000);
    await new Promise((resolve) => setImmediate(resolve));
    intake.answerAll();
    await stopped;
    expect(reader.stats().inFlight).toBe(0);
  });
});

function notSent(reason: string): CommandAnswer {
  return { error: "not_sent", message: `the engine does not take it: ${reason}` };
}
