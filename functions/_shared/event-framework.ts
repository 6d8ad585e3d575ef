/**
 * A function that takes events under the Functions Framework: raw bytes in, bounded before anything parses them.
 *
 * The framework's own `cloudEvent` signature acknowledges batches and garbage, and its body parser answers ill-formed JSON
 * by itself. So: the `http` signature, and a content type that no parser takes while the body arrives; the handler sees
 * the one that was sent. For a process that serves one function: the bound is the process's.
 */
import { http } from "@google-cloud/functions-framework";
import { boundRequestBodies } from "./body-bound.ts";
import { leaveDomain } from "./framework-domain.ts";
import type { HttpReply, HttpRequest } from "./http.ts";
import { plainRequest } from "./plain-request.ts";

/** Of an event: a journal batch is 256 KiB of data, and JSON inside JSON doubles its quotes. */
const EVENT_BYTES_MAX = 1024 * 1024;

/** @param handler rejects only where the process is not configured: nothing can be taken then, and the log says why. */
export function registerEvents(name: string, handler: (request: HttpRequest) => Promise<HttpReply>): void {
  boundRequestBodies(EVENT_BYTES_MAX);
  http(name, async (request, response) => {
    leaveDomain();
    // The bound may have answered while the body was still arriving.
    if (response.headersSent) return;
    const { status, headers, body } = await answerOf(
      name,
      handler,
      plainRequest(request, request.socket.remoteAddress ?? ""),
    );
    if (response.headersSent) return;
    response.writeHead(status, headers);
    response.end(body);
  });
}

async function answerOf(
  name: string,
  handler: (request: HttpRequest) => Promise<HttpReply>,
  request: HttpRequest,
): Promise<HttpReply> {
  try {
    return await handler(request);
  } catch (error) {
    // Whoever sent it comes again, and by then somebody may have read the log.
    console.log(JSON.stringify({ at: name, outcome: "fault", error: String(error) }));
    return { status: 503, headers: { "content-type": "application/json" }, body: '{"outcome":"unavailable"}' };
  }
}
