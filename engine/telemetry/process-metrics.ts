/**
 * What every process of ours says about itself, under the names that dashboards for Node already know.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metric } from "./metrics.ts";

const NS_PER_SECOND = 1e9;
const LATE_SHARE = 99;
const LOOP_RESOLUTION_MS = 20;

/** To be called once a process: it begins to watch the event loop, and keeps no process alive. */
export function processMetrics(): readonly Metric[] {
  const startSeconds = Date.now() / 1_000 - process.uptime();
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loopDelay.enable();
  return [
    {
      name: "process_start_time_seconds",
      help: "When the process began, in seconds since 1970.",
      kind: "gauge",
      read: () => startSeconds,
    },
    {
      name: "process_cpu_seconds_total",
      help: "CPU time of the process, in user and kernel mode.",
      kind: "counter",
      read() {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    },
    {
      name: "process_resident_memory_bytes",
      help: "Memory of the process that is in RAM.",
      kind: "gauge",
      read: () => process.memoryUsage.rss(),
    },
    {
      name: "nodejs_heap_size_used_bytes",
      help: "Heap of V8 that is in use.",
      kind: "gauge",
      read: () => process.memoryUsage().heapUsed,
    },
    {
      name: "nodejs_external_memory_bytes",
      help: "Memory outside the heap that its objects hold: buffers and typed arrays.",
      kind: "gauge",
      read: () => process.memoryUsage().external,
    },
    {
      name: "nodejs_eventloop_lag_p99_seconds",
      help: "How late the event loop was at the 99th percentile, since the last time this was read.",
      kind: "gauge",
      read() {
        const lateNs = loopDelay.count === 0 ? 0 : loopDelay.percentile(LATE_SHARE);
        loopDelay.reset();
        return lateNs / NS_PER_SECOND;
      },
    },
    {
      name: "nodejs_version_info",
      help: "The version of Node that runs this.",
      kind: "gauge",
      read: () => [{ labels: { version: process.version }, value: 1 }],
    },
  ];
}
