/**
 * The settings of an exchange in one process. The only reader of the environment there; every mistake is reported at once.
 * Secrets have no defaults here: what is not set is made at the first start and kept in the data folder.
 */
import { z } from "zod";

const TOKEN_LENGTH_MIN = 16;
/** A start then replays for well under a second: some 400,000 records a second, read model included. */
const SNAPSHOT_EVERY_RECORDS_DEFAULT = 250_000;
const MIB = 1_048_576;
const SEALING_KEY_PATTERN = /^[0-9a-fA-F]{64}$/;

function wholeNumber(min: number, max: number) {
  const rule = `is a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^[0-9]{1,10}$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

/** Exported for the README's table, which a test keeps equal. */
export const configSchema = z.object({
  /** 0: any free one. */
  PORT: wholeNumber(0, 65_535).default(8_080),
  TIDEBOOK_SNAPSHOT_EVERY_RECORDS: wholeNumber(100, 10_000_000).default(SNAPSHOT_EVERY_RECORDS_DEFAULT),
  /** Of a new segment of the journal; those that are there keep their size. */
  TIDEBOOK_SEGMENT_MIB: wholeNumber(1, 1_024).default(64),
  HOST: z.string().min(1, "is an address or a name; leave it out for 127.0.0.1").default("127.0.0.1"),
  TIDEBOOK_DATA_DIR: z.string().min(1, "is a folder; leave it out for .data").default(".data"),
  TIDEBOOK_OPERATOR_TOKEN: z
    .string()
    .min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`)
    .regex(/^[\x21-\x7e]*$/, "has no spaces and nothing outside ASCII")
    .optional(),
  TIDEBOOK_SEAL_KEY: z.string().regex(SEALING_KEY_PATTERN, "is 32 bytes as 64 hexadecimal digits").optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "is an address like postgres://user:password@host:5432/database" })
    .optional(),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDirectory: string;
  readonly snapshotEveryRecords: number;
  readonly segmentBytes: number;
  /** null: kept in the data folder. */
  readonly operatorToken: string | null;
  /** null: kept in the data folder. */
  readonly sealingKey: Uint8Array | null;
  /** History's Postgres; null: PGlite in the data folder. */
  readonly databaseUrl: string | null;
}

export type ReadConfig =
  | { readonly outcome: "ok"; readonly config: Config }
  /** One sentence a mistake, without the value. */
  | { readonly outcome: "mistakes"; readonly mistakes: readonly string[] };

export function readConfig(environment: Readonly<Record<string, string | undefined>>): ReadConfig {
  const parsed = configSchema.safeParse(environment);
  if (!parsed.success) {
    return {
      outcome: "mistakes",
      mistakes: parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
    };
  }
  const { data } = parsed;
  return {
    outcome: "ok",
    config: {
      port: data.PORT,
      host: data.HOST,
      dataDirectory: data.TIDEBOOK_DATA_DIR,
      snapshotEveryRecords: data.TIDEBOOK_SNAPSHOT_EVERY_RECORDS,
      segmentBytes: data.TIDEBOOK_SEGMENT_MIB * MIB,
      operatorToken: data.TIDEBOOK_OPERATOR_TOKEN ?? null,
      sealingKey: data.TIDEBOOK_SEAL_KEY === undefined ? null : Buffer.from(data.TIDEBOOK_SEAL_KEY, "hex"),
      databaseUrl: data.DATABASE_URL ?? null,
    },
  };
}
