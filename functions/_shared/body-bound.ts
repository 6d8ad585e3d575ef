/**
 * A bound on request bodies that holds before the Functions Framework parses them.
 *
 * The framework reads and inflates up to 1,024 MB before a function runs, and offers no place to say less. Node
 * announces each request on a diagnostics channel before the server's own listeners run: a declared length above the
 * bound, or a compressed body (its length says nothing), is answered 400 there; a body sent in chunks is counted and cut
 * off. What remains: up to `bytesMax` per request are still parsed before the handler sees them.
 * For a process that serves one function: the bound is the process's.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

const REQUEST_STARTS = "http.server.request.start";

/** @returns the way to lift it. */
export function boundRequestBodies(bytesMax: number): () => void {
  const onStart = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const declaredBytes = Number(request.headers["content-length"] ?? 0);
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (declaredBytes > bytesMax || encoding !== "identity") {
      refuse(request, response);
    } else if (request.headers["transfer-encoding"] !== undefined) {
      let bytes = 0;
      request.on("data", (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > bytesMax && !response.headersSent) refuse(request, response);
      });
    }
  };
  subscribe(REQUEST_STARTS, onStart);
  return () => unsubscribe(REQUEST_STARTS, onStart);
}

/** 400 and not 413: brokers send a 413 again. The rest of the body is not read: the connection goes with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(400, { "content-type": "application/json", connection: "close" });
  response.end('{"outcome":"too_large"}', () => request.destroy());
}
