/**
 * The door of every function that takes CloudEvents: who may bring one, and one reader for all forms.
 *
 * A setting of the process decides, never the request: with TIDEBOOK_PUSH_AUDIENCE and TIDEBOOK_PUSH_SERVICE_ACCOUNT every
 * event, in whatever form and by whatever path, needs Pub/Sub's token, because such a process stands on a public address.
 * Without them the process stands behind a broker, on an address of the cluster alone (network policy), events need no
 * token, and a push is refused. A header can be left out by whoever sends it: it chooses nothing here. Who wants both
 * ways runs the same image twice.
 */
import { z } from "zod";
import {
  type EventLimits,
  type EventRequest,
  type ReceivedEvent,
  readCloudEvent,
} from "../../engine/protocol/cloud-event-in.ts";
import { pushTokenVerifier, type TokenVerifier } from "./push-token.ts";

export type EventGate = { readonly from: "broker" } | { readonly from: "push"; readonly verify: TokenVerifier };

export type Admission = { readonly outcome: "admitted"; readonly event: ReceivedEvent } | Refused;

/**
 * 400: no event of ours, and never will be. 401, 403: not proven. 503: cannot be known now. Pub/Sub sends again after any
 * of them, up to its maxDeliveryAttempts; a broker after 503 alone.
 */
export interface Refused {
  readonly outcome: "refused";
  readonly status: 400 | 401 | 403 | 503;
  readonly reason: string;
}

/** Never rejects. */
export async function admitEvent(request: EventRequest, limits: EventLimits, gate: EventGate): Promise<Admission> {
  if (gate.from === "push") {
    const verdict = await gate.verify(authorizationOf(request));
    switch (verdict.outcome) {
      case "valid":
        break;
      case "invalid":
        return { outcome: "refused", status: 401, reason: verdict.reason };
      case "forbidden":
        return { outcome: "refused", status: 403, reason: verdict.reason };
      case "unavailable":
        return { outcome: "refused", status: 503, reason: verdict.reason };
    }
  }
  let event: ReceivedEvent;
  try {
    event = readCloudEvent(request, limits);
  } catch (error) {
    // Whatever the parsers throw, the bytes will not be better next time.
    return { outcome: "refused", status: 400, reason: error instanceof Error ? error.message : String(error) };
  }
  if (gate.from === "broker" && event.push !== null) {
    return { outcome: "refused", status: 403, reason: "no push is expected here: TIDEBOOK_PUSH_AUDIENCE is not set" };
  }
  return { outcome: "admitted", event };
}

function authorizationOf({ headers }: EventRequest): string {
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === "authorization" && typeof value === "string") return value;
  }
  return "";
}

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
