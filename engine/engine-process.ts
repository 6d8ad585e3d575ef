/**
 * The engine as a process of its own: journal and core, commands and answers over Redis, reads on an internal port, events
 * out by the outbox. Composition alone.
 *
 * Order of a start: the internal port listens (live, not ready), the journal is recovered, keys and catalog are projected,
 * then commands are read. Order of an end: no more commands are read, and edges are told that this is a restart; what was
 * taken is answered; answers and events on their way leave; the journal is sealed.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { wallClockUs } from "./bus/edge/wall-clock.ts";
import type { EngineRpcPort } from "./bus/http/rpc-methods.ts";
import { rpcHandler } from "./bus/http/rpc-server.ts";
import { type RedisBus, startRedisBus } from "./bus/redis/redis-bus.ts";
import { busMetrics, outboxMetrics } from "./bus-metrics.ts";
import { engineRpcPort } from "./engine-rpc.ts";
import { type EventsOut, openEventsOut } from "./events-out.ts";
import { startEngine } from "./runtime/engine.ts";
import { engineMetrics, type MeasuredEngine } from "./runtime/engine-metrics.ts";
import { noticeLine, openedLine } from "./runtime/log-lines.ts";
import type { EngineSettings } from "./settings.ts";
import { startInternalServer } from "./telemetry/internal-server.ts";
import { processMetrics } from "./telemetry/process-metrics.ts";

/** At the end the journal is sealed at once; a snapshot under way is worth no longer wait of those who send commands. */
const BACKGROUND_MS_MAX = 1_000;
/** For reads under way at the end. */
const INTERNAL_GRACE_MS = 500;

export interface EngineProcess {
  /** Of the internal server. */
  readonly port: number;
  /** Answers what was taken, and leaves everything so that the next start goes on where this one was. */
  close(): Promise<void>;
}

export interface EngineProcessOptions {
  readonly settings: EngineSettings;
  /** One JSON object a line; `at` and `outcome` lead. */
  readonly log: (line: object) => void;
  /** Nothing can be promised any more: the process must end, and not in order. */
  readonly onFatal: (error: unknown) => void;
}

type Stage = "recovering" | "open" | "stopping" | "failed";

/** Rejects when the port is taken, the folder is in use or its journal is damaged: the error's message says so. */
export async function startEngineProcess({ settings, log, onFatal }: EngineProcessOptions): Promise<EngineProcess> {
  let stage: Stage = "recovering";
  let progress: object = {};
  let measured: MeasuredEngine | null = null;
  let bus: RedisBus | null = null;
  let events: EventsOut | null = null;
  let reads: EngineRpcPort | null = null;

  const internal = await startInternalServer({
    host: settings.host,
    port: settings.internalPort,
    live: () => stage !== "failed",
    ready() {
      const { isReading = false, isProjected = false } = bus?.stats() ?? {};
      return {
        ready: stage === "open" && isReading && isProjected,
        engine: stage,
        commands: isReading ? "read" : "not_read",
        catalog: isProjected ? "projected" : "not_projected",
        ...progress,
      };
    },
    metrics: [
      ...processMetrics(),
      ...engineMetrics(() => (stage === "failed" ? null : measured), wallClockUs),
      ...busMetrics(() => bus?.stats() ?? null),
      ...outboxMetrics(() => events?.lag() ?? null),
    ],
    rpc: rpcHandler({
      token: settings.internalToken,
      ports: {
        get engine(): EngineRpcPort | null {
          return stage === "failed" ? null : reads;
        },
      },
      reportFault: ({ at, error }) =>
        log({ at, outcome: "fault", error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    }),
  });
  log({ at: "engine", outcome: "listening", internalPort: internal.port });

  mkdirSync(settings.dataDirectory, { recursive: true, mode: 0o700 });
  const running = await startEngine({
    directory: join(settings.dataDirectory, "journal"),
    engine: settings.engine,
    wallClockUs,
    snapshotEveryRecords: settings.snapshotEveryRecords,
    segmentBytes: settings.segmentBytes,
    onNotice: (notice) => log(noticeLine(notice)),
    onProgress: (recovered) => {
      progress = recovered;
    },
    onFatal: (error) => {
      // An assertion may have left a frame half applied: nobody reads it.
      stage = "failed";
      onFatal(error);
    },
  });
  progress = {};
  measured = { engine: running, atStart: running.stats() };
  log(openedLine(running));
  events = openEventsOut(settings, running, log);
  reads = engineRpcPort(settings.engine, running, events, log);
  stage = "open";
  // Projects keys and catalog, then reads; connects, and connects again, by itself.
  bus = startRedisBus({
    engine: running,
    engineName: settings.engine,
    redisUrl: settings.redisUrl,
    ...(settings.redisCa === null ? {} : { redisCa: settings.redisCa }),
    nowMs: () => wallClockUs() / 1_000,
    log,
  });

  return {
    port: internal.port,
    async close() {
      stage = "stopping";
      // Events have a cursor: what does not leave now leaves first after the next start.
      const eventsClosed = events?.close();
      await bus?.stop({ restarting: true });
      await eventsClosed;
      const closed = running.close().then(() => true);
      if (!(await Promise.race([closed, delay(BACKGROUND_MS_MAX, false, { ref: false })])))
        log({
          at: "engine",
          outcome: "background_work_left",
          reason: "a snapshot or an archived segment is made again later",
        });
      await internal.close(INTERNAL_GRACE_MS);
    },
  };
}
