/**
 * The dependencies of an edge in a process of its own: Redis, the engine's and the stream's read ports, Postgres.
 *
 * Made at once, connected by the first request that needs each part, because a start from zero is paid by a trader: a
 * signed order/test costs one connection to Redis and two round trips: its address' limits, its key.
 */
import { randomUUID } from "node:crypto";
import { proxyTrust } from "../../engine/api/client-address.ts";
import { limitsOf } from "../../engine/api/limits/limit-settings.ts";
import { SharedLimiter } from "../../engine/api/limits/shared-limiter.ts";
import { randomText } from "../../engine/api/random-text.ts";
import { openSecret, sealSecret } from "../../engine/api/seal.ts";
import { BeatWatch } from "../../engine/bus/edge/beat-watch.ts";
import { clusterReads } from "../../engine/bus/edge/cluster-reads.ts";
import { systemClock } from "../../engine/bus/edge/edge-clock.ts";
import { ProjectionReads } from "../../engine/bus/edge/projection-reads.ts";
import { RedisEngineClient } from "../../engine/bus/edge/redis-engine-client.ts";
import { RedisLane } from "../../engine/bus/edge/redis-lane.ts";
import { RedisLimitCounters } from "../../engine/bus/edge/redis-limits.ts";
import { RedisListenKeys } from "../../engine/bus/edge/redis-listen-keys.ts";
import { type OpenRedis, RedisSubscriber } from "../../engine/bus/edge/redis-subscriber.ts";
import { wallClockUs } from "../../engine/bus/edge/wall-clock.ts";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import { remoteEngineReads, remoteStreamReads } from "../../engine/bus/http/rpc-client.ts";
import type { RedisConnectionKind } from "../../engine/bus/redis/connection.ts";
import { busNames } from "../../engine/protocol/bus-messages.ts";
import type { EdgeDeps } from "./deps.ts";
import type { EventGate } from "./event-gate.ts";
import type { EdgeConfig } from "./function-config.ts";
import { lazyHistory } from "./lazy-history.ts";
import { currentTraceparent } from "./traceparent.ts";

/** After the first read: listening for beats costs a second connection, which that read need not wait for. */
const LISTEN_AFTER_MS = 100;

export interface ClusterEdge {
  readonly deps: EdgeDeps;
  /** Words for /readyz and numbers for /metrics. */
  state(): {
    readonly commandsPending: number;
    readonly redis: "up" | "down" | "not_asked";
    readonly intake: string;
    readonly epoch: number;
  };
  /** Refuses new commands, answers those under way, closes every connection. */
  close(): Promise<void>;
}

export interface ClusterEdgeOptions {
  /** Of the function: names the connections. */
  readonly name: string;
  readonly config: EdgeConfig;
  readonly log: (line: object) => void;
  readonly reportFault: EdgeDeps["reportFault"];
  /** Who may bring events (`eventGateOf` its settings). Not given: a broker. */
  readonly eventGate?: EventGate;
}

