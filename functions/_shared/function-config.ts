/**
 * The settings of a function that runs as a process of its own, by environment alone; every mistake is reported at once.
 * Each function requires what it cannot work without, and ignores what others need.
 */
import { z } from "zod";
import { limitSettings } from "../../engine/api/limits/limit-settings.ts";
import {
  certificate,
  type Environment,
  engineName,
  forwardedHops,
  originUrl,
  port,
  postgresUrl,
  publicOrigin,
  readSettings,
  redisUrl,
  type SettingsRule,
  sealingKey,
  token,
  trustedProxies,
} from "../../engine/protocol/setting.ts";
import { PUSH_RULES, pushSettings } from "./event-gate.ts";
import { fundingSettings } from "./funding-settings.ts";

/** Where a process listens; all that a function without an edge needs. */
export const serverSchema = z.object({
  PORT: port.default(8_080),
  /** A container's own network: whoever may reach it is decided outside. */
  HOST: z.string().default("0.0.0.0"),
});

const edge = serverSchema.extend({
  TIDEBOOK_ENGINE: engineName,
  REDIS_URL: redisUrl,
  TIDEBOOK_REDIS_CA: certificate.optional(),
  TIDEBOOK_INTERNAL_TOKEN: token,
  TIDEBOOK_FORWARDED_HOPS: forwardedHops,
  TRUSTED_PROXIES: trustedProxies,
  ...limitSettings,
});
/** Without it history says so, and trading goes on. */
const history = { DATABASE_URL: postgresUrl.optional() };

/** Where people's passkeys work: with it, and with a Postgres in which to keep them, there are people here. */
const people = {
  PUBLIC_ORIGIN: publicOrigin.optional(),
  /** As the owner of their schema alone; not set: as whoever history is read by. */
  TIDEBOOK_PEOPLE_DATABASE_URL: postgresUrl.optional(),
};

export const EDGE_SCHEMAS = {
  orders: edge.extend({ TIDEBOOK_ENGINE_URL: originUrl, TIDEBOOK_SEAL_KEY: sealingKey, ...history, ...pushSettings }),
  account: edge.extend({ TIDEBOOK_ENGINE_URL: originUrl, TIDEBOOK_SEAL_KEY: sealingKey, ...history }),
  "market-data": edge.extend({
    TIDEBOOK_STREAM_URL: originUrl,
    TIDEBOOK_ENGINE_URL: originUrl.optional(),
    ...history,
  }),
  funding: edge.extend({
    TIDEBOOK_ENGINE_URL: originUrl,
    TIDEBOOK_SEAL_KEY: sealingKey,
    TIDEBOOK_OPERATOR_TOKEN: token,
    /** Where withdrawals go is kept here alone. */
    DATABASE_URL: postgresUrl,
    ...people,
    ...pushSettings,
    ...fundingSettings,
  }),
  users: edge.extend({
    TIDEBOOK_ENGINE_URL: originUrl,
    /** For the operator's status; without it that has no reading of the stream. */
    TIDEBOOK_STREAM_URL: originUrl.optional(),
    TIDEBOOK_SEAL_KEY: sealingKey,
    TIDEBOOK_OPERATOR_TOKEN: token,
    ...people,
    /** The one that funding has, where people have no address of their own: both look at sessions. */
    DATABASE_URL: postgresUrl.optional(),
  }),
};
export type EdgeFunction = keyof typeof EDGE_SCHEMAS;
export const EDGE_FUNCTIONS = Object.keys(EDGE_SCHEMAS) as readonly EdgeFunction[];
const RULES: Readonly<Partial<Record<EdgeFunction, readonly SettingsRule[]>>> = {
  orders: PUSH_RULES,
  funding: PUSH_RULES,
};

/** What every edge has, and what some have. */
export type EdgeConfig = z.output<typeof edge> &
  Partial<z.output<typeof EDGE_SCHEMAS.orders>> &
  Partial<z.output<(typeof EDGE_SCHEMAS)["market-data"]>> &
  Partial<z.output<typeof EDGE_SCHEMAS.users>> &
  Partial<z.output<typeof EDGE_SCHEMAS.funding>>;
export type ServerConfig = z.output<typeof serverSchema>;

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
  return settingsOf(serverSchema, environment);
}

/** @throws SettingsMistaken */
export function readEdgeConfig(name: EdgeFunction, environment: Environment): EdgeConfig {
  return settingsOf<z.ZodObject>(EDGE_SCHEMAS[name], environment, RULES[name]) as EdgeConfig;
}

/** @throws SettingsMistaken */
export function settingsOf<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
  rules: readonly SettingsRule[] = [],
): z.output<Schema> {
  const read = readSettings(schema, environment, rules);
  if (read.outcome === "mistakes") throw new SettingsMistaken(read.mistakes);
  return read.settings;
}
