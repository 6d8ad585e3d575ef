/**
 * The way of a request through a function: limit, route, parameters, sender, handler, reply. The one place where
 * refusals and the world's faults become answers.
 */
import { authenticate, authenticateKey } from "../../engine/api/authenticate.ts";
import type { Call, CallHandler, NoteAsOf, SignedCall } from "../../engine/api/calls/call.ts";
import { keyRingOf, refusalFor, withYoungInstruments } from "../../engine/api/calls/outcome.ts";
import { needsCatalog, parametersOf, permissionFor } from "../../engine/api/calls/route-needs.ts";
import { chargeRefused, type Passage, passLimits } from "../../engine/api/limits/gate.ts";
import { LimitRefusal } from "../../engine/api/limits/limit-shapes.ts";
import { DEFAULT_PRICE, priceOf, type Sent, weightOf } from "../../engine/api/limits/prices.ts";
import { receiveParameters } from "../../engine/api/parameters.ts";
import { bodyTooLarge, Refusal, refusalBody, retired, unknownPath } from "../../engine/api/refusal.ts";
import {
  type FunctionName,
  type HandlerName,
  isRetired,
  type Route,
  type RouteMatch,
  routeOf,
  type Security,
} from "../../engine/api/routes.ts";
import { timeUnitOf } from "../../engine/api/time-unit.ts";
import type { OrderCounts } from "../../engine/protocol/views.ts";
import type { EdgeDeps } from "./deps.ts";
import { BODY_BYTES_MAX, type HttpReply, type HttpRequest, headerOf } from "./http.ts";
import {
  headersOf,
  JSON_HEADERS,
  NotAllowed,
  type Noted,
  nothingNoted,
  PREFLIGHT_HEADERS,
  refusalHeaders,
} from "./reply-headers.ts";

export { AS_OF_SEQ_HEADER } from "./reply-headers.ts";

/** Of the routes that a trader asks for; an operator's and a person's are answered by the functions themselves. */
type TraderHandler<Owner extends FunctionName> = HandlerName<Owner, Exclude<Security, "OPERATOR" | "PERSON">>;

export type CallHandlers<Owner extends FunctionName, C extends Call> = Readonly<
  Record<TraderHandler<Owner>, CallHandler<C>>
>;

export function reply(status: number, body: object): HttpReply {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
}

/** A function whose endpoints need no key. */
export async function answerPublic<Owner extends FunctionName>(
  owner: Owner,
  handlers: CallHandlers<Owner, Call>,
  request: HttpRequest,
  deps: EdgeDeps,
): Promise<HttpReply> {
  const match = routeOf(request.method, request.path);
  const preflight = request.method === "OPTIONS" && routeOf("GET", request.path).outcome === "found";
  const run = async (noteAsOf: NoteAsOf): Promise<object> => {
    const { route } = routed(owner, request, match);
    const { call } = received(request, route, deps, noteAsOf);
    if (needsCatalog(route)) await deps.prepare?.();
    return handlers[route.handler as TraderHandler<Owner>](call);
  };
  const answer = await guarded(owner, deps, run, (noted) => passed(request, match, deps, noted));
  if (preflight && answer.status === 405) return { status: 204, headers: PREFLIGHT_HEADERS, body: "" };
  return answer;
}

/** A function whose endpoints are all signed. */
export function answerSigned<Owner extends FunctionName>(
  owner: Owner,
  handlers: CallHandlers<Owner, SignedCall>,
  request: HttpRequest,
  deps: EdgeDeps,
): Promise<HttpReply> {
  const match = routeOf(request.method, request.path);
  const apiKey = headerOf(request.headers, "x-mbx-apikey");
  const run = async (noteAsOf: NoteAsOf, noteOrderCounts: NoteOrderCounts): Promise<object> => {
    const { route } = routed(owner, request, match);
    const { call, signedPayload, signature } = received(request, route, deps, noteAsOf);
    // Not before: what is refused for its form alone costs nobody a question.
    await deps.prepare?.(apiKey);
    const presented = {
      apiKey,
      remoteAddress: request.remoteAddress,
      timestamp: call.parameters.text("timestamp"),
      recvWindow: call.parameters.text("recvWindow"),
      signedPayload,
      signature,
    };
    const sender =
      route.security === "USER_STREAM"
        ? await authenticateKey(presented, deps, call.nowUs)
        : await authenticate(presented, permissionFor(route.security), keyRingOf(deps), call.nowUs);
    return handlers[route.handler as TraderHandler<Owner>]({ ...call, sender, noteOrderCounts });
  };
  return guarded(owner, deps, run, (noted) => passed(request, match, deps, noted));
}

