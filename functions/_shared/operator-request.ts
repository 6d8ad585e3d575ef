/** A request of an operator before anybody looks at what it asks: its size, its bearer token, its route, its parameters. */
import { parametersOf } from "../../engine/api/calls/route-needs.ts";
import { type Parameters, receiveParameters } from "../../engine/api/parameters.ts";
import { bodyTooLarge, notAuthorized } from "../../engine/api/refusal.ts";
import type { FunctionName, HandlerName } from "../../engine/api/routes.ts";
import { routed } from "./answer.ts";
import { BODY_BYTES_MAX, type HttpRequest, headerOf } from "./http.ts";
import { operatorTokenMatches } from "./operator-token.ts";

export interface OperatorRequest<Owner extends FunctionName> {
  readonly handler: HandlerName<Owner, "OPERATOR">;
  readonly parameters: Parameters;
  /** The last segment of the path, where a route names a thing. */
  readonly name: string;
}

/** @throws Refusal 413, 401, 404, 405; -1100, -1101, -1102 */
export function operatorRequest<Owner extends FunctionName>(
  owner: Owner,
  request: HttpRequest,
  token: string,
): OperatorRequest<Owner> {
  if (request.rawBody.length > BODY_BYTES_MAX) throw bodyTooLarge();
  // The token comes before the path: without it nothing is told.
  if (!operatorTokenMatches(headerOf(request.headers, "authorization"), token)) throw notAuthorized();
  const { route, name } = routed(owner, request);
  const { values } = receiveParameters(request.rawQuery, "", true);
  return {
    handler: route.handler as HandlerName<Owner, "OPERATOR">,
    parameters: parametersOf(route, values),
    name: nameOf(name),
  };
}

function nameOf(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // An ill-formed segment names nothing that exists; the handler answers so.
    return segment;
  }
}
