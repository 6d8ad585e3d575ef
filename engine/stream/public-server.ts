/**
 * The stream's public port: WebSocket upgrades, and the two probes. Every other request is answered 404.
 *
 * Owns: the listening socket and its bounds. Does not own: connections once they are upgraded (stream-server.ts).
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerTelemetry, type Telemetry } from "../telemetry/internal-server.ts";
import type { StreamServer } from "./stream-server.ts";

/** An upgrade is one small request, sent at once. */
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 5_000;
/** 1,024 streams of usual length in one URL are about 25 kB. */
const HEADER_BYTES_MAX = 32 * 1_024;
/** Beyond the sockets' own limit, so that those refused are told so. */
const CONNECTIONS_MAX = 12_000;

const METRICS = /^\/metrics(\?|$)/;

/** trading-api.md §1.6: what is no path of ours. */
const UNKNOWN_PATH = JSON.stringify({ code: -1020, msg: "This operation is not supported." });
const UNKNOWN_PATH_HEAD =
  "HTTP/1.1 404 Not Found\r\nContent-Type: application/json;charset=UTF-8\r\n" +
  `Content-Length: ${Buffer.byteLength(UNKNOWN_PATH)}\r\nConnection: close\r\n\r\n`;

export interface PublicServer {
  readonly port: number;
  /** Takes no new connection; upgraded ones are the stream's to end. */
  close(): void;
}

export interface PublicServerOptions {
  readonly host: string;
  readonly port: number;
  readonly stream: StreamServer;
  /** Its metrics are not shown here: they are nobody's business outside. */
  readonly probes: Pick<Telemetry, "live" | "ready">;
}

/** Rejects when the address cannot be had. */
export async function openPublicServer(options: PublicServerOptions): Promise<PublicServer> {
  const { stream, probes } = options;
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    noDelay: true,
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("request", (request, response) => {
    if (!METRICS.test(request.url ?? "") && answerTelemetry(request, response, { ...probes, metrics: [] })) return;
    // Nobody sends a body here; what comes nonetheless goes with the connection.
    response.writeHead(404, { "content-type": "application/json;charset=UTF-8", connection: "close" });
    response.end(UNKNOWN_PATH);
  });
  server.on("upgrade", (request, socket, head) => {
    if (stream.handleUpgrade(request, socket, head)) return;
    // The peer may be gone already; there is nobody to tell.
    socket.on("error", () => socket.destroy());
    socket.end(UNKNOWN_PATH_HEAD + UNKNOWN_PATH);
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}
