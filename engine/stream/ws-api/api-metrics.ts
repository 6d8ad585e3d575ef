/** What the WebSocket API says of itself to Prometheus. */
import type { LabelledNumber, Metric } from "../../telemetry/metrics.ts";
import type { ApiStats } from "./api-server.ts";

/** @param userDataLag events of the engine that listeners have not been told of. */
export function apiMetrics(stats: () => ApiStats, userDataLag: () => number): readonly Metric[] {
  return [
    {
      name: "tidebook_ws_api_sessions",
      help: "Sockets of the WebSocket API.",
      kind: "gauge",
      read: () => stats().sessions,
    },
    {
      name: "tidebook_ws_api_subscriptions",
      help: "User data streams that are heard.",
      kind: "gauge",
      read: () => stats().subscriptions,
    },
    {
      name: "tidebook_ws_api_requests_total",
      help: "Requests answered, by method and status; a method that does not exist is unknown.",
      kind: "counter",
      read: () => byMethodAndStatus(stats()),
    },
    {
      name: "tidebook_ws_api_events_total",
      help: "User data events told, once for each subscription.",
      kind: "counter",
      read: () => stats().events,
    },
    {
      name: "tidebook_ws_api_user_data_lag_events",
      help: "Events of the engine, of any account, that those who listen have not been told of yet.",
      kind: "gauge",
      read: userDataLag,
    },
  ];
}

function byMethodAndStatus({ requests }: ApiStats): readonly LabelledNumber[] {
  return [...requests].flatMap(([method, byStatus]) =>
    [...byStatus].map(([status, value]) => ({ labels: { method, status: String(status) }, value })),
  );
}