/** The route of a request to this function. @throws Refusal 413, 404, 405 (with Allow). */
export function routed(
  owner: FunctionName,
  request: HttpRequest,
  match: RouteMatch = routeOf(request.method, request.path),
): { readonly route: Route; readonly name: string } {
  if (request.rawBody.length > BODY_BYTES_MAX) throw bodyTooLarge();
  switch (match.outcome) {
    case "found":
      if (match.route.owner !== owner) throw unknownPath();
      return match;
    case "method_not_allowed":
      throw new NotAllowed(match.allow);
    case "unknown_path":
      throw isRetired(request.path) ? retired() : unknownPath();
  }
}

type NoteOrderCounts = (counts: OrderCounts) => void;

/**
 * Runs a request; whatever it throws becomes a reply.
 *
 * @param pass lets it past the limits of its address, once, before it is looked at. Not given: it has none.
 */
export async function guarded(
  owner: FunctionName,
  deps: Pick<EdgeDeps, "reportFault" | "refresh"> & Partial<Pick<EdgeDeps, "nowUs">>,
  run: (noteAsOf: NoteAsOf, noteOrderCounts: NoteOrderCounts) => object | Promise<object>,
  pass?: (noted: Noted) => Promise<Passage | null>,
): Promise<HttpReply> {
  const noted = nothingNoted();
  const noteAsOf: NoteAsOf = (seq) => {
    noted.asOfSeq = Math.min(noted.asOfSeq ?? seq, seq);
  };
  const noteOrderCounts: NoteOrderCounts = (counts) => {
    noted.orderCounts = counts;
  };
  let passage: Passage | null = null;
  try {
    if (pass !== undefined) passage = await pass(noted);
    const body = JSON.stringify(await withYoungInstruments(deps, () => run(noteAsOf, noteOrderCounts)));
    if (passage !== null) noted.usedWeight = passage.usedWeight;
    return { status: 200, headers: headersOf(noted), body };
  } catch (error) {
    const refusal = refusalFor(error);
    if (refusal.status === 500) deps.reportFault({ at: owner, error });
    if (passage !== null) {
      // What failed by our doing costs the sender nothing.
      if (refusal.status < 500) await chargeRefused(passage);
      noted.usedWeight = passage.usedWeight;
    }
    noted.asOfSeq = null;
    const headers = { ...headersOf(noted), ...refusalHeaders(refusal, Math.floor((deps.nowUs?.() ?? 0) / 1_000)) };
    return { status: refusal.status, headers, body: JSON.stringify(refusalBody(refusal)) };
  }
}

/** Past the limits of its address, by what its route costs. null: nobody counts. @throws Refusal 429, 418 */
export async function passed(
  request: HttpRequest,
  match: RouteMatch,
  { limiter }: Pick<EdgeDeps, "limiter">,
  noted: Noted,
): Promise<Passage | null> {
  const route = match.outcome === "found" ? match.route : null;
  noted.anyPageMayRead = route?.method === "GET" && route.security === "NONE";
  if (limiter === undefined) return null;
  const price = route === null ? DEFAULT_PRICE : priceOf(route);
  try {
    return await passLimits(limiter, request.remoteAddress, price, weightOf(price, sentIn(request)));
  } catch (error) {
    if (error instanceof LimitRefusal) noted.usedWeight = error.usedWeight;
    throw error;
  }
}

/** What a weight depends on, read when one does: most are numbers. */
function sentIn({ rawQuery }: HttpRequest): Sent {
  let values: ReadonlyMap<string, string> | null = null;
  return (name) => {
    values ??= uncheckedValues(rawQuery);
    return values.get(name) ?? "";
  };
}

/** Nothing where the query does not read, which is refused for it afterwards. */
function uncheckedValues(rawQuery: string): ReadonlyMap<string, string> {
  try {
    return receiveParameters(rawQuery, "", false).values;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return new Map();
  }
}

interface Received {
  readonly call: Call;
  readonly signedPayload: string;
  readonly signature: string;
}

function received(request: HttpRequest, route: Route, deps: EdgeDeps, noteAsOf: NoteAsOf): Received {
  const unit = timeUnitOf(headerOf(request.headers, "x-mbx-time-unit"));
  const { rawBody } = request;
  const body =
    rawBody.length === 0 ? "" : Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.length).toString("latin1");
  // Parameters of a GET stand in the query alone.
  const { values, signedPayload, signature } = receiveParameters(request.rawQuery, body, route.method !== "GET");
  const parameters = parametersOf(route, values);
  return { call: { parameters, unit, nowUs: deps.nowUs(), deps, noteAsOf }, signedPayload, signature };
}
