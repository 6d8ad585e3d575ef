/**
 * One function as a process: the Functions Framework's server for it, and around that what a cluster needs of a process.
 *
 * The server is the one that the framework builds for a registered function and exports for tests alone; its own start
 * would exit at SIGTERM under running requests and at any stray rejection. Probes and metrics are answered before the
 * framework sees a request. A signal ends it in order: requests are taken as long as they come on open connections, each
 * answer closes its connection, and when none is left, or after DRAIN_MS (http-listening.ts), it exits.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { refusalBody, unknownError, unknownPath } from "../../engine/api/refusal.ts";
import type { Metric } from "../../engine/telemetry/metrics.ts";
import { drainServer, listen } from "./http-listening.ts";
import { answerIllFormed, NOT_HTTP } from "./ill-formed.ts";
import { RequestCounts } from "./request-counts.ts";

const HEADERS_TIMEOUT_MS = 10_000;
/** Headers and body. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Longer than any proxy in front keeps an idle connection (600 s on Google's load balancers): who closes first is not us. */
const KEEP_ALIVE_TIMEOUT_MS = 620_000;
const CONNECTIONS_MAX = 10_000;

const TELEMETRY_PATHS: ReadonlySet<string> = new Set(["/livez", "/readyz", "/metrics"]);

export interface FunctionPlan {
  /** As registered; its index.ts must have been imported. */
  readonly name: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly log: (line: object) => void;
  /** What the framework would keep from the function (`/robots.txt`). @returns false: not answered. */
  readonly answerFirst?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** What it is connected to, for /readyz. */
  readonly state?: () => object;
  /** Beside those of every function; loaded at the first scrape. */
  readonly metrics?: FunctionMetrics;
  /** Called when the last request is answered. */
  readonly close?: () => Promise<void>;
}

export type FunctionMetrics = () => Promise<readonly Metric[]>;

export interface FunctionProcess {
  readonly port: number;
  /** Takes no new connection, answers what is under way, resolves when all of it is done or DRAIN_MS are over. */
  drain(): Promise<void>;
}

/** Express, as far as it is needed here. */
interface FrameworkApp {
  (request: IncomingMessage, response: ServerResponse): void;
  use(answer: AnswerRest | AnswerError): void;
}
type AnswerRest = (request: IncomingMessage, response: ServerResponse) => void;
/** Express tells it from the others by its four arguments. */
type AnswerError = (error: unknown, request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** Rejects when the address cannot be had. */
export async function startFunction(plan: FunctionPlan): Promise<FunctionProcess> {
  const server: HttpServer = getTestServer(plan.name);
  const [app] = server.listeners("request") as [FrameworkApp];
  server.removeAllListeners("request");
  // What no route of the framework takes: a target that is no path.
  const answerRest: AnswerRest = (_request, response) => answerJson(response, 404, refusalBody(unknownPath()));
  const answerFault: AnswerError = (error, _request, response, next) => answerError(plan, error, response, next);
  app.use(answerRest);
  app.use(answerFault);
  const counts = new RequestCounts();
  const running = new Set<ServerResponse>();
  let draining = false;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.maxConnections = CONNECTIONS_MAX;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (draining) response.setHeader("connection", "close");
    running.add(response);
    response.once("close", () => running.delete(response));
    if (isTelemetryPath(request)) {
      void answerProbe(plan, counts, () => draining, running.size, request, response);
      return;
    }
    if (counts.isFirst) plan.log({ at: plan.name, outcome: "first_request", uptimeMs: uptimeMs() });
    counts.follow(response);
    if (plan.answerFirst?.(request, response) !== true) app(request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    counts.illFormed += 1;
    answerIllFormed(error, socket);
  });
  await listen(server, plan.host, plan.port);
  return {
    port: (server.address() as AddressInfo).port,
    async drain() {
      draining = true;
      for (const response of running) if (!response.headersSent) response.setHeader("connection", "close");
      await drainServer(server);
      await plan.close?.();
    },
  };
}

function isTelemetryPath({ url = "" }: IncomingMessage): boolean {
  return TELEMETRY_PATHS.has(url.split("?", 1)[0] ?? "");
}

function uptimeMs(): number {
  return Math.round(process.uptime() * 1_000);
}

/** What the framework throws before a handler is asked; a stack is nobody's business outside. */
function answerError(plan: FunctionPlan, error: unknown, response: ServerResponse, next: () => void): void {
  if (response.headersSent) {
    next();
    return;
  }
  const status = (error as { status?: unknown } | null)?.status;
  const isTheirs = typeof status === "number" && status >= 400 && status < 500;
  if (!isTheirs) plan.log({ at: plan.name, outcome: "fault", error: String((error as Error)?.stack ?? error) });
  if (isTheirs) answerJson(response, status, NOT_HTTP);
  else answerJson(response, 500, refusalBody(unknownError()));
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json;charset=UTF-8" });
  response.end(JSON.stringify(body));
}

/** Loaded when somebody asks: a start from zero is asked for orders, and its probe by TCP. */
async function answerProbe(
  plan: FunctionPlan,
  counts: RequestCounts,
  isDraining: () => boolean,
  runningNow: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { answerFunctionTelemetry } = await import("./function-telemetry.ts");
    const more = request.url?.startsWith("/metrics") ? ((await plan.metrics?.()) ?? []) : [];
    const ready = { ready: !isDraining(), ...plan.state?.() };
    // The probe itself is no request of a trader's.
    answerFunctionTelemetry(request, response, { name: plan.name, counts, running: runningNow - 1, ready, more });
  } catch (error) {
    answerError(plan, error, response, () => {});
  }
}
