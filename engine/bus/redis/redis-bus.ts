/**
 * The engine's end of the Redis bus: commands in; replies, feed, beats and the projection out.
 *
 * Redis may go, come back empty, or be another server: nothing here ever stops the engine, and trading resumes when a
 * server takes connections. What was acknowledged is in the journal; what was lost with Redis is asked again by its sender.
 * Invariant I30: engine/INVARIANTS.md.
 */
import { busNames, type CommandAnswer } from "../../protocol/bus-messages.ts";
import type { CommandIntake, CommandStream } from "../command-intake.ts";
import type { EngineReads, FeedSource } from "../engine-client.ts";
import { Pulse, type PulseLogLine } from "./beat.ts";
import { CommandReader, type ReaderLogLine, type ReaderStats } from "./command-reader.ts";
import { connectRedis, type RedisLogLine } from "./connection.ts";
import { FeedPublisher } from "./feed-publisher.ts";
import { Projection, type ProjectionVersions } from "./projection.ts";
import { ReplyPublisher } from "./reply-publisher.ts";

/** What the bus needs of an engine (engine/runtime/contract.ts). */
export interface BusEngine extends CommandIntake, FeedSource, Pick<EngineReads, "catalog" | "keys"> {
  readonly epoch: number;
  readonly recovery?: { readonly lineage: number };
  stats(): { readonly headSeq: number; readonly catalogVersion: number; readonly keysVersion: number };
}

export interface RedisBusOptions {
  readonly engine: BusEngine;
  readonly engineName: string;
  readonly redisUrl: string;
  /** PEM text, for rediss://. */
  readonly redisCa?: string;
  /** The clock by which deadlines are kept. */
  readonly nowMs: () => number;
  readonly log: (line: RedisBusLogLine) => void;
}

export type RedisBusLogLine =
  | RedisLogLine
  | ReaderLogLine
  | PulseLogLine
  | { readonly at: "redis-bus"; readonly outcome: "replaced"; readonly epoch: number };

export interface RedisBusStats extends ReaderStats {
  /** Edges find keys and catalog. */
  readonly isProjected: boolean;
  readonly answers: number;
  /** Messages of replies and feed of which nobody knows whether they arrived. */
  readonly lostMessages: number;
  readonly lostBeats: number;
  readonly feedFrames: number;
}

export interface RedisBus {
  stats(): RedisBusStats;
  /**
   * Reads no more, waits for the answers to what was taken, and leaves. `restarting`: tells the edges that a successor
   * comes, so that they go on sending. Call it before the engine is closed.
   */
  stop(how: { readonly restarting: boolean }): Promise<void>;
}

/** Of a stop: what the journal has not answered by then, it will not. */
const ANSWERS_TIMEOUT_MS = 3_000;

/** Returns at once; connects, and connects again, by itself. */
export function startRedisBus(options: RedisBusOptions): RedisBus {
  const { engine, engineName, nowMs, log } = options;
  const { epoch } = engine;
  const names = busNames(engineName);
  const connection = {
    url: options.redisUrl,
    name: "engine",
    ...(options.redisCa === undefined ? {} : { ca: options.redisCa }),
  };
  const commands = connectRedis({ ...connection, kind: "commands" }, log);
  const blocking = connectRedis({ ...connection, kind: "blocking" }, log);

  const replies = new ReplyPublisher(commands, epoch);
  const feed = new FeedPublisher({
    redis: commands,
    channel: names.feed,
    source: engine,
    epoch,
    lineage: engine.recovery?.lineage ?? 0,
    headSeq: engine.stats().headSeq,
  });
  const projection = new Projection({
    redis: commands,
    key: names.keys,
    epoch,
    lineage: engine.recovery?.lineage ?? 0,
    versions: () => engine.stats(),
    catalog: () => engine.catalog(),
    keys: () => engine.keys(null),
  });
  let isReplaced = false;
  let projected: ProjectionVersions = { catalogVersion: 0, keysVersion: 0 };
  const project = async (): Promise<void> => {
    const before = projected;
    const outcome = await projection.bringUpToDate();
    projected = projection.written ?? projected;
    const { catalogVersion, keysVersion } = before;
    if (projected.catalogVersion !== catalogVersion || projected.keysVersion !== keysVersion) pulse.announce();
    if (outcome === "stale" && !isReplaced) log({ at: "redis-bus", outcome: "replaced", epoch });
    isReplaced = outcome === "stale";
  };
  const answered = (stream: CommandStream, instance: string, commandId: string, answer: CommandAnswer): void => {
    const reply = (): void => replies.put(instance, commandId, answer);
    if (stream === "trade") reply();
    // Who has the answer to an operator's command finds its effect in the projection, if Redis takes it at all; and whoever
    // hears beats has been told of it.
    else project().then(reply, reply);
  };
  const reader = new CommandReader({ redis: blocking, intake: engine, epoch, names, nowMs, answered, log });
  const pulse = new Pulse({
    redis: commands,
    name: names.beat,
    beat: () => {
      const { isReading, inFlight, backlog } = reader.stats();
      if (!isReading && !isStopping) return null;
      const { headSeq } = engine.stats();
      return { engine: engineName, epoch, headSeq, queued: inFlight, backlog, ...projected };
    },
    prepare: project,
    after: () => feed.beat(),
    log,
  });
  let isStopping = false;

  return {
    stats: () => ({
      ...reader.stats(),
      isProjected: projection.written !== null,
      answers: replies.answers,
      lostMessages: replies.lostMessages + feed.lostMessages,
      lostBeats: pulse.lostBeats,
      feedFrames: feed.frames,
    }),
    async stop({ restarting }) {
      isStopping = true;
      // First of all, so that no edge takes the pause for a failure.
      if (restarting) await pulse.restarting();
      else pulse.stop();
      await reader.stop(ANSWERS_TIMEOUT_MS);
      feed.stop();
      await replies.settled();
      commands.disconnect();
    },
  };
}
