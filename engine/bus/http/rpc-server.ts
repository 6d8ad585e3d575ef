/**
 * The serving half of calls between our own processes: a part of a node:http server that answers `POST /v1/<port>/<method>`.
 *
 * Owns: token, bounds, the check of arguments, errors as statuses. Does not own: the server, or what a call means.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { toWire } from "../../protocol/wire-json.ts";
import { InstrumentUnknown, OperationalError } from "../engine-client.ts";
import { RPC_BODY_BYTES_MAX } from "./rpc.ts";
import { type RpcPorts, rpcMethod } from "./rpc-methods.ts";

export interface RpcHandlerOptions {
  /** The internal token; at least 16 characters. */
  readonly token: string;
  /** Looked at anew at each call. A port that is null is not open yet: 503 `not_sent`. */
  readonly ports: RpcPorts;
  /** A fault of ours: answered 500 without a word of it. */
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
}

/** @returns false: not a path of calls, the request is untouched. */
export type RpcHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

const PATH = /^\/v1\/([a-z]+)\/([A-Za-z]+)$/;

export function rpcHandler(options: RpcHandlerOptions): RpcHandler {
  const expected = digest(`Bearer ${options.token}`);
  return (request, response) => {
    const path = request.url ?? "";
    if (!path.startsWith("/v1/")) return false;
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), expected)) {
      refuse(request, response, 401, "the internal token is missing or another one");
      return true;
    }
    void serve(options, PATH.exec(path), request, response);
    return true;
  };
}

/** Equal lengths, whatever was sent, so that the comparison's time says nothing. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

async function serve(
  options: RpcHandlerOptions,
  path: RegExpExecArray | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, port = "", name = ""] = path ?? [];
  try {
    const method = request.method === "POST" ? rpcMethod(options.ports, port, name) : null;
    if (method === null) return refuse(request, response, 404, "no such method");
    const body = await bodyOf(request);
    if (body === "gone") return;
    if (body === "too_large") return refuse(request, response, 413, `more than ${RPC_BODY_BYTES_MAX} bytes`);
    const call = method.receive(body);
    if (call === null) return refuse(request, response, 400, "not the arguments of this method");
    write(response, 200, toWire({ result: await call() }));
  } catch (error) {
    if (error instanceof OperationalError) {
      write(response, 503, toWire({ code: error.code, message: error.message }));
      return;
    }
    if (error instanceof InstrumentUnknown) {
      write(response, 404, toWire({ code: error.code, message: error.message }));
      return;
    }
    options.reportFault({ at: `${port}.${name}`, error });
    write(response, 500, toWire({ message: "a fault of the answering side" }));
  }
}

function write(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** What remains of the body is never read: the connection goes with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  response.setHeader("connection", "close");
  response.once("finish", () => request.destroy());
  write(response, status, toWire({ message }));
}

function bodyOf(request: IncomingMessage): Promise<Buffer | "too_large" | "gone"> {
  return new Promise((resolve) => {
    if (Number(request.headers["content-length"] ?? "0") > RPC_BODY_BYTES_MAX) return resolve("too_large");
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= RPC_BODY_BYTES_MAX) chunks.push(chunk);
      else {
        request.pause();
        resolve("too_large");
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("close", () => resolve("gone"));
    request.on("error", () => resolve("gone"));
  });
}
