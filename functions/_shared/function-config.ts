/**
 * The settings of a function that runs as a process of its own, by environment alone; every mistake is reported at once.
 * Each function requires what it cannot work without, and ignores what others need. An empty value is none.
 */
import { z } from "zod";

const TOKEN_LENGTH_MIN = 16;
const PORT_DEFAULT = "8080";
const FORWARDED_HOPS_MAX = 10;

function wholeNumber(min: number, max: number) {
  const rule = `is a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^[0-9]{1,10}$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

function urlOf(protocol: RegExp, words: string) {
  return z.url({ protocol, error: `is an address like ${words}` });
}

const token = z
  .string()
  .min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`)
  .regex(/^[\x21-\x7e]*$/, "has no spaces and nothing outside ASCII");

/** Where a process listens; all that a function without an edge needs. */
export const serverSchema = z.object({
  PORT: z.string().default(PORT_DEFAULT).pipe(wholeNumber(0, 65_535)),
  /** A container's own network: whoever may reach it is decided outside. */
  HOST: z.string().default("0.0.0.0"),
});

export const edgeSchema = serverSchema.extend({
  TIDEBOOK_ENGINE: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, "is a name of small letters, digits and hyphens")
    .default("e1"),
  REDIS_URL: urlOf(/^rediss?$/, "redis://user:password@host:6379").optional(),
  TIDEBOOK_REDIS_CA: z.string().startsWith("-----BEGIN CERTIFICATE-----", "is a certificate in PEM").optional(),
  TIDEBOOK_ENGINE_URL: urlOf(/^http$/, "http://engine:8081").optional(),
  TIDEBOOK_STREAM_URL: urlOf(/^http$/, "http://stream-internal:8081").optional(),
  TIDEBOOK_INTERNAL_TOKEN: token.optional(),
  DATABASE_URL: urlOf(/^postgres(ql)?$/, "postgres://user:password@host:5432/database").optional(),
  TIDEBOOK_SEAL_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, "is 32 bytes as 64 hexadecimal digits")
    .optional(),
  TIDEBOOK_OPERATOR_TOKEN: token.optional(),
  /** How many proxies of ours stand before this process and append to X-Forwarded-For; 0: the connection's address counts. */
  TIDEBOOK_FORWARDED_HOPS: z.string().default("0").pipe(wholeNumber(0, FORWARDED_HOPS_MAX)),
});
type Setting = keyof z.input<typeof edgeSchema>;

export const EDGE_FUNCTIONS = ["orders", "account", "market-data", "users"] as const;
export type EdgeFunction = (typeof EDGE_FUNCTIONS)[number];

/** DATABASE_URL is nobody's need: without it history says so, and trading goes on. */
const REQUIRED: Readonly<Record<EdgeFunction, readonly Setting[]>> = {
  orders: ["REDIS_URL", "TIDEBOOK_SEAL_KEY", "TIDEBOOK_ENGINE_URL", "TIDEBOOK_INTERNAL_TOKEN"],
  account: ["REDIS_URL", "TIDEBOOK_SEAL_KEY", "TIDEBOOK_ENGINE_URL", "TIDEBOOK_INTERNAL_TOKEN"],
  "market-data": ["REDIS_URL", "TIDEBOOK_STREAM_URL", "TIDEBOOK_INTERNAL_TOKEN"],
  users: [
    "REDIS_URL",
    "TIDEBOOK_SEAL_KEY",
    "TIDEBOOK_ENGINE_URL",
    "TIDEBOOK_INTERNAL_TOKEN",
    "TIDEBOOK_OPERATOR_TOKEN",
  ],
};

export type EdgeConfig = z.output<typeof edgeSchema>;
export type ServerConfig = z.output<typeof serverSchema>;
type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with the environment: one sentence a mistake, without the value. */
export class SettingsMistaken extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`${mistakes.length} mistake(s) in the environment`);
    this.name = "SettingsMistaken";
    this.mistakes = mistakes;
  }
}

/** @throws SettingsMistaken */
export function readServerConfig(environment: Environment): ServerConfig {
  return read(serverSchema, environment, []);
}

/** @throws SettingsMistaken */
export function readEdgeConfig(name: EdgeFunction, environment: Environment): EdgeConfig {
  return read(edgeSchema, environment, REQUIRED[name]);
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
  required: readonly Setting[],
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  const mistakes = [
    ...required.filter((name) => given[name] === undefined).map((name) => `${name} is not set`),
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`)),
  ];
  if (!parsed.success || mistakes.length > 0) throw new SettingsMistaken(mistakes);
  return parsed.data;
}

/** One sentence a mistake: what it is about, and the rule; never the value. */
export function mistakesIn(error: z.ZodError): readonly string[] {
  return error.issues.map((issue) =>
    [...(issue.path.length > 0 ? [issue.path.join(".")] : []), issue.message].join(" "),
  );
}
