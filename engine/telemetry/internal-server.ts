/**
 * What a process tells its cluster, on a port that the public never sees: /livez, /readyz, /metrics; other requests go to
 * `rpc`. Live: restarting the process would not help. Ready: it can do its work now.
 *
 * `answerTelemetry` is the same for a process that has one port (a function): it answers what is its own and leaves the rest.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { METRICS_CONTENT_TYPE, type Metric, renderMetrics } from "./metrics.ts";

/** What is there and what is not, in words for an operator. */
export interface ReadyState {
  readonly ready: boolean;
  readonly [part: string]: unknown;
}

export interface Telemetry {
  readonly live: () => boolean;
  readonly ready: () => ReadyState;
  readonly metrics: readonly Metric[];
}

export interface InternalServerOptions extends Telemetry {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Is offered every other request. @returns false: not its own, and it has not touched it. */
  readonly rpc?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface InternalServer {
  readonly port: number;
  /** Takes nothing new, answers what is under way, and cuts what has not ended after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const JSON_TYPE = "application/json;charset=UTF-8";
/** A probe or a scrape sends no more than a few hundred bytes, and at once. */
const REQUEST_TIMEOUT_MS = 30_000;
const ACCEPTED_METHODS = ["GET", "HEAD"];

/** @returns false: not a path of ours, nothing was answered. */
export function answerTelemetry(request: IncomingMessage, response: ServerResponse, telemetry: Telemetry): boolean {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== "/livez" && path !== "/readyz" && path !== "/metrics") return false;
  if (!ACCEPTED_METHODS.includes(request.method ?? "")) {
    response.setHeader("allow", ACCEPTED_METHODS.join(", "));
    answer(response, 405, JSON_TYPE, `{"error":"method not allowed"}`);
  } else if (path === "/metrics") {
    answer(response, 200, METRICS_CONTENT_TYPE, renderMetrics(telemetry.metrics));
  } else if (path === "/livez") {
    const live = telemetry.live();
    answer(response, live ? 200 : 503, JSON_TYPE, JSON.stringify({ live }));
  } else {
    const state = telemetry.ready();
    answer(response, state.ready ? 200 : 503, JSON_TYPE, JSON.stringify(state));
  }
  // What came with it is not wanted; left unread it would hold the connection.
  request.resume();
  return true;
}

/** Rejects when the address is taken. */
export async function startInternalServer(options: InternalServerOptions): Promise<InternalServer> {
  const server = createServer((request, response) => {
    if (answerTelemetry(request, response, options)) return;
    if (options.rpc?.(request, response)) return;
    request.resume();
    answer(response, 404, JSON_TYPE, `{"error":"no such path"}`);
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.listen(options.port, options.host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

function answer(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
