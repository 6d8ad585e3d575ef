/**
 * Order intake by CloudEvent: `tidebook.order.requested.v1` to its effect, and to one `tidebook.order.outcome.v1`.
 *
 * May be called twice, late and out of order. The signed payload goes through the very code of POST /api/v3/order; only
 * three things are the event's own: the command id, the client order id where none was sent, and the deadline. They are
 * functions of the event alone, so a copy is the same command to the engine: it repeats its answer until the deadline and
 * refuses every copy after it.
 *
 * To a broker: 200 with the outcome; a business refusal is an outcome. To a push: 204, once the engine's publisher has
 * taken the outcome. 400: no event of ours. 401, 403: not proven. 503: nothing certain can be said yet, send it again.
 */

import { windowEndUs } from "../../engine/api/authenticate.ts";
import { receiveParameters } from "../../engine/api/parameters.ts";
import { outcomeUnknown, refusalBody } from "../../engine/api/refusal.ts";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import type { ReceivedEvent } from "../../engine/protocol/cloud-event-in.ts";
import {
  clientOrderIdOf,
  commandIdOf,
  ORDER_REQUEST_BYTES_MAX,
  ORDER_REQUESTED_TYPE,
  type OrderOutcome,
  outcomeToHttp,
  readOrderRequest,
} from "../../engine/protocol/order-events.ts";
import { reply } from "../_shared/answer.ts";
import { admitEvent } from "../_shared/cloud-events.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import { BODY_BYTES_MAX, type Handler, type HttpReply, type HttpRequest } from "../_shared/http.ts";
import { withTraceparent } from "../_shared/traceparent.ts";

const LIMITS = { bodyBytesMax: BODY_BYTES_MAX, dataBytesMax: ORDER_REQUEST_BYTES_MAX };
const NOTHING_CERTAIN = "Nothing certain can be said yet.";
/** Below the 10 s that a Trigger waits for one try. The command goes on; the next delivery hears its answer. */
const ANSWER_WITHIN_MS = 8_000;

/** The deadline is within this of the timestamp, whatever the window says. */
const DEADLINE_AFTER_TIMESTAMP_MAX_US = 60_000_000;

/** @param placeOrder POST /api/v3/order, as an HTTP request. Never rejects. */
export async function takeOrderEvent(
  request: HttpRequest,
  deps: EdgeDeps,
  placeOrder: Handler<EdgeDeps>,
): Promise<HttpReply> {
  const admission = await admitEvent(request, LIMITS, deps.eventGate ?? { from: "broker" });
  if (admission.outcome === "refused") return refusedEvent(admission.status, admission.reason);
  const { event } = admission;
  return withTraceparent(event.traceparent, () => answerTo(event, deps, placeOrder));
}

async function answerTo(event: ReceivedEvent, deps: EdgeDeps, placeOrder: Handler<EdgeDeps>): Promise<HttpReply> {
  let order: EventOrder;
  try {
    order = orderIn(event);
  } catch (error) {
    // The bytes will not be better next time.
    return refusedEvent(400, error instanceof Error ? error.message : String(error));
  }
  const answer = await placeOrder(order.request, asTheEventSays(deps, order));
  const outcome = outcomeOf(answer, order, deps.nowUs());
  if (outcome === null) return refusedEvent(503, NOTHING_CERTAIN);
  const message = outcomeToHttp(order.commandId, outcome, event.traceparent);
  if (event.push === null) return { status: 200, ...message };
  if (deps.publishOutcome === undefined) return refusedEvent(503, NOTHING_CERTAIN);
  try {
    await deps.publishOutcome(message.headers, message.body);
    return { status: 204, headers: {}, body: "" };
  } catch (error) {
    deps.reportFault({ at: "orders", error });
    return refusedEvent(503, NOTHING_CERTAIN);
  }
}

const CODE_OF = { 400: -1130, 401: -1002, 403: -1002, 503: -1008 } as const;

