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
import { pushTokenVerifier, type TokenVerifier } from "./push-token.ts";

export type EventGate = { readonly from: "broker" } | { readonly from: "push"; readonly verify: TokenVerifier };

const GOOGLE_ISSUER = "https://accounts.google.com";
const GOOGLE_KEYS = "https://www.googleapis.com/oauth2/v3/certs";

const text = z.string().min(1);
const settings = z
  .object({
    TIDEBOOK_PUSH_AUDIENCE: text.optional(),
    TIDEBOOK_PUSH_SERVICE_ACCOUNT: z.email("is the e-mail of a service account").optional(),
    TIDEBOOK_PUSH_ISSUER: text.default(GOOGLE_ISSUER),
    TIDEBOOK_PUSH_JWKS_URL: z.url({ protocol: /^https?$/ }).default(GOOGLE_KEYS),
  })
  .refine((all) => (all.TIDEBOOK_PUSH_AUDIENCE === undefined) === (all.TIDEBOOK_PUSH_SERVICE_ACCOUNT === undefined), {
    message: "TIDEBOOK_PUSH_AUDIENCE and TIDEBOOK_PUSH_SERVICE_ACCOUNT are set together or not at all",
  });

/** @throws Error that names every mistake. */
export function eventGateFrom(environment: Readonly<Record<string, string | undefined>>): EventGate {
  const parsed = settings.safeParse(environment);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { data } = parsed;
  if (data.TIDEBOOK_PUSH_AUDIENCE === undefined || data.TIDEBOOK_PUSH_SERVICE_ACCOUNT === undefined) {
    return { from: "broker" };
  }
  const verify = pushTokenVerifier({
    audience: data.TIDEBOOK_PUSH_AUDIENCE,
    serviceAccount: data.TIDEBOOK_PUSH_SERVICE_ACCOUNT,
    issuer: data.TIDEBOOK_PUSH_ISSUER,
    jwksUrl: data.TIDEBOOK_PUSH_JWKS_URL,
  });
  return { from: "push", verify };
}
