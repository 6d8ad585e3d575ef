/**
 * Who may bring events to this process.
 *
 * A setting of the process decides, never the request: with TIDEBOOK_PUSH_AUDIENCE and TIDEBOOK_PUSH_SERVICE_ACCOUNT every
 * event, in whatever form and by whatever path, needs Pub/Sub's token, because such a process stands on a public address.
 * Without them the process stands behind a broker, on an address of the cluster alone (network policy), events need no
 * token, and a push is refused. A header can be left out by whoever sends it: it chooses nothing here. Who wants both
 * ways runs the same image twice.
 *
 * Apart from the reader of events, so that a start from zero does not load that for its settings.
 */
import { z } from "zod";
import { httpUrl, type SettingsRule, together } from "../../engine/protocol/setting.ts";
import { pushTokenVerifier, type TokenVerifier } from "./push-token.ts";

export type EventGate = { readonly from: "broker" } | { readonly from: "push"; readonly verify: TokenVerifier };

const GOOGLE_ISSUER = "https://accounts.google.com";
const GOOGLE_KEYS = "https://www.googleapis.com/oauth2/v3/certs";

/** Of every process that takes events. */
export const pushSettings = {
  TIDEBOOK_PUSH_AUDIENCE: z.string().optional(),
  TIDEBOOK_PUSH_SERVICE_ACCOUNT: z.email("is the e-mail of a service account").optional(),
  TIDEBOOK_PUSH_ISSUER: z.string().default(GOOGLE_ISSUER),
  TIDEBOOK_PUSH_JWKS_URL: httpUrl.default(GOOGLE_KEYS),
};
export const PUSH_RULES: readonly SettingsRule[] = [
  together("TIDEBOOK_PUSH_AUDIENCE", "TIDEBOOK_PUSH_SERVICE_ACCOUNT"),
];

const schema = z.object(pushSettings);

/** @param settings none of them: as of a process that reads none. */
export function eventGateOf(settings: Partial<z.output<typeof schema>>): EventGate {
  const { TIDEBOOK_PUSH_AUDIENCE: audience, TIDEBOOK_PUSH_SERVICE_ACCOUNT: serviceAccount } = settings;
  if (audience === undefined || serviceAccount === undefined) return { from: "broker" };
  const { TIDEBOOK_PUSH_ISSUER: issuer = GOOGLE_ISSUER, TIDEBOOK_PUSH_JWKS_URL: jwksUrl = GOOGLE_KEYS } = settings;
  return { from: "push", verify: pushTokenVerifier({ audience, serviceAccount, issuer, jwksUrl }) };
}
