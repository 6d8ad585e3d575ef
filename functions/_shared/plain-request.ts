/** A request of the Functions Framework as plain values, as it was sent: its own parser is kept off by a guard. */
import type { Request } from "@google-cloud/functions-framework";
import { type HttpRequest, splitTarget } from "./http.ts";

const NO_BODY = new Uint8Array(0);

/** @param remoteAddress not `request.ip`: the framework believes whatever X-Forwarded-For says. */
export function plainRequest(request: Request, remoteAddress: string): HttpRequest {
  const { "content-type": _ofTheGuard, ...headers } = request.headers;
  const sent = contentTypeSent(request.rawHeaders);
  return {
    method: request.method,
    ...splitTarget(request.originalUrl),
    headers: sent === undefined ? headers : { ...headers, "content-type": sent },
    rawBody: request.rawBody ?? NO_BODY,
    remoteAddress,
  };
}

/** The guard has put another in its place. @param rawHeaders names and values in turn. */
export function contentTypeSent(rawHeaders: readonly string[]): string | undefined {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "content-type");
  return at < 0 ? undefined : rawHeaders[at + 1];
}
