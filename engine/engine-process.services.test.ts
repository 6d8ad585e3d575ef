/**
 * The engine's process over a real Redis: started, stopped in order and by force while orders come, and started again.
 * Without a redis-server on this machine all but the last are skipped, as their title says.
 */
import { spawnSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { remoteEngineReads } from "./bus/http/rpc-client.ts";
import { findRedis, type RedisServer, startRedis } from "./bus/redis/testing/redis-server.ts";
import {
  BEAT_STALE_MS,
  busNames,
  CATALOG_FIELD,
  ENTRY_COMMAND,
  ENTRY_INSTANCE,
  RESTART_GRACE_MS,
  type ReplyMessage,
  replyChannel,
} from "./protocol/bus-messages.ts";
import { encodeCommand } from "./protocol/command-codec.ts";
import type { EngineCommand, OperatorCommand, TradeCommand } from "./protocol/commands.ts";
import { fromWire } from "./protocol/wire-json.ts";
import { EngineProgram, INTERNAL_TOKEN } from "./sim/engine-program.ts";
import { type EventSinkServer, openSink } from "./sim/event-sink-server.ts";
import { PLAIN_TERMS } from "./sim/profiles.ts";
import { type RedisEdge, redisEdge } from "./sim/redis-edge.ts";
import { cancel, commandIdOf, place, registerKey, signed } from "./sim/small-exchange.ts";

const REQUEST_MS = 9_000;
/** What a planned restart may cost whoever asks, beside the time for which nobody was there. */
const RESTART_MS_MAX = 2_000;
/** A cluster takes its time to bring it back: longer than edges wait for a beat that nobody has announced to stay away. */
const SUCCESSOR_AFTER_MS = BEAT_STALE_MS + 500;
const SENDERS = 32;
/** What edges send again because of a new engine: what was under way. Streams read from the beginning would be far more. */
const REPEATED_MAX = 4 * SENDERS;

const SET_UP: readonly OperatorCommand[] = [
  { type: "add_asset", name: "A0", decimals: 0 },
  { type: "add_asset", name: "A1", decimals: 0 },
  { type: "add_instrument", terms: { ...PLAIN_TERMS, ordersMax: 1_000_000 } },
  { type: "open_account", name: "maker" },
  { type: "deposit", account: 1, asset: "A0", atoms: 1_000_000_000n, reference: "start" },
  registerKey(1),
];

const deadlineUs = (): number => (Date.now() + REQUEST_MS) * 1_000;
const sell = (clientOrderId: string): TradeCommand =>
  signed(place(1, { side: "sell", quantityLots: 1, priceTicks: 100, clientOrderId }));

describe.skipIf(findRedis() === null)("the engine's process (skipped, where there is no redis-server)", () => {
  let redis: RedisServer;
  let program: EngineProgram;
  let edge: RedisEdge;
  let sink: EventSinkServer;

  beforeEach(async () => {
    redis = await startRedis();
    sink = await openSink();
    program = new EngineProgram({ REDIS_URL: redis.url, K_SINK: sink.url });
    edge = redisEdge(redis.url);
  });
  afterEach(async () => {
    await edge.close();
    await program.remove();
    await sink.close();
    await redis.stop();
  });

  async function setUp(): Promise<void> {
    await program.start();
    await program.says("command-reader", "source_epoch");
    for (const command of SET_UP)
      expect(await eventually(() => edge.client.submitOperator(command, deadlineUs()))).toMatchObject({
        outcome: "done",
      });
  }

  const reads = () => remoteEngineReads({ url: `http://127.0.0.1:${program.internalPort}`, token: INTERNAL_TOKEN });

  test("commands as bare entries are answered, and what is no command is refused without harm", async () => {
    await setUp();
    const { trade } = busNames("e1");
    const writer = new Redis(redis.port, { disableClientInfo: true });
    const listener = new Redis(redis.port, { disableClientInfo: true });
    const heard: (readonly [string, unknown])[] = [];
    const all = new Promise<void>((resolve) => {
      listener.on("message", (_channel, text: string) => {
        heard.push(...(fromWire(text) as ReplyMessage).replies);
        if (heard.length === 4) resolve();
      });
    });
    await listener.subscribe(replyChannel("bare"));
    const record = (command: EngineCommand, id: number): Buffer =>
      Buffer.from(encodeCommand(command, { commandId: commandIdOf(id), deadlineUs: deadlineUs(), source: "ops" }));
    const bent = record(sell("b"), 2);
    bent.writeDoubleLE(Number.NaN, 64);
    await writer.xadd(trade, "*", "no", "command");
    for (const each of [
      Buffer.from("noise"),
      bent,
      record({ type: "open_account", name: "x" }, 3),
      record({ ...sell("c"), keyId: 0 }, 4),
      record(sell("a"), 1),
    ])
      await writer.xadd(trade, "*", ENTRY_COMMAND, each, ENTRY_INSTANCE, "bare");
    await all;
    const hex = (id: number): string => Buffer.from(commandIdOf(id)).toString("hex");
    expect(heard).toEqual([
      [hex(2), { error: "not_sent", message: expect.stringContaining("quantity is not a whole number of lots") }],
      [hex(3), { error: "not_sent", message: expect.stringContaining("an operator's command on the traders' stream") }],
      [hex(4), { error: "not_sent", message: expect.stringContaining("key 0 is the exchange's own") }],
      [hex(1), { reply: expect.objectContaining({ outcome: "placed" }) }],
    ]);
    writer.disconnect();
    listener.disconnect();
  });

  test("a planned restart under load fails no request, executes each once, and the longest waits little longer than it was away", async ({
    skip,
  }) => {
    await setUp();
    const load = startLoad(edge);
    await load.until(500);
    const leftMs = performance.now();
    expect(await program.end("SIGTERM")).toBe(0);
    expect(program.lines.at(-1)).toMatchObject({ at: "engine", outcome: "stopped" });
    expect(program.errors).toBe("");
    await delay(SUCCESSOR_AFTER_MS);
    await program.start();
    const awayMs = performance.now() - leftMs;
    await load.until(load.answered + 500);
    const { names, outcomes, longestMs } = await load.stop();
    // Edges keep what they are asked for no longer than that: such a machine shows what a failed restart does.
    skip(awayMs + RESTART_MS_MAX > RESTART_GRACE_MS, `this machine took ${Math.round(awayMs)} ms to restart it`);
    expect(new Set(outcomes)).toEqual(new Set(["placed"]));
    expect(longestMs).toBeLessThan(awayMs + RESTART_MS_MAX);
    const open = await reads().openOrders(1, 0);
    expect(open.value.map(({ clientOrderId }) => clientOrderId).sort()).toEqual(names.toSorted());
    // The streams went on where they were: nothing was read again.
    expect(program.lines.filter(({ outcome }) => outcome === "source_epoch")).toEqual([]);
    expect(await metric(program, "tidebook_engine_duplicates_total")).toBeLessThan(REPEATED_MAX);
    expect(await metric(program, "tidebook_engine_epoch")).toBe(2);
    expect(edge.faults).toEqual([]);
  });

  test("killed under load and started again, it has everything that was answered, once, and goes on where it was", async () => {
    await setUp();
    const load = startLoad(edge);
    for (let kills = 0; kills < 3; kills += 1) {
      await load.until(load.answered + 300);
      expect(await program.end("SIGKILL")).toBe(null);
      await program.start();
    }
    await load.until(load.answered + 300);
    const { names, outcomes } = await load.stop();
    const open = (await reads().openOrders(1, 0)).value.map(({ clientOrderId }) => clientOrderId);
    const placed = names.filter((_, index) => outcomes[index] === "placed");
    const notSent = new Set(names.filter((_, index) => outcomes[index] === "not_sent"));
    expect(new Set(open).size).toBe(open.length);
    expect(placed.filter((name) => !open.includes(name))).toEqual([]);
    expect(open.filter((name) => notSent.has(name))).toEqual([]);
    expect(program.lines.filter(({ outcome }) => outcome === "source_epoch")).toEqual([]);
    expect(await metric(program, "tidebook_engine_duplicates_total")).toBeLessThan(REPEATED_MAX);
    expect(placed.length).toBeGreaterThan(1_200);
  });

  test("an engine whose journal fails exits 1; whoever waited is answered by the next, and nothing answered is lost", async () => {
    await setUp();
    const load = startLoad(edge);
    await load.until(300);
    // The present segment stays open and takes what has room in it; the next one finds no folder.
    const journal = join(program.folder, "data", "journal");
    renameSync(journal, `${journal}-elsewhere`);
    expect(await program.exited()).toBe(1);
    expect(program.errors).toMatch(/^The engine stopped: /);
    expect(program.lines.some(({ outcome }) => outcome === "stopped")).toBe(false);
    renameSync(`${journal}-elsewhere`, journal);
    await program.start();
    await load.until(load.answered + 300);
    const { names, outcomes } = await load.stop();
    const open = (await reads().openOrders(1, 0)).value.map(({ clientOrderId }) => clientOrderId);
    const placed = names.filter((_, index) => outcomes[index] === "placed");
    expect(new Set(open).size).toBe(open.length);
    expect(placed.filter((name) => !open.includes(name))).toEqual([]);
    expect(new Set(outcomes)).not.toContain("outcome_unknown");
  });

  test("events leave by the sink, and after a restart those that had not left, without a hole", async () => {
    await setUp();
    for (let order = 0; order < 50; order += 1)
      await eventually(() => edge.client.submit(sell(`a${order}`), deadlineUs()));
    await sink.until(reads);
    sink.status = 503;
    for (let order = 0; order < 50; order += 1)
      await eventually(() => edge.client.submit(sell(`b${order}`), deadlineUs()));
    await program.says("outbox", "sink_away");
    expect(await metric(program, "tidebook_engine_outbox_lag_events")).toBeGreaterThan(50);
    expect(await program.end("SIGTERM")).toBe(0);
    sink.status = 202;
    const sentBefore = sink.received;
    await program.start();
    await sink.until(reads);
    const headSeq = await metric(program, "tidebook_engine_durable_seq");
    expect(sink.missing(headSeq)).toEqual([]);
    expect(sink.received).toBeGreaterThan(sentBefore);
    // From the cursor on, not from the beginning.
    expect(sink.firstSeqSince(sentBefore)).toBeGreaterThan(50);
  });

  test("others tell it what is committed, and hand it events; strangers are told nothing", async () => {
    await setUp();
    const { headSeq } = await reads().eventsSince(1, 1);
    const port = reads();
    await port.committed("e1", headSeq);
    expect(await metric(program, "tidebook_engine_committed_seq")).toBe(headSeq);
    await port.committed("e1", headSeq + 1);
    await port.committed("e2", 1);
    expect(program.lines.filter(({ outcome }) => outcome === "committed_ignored")).toEqual([
      { at: "engine", outcome: "committed_ignored", engine: "e1", seq: headSeq + 1, headSeq },
    ]);
    const event = { "ce-id": "1", "ce-type": "tidebook.order.outcome.v1", "content-type": "application/json" };
    await port.publish(event, "{}");
    expect(sink.types).toContain("tidebook.order.outcome.v1");
    const response = await fetch(`http://127.0.0.1:${program.internalPort}/v1/engine/catalog`, {
      method: "POST",
      body: "[]",
      headers: { authorization: "Bearer another-token-of-16" },
    });
    expect(response.status).toBe(401);
  });

  test("once it says that it is ready, edges find its catalog: a function that starts then refuses nobody", async () => {
    await program.start();
    while ((await program.get("/readyz")).status !== 200) await delay(1);
    const asked = new Redis(redis.port, { disableClientInfo: true });
    expect(await asked.hexists(busNames("e1").keys, CATALOG_FIELD)).toBe(1);
    asked.disconnect();
  });

  test("without Redis it lives and is not ready; it is when Redis comes, and readiness and metrics say so", async () => {
    await redis.kill();
    await program.start();
    expect([await program.get("/livez"), await program.get("/readyz")]).toEqual([
      { status: 200, text: '{"live":true}' },
      { status: 503, text: '{"ready":false,"engine":"open","commands":"not_read","catalog":"not_projected"}' },
    ]);
    expect(await metric(program, "tidebook_engine_reading_commands")).toBe(0);
    await redis.restart();
    await program.says("command-reader", "source_epoch");
    for (const command of SET_UP) await eventually(() => edge.client.submitOperator(command, deadlineUs()));
    expect(await program.get("/readyz")).toEqual({
      status: 200,
      text: '{"ready":true,"engine":"open","commands":"read","catalog":"projected"}',
    });
    expect(await edge.client.submit(signed(cancel(1, "none")), deadlineUs())).toMatchObject({
      reason: "order_not_found",
    });
    expect(await metric(program, "tidebook_engine_rejects_total")).toBe(1);
    expect(await metric(program, "tidebook_engine_journal_sync_seconds_count")).toBeGreaterThan(5);
    const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
    const { text } = await program.get("/metrics");
    const checked = hasPromtool ? spawnSync("promtool", ["check", "metrics"], { input: text }).stderr.toString() : "";
    expect(checked).toBe("");
  });
});

test("without its settings it says every one of them and exits 1", async () => {
  const program = new EngineProgram({ TIDEBOOK_DATA_DIR: "", TIDEBOOK_INTERNAL_TOKEN: "short" });
  program.spawn();
  expect(await program.exited()).toBe(1);
  expect(program.errors).toBe(
    [
      "The engine cannot start: 3 mistake(s) in the environment.",
      "  TIDEBOOK_DATA_DIR is not set",
      "  REDIS_URL is not set",
      "  TIDEBOOK_INTERNAL_TOKEN has at least 16 characters",
      "",
    ].join("\n"),
  );
  await program.remove();
});

interface Load {
  readonly answered: number;
  until(answered: number): Promise<void>;
  stop(): Promise<{
    readonly names: readonly string[];
    readonly outcomes: readonly string[];
    readonly longestMs: number;
  }>;
}

/** Orders without end, some at a time, each with its own name; an edge that may not send waits a little, as a client would. */
function startLoad({ client }: RedisEdge): Load {
  const names: string[] = [];
  const outcomes: string[] = [];
  let stopped = false;
  let answered = 0;
  let longestMs = 0;
  let onAnswer: () => void = () => {};
  const sender = async (): Promise<void> => {
    while (!stopped) {
      const index = names.push(`order-${names.length}`) - 1;
      const startedMs = performance.now();
      const outcome = await client.submit(sell(names[index]!), deadlineUs()).then(
        (reply) => reply.outcome,
        (error: { code: string }) => error.code,
      );
      outcomes[index] = outcome;
      answered += outcome === "placed" ? 1 : 0;
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      onAnswer();
      if (outcome === "not_sent") await delay(20);
    }
  };
  const senders = Array.from({ length: SENDERS }, sender);
  return {
    get answered() {
      return answered;
    },
    async until(count) {
      await new Promise<void>((resolve) => {
        onAnswer = () => {
          if (answered >= count) resolve();
        };
      });
    },
    async stop() {
      stopped = true;
      await Promise.all(senders);
      return { names, outcomes, longestMs };
    },
  };
}

async function metric(program: EngineProgram, name: string): Promise<number> {
  const { text } = await program.get("/metrics");
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

/** An edge sends nothing before it has heard the engine, or while it hears nothing: then it says so, and may be asked again. */
async function eventually<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      expect(error).toMatchObject({ code: "not_sent" });
      await delay(20);
    }
  }
}
