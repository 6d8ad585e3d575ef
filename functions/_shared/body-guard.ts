/**
 * Keeps a large body away from the Functions Framework, which would parse up to 1,024 MB before a handler runs.
 *
 * Node tells of every request before the server's own listener sees it. There an announced length above the limit and a
 * compressed body (16 KiB can unpack to gigabytes) are refused, and a chunked body is cut where it passes the limit.
 * The content type is taken away too: the framework then keeps the bytes as they are, which signatures need, and an
 * ill-formed JSON body cannot make it answer by itself. What was sent is still in `rawHeaders`.
 *
 * What remains: an announced body within the limit is buffered; requests at once are the platform's to bound
 * (containerConcurrency). The guard is the process's: one process serves one function.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyTooLarge, charactersIllegal, refusalBody } from "../../engine/api/refusal.ts";
import { BODY_BYTES_MAX } from "./http.ts";

const REQUEST_STARTS = "http.server.request.start";
const OPAQUE = "application/octet-stream";
const JSON_TYPE = "application/json;charset=UTF-8";

export interface BodyGuard {
  readonly bytesMax: number;
  readonly tooLarge: BodyRefusal;
  readonly compressed: BodyRefusal;
}

export interface BodyRefusal {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** @returns the way to lift it. */
export function guardBodies(guard: BodyGuard): () => void {
  const onStart = (message: unknown): void => {
    const { request, response } = message as Started;
    const { headers } = request;
    headers["content-type"] = OPAQUE;
    const declaredBytes = Number(headers["content-length"] ?? "0");
    if ((headers["content-encoding"] ?? "identity") !== "identity") refuse(request, response, guard.compressed);
    else if (declaredBytes > guard.bytesMax) refuse(request, response, guard.tooLarge);
    else if (headers["transfer-encoding"] !== undefined) {
      let bytes = 0;
      request.on("data", (chunk: Uint8Array) => {
        bytes += chunk.length;
        if (bytes > guard.bytesMax) refuse(request, response, guard.tooLarge);
      });
    }
  };
  subscribe(REQUEST_STARTS, onStart);
  return () => unsubscribe(REQUEST_STARTS, onStart);
}

/** The rest of the body is never read: the connection goes with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, { status, body }: BodyRefusal): void {
  if (response.headersSent) return;
  // Node looks at these two next, and would answer by itself: a second time, which throws where nobody catches it.
  delete request.headers.expect;
  request.headers.host ??= "";
  response.writeHead(status, { "content-type": JSON_TYPE, connection: "close" });
  response.end(body, () => request.destroy());
}

let installed = false;

/** For traders' requests; once per process, however many functions it registers. */
export function installBodyGuard(): void {
  if (installed) return;
  installed = true;
  guardBodies({
    bytesMax: BODY_BYTES_MAX,
    tooLarge: { status: 413, body: JSON.stringify(refusalBody(bodyTooLarge())) },
    compressed: {
      status: 415,
      body: JSON.stringify(refusalBody(charactersIllegal("Content-Encoding", "identity"))),
    },
  });
}