/** In the dialect's form, for whoever reads a dead letter. */
function refusedEvent(status: keyof typeof CODE_OF, reason: string): HttpReply {
  return reply(status, { code: CODE_OF[status], msg: reason });
}

interface EventOrder {
  readonly event: ReceivedEvent;
  /** POST /api/v3/order with the payload as its query. */
  readonly request: HttpRequest;
  readonly commandId: Uint8Array;
  readonly clientOrderId: string;
  /** µs; null: the payload names no time that could be one, and will be refused for it. */
  readonly deadlineUs: number | null;
}

/** @throws MalformedEvent */
function orderIn(event: ReceivedEvent): EventOrder {
  if (event.type !== ORDER_REQUESTED_TYPE) throw new TypeError(`not a ${ORDER_REQUESTED_TYPE}`);
  const { apiKey, payload, signature } = readOrderRequest(event.data);
  const identity = { source: event.source, id: event.id, apiKey };
  // Signatures cover bytes: one character per byte from here on, as a request line has it.
  const query = Buffer.from(payload, "utf8").toString("latin1");
  const request: HttpRequest = {
    method: "POST",
    path: "/api/v3/order",
    rawQuery: `${query}&signature=${encodeURIComponent(signature)}`,
    headers: { "x-mbx-apikey": apiKey },
    rawBody: new Uint8Array(0),
    // An event comes from no address: a key that is bound to some is of no use here.
    remoteAddress: "",
  };
  const said = parametersOf(query);
  const clientOrderId = said.get("newClientOrderId") || clientOrderIdOf(identity);
  return { event, request, commandId: commandIdOf(identity), clientOrderId, deadlineUs: deadlineUsOf(said) };
}

/** None where they do not read; POST /api/v3/order then says why. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  try {
    return receiveParameters(query, "", true).values;
  } catch {
    return new Map();
  }
}

function deadlineUsOf(said: ReadonlyMap<string, string>): number | null {
  try {
    const timestamp = said.get("timestamp") ?? "";
    const endUs = windowEndUs(timestamp, said.get("recvWindow") ?? "");
    return Math.min(endUs, windowEndUs(timestamp, "0") + DEADLINE_AFTER_TIMESTAMP_MAX_US);
  } catch {
    return null;
  }
}

/** The dependencies of POST /api/v3/order, with what this event decides instead of the moment and of chance. */
function asTheEventSays(deps: EdgeDeps, { commandId, clientOrderId, deadlineUs }: EventOrder): EdgeDeps {
  const submit: EdgeDeps["engine"]["submit"] = (command, byRequestUs) =>
    withinTime(deps.engine.submit(command, deadlineUs ?? byRequestUs, commandId));
  // Limits are by address, and an event has none: the engine's counts of orders hold for it too.
  const { limiter: _byAddress, ...rest } = deps;
  return {
    ...rest,
    engine: { submit, submitOperator: (...operator) => deps.engine.submitOperator(...operator) },
    randomText: () => clientOrderId,
  };
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OperationalError("outcome_unknown", "no answer in time")), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const TIMESTAMP_REFUSED = -1021;

/** null: the next delivery may know more. */
function outcomeOf(answer: HttpReply, order: EventOrder, nowUs: number): OrderOutcome | null {
  const { clientOrderId, deadlineUs } = order;
  const { source, id } = order.event;
  const about = { request: { source, id }, clientOrderId };
  const body = JSON.parse(answer.body) as { readonly code?: number };
  if (answer.status === 200) return { outcome: "placed", ...about, result: body };
  const isOver = deadlineUs !== null && nowUs > deadlineUs;
  const isTooOld = answer.status === 400 && body.code === TIMESTAMP_REFUSED;
  // Too late for this copy; an earlier one may have been in time.
  if (isOver && (isTooOld || answer.status === 504)) {
    return { outcome: "unknown", ...about, status: 504, error: refusalBody(outcomeUnknown()) };
  }
  if (answer.status >= 500) return null;
  return { outcome: "refused", ...about, status: answer.status, error: body };
}
