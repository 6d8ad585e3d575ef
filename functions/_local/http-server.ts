/**
 * The one HTTP server of a local exchange: reads a request within its bounds, routes it by engine/api/routes.ts to the
 * function that owns the path, writes the reply.
 *
 * Owns: sockets, bounds, draining. Does not own: what a request means. A body is bounded before it is read on; clients
 * that send slowly or not at all are cut by time.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { clientAddress, type ProxyTrust } from "../../engine/api/client-address.ts";
import {
  bodyTooLarge,
  charactersIllegal,
  overloaded,
  type Refusal,
  refusalBody,
  unknownError,
  unknownPath,
} from "../../engine/api/refusal.ts";
import { type FunctionName, ownerOf } from "../../engine/api/routes.ts";
import { reply } from "../_shared/answer.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import {
  BODY_BYTES_MAX,
  type FileReply,
  type Handler,
  type HttpReply,
  type HttpRequest,
  splitTarget,
} from "../_shared/http.ts";
import { drainServer, listen } from "../_shared/http-listening.ts";
import { handleAccount } from "../account/handler.ts";
import { type DeadLetterDeps, handleDeadLetters } from "../dead-letters/handler.ts";
import type { FundingDeps } from "../funding/deps.ts";
import { handleFunding } from "../funding/handler.ts";
import { handleMarketData } from "../market-data/handler.ts";
import { handleOrders } from "../orders/handler.ts";
import { handleUsers } from "../users/handler.ts";
import { handleWeb, type WebDeps } from "../web/handler.ts";
import type { HistoryState } from "./history-store.ts";

const HEADERS_TIMEOUT_MS = 10_000;
/** Headers and body. */
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CHECK_CONNECTIONS_MS = 2_000;
const HEADER_BYTES_MAX = 16 * 1_024;
const CONNECTIONS_MAX = 20_000;

const NO_BODY = new Uint8Array(0);
const HANDLERS: Readonly<Record<Exclude<FunctionName, "dead-letters" | "funding" | "web">, Handler<EdgeDeps>>> = {
  orders: handleOrders,
  account: handleAccount,
  "market-data": handleMarketData,
  users: handleUsers,
};

export interface Readiness {
  /** Orders are taken. */
  readonly ready: boolean;
  readonly engine: "opening" | "open";
  readonly stream: "opening" | "open";
  /** Trading does not wait for it. */
  readonly history: HistoryState;
}

export interface Mounted {
  /** null: not open yet; requests are answered 503 -1008, which says that nothing was done. */
  readonly edge: () => EdgeDeps | null;
  /** null: not open yet. */
  readonly deadLetters: () => DeadLetterDeps | null;
  /** null: not open yet. */
  readonly funding: () => FundingDeps | null;
  /** Needs nothing that opens: pages are there from the first moment. */
  readonly web: WebDeps;
  /** Whether orders are taken, and what is still opening. */
  readonly readiness: () => Readiness;
  /** @returns false: not a path of ours, the socket is untouched. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Which proxies before this server are ours. */
  readonly proxies: ProxyTrust;
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
}

export interface LocalHttpServer {
  readonly origin: string;
  /** Answered since the start. */
  requests(): number;
  /** Takes no new connection, answers what is under way, resolves when the last connection is gone. */
  drain(): Promise<void>;
}

/** Rejects when the address cannot be had. */
export async function openHttpServer(host: string, port: number, mounted: Mounted): Promise<LocalHttpServer> {
  let draining = false;
  let requests = 0;
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    noDelay: true,
    // Nothing here depends on it, and Node's own refusal has no body.
    requireHostHeader: false,
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("request", (request, response) => {
    requests += 1;
    void serve(request, response, mounted, () => draining);
  });
  // No invitation to send a body that is too large: the answer comes instead.
  server.on("checkContinue", (request, response) => {
    if (declaredBytes(request) <= BODY_BYTES_MAX) response.writeContinue();
    server.emit("request", request, response);
  });
  // Whatever else is expected is not promised, and the request is answered; Node's own refusal has no body.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("upgrade", (request, socket, head) => {
    if (!mounted.upgrade(request, socket, head)) refuseUpgrade(socket);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => answerIllFormed(error, socket));
  await listen(server, host, port);
  return {
    origin: originOf(host, server.address() as AddressInfo),
    requests: () => requests,
    drain: () => {
      draining = true;
      return drainServer(server);
    },
  };
}

