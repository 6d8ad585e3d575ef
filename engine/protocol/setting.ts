/**
 * The words in which processes read their settings: one rule and one sentence for each kind of value, in every process.
 *
 * Knows no process and reads no environment: whoever starts a process hands its own in. A variable that is set to nothing
 * is not set, everywhere: manifests have no other way to take a value back. Every mistake is told at once, a sentence each,
 * and never with the value, which may be a secret.
 */
import { isIP } from "node:net";
import { z } from "zod";
import { ENGINE_NAME } from "./bus-messages.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const TOKEN_LENGTH_MIN = 16;
/** A start then replays for well under a second: some 400,000 records a second, read model included. */
const SNAPSHOT_EVERY_RECORDS_DEFAULT = 250_000;
const SEGMENT_MIB_DEFAULT = 64;

export function wholeNumber(min: number, max: number) {
  const rule = `is a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^[0-9]{1,10}$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

/** 0: any free one. */
export const port = wholeNumber(0, 65_535);

export const snapshotEveryRecords = wholeNumber(100, 10_000_000).default(SNAPSHOT_EVERY_RECORDS_DEFAULT);
/** Of a new segment of the journal; those that are there keep their size. */
export const segmentMib = wholeNumber(1, 1_024).default(SEGMENT_MIB_DEFAULT);

/** A bearer token: it travels in a header as it is. */
export const token = z
  .string()
  .min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`)
  .regex(/^[\x21-\x7e]*$/, "has no spaces and nothing outside ASCII");

/** How many proxies of ours append to X-Forwarded-For before a request is here (engine/api/client-address.ts). */
export const forwardedHops = wholeNumber(0, 10).default(0);

/** Addresses and CIDR ranges of proxies of ours, separated by commas (engine/api/client-address.ts). */
export const trustedProxies = z
  .string()
  .transform((text) => text.split(",").map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ""))
  .refine((entries) => entries.every(isAddressOrRange), "is addresses or ranges like 10.0.0.0/8, separated by commas")
  .optional();

function isAddressOrRange(entry: string): boolean {
  const [address = "", bits, ...more] = entry.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** What API secrets are sealed under, AES-256's. */
export const sealingKey = z.string().regex(/^[0-9a-fA-F]{64}$/, "is 32 bytes as 64 hexadecimal digits");

export const engineName = z
  .string()
  .regex(ENGINE_NAME, "is a name of small letters, digits and hyphens, up to 63")
  .default("e1");

export const redisUrl = addressOf(/^rediss?$/, "redis://user:password@host:6379, or rediss:// for TLS");
export const postgresUrl = addressOf(/^postgres(ql)?$/, "postgres://user:password@host:5432/database");
/** Of a broker or a set of keys: whatever takes a request as it stands. */
export const httpUrl = addressOf(/^https?$/, "http://host/path, or https://");

/** Of another process of ours: scheme, host and port. Paths are put behind it. */
export const originUrl = addressOf(/^http$/, "http://engine:8081").refine(
  (text) => ["", "/"].includes(text.slice(new URL(text).origin.length)),
  "is an address without a path",
);

/** Where people find this exchange: scheme, host and port, written as a browser writes them in the header Origin. */
export const publicOrigin = addressOf(/^https?$/, "https://exchange.example.org")
  .refine((text) => new URL(text).href === `${new URL(text).origin}/`, "is an address without a path")
  .refine(
    (text) => !isAddress(new URL(text).hostname),
    "names a host: passkeys do not work at an address like 127.0.0.1",
  )
  .transform((text) => new URL(text).origin);

function isAddress(hostname: string): boolean {
  return isIP(hostname.replaceAll(/[[\]]/g, "")) !== 0;
}

export const certificate = z.string().startsWith("-----BEGIN CERTIFICATE-----", "is a certificate as PEM text");

/** Project and topic. */
export const PUBSUB_TOPIC = /^projects\/([^/]+)\/topics\/([^/]+)$/;
export const pubSubTopic = z.string().regex(PUBSUB_TOPIC, "is projects/P/topics/T");

/** `abort`: what is no address is told once, and asked nothing more. */
function addressOf(protocol: RegExp, example: string) {
  return z.url({ protocol, error: `is an address like ${example}`, abort: true });
}

/** A rule about several settings: what is wrong with those that are set, or null. */
export type SettingsRule = (given: Environment) => string | null;

export function together(one: string, other: string): SettingsRule {
  return (given) =>
    (given[one] === undefined) === (given[other] === undefined)
      ? null
      : `${one} and ${other} are set together or not at all`;
}

export type ReadSettings<Settings> =
  | { readonly outcome: "ok"; readonly settings: Settings }
  /** One sentence a mistake, without the value. */
  | { readonly outcome: "mistakes"; readonly mistakes: readonly string[] };

/** @param schema of the variables that the process reads; others are nobody's mistake. */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
  rules: readonly SettingsRule[] = [],
): ReadSettings<z.output<Schema>> {
  const given = whatIsSet(environment);
  const parsed = schema.safeParse(given);
  const mistakes = [
    ...(parsed.success ? [] : parsed.error.issues.map(({ path, message }) => sentenceOf(given, path, message))),
    ...rules.map((rule) => rule(given)).filter((mistake) => mistake !== null),
  ];
  if (!parsed.success || mistakes.length > 0) return { outcome: "mistakes", mistakes };
  return { outcome: "ok", settings: parsed.data };
}

export function whatIsSet(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}

function sentenceOf(given: Environment, path: readonly PropertyKey[], message: string): string {
  const name = path.join(".");
  return given[name] === undefined ? `${name} is not set` : `${name} ${message}`;
}
