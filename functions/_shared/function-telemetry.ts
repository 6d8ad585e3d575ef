/** The probes and metrics of a function: the numbers that every function has, and its own. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerTelemetry } from "../../engine/telemetry/internal-server.ts";
import { byLabel, type Metric } from "../../engine/telemetry/metrics.ts";
import { processMetrics } from "../../engine/telemetry/process-metrics.ts";
import type { RequestCounts } from "./request-counts.ts";

export interface FunctionProbe {
  readonly name: string;
  readonly counts: RequestCounts;
  /** Requests under way. */
  readonly running: number;
  readonly ready: { readonly ready: boolean };
  /** Beside those of every function. */
  readonly more: readonly Metric[];
}

let ofProcess: readonly Metric[] | null = null;

export function answerFunctionTelemetry(
  request: IncomingMessage,
  response: ServerResponse,
  { name, counts, running, ready, more }: FunctionProbe,
): void {
  // It watches the event loop from the first scrape on.
  ofProcess ??= processMetrics();
  answerTelemetry(request, response, {
    live: () => true,
    ready: () => ({ ...ready, function: name }),
    metrics: [...ofProcess, ...requestMetrics(counts, running), ...more],
  });
}

function requestMetrics(counts: RequestCounts, running: number): readonly Metric[] {
  return [
    {
      name: "tidebook_function_requests_total",
      help: "Requests answered, by class of status; gone: the client left before its answer.",
      kind: "counter",
      read: () => byLabel("status", counts.answered),
    },
    {
      name: "tidebook_function_refused_total",
      help: "Requests refused for a reason of load, size or the other side.",
      kind: "counter",
      read: () => byLabel("reason", { ...counts.refused, ill_formed: counts.illFormed }),
    },
    {
      name: "tidebook_function_running_requests",
      help: "Requests under way.",
      kind: "gauge",
      read: () => running,
    },
    {
      name: "tidebook_function_first_request_uptime_seconds",
      help: "Age of the process when its first request came: what a start from zero costs after the process began.",
      kind: "gauge",
      read: () =>
        counts.firstRequestUptimeMs === null ? [] : [{ labels: {}, value: counts.firstRequestUptimeMs / 1_000 }],
    },
  ];
}
