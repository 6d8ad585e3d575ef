/**
 * Orders by CloudEvent: `tidebook.order.requested.v1` in, `tidebook.order.outcome.v1` out.
 *
 * A request is a signed order as over HTTP: `payload` is the query string as it was signed, `signature` what belongs to
 * it. Events are delivered more than once and out of order, so everything that decides an order's fate is a function of the
 * event alone: the command id, the client order id where none was sent, the deadline. A copy then has no second effect,
 * and after the deadline the engine refuses every copy.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { MalformedEvent } from "./event-json.ts";
import type { HttpMessage } from "./journal-batch.ts";

export const ORDER_REQUESTED_TYPE = "tidebook.order.requested.v1";
export const ORDER_OUTCOME_TYPE = "tidebook.order.outcome.v1";
const ORDER_OUTCOME_SOURCE = "/tidebook/orders";
/** Of a request's data. */
export const ORDER_REQUEST_BYTES_MAX = 12 * 1024;
const PAYLOAD_LENGTH_MAX = 8 * 1024;

export interface OrderRequest {
  readonly apiKey: string;
  /** A query string without its `signature`. */
  readonly payload: string;
  /** As a query string would carry it once decoded: hex for HMAC, base64 for RSA and Ed25519. */
  readonly signature: string;
}

const orderRequest = z.strictObject({
  apiKey: z.string().min(1).max(128),
  payload: z.string().min(1).max(PAYLOAD_LENGTH_MAX),
  signature: z.string().min(1).max(1_024),
});

/** The data of a `tidebook.order.requested.v1`. @throws MalformedEvent */
export function readOrderRequest(data: unknown): OrderRequest {
  const parsed = orderRequest.safeParse(data);
  if (!parsed.success) throw new MalformedEvent(z.prettifyError(parsed.error));
  return parsed.data;
}

const COMMAND_ID_BYTES = 16;
const CLIENT_ORDER_ID_BYTES = 11;
/** So that no other hash of the same words is a command id. */
const COMMAND_ID_DOMAIN = "tidebook.order.requested.v1 command id";
const CLIENT_ORDER_ID_DOMAIN = "tidebook.order.requested.v1 client order id";

interface RequestIdentity {
  readonly source: string;
  readonly id: string;
  /** Part of it: nobody else can use up an id that is not theirs, because their key is another. */
  readonly apiKey: string;
}

/** 16 bytes, the same for every delivery of one event. */
export function commandIdOf(identity: RequestIdentity): Uint8Array {
  return digestOf(COMMAND_ID_DOMAIN, identity).subarray(0, COMMAND_ID_BYTES);
}

/** What an order is called whose sender named none: 22 hexadecimal digits, the same for every delivery. */
export function clientOrderIdOf(identity: RequestIdentity): string {
  return digestOf(CLIENT_ORDER_ID_DOMAIN, identity).subarray(0, CLIENT_ORDER_ID_BYTES).toString("hex");
}

/** As JSON: no two triples of texts read the same. */
function digestOf(domain: string, { source, id, apiKey }: RequestIdentity): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([domain, source, id, apiKey]))
    .digest();
}

interface OutcomeOf {
  readonly request: { readonly source: string; readonly id: string };
  /** What the order is called, or would be: by it the truth can be asked at any time. */
  readonly clientOrderId: string;
}
/** It was executed. `result` is the body of the 200 that POST /api/v3/order gives. */
interface OrderPlaced extends OutcomeOf {
  readonly outcome: "placed";
  readonly result: object;
}
/** This delivery changed nothing; `status` and `error` are those of POST /api/v3/order. Where another copy was placed, placed holds. */
interface OrderRefused extends OutcomeOf {
  readonly outcome: "refused";
  readonly status: number;
  readonly error: object;
}
/** It will not be executed from now on; whether an earlier copy was is not known here. */
interface OrderUnknown extends OutcomeOf {
  readonly outcome: "unknown";
  readonly status: 504;
  readonly error: object;
}
export type OrderOutcome = OrderPlaced | OrderRefused | OrderUnknown;

/**
 * An outcome in HTTP binary mode. Its id names request and outcome, so that a copy's other outcome is another event.
 *
 * @param traceparent the request's; null: none.
 */
export function outcomeToHttp(commandId: Uint8Array, outcome: OrderOutcome, traceparent: string | null): HttpMessage {
  return {
    headers: {
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-type": ORDER_OUTCOME_TYPE,
      "ce-source": ORDER_OUTCOME_SOURCE,
      "ce-id": `${Buffer.from(commandId).toString("hex")}:${outcome.outcome}`,
      ...(traceparent !== null && { "ce-traceparent": traceparent }),
    },
    body: JSON.stringify(outcome),
  };
}
