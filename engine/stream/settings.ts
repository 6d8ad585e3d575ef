/** The settings of the stream as a process of its own: the environment alone, every mistake at once, no secret in a message. */
import { z } from "zod";
import { type ProxyTrust, proxyTrust } from "../api/client-address.ts";
import { limitSettings, limitsOf } from "../api/limits/limit-settings.ts";
import type { Limits } from "../api/limits/limiter.ts";
import {
  certificate,
  type Environment,
  engineName,
  forwardedHops,
  originUrl,
  port,
  publicOrigin,
  type ReadSettings,
  readSettings,
  redisUrl,
  sealingKey,
  token,
  trustedProxies,
} from "../protocol/setting.ts";

export const streamSchema = z.object({
  HOST: z.string().default("0.0.0.0"),
  PORT: port.default(8_080),
  TIDEBOOK_INTERNAL_PORT: port.default(8_081),
  PUBLIC_ORIGIN: publicOrigin.optional(),
  TIDEBOOK_ENGINE: engineName,
  REDIS_URL: redisUrl,
  TIDEBOOK_REDIS_CA: certificate.optional(),
  TIDEBOOK_INTERNAL_TOKEN: token,
  TIDEBOOK_SEAL_KEY: sealingKey,
  TIDEBOOK_ENGINE_URL: originUrl,
  TIDEBOOK_HISTORY_URL: originUrl.optional(),
  TIDEBOOK_FORWARDED_HOPS: forwardedHops,
  TRUSTED_PROXIES: trustedProxies,
  ...limitSettings,
});

export interface StreamSettings {
  readonly host: string;
  readonly port: number;
  readonly internalPort: number;
  /** null: nobody said. */
  readonly publicOrigin: string | null;
  readonly engine: string;
  readonly redisUrl: string;
  /** null: the system's authorities count. */
  readonly redisCa: string | null;
  readonly internalToken: string;
  readonly sealingKey: Uint8Array;
  readonly engineUrl: string;
  /** null: what happened before the start is never shown. */
  readonly historyUrl: string | null;
  readonly proxies: ProxyTrust;
  readonly limits: Limits;
}

export function readStreamSettings(environment: Environment): ReadSettings<StreamSettings> {
  const read = readSettings(streamSchema, environment);
  if (read.outcome === "mistakes") return read;
  const { settings: given } = read;
  return {
    outcome: "ok",
    settings: {
      host: given.HOST,
      port: given.PORT,
      internalPort: given.TIDEBOOK_INTERNAL_PORT,
      publicOrigin: given.PUBLIC_ORIGIN ?? null,
      engine: given.TIDEBOOK_ENGINE,
      redisUrl: given.REDIS_URL,
      redisCa: given.TIDEBOOK_REDIS_CA ?? null,
      internalToken: given.TIDEBOOK_INTERNAL_TOKEN,
      sealingKey: Buffer.from(given.TIDEBOOK_SEAL_KEY, "hex"),
      engineUrl: given.TIDEBOOK_ENGINE_URL,
      historyUrl: given.TIDEBOOK_HISTORY_URL ?? null,
      proxies: proxyTrust(given.TIDEBOOK_FORWARDED_HOPS, given.TRUSTED_PROXIES ?? []),
      limits: limitsOf(given),
    },
  };
}