/** What to put into a browser on this machine. */
function originOf(host: string, { port }: AddressInfo): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = everywhere ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  mounted: Mounted,
  isDraining: () => boolean,
): Promise<void> {
  const write = (reply: HttpReply | FileReply): void => {
    if (isDraining()) response.setHeader("connection", "close");
    writeReply(response, reply);
  };
  try {
    const received = await readBody(request);
    switch (received.outcome) {
      case "read":
        write(await answer(plainRequest(request, received.body, mounted.proxies), mounted));
        break;
      case "refused":
        // The rest of the body is never read: the connection goes with the answer.
        response.setHeader("connection", "close");
        write(refused(received.refusal, received.status));
        response.once("finish", () => request.destroy());
        break;
      case "gone":
        break;
    }
  } catch (error) {
    mounted.reportFault({ at: "http", error });
    if (!response.headersSent) write(refused(unknownError()));
  }
}

async function answer(request: HttpRequest, mounted: Mounted): Promise<HttpReply | FileReply> {
  if (request.path === "/livez") return reply(200, { live: true });
  if (request.path === "/readyz") {
    const readiness = mounted.readiness();
    return reply(readiness.ready ? 200 : 503, readiness);
  }
  const owner = ownerOf(request.path);
  if (owner === null) return refused(unknownPath());
  if (owner === "web") return handleWeb(request, mounted.web);
  if (owner === "dead-letters") {
    const deadLetters = mounted.deadLetters();
    return deadLetters === null ? refused(overloaded()) : handleDeadLetters(request, deadLetters);
  }
  if (owner === "funding") {
    const funding = mounted.funding();
    return funding === null ? refused(overloaded()) : handleFunding(request, funding);
  }
  const edge = mounted.edge();
  return edge === null ? refused(overloaded()) : HANDLERS[owner](request, edge);
}

function refused(refusal: Refusal, status = refusal.status): HttpReply {
  return reply(status, refusalBody(refusal));
}

/** RFC 9110 §8.6: no length of a body that cannot be. */
const WITHOUT_LENGTH: ReadonlySet<number> = new Set([204, 304]);

function writeReply(response: ServerResponse, { status, headers, body }: HttpReply | FileReply): void {
  const length = WITHOUT_LENGTH.has(status) ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

function plainRequest(request: IncomingMessage, rawBody: Uint8Array, proxies: ProxyTrust): HttpRequest {
  return {
    method: request.method ?? "",
    ...splitTarget(request.url ?? "/"),
    headers: request.headers,
    rawBody,
    remoteAddress: clientAddress(request.socket.remoteAddress ?? "", request.headers["x-forwarded-for"], proxies),
  };
}

type ReceivedBody =
  | { readonly outcome: "read"; readonly body: Uint8Array }
  | { readonly outcome: "refused"; readonly refusal: Refusal; readonly status: number }
  | { readonly outcome: "gone" };

const WITHOUT_BODY: ReceivedBody = { outcome: "read", body: NO_BODY };
const TOO_LARGE: ReceivedBody = { outcome: "refused", refusal: bodyTooLarge(), status: 413 };

function declaredBytes(request: IncomingMessage): number {
  return Number(request.headers["content-length"] ?? "0");
}

function readBody(request: IncomingMessage): ReceivedBody | Promise<ReceivedBody> {
  const { headers } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) return WITHOUT_BODY;
  if (declaredBytes(request) > BODY_BYTES_MAX) return TOO_LARGE;
  // 16 KiB can unpack to gigabytes, and a signature is over the bytes as sent.
  if ((headers["content-encoding"] ?? "identity") !== "identity") {
    return { outcome: "refused", refusal: charactersIllegal("Content-Encoding", "identity"), status: 415 };
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) {
        request.pause();
        resolve(TOO_LARGE);
      } else {
        chunks.push(chunk);
      }
    });
    request.on("end", () =>
      resolve({ outcome: "read", body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }),
    );
    // Gone before the end: there is nobody to answer.
    request.on("close", () => resolve({ outcome: "gone" }));
    request.on("error", () => resolve({ outcome: "gone" }));
  });
}

function refuseUpgrade(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  socket.end(httpText("404 Not Found", JSON.stringify(refusalBody(unknownPath()))));
}

const NOT_HTTP = ["400 Bad Request", "The request is not well-formed HTTP."] as const;
/** By the code of Node's error. */
const ILL_FORMED: Readonly<Record<string, readonly [status: string, msg: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers are larger than 16 KiB."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request took too long to arrive."],
};

/** What Node's parser does not take, or what came too slowly. */
function answerIllFormed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, msg] = ILL_FORMED[error.code ?? ""] ?? NOT_HTTP;
  socket.end(httpText(status, JSON.stringify({ code: -1100, msg })));
}

function httpText(status: string, body: string): string {
  const headers = `Content-Type: application/json;charset=UTF-8\r\nContent-Length: ${Buffer.byteLength(body)}`;
  return `HTTP/1.1 ${status}\r\n${headers}\r\nConnection: close\r\n\r\n${body}`;
}