export function clusterEdge(options: ClusterEdgeOptions): ClusterEdge {
  const { config, log, reportFault } = options;
  const { TIDEBOOK_ENGINE: engine } = config;
  const clock = { ...systemClock, nowUs: wallClockUs };
  const lane = new RedisLane(redisOpener(options, "commands"));
  const subscriber = new RedisSubscriber(redisOpener(options, "subscriber"), clock, log);
  const beats = new BeatWatch(clock);
  const listenForBeats = once(() => beats.listen(busNames(engine), subscriber, (key) => lane.text(key)));
  const client = new RedisEngineClient({
    engine,
    instance: `${options.name}-${randomUUID()}`,
    lane,
    subscriber,
    beats,
    clock,
    traceparent: currentTraceparent,
    reportFault,
  });
  const projections = new ProjectionReads({
    engine,
    hashFields: (key, fields) => lane.hashFields(key, fields),
    beats,
    clock,
    missed: once(() => setTimeout(listenForBeats, LISTEN_AFTER_MS).unref()),
  });
  const limiter = new SharedLimiter({ limits: limitsOf(config), counters: new RedisLimitCounters(lane), clock });
  const remoteEngine = remote(config, "TIDEBOOK_ENGINE_URL", remoteEngineReads);
  const remoteStream = remote(config, "TIDEBOOK_STREAM_URL", remoteStreamReads);
  const history = lazyHistory(config.DATABASE_URL ?? null, engine, () => projections.lineage(), log);
  const deps: EdgeDeps = {
    engine: {
      submit(command, deadlineUs, commandId) {
        listenForBeats();
        return client.submit(command, deadlineUs, commandId);
      },
      submitOperator(command, deadlineUs, commandId) {
        listenForBeats();
        return client.submitOperator(command, deadlineUs, commandId).finally(() => projections.expire());
      },
    },
    reads: clusterReads(projections, remoteEngine.get),
    stream: {
      depth: (...args) => remoteStream.get().depth(...args),
      recentTrades: (...args) => remoteStream.get().recentTrades(...args),
      ticker: (...args) => remoteStream.get().ticker(...args),
      candles: (...args) => remoteStream.get().candles(...args),
      standing: () => remoteStream.get().standing(),
    },
    history: history.history,
    listenKeys: new RedisListenKeys(lane),
    limiter,
    nowUs: wallClockUs,
    ...secretsOf(config),
    randomText,
    reportFault,
    proxies: proxyTrust(config.TIDEBOOK_FORWARDED_HOPS, config.TRUSTED_PROXIES ?? []),
    prepare: (apiKey = "") => projections.prepare(apiKey),
    refresh: () => projections.refresh(),
    ...(options.eventGate && { eventGate: options.eventGate }),
    publishOutcome: (headers, body) => remoteEngine.get().publish(headers, body),
  };
  return {
    deps,
    state: () => ({
      commandsPending: client.pending,
      redis: lane.isUp ? "up" : lane.isStarted ? "down" : "not_asked",
      intake: beats.intake(),
      epoch: beats.epoch,
    }),
    async close() {
      await client.close();
      lane.close();
      subscriber.close();
      remoteEngine.close();
      remoteStream.close();
      await history.close();
    },
  };
}

/** A connection of this edge; the library is loaded with the first one. */
function redisOpener({ name, config, log }: ClusterEdgeOptions, kind: RedisConnectionKind): OpenRedis {
  return async () => {
    const { REDIS_URL: url, TIDEBOOK_REDIS_CA: ca } = config;
    const { connectRedis } = await import("../../engine/bus/redis/connection.ts");
    return connectRedis({ url, name, kind, ...(ca === undefined ? {} : { ca }) }, log);
  };
}

function secretsOf(config: EdgeConfig): Pick<EdgeDeps, "openSecret" | "operator" | "internalToken"> {
  const { TIDEBOOK_SEAL_KEY: sealText = "", TIDEBOOK_OPERATOR_TOKEN: token = "" } = config;
  const sealingKey = Buffer.from(sealText, "hex");
  return {
    openSecret: (material) => openSecret(sealingKey, material),
    operator: { token, sealSecret: (secret) => sealSecret(sealingKey, secret) },
    internalToken: config.TIDEBOOK_INTERNAL_TOKEN,
  };
}

interface Remote<Reads> {
  /** @throws OperationalError `not_sent` where its address is not set. */
  get(): Reads;
  close(): void;
}

/** Made at the first use. */
function remote<Reads extends { close(): void }>(
  config: EdgeConfig,
  setting: "TIDEBOOK_ENGINE_URL" | "TIDEBOOK_STREAM_URL",
  make: (options: { readonly url: string; readonly token: string }) => Reads,
): Remote<Reads> {
  let reads: Reads | null = null;
  return {
    get() {
      const { [setting]: url, TIDEBOOK_INTERNAL_TOKEN: token } = config;
      if (url === undefined) throw new OperationalError("not_sent", `${setting} is not set`);
      reads ??= make({ url, token });
      return reads;
    },
    close: () => reads?.close(),
  };
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    run();
  };
}
