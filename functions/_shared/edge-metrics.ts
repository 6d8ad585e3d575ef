/** What an edge says about its way to the engine. */
import type { Metric } from "../../engine/telemetry/metrics.ts";
import type { ClusterEdge } from "./cluster-edge.ts";

export function edgeMetrics(state: ClusterEdge["state"]): readonly Metric[] {
  return [
    {
      name: "tidebook_edge_pending_commands",
      help: "Commands that wait for the engine's answer.",
      kind: "gauge",
      read: () => state().commandsPending,
    },
    {
      name: "tidebook_edge_redis_up",
      help: "1 while the connection for commands is there; absent before the first request.",
      kind: "gauge",
      read() {
        const { redis } = state();
        return redis === "not_asked" ? [] : [{ labels: {}, value: redis === "up" ? 1 : 0 }];
      },
    },
    {
      name: "tidebook_edge_engine_epoch",
      help: "Highest epoch heard of; 0: none.",
      kind: "gauge",
      read: () => state().epoch,
    },
  ];
}
