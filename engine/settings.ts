/**
 * The settings of the engine as a process of its own: the environment alone, every mistake at once, no secret in a message.
 */
import { z } from "zod";
import {
  certificate,
  type Environment,
  engineName,
  httpUrl,
  port,
  pubSubTopic,
  type ReadSettings,
  readSettings,
  redisUrl,
  type SettingsRule,
  segmentMib,
  snapshotEveryRecords,
  token,
} from "./protocol/setting.ts";

const MIB = 1_048_576;

export const engineSchema = z.object({
  HOST: z.string().default("0.0.0.0"),
  TIDEBOOK_INTERNAL_PORT: port.default(8_081),
  TIDEBOOK_ENGINE: engineName,
  TIDEBOOK_DATA_DIR: z.string(),
  TIDEBOOK_SNAPSHOT_EVERY_RECORDS: snapshotEveryRecords,
  TIDEBOOK_SEGMENT_MIB: segmentMib,
  REDIS_URL: redisUrl,
  TIDEBOOK_REDIS_CA: certificate.optional(),
  TIDEBOOK_INTERNAL_TOKEN: token,
  K_SINK: httpUrl.optional(),
  TIDEBOOK_PUBSUB_TOPIC: pubSubTopic.optional(),
});

const oneWayOut: SettingsRule = ({ K_SINK, TIDEBOOK_PUBSUB_TOPIC }) =>
  K_SINK !== undefined && TIDEBOOK_PUBSUB_TOPIC !== undefined
    ? "K_SINK and TIDEBOOK_PUBSUB_TOPIC exclude each other: events leave by one way"
    : null;

export interface EngineSettings {
  readonly host: string;
  readonly internalPort: number;
  readonly engine: string;
  readonly dataDirectory: string;
  readonly snapshotEveryRecords: number;
  readonly segmentBytes: number;
  readonly redisUrl: string;
  /** null: the system's authorities count. */
  readonly redisCa: string | null;
  readonly internalToken: string;
  /** At most one of the two is there; neither: no events leave. */
  readonly knativeSink: string | null;
  readonly pubSubTopic: string | null;
}

export function readEngineSettings(environment: Environment): ReadSettings<EngineSettings> {
  const read = readSettings(engineSchema, environment, [oneWayOut]);
  if (read.outcome === "mistakes") return read;
  const { settings: given } = read;
  return {
    outcome: "ok",
    settings: {
      host: given.HOST,
      internalPort: given.TIDEBOOK_INTERNAL_PORT,
      engine: given.TIDEBOOK_ENGINE,
      dataDirectory: given.TIDEBOOK_DATA_DIR,
      snapshotEveryRecords: given.TIDEBOOK_SNAPSHOT_EVERY_RECORDS,
      segmentBytes: given.TIDEBOOK_SEGMENT_MIB * MIB,
      redisUrl: given.REDIS_URL,
      redisCa: given.TIDEBOOK_REDIS_CA ?? null,
      internalToken: given.TIDEBOOK_INTERNAL_TOKEN,
      knativeSink: given.K_SINK ?? null,
      pubSubTopic: given.TIDEBOOK_PUBSUB_TOPIC ?? null,
    },
  };
}
