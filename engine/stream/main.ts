/**
 * `npm run stream`: the stream as a process of its own, until it is told to stop.
 *
 * The feed comes over Redis, books and missed trades from the engine's read port, the past from functions/market-data; commands
 * of the WebSocket API leave over Redis. While
 * any of them is away it serves the copy it has and heals when they are back. Exits 0 after SIGINT or SIGTERM, once every
 * client has been told; 1 when it could not start, or when the engine's journal was restored and all it knows is of another
 * past. A second signal does not wait.
 */
import { SharedLimiter } from "../api/limits/shared-limiter.ts";
import { systemClock } from "../bus/edge/edge-clock.ts";
import { redisFeed } from "../bus/edge/redis-feed.ts";
import { RedisLimitCounters } from "../bus/edge/redis-limits.ts";
import { RedisSubscriber } from "../bus/edge/redis-subscriber.ts";
import { remoteEngineReads, remoteHistory } from "../bus/http/rpc-client.ts";
import { rpcHandler } from "../bus/http/rpc-server.ts";
import { connectRedis } from "../bus/redis/connection.ts";
import type { StreamReads } from "../bus/stream-client.ts";
import { startInternalServer } from "../telemetry/internal-server.ts";
import { processMetrics } from "../telemetry/process-metrics.ts";
import { clusterApi } from "./cluster-api.ts";
import { openPublicServer } from "./public-server.ts";
import { readStreamSettings, type StreamSettings } from "./settings.ts";
import { streamMetrics } from "./stream-metrics.ts";
import { createStreamServer } from "./stream-server.ts";

/** A function that has scaled to zero takes some seconds to answer first; nobody waits for this but history itself. */
const HISTORY_WAKE_BUDGET_MS = 15_000;
/** For calls under way at the end. */
const INTERNAL_GRACE_MS = 1_000;

const log = (line: object): void => console.log(JSON.stringify(line));
const reportFault = ({ at, error }: { readonly at: string; readonly error: unknown }): void =>
  log({ at, outcome: "fault", error: error instanceof Error ? (error.stack ?? error.message) : String(error) });

const read = readStreamSettings(process.env);
if (read.outcome === "mistakes") {
  console.error(`The stream cannot start: ${read.mistakes.length} mistake(s) in the environment.`);
  for (const mistake of read.mistakes) console.error(`  ${mistake}`);
  process.exit(1);
}
void start(read.settings).catch((error: unknown) => {
  console.error(`The stream cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

async function start(settings: StreamSettings): Promise<void> {
  const { host, engine, internalToken: token } = settings;
  const subscriber = new RedisSubscriber(async () => connectRedis(redisOptions(settings), log), systemClock, log);
  const reads = remoteEngineReads({ url: settings.engineUrl, token });
  const { historyUrl } = settings;
  const history =
    historyUrl === null ? null : remoteHistory({ url: historyUrl, token, retryBudgetMs: HISTORY_WAKE_BUDGET_MS });
  const api = clusterApi({
    engine,
    sealingKey: settings.sealingKey,
    openCommands: async () => connectRedis({ ...redisOptions(settings), kind: "commands" }, log),
    subscriber,
    reads,
    // Whoever asks waits: not for as long as the stream itself does at its start.
    history: historyUrl === null ? null : remoteHistory({ url: historyUrl, token }),
    reportFault,
  });
  const counters = new RedisLimitCounters(api.lane);
  const limiter = new SharedLimiter({ limits: settings.limits, counters, clock: systemClock });
  const stream = createStreamServer({
    api: { ...api.host, limiter },
    limiter,
    feed: redisFeed({ engine, subscriber, reportFault }),
    reads,
    history,
    proxies: settings.proxies,
    ...(settings.publicOrigin === null ? {} : { publicOrigin: settings.publicOrigin }),
    log,
    onRewound() {
      log({ at: "stream", outcome: "engine_rewound" });
      process.exit(1);
    },
  });

  let booksAreThere = false;
  let stopping: NodeJS.Signals | null = null;
  const probes = {
    live: () => true,
    ready: () => ({
      ready: booksAreThere && stopping === null,
      books: booksAreThere ? "open" : "opening",
      feed: subscriber.isUp ? "connected" : "away",
      stopping: stopping !== null,
    }),
  };
  const internal = await startInternalServer({
    host,
    port: settings.internalPort,
    ...probes,
    metrics: [...processMetrics(), ...streamMetrics(stream.stats, Date.now)],
    rpc: rpcHandler({
      token,
      ports: {
        get stream(): StreamReads | null {
          return booksAreThere ? stream.reads : null;
        },
      },
      reportFault,
    }),
  });
  const server = await openPublicServer({ host, port: settings.port, stream, probes });
  log({ at: "stream", outcome: "listening", port: server.port, internalPort: internal.port });

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping !== null) process.exit(130);
    stopping = signal;
    log({ at: "stream", outcome: "stopping", signal, sockets: stream.stats().connections });
    // Whoever still comes is refused by the stream itself, with a word; the door closes after the last client has gone.
    await stream.close();
    server.close();
    await api.close();
    subscriber.close();
    await internal.close(INTERNAL_GRACE_MS);
    log({ at: "stream", outcome: "stopped" });
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(signal));

  await stream.ready;
  booksAreThere = true;
  const { lastSeq } = stream.stats();
  log({ at: "stream", outcome: "open", lastSeq, readyMs: Math.round(performance.now()) });
}

function redisOptions({ redisUrl: url, redisCa: ca }: StreamSettings) {
  return { url, name: "stream", kind: "subscriber", ...(ca === null ? {} : { ca }) } as const;
}
