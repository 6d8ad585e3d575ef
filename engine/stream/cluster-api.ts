/**
 * What the WebSocket API needs in a process of its own: commands over Redis, keys and the catalog as the engine projects them,
 * the engine's read port, history by the port of functions/market-data. The rules of deadlines and doubt are those of the
 * functions' edge: the same classes.
 */
import { randomUUID } from "node:crypto";
import { randomText } from "../api/random-text.ts";
import { openSecret } from "../api/seal.ts";
import { BeatWatch } from "../bus/edge/beat-watch.ts";
import { clusterReads } from "../bus/edge/cluster-reads.ts";
import { systemClock } from "../bus/edge/edge-clock.ts";
import { ProjectionReads } from "../bus/edge/projection-reads.ts";
import { RedisEngineClient } from "../bus/edge/redis-engine-client.ts";
import { RedisLane } from "../bus/edge/redis-lane.ts";
import { RedisListenKeys } from "../bus/edge/redis-listen-keys.ts";
import type { ChannelSource, OpenRedis } from "../bus/edge/redis-subscriber.ts";
import { wallClockUs } from "../bus/edge/wall-clock.ts";
import { type History, historyAway } from "../bus/history-client.ts";
import type { RemoteEngineReads } from "../bus/http/rpc-client.ts";
import { busNames } from "../protocol/bus-messages.ts";
import type { ApiHost } from "./ws-api/api-deps.ts";

export interface ClusterApiOptions {
  readonly engine: string;
  /** Opens the sealed secrets of HMAC keys. */
  readonly sealingKey: Uint8Array;
  readonly openCommands: OpenRedis;
  readonly subscriber: ChannelSource;
  readonly reads: RemoteEngineReads;
  /** null: there is none, and what only it knows is refused (503 -1008). */
  readonly history: History | null;
  readonly reportFault: ApiHost["reportFault"];
}

export interface ClusterApi {
  readonly host: ApiHost;
  /** The connection that commands go by: others may count over it. */
  readonly lane: RedisLane;
  state(): { readonly commandsPending: number; readonly intake: string };
  /** Refuses new commands, answers those under way, closes the connection of commands. */
  close(): Promise<void>;
}

export function clusterApi(options: ClusterApiOptions): ClusterApi {
  const { engine, sealingKey, subscriber, reads, reportFault } = options;
  const clock = { ...systemClock, nowUs: wallClockUs };
  const lane = new RedisLane(options.openCommands);
  const beats = new BeatWatch(clock);
  beats.listen(busNames(engine), subscriber, (key) => lane.text(key));
  const instance = `stream-${randomUUID()}`;
  const client = new RedisEngineClient({ engine, instance, lane, subscriber, beats, clock, reportFault });
  const projections = new ProjectionReads({
    engine,
    hashFields: (key, fields) => lane.hashFields(key, fields),
    beats,
    clock,
    missed: () => {},
  });
  lane.start();
  return {
    host: {
      engine: client,
      reads: clusterReads(projections, () => reads),
      history: options.history ?? historyAway("TIDEBOOK_HISTORY_URL is not set"),
      listenKeys: new RedisListenKeys(lane),
      nowUs: wallClockUs,
      randomText,
      openSecret: (material) => openSecret(sealingKey, material),
      reportFault,
      prepare: (apiKey = "") => projections.prepare(apiKey),
      refresh: () => projections.refresh(),
    },
    lane,
    state: () => ({ commandsPending: client.pending, intake: beats.intake() }),
    async close() {
      await client.close();
      lane.close();
    },
  };
}
