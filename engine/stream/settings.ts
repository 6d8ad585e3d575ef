/** The settings of the stream as a process of its own: the environment alone, every mistake at once, no secret in a message. */
import { z } from "zod";

const TOKEN_LENGTH_MIN = 16;

function port(or: number) {
  const rule = "is a whole number from 0 to 65535";
  return z
    .string()
    .regex(/^[0-9]{1,5}$/, rule)
    .transform(Number)
    .refine((value) => value <= 65_535, rule)
    .default(or);
}

/** Of another process of ours: scheme, host and port, nothing behind them. */
const originUrl = z
  .url({ protocol: /^http$/, error: "is an address like http://engine:8081" })
  .refine((text) => new URL(text).pathname === "/", "is an address without a path");

const schema = z.object({
  HOST: z.string().min(1, "is an address or a name; leave it out for 0.0.0.0").default("0.0.0.0"),
  /** 0: any free one. */
  PORT: port(8_080),
  TIDEBOOK_INTERNAL_PORT: port(8_081),
  TIDEBOOK_ENGINE: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, "is a name of small letters, digits and hyphens")
    .default("e1"),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "is redis://user:password@host:port, or rediss:// for TLS" }),
  TIDEBOOK_REDIS_CA: z.string().startsWith("-----BEGIN", "is a certificate as PEM text").optional(),
  TIDEBOOK_INTERNAL_TOKEN: z
    .string("is missing: the bearer token of calls between our own processes")
    .min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`)
    .regex(/^[\x21-\x7e]*$/, "has no spaces and nothing outside ASCII"),
  TIDEBOOK_ENGINE_URL: originUrl,
  TIDEBOOK_HISTORY_URL: originUrl.optional(),
});

export interface StreamSettings {
  readonly host: string;
  readonly port: number;
  readonly internalPort: number;
  readonly engine: string;
  readonly redisUrl: string;
  /** null: the system's authorities count. */
  readonly redisCa: string | null;
  readonly internalToken: string;
  readonly engineUrl: string;
  /** null: what happened before the start is never shown. */
  readonly historyUrl: string | null;
}

export type ReadSettings =
  | { readonly outcome: "ok"; readonly settings: StreamSettings }
  /** One sentence a mistake, without the value. */
  | { readonly outcome: "mistakes"; readonly mistakes: readonly string[] };

export function readStreamSettings(environment: Readonly<Record<string, string | undefined>>): ReadSettings {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    return { outcome: "mistakes", mistakes };
  }
  const { data } = parsed;
  return {
    outcome: "ok",
    settings: {
      host: data.HOST,
      port: data.PORT,
      internalPort: data.TIDEBOOK_INTERNAL_PORT,
      engine: data.TIDEBOOK_ENGINE,
      redisUrl: data.REDIS_URL,
      redisCa: data.TIDEBOOK_REDIS_CA ?? null,
      internalToken: data.TIDEBOOK_INTERNAL_TOKEN,
      engineUrl: data.TIDEBOOK_ENGINE_URL,
      historyUrl: data.TIDEBOOK_HISTORY_URL ?? null,
    },
  };
}
