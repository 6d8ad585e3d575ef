/**
 * Keeps a large body away from the Functions Framework, which would parse up to 1,024 MB before a handler runs.
 *
 * Node tells of every request before the server's own listener sees it. There this guard answers 413 to an announced
 * length above the limit, 415 to a compressed body (16 KiB can unpack to gigabytes), and cuts a chunked body where it
 * passes the limit. It also takes the content type away: the framework then keeps the bytes as they are, which
 * signatures need, and an ill-formed JSON body cannot make it answer by itself.
 *
 * What remains: an announced body within the limit is buffered, 16 KiB a request; requests at once are the platform's
 * to bound (containerConcurrency).
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyTooLarge, charactersIllegal, type Refusal, refusalBody } from "../../engine/api/refusal.ts";
import { BODY_BYTES_MAX } from "./http.ts";

const OPAQUE = "application/octet-stream";

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

let installed = false;

/** Once per process, however many functions it registers. */
export function installBodyGuard(): void {
  if (installed) return;
  installed = true;
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as Started;
    guardBody(request, response);
  });
}

function guardBody(request: IncomingMessage, response: ServerResponse): void {
  const encoding = request.headers["content-encoding"] ?? "identity";
  const announced = Number(request.headers["content-length"] ?? "0");
  request.headers["content-type"] = OPAQUE;
  if (encoding !== "identity") {
    refuse(request, response, 415, charactersIllegal("Content-Encoding", "identity"));
  } else if (announced > BODY_BYTES_MAX) {
    refuse(request, response, 413, bodyTooLarge());
  } else if (request.headers["transfer-encoding"] !== undefined) {
    let seen = 0;
    request.on("data", (chunk: Uint8Array) => {
      seen += chunk.length;
      if (seen > BODY_BYTES_MAX) refuse(request, response, 413, bodyTooLarge());
    });
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, refusal: Refusal): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json;charset=UTF-8", connection: "close" });
  // The rest of the body is never read: the connection goes with the answer.
  response.end(JSON.stringify(refusalBody(refusal)), () => request.destroy());
}
