/**
 * Whether a push request was sent by Pub/Sub for us: the OIDC token that it carries as `Authorization: Bearer …`.
 *
 * Signed (RS256) by a key of the issuer's published set, for our audience, within its time, and issued to the one service
 * account that the subscription pushes as, with a verified e-mail. Audience and service account both: any Google customer
 * can have a token made for our audience. The key set is fetched by URL when it is first needed and kept.
 */
import type { JWTVerifyGetKey } from "jose";
import { z } from "zod";

export interface PushTokenSettings {
  readonly audience: string;
  /** The e-mail of the service account. */
  readonly serviceAccount: string;
  readonly issuer: string;
  readonly jwksUrl: string;
}

export type TokenVerdict =
  | { readonly outcome: "valid" }
  /** Nobody's, or not for us (401); somebody else's (403). */
  | { readonly outcome: "invalid" | "forbidden"; readonly reason: string }
  /** The issuer's keys cannot be fetched now. */
  | { readonly outcome: "unavailable"; readonly reason: string };

export type TokenVerifier = (authorization: string) => Promise<TokenVerdict>;

const KEYS_TIMEOUT_MS = 3_000;
/** An unknown key id makes us ask again, but no more often than this. */
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_AGE_MAX_MS = 600_000;
/** Of both clocks. */
const CLOCK_TOLERANCE_S = 30;
const TOKEN_LENGTH_MAX = 8 * 1024;

const claims = z.object({ email: z.string(), email_verified: z.literal(true) });

export function pushTokenVerifier(settings: PushTokenSettings): TokenVerifier {
  const { audience, serviceAccount, issuer, jwksUrl } = settings;
  let keys: JWTVerifyGetKey | null = null;
  return async (authorization) => {
    const token = /^Bearer ([\w.=-]+)$/i.exec(authorization)?.[1];
    if (token === undefined || token.length > TOKEN_LENGTH_MAX)
      return { outcome: "invalid", reason: "no bearer token" };
    // With the first push: whoever is never pushed to does not load it.
    const { createRemoteJWKSet, jwtVerify } = await import("jose");
    keys ??= createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: KEYS_TIMEOUT_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
      cacheMaxAge: KEYS_AGE_MAX_MS,
    });
    let payload: unknown;
    try {
      const verified = await jwtVerify(token, keys, {
        algorithms: ["RS256"],
        issuer,
        audience,
        requiredClaims: ["exp", "iat", "email"],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      payload = verified.payload;
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      const reason = typeof code === "string" ? code : "the issuer's keys cannot be read";
      return { outcome: isOfTheToken(code) ? "invalid" : "unavailable", reason };
    }
    const parsed = claims.safeParse(payload);
    if (!parsed.success) return { outcome: "forbidden", reason: "the e-mail is not verified" };
    return parsed.data.email === serviceAccount
      ? { outcome: "valid" }
      : { outcome: "forbidden", reason: "another service account" };
  };
}

/** What jose says of the token itself; everything else is about fetching the keys. */
function isOfTheToken(code: unknown): boolean {
  if (typeof code !== "string") return false;
  return /^ERR_(JWT|JWS)_/.test(code) || OF_THE_TOKEN.has(code);
}
const OF_THE_TOKEN: ReadonlySet<string> = new Set([
  "ERR_JOSE_ALG_NOT_ALLOWED",
  "ERR_JOSE_NOT_SUPPORTED",
  "ERR_JWKS_NO_MATCHING_KEY",
  "ERR_JWKS_MULTIPLE_MATCHING_KEYS",
]);
