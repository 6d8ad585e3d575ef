/**
 * The settings of the engine as a process of its own: the environment alone, every mistake at once, no secret in a message.
 */
import { z } from "zod";
import { sinkMistakes } from "./bus/sinks/configured-sink.ts";

const TOKEN_LENGTH_MIN = 16;
/** A start then replays for well under a second: some 400,000 records a second, read model included. */
const SNAPSHOT_EVERY_RECORDS_DEFAULT = 250_000;
const MIB = 1_048_576;

function wholeNumber(min: number, max: number) {
  const rule = `is a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^[0-9]{1,10}$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

const schema = z.object({
  HOST: z.string().min(1, "is an address or a name; leave it out for 0.0.0.0").default("0.0.0.0"),
  /** 0: any free one. */
  TIDEBOOK_INTERNAL_PORT: wholeNumber(0, 65_535).default(8_081),
  TIDEBOOK_ENGINE: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "is a name of small letters, digits and hyphens, up to 63")
    .default("e1"),
  TIDEBOOK_DATA_DIR: z
    .string("is missing: the folder of the journal, on a disk that stays")
    .min(1, "is missing: the folder of the journal, on a disk that stays"),
  TIDEBOOK_SNAPSHOT_EVERY_RECORDS: wholeNumber(100, 10_000_000).default(SNAPSHOT_EVERY_RECORDS_DEFAULT),
  /** Of a new segment of the journal; those that are there keep their size. */
  TIDEBOOK_SEGMENT_MIB: wholeNumber(1, 1_024).default(64),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "is redis://user:password@host:port, or rediss:// for TLS" }),
  TIDEBOOK_REDIS_CA: z.string().startsWith("-----BEGIN", "is a certificate as PEM text").optional(),
  TIDEBOOK_INTERNAL_TOKEN: z
    .string("is missing: the bearer token of calls between our own processes")
    .min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`)
    .regex(/^[\x21-\x7e]*$/, "has no spaces and nothing outside ASCII"),
  K_SINK: z.string().optional(),
  TIDEBOOK_PUBSUB_TOPIC: z.string().optional(),
});

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

export type ReadEngineSettings =
  | { readonly outcome: "ok"; readonly settings: EngineSettings }
  /** One sentence a mistake, without the value. */
  | { readonly outcome: "mistakes"; readonly mistakes: readonly string[] };

export function readEngineSettings(environment: Readonly<Record<string, string | undefined>>): ReadEngineSettings {
  // A variable that is set to nothing is not set: manifests have no other way to say so.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  const sinks = { knativeSink: given.K_SINK ?? null, pubSubTopic: given.TIDEBOOK_PUBSUB_TOPIC ?? null };
  const mistakes = sinkMistakes(sinks);
  if (!parsed.success) {
    const own = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    return { outcome: "mistakes", mistakes: [...own, ...mistakes] };
  }
  if (mistakes.length > 0) return { outcome: "mistakes", mistakes };
  const { data } = parsed;
  return {
    outcome: "ok",
    settings: {
      host: data.HOST,
      internalPort: data.TIDEBOOK_INTERNAL_PORT,
      engine: data.TIDEBOOK_ENGINE,
      dataDirectory: data.TIDEBOOK_DATA_DIR,
      snapshotEveryRecords: data.TIDEBOOK_SNAPSHOT_EVERY_RECORDS,
      segmentBytes: data.TIDEBOOK_SEGMENT_MIB * MIB,
      redisUrl: data.REDIS_URL,
      redisCa: data.TIDEBOOK_REDIS_CA ?? null,
      internalToken: data.TIDEBOOK_INTERNAL_TOKEN,
      ...sinks,
    },
  };
}
