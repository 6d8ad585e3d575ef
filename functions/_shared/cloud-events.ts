/**
 * The door of every function that takes CloudEvents: whether this one may come in (event-gate.ts), and one reader for all
 * its forms.
 */
import {
  type EventLimits,
  type EventRequest,
  type ReceivedEvent,
  readCloudEvent,
} from "../../engine/protocol/cloud-event-in.ts";
import type { EventGate } from "./event-gate.ts";

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
