/**
 * The settings of an exchange in one process. Secrets have no defaults here: what is not set is made at the first start and
 * kept in the data folder.
 */
import { z } from "zod";
import { type ProxyTrust, proxyTrust } from "../../engine/api/client-address.ts";
import { limitSettings, limitsOf, NO_LIMITS_BY_ADDRESS } from "../../engine/api/limits/limit-settings.ts";
import type { Limits } from "../../engine/api/limits/limiter.ts";
import {
  type Environment,
  forwardedHops,
  port,
  postgresUrl,
  publicOrigin,
  type ReadSettings,
  readSettings,
  sealingKey,
  segmentMib,
  snapshotEveryRecords,
  token,
  trustedProxies,
  wholeNumber,
} from "../../engine/protocol/setting.ts";
import { fundingSettings } from "./funding-settings.ts";

const MIB = 1_048_576;
/** Orders and cancels a second, on all instruments together. */
const BOTS_RATE_DEFAULT = 25;
const BOTS_RATE_MAX = 1_000;
const BOTS_SEED_MAX = 2 ** 31 - 1;

/** Exported for the README's table, which a test keeps equal. */
export const configSchema = z.object({
  PORT: port.default(8_080),
  TIDEBOOK_SNAPSHOT_EVERY_RECORDS: snapshotEveryRecords,
  TIDEBOOK_SEGMENT_MIB: segmentMib,
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_ORIGIN: publicOrigin.optional(),
  TIDEBOOK_DATA_DIR: z.string().default(".data"),
  TIDEBOOK_OPERATOR_TOKEN: token.optional(),
  TIDEBOOK_SEAL_KEY: sealingKey.optional(),
  DATABASE_URL: postgresUrl.optional(),
  ...fundingSettings,
  ...limitSettings,
  TIDEBOOK_FORWARDED_HOPS: forwardedHops,
  TRUSTED_PROXIES: trustedProxies,
  TIDEBOOK_BOTS: z.enum(["0", "1"], "is 0 or 1").default("1"),
  TIDEBOOK_BOTS_RATE: wholeNumber(1, BOTS_RATE_MAX).default(BOTS_RATE_DEFAULT),
  TIDEBOOK_BOTS_SEED: wholeNumber(0, BOTS_SEED_MAX).default(1),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Where people find it; null: nobody said, and it is where it listens. */
  readonly publicOrigin: string | null;
  readonly dataDirectory: string;
  readonly snapshotEveryRecords: number;
  readonly segmentBytes: number;
  /** null: kept in the data folder. */
  readonly operatorToken: string | null;
  /** null: kept in the data folder. */
  readonly sealingKey: Uint8Array | null;
  /** History's Postgres; null: PGlite in the data folder. */
  readonly databaseUrl: string | null;
  readonly withdrawalApproval: "operator" | "automatic";
  /** 0: never. */
  readonly auditEveryS: number;
  /** Of every address but those of this machine. */
  readonly limits: Limits;
  /** Of this machine's own addresses: those that were set, and no others. Bots, benches and replays run there. */
  readonly loopbackLimits: Limits;
  readonly proxies: ProxyTrust;
  /** The demo's traders. */
  readonly bots: BotSettings;
}

export interface BotSettings {
  readonly isOn: boolean;
  /** Orders and cancels a second, on all instruments together. */
  readonly ratePerS: number;
  readonly seed: number;
}

export function readConfig(environment: Environment): ReadSettings<Config> {
  const read = readSettings(configSchema, environment);
  if (read.outcome === "mistakes") return read;
  const { settings: given } = read;
  return {
    outcome: "ok",
    settings: {
      port: given.PORT,
      host: given.HOST,
      publicOrigin: given.PUBLIC_ORIGIN ?? null,
      dataDirectory: given.TIDEBOOK_DATA_DIR,
      snapshotEveryRecords: given.TIDEBOOK_SNAPSHOT_EVERY_RECORDS,
      segmentBytes: given.TIDEBOOK_SEGMENT_MIB * MIB,
      operatorToken: given.TIDEBOOK_OPERATOR_TOKEN ?? null,
      sealingKey: given.TIDEBOOK_SEAL_KEY === undefined ? null : Buffer.from(given.TIDEBOOK_SEAL_KEY, "hex"),
      databaseUrl: given.DATABASE_URL ?? null,
      withdrawalApproval: given.TIDEBOOK_WITHDRAWAL_APPROVAL,
      auditEveryS: given.TIDEBOOK_AUDIT_EVERY_S,
      limits: limitsOf(given),
      loopbackLimits: limitsOf(given, NO_LIMITS_BY_ADDRESS),
      proxies: proxyTrust(given.TIDEBOOK_FORWARDED_HOPS, given.TRUSTED_PROXIES ?? []),
      bots: {
        isOn: given.TIDEBOOK_BOTS === "1",
        ratePerS: given.TIDEBOOK_BOTS_RATE,
        seed: given.TIDEBOOK_BOTS_SEED,
      },
    },
  };
}
