/**
 * The way of a request through a function: limit, route, parameters, sender, handler, reply. The one place where
 * refusals and the world's faults become answers.
 */
import { authenticate } from "../../engine/api/authenticate.ts";
import type { Call, CallHandler, NoteAsOf, SignedCall } from "../../engine/api/calls/call.ts";
import { keyRingOf, refusalFor, withYoungInstruments } from "../../engine/api/calls/outcome.ts";
import { Parameters, receiveParameters } from "../../engine/api/parameters.ts";
import { bodyTooLarge, methodNotAllowed, Refusal, refusalBody, unknownPath } from "../../engine/api/refusal.ts";
import { type FunctionName, type HandlerName, type Route, routeOf, type Security } from "../../engine/api/routes.ts";
import { timeUnitOf } from "../../engine/api/time-unit.ts";
import type { KeyPermission } from "../../engine/domain/operator.ts";
import type { EdgeDeps } from "./deps.ts";
import { BODY_BYTES_MAX, type HttpReply, type HttpRequest, headerOf } from "./http.ts";

const JSON_HEADERS = Object.freeze({ "content-type": "application/json;charset=UTF-8" });

/** Names the engine's sequence up to which a read includes every effect. Binance's dialect has no such thing: a header is ours. */
export const AS_OF_SEQ_HEADER = "x-tidebook-as-of-seq";

export type CallHandlers<Owner extends FunctionName, C extends Call> = Readonly<
  Record<HandlerName<Owner>, CallHandler<C>>
>;

export function reply(status: number, body: object): HttpReply {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
}

/** What tells the time, or only that somebody is there, needs nothing of anybody: a probe by way of the API. */
const NEEDS_NO_CATALOG: ReadonlySet<string> = new Set<HandlerName<"market-data">>(["ping", "time"]);

/** A function whose endpoints need no key. */
export function answerPublic<Owner extends FunctionName>(
  owner: Owner,
  handlers: CallHandlers<Owner, Call>,
  request: HttpRequest,
  deps: EdgeDeps,
): Promise<HttpReply> {
  return guarded(owner, deps, async (noteAsOf) => {
    const { route } = routed(owner, request);
    const { call } = received(request, route, deps, noteAsOf);
    if (!NEEDS_NO_CATALOG.has(route.handler)) await deps.prepare?.();
    return handlers[route.handler as HandlerName<Owner>](call);
  });
}

/** A function whose endpoints are all signed. */
export function answerSigned<Owner extends FunctionName>(
  owner: Owner,
  handlers: CallHandlers<Owner, SignedCall>,
  request: HttpRequest,
  deps: EdgeDeps,
): Promise<HttpReply> {
  const apiKey = headerOf(request.headers, "x-mbx-apikey");
  const run = async (noteAsOf: NoteAsOf): Promise<object> => {
    const { route } = routed(owner, request);
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
    const sender = await authenticate(presented, permissionFor(route.security), keyRingOf(deps), call.nowUs);
    return handlers[route.handler as HandlerName<Owner>]({ ...call, sender });
  };
  return guarded(owner, deps, run);
}

/** The route of a request to this function. @throws Refusal 413, 404, 405 (with Allow). */
export function routed(owner: FunctionName, request: HttpRequest): { readonly route: Route; readonly name: string } {
  if (request.rawBody.length > BODY_BYTES_MAX) throw bodyTooLarge();
  const match = routeOf(request.method, request.path);
  switch (match.outcome) {
    case "found":
      if (match.route.owner !== owner) throw unknownPath();
      return match;
    case "method_not_allowed":
      throw new NotAllowed(match.allow);
    case "unknown_path":
      throw unknownPath();
  }
}

/** Carries what the header Allow must say. */
class NotAllowed extends Refusal {
  readonly allow: string;

  constructor(allow: string) {
    const { status, code, message } = methodNotAllowed();
    super(status, code, message);
    this.allow = allow;
  }
}

/** Runs a request; whatever it throws becomes a reply. */
export async function guarded(
  owner: FunctionName,
  deps: Pick<EdgeDeps, "reportFault" | "refresh">,
  run: (noteAsOf: NoteAsOf) => object | Promise<object>,
): Promise<HttpReply> {
  let asOfSeq: number | null = null;
  const noteAsOf: NoteAsOf = (seq) => {
    asOfSeq = Math.min(asOfSeq ?? seq, seq);
  };
  try {
    const answer = reply(200, await withYoungInstruments(deps, () => run(noteAsOf)));
    if (asOfSeq === null) return answer;
    return { ...answer, headers: { ...answer.headers, [AS_OF_SEQ_HEADER]: String(asOfSeq) } };
  } catch (error) {
    const refusal = refusalFor(error);
    if (refusal.status === 500) deps.reportFault({ at: owner, error });
    const answer = reply(refusal.status, refusalBody(refusal));
    return refusal instanceof NotAllowed ? { ...answer, headers: { ...answer.headers, allow: refusal.allow } } : answer;
  }
}

interface Received {
  readonly call: Call;
  readonly signedPayload: string;
  readonly signature: string;
}

const SIGNED_OPTIONAL = ["timestamp", "recvWindow"];

function received(request: HttpRequest, route: Route, deps: EdgeDeps, noteAsOf: NoteAsOf): Received {
  const unit = timeUnitOf(headerOf(request.headers, "x-mbx-time-unit"));
  const { rawBody } = request;
  const body =
    rawBody.length === 0 ? "" : Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.length).toString("latin1");
  // Parameters of a GET stand in the query alone.
  const { values, signedPayload, signature } = receiveParameters(request.rawQuery, body, route.method !== "GET");
  const parameters = new Parameters(
    values,
    route.mandatory,
    route.optional,
    route.security === "NONE" ? [] : SIGNED_OPTIONAL,
  );
  return { call: { parameters, unit, nowUs: deps.nowUs(), deps, noteAsOf }, signedPayload, signature };
}

function permissionFor(security: Security): KeyPermission {
  return security === "TRADE" ? "trade" : "read";
}
