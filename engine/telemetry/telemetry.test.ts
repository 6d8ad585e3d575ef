/** The whole text that a scrape gets, and what the three paths answer. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { type InternalServerOptions, startInternalServer } from "./internal-server.ts";
import { byLabel, type Metric, renderMetrics } from "./metrics.ts";
import { processMetrics } from "./process-metrics.ts";

const SAMPLE: readonly Metric[] = [
  { name: "tidebook_orders_total", help: "Orders, with a \\ and\na line's end.", kind: "counter", read: () => 3 },
  {
    name: "tidebook_cuts_total",
    help: "By reason.",
    kind: "counter",
    read: () => byLabel("reason", { slow: 1, 'odd "one"': 0 }),
  },
  { name: "tidebook_nothing", help: "Not known yet.", kind: "gauge", read: () => [] },
  { name: "tidebook_age_seconds", help: "Without an end.", kind: "gauge", read: () => Number.POSITIVE_INFINITY },
  {
    name: "tidebook_sync_seconds",
    help: "Durations.",
    kind: "histogram",
    read: () => ({
      buckets: [
        [0.001, 2],
        [0.002, 5],
      ],
      count: 6,
      sum: 0.5,
    }),
  },
];

test("metrics are told as Prometheus reads them: escaped, by label, and histograms with every bucket below", () => {
  expect(renderMetrics(SAMPLE)).toBe(`# HELP tidebook_orders_total Orders, with a \\\\ and\\na line's end.
# TYPE tidebook_orders_total counter
tidebook_orders_total 3
# HELP tidebook_cuts_total By reason.
# TYPE tidebook_cuts_total counter
tidebook_cuts_total{reason="slow"} 1
tidebook_cuts_total{reason="odd \\"one\\""} 0
# HELP tidebook_age_seconds Without an end.
# TYPE tidebook_age_seconds gauge
tidebook_age_seconds +Inf
# HELP tidebook_sync_seconds Durations.
# TYPE tidebook_sync_seconds histogram
tidebook_sync_seconds_bucket{le="0.001"} 2
tidebook_sync_seconds_bucket{le="0.002"} 5
tidebook_sync_seconds_bucket{le="+Inf"} 6
tidebook_sync_seconds_sum 0.5
tidebook_sync_seconds_count 6
`);
});

test("a process says when it began, on which Node, and how late its loop is; each a finite number", () => {
  const readings = processMetrics().map(({ name, read }) => {
    const reading = read();
    return [name, typeof reading === "number" ? Number.isFinite(reading) && reading >= 0 : reading];
  });
  expect(Object.fromEntries(readings)).toEqual({
    process_start_time_seconds: true,
    process_cpu_seconds_total: true,
    process_resident_memory_bytes: true,
    nodejs_heap_size_used_bytes: true,
    nodejs_external_memory_bytes: true,
    nodejs_eventloop_lag_p99_seconds: true,
    nodejs_version_info: [{ labels: { version: process.version }, value: 1 }],
  });
});

async function serving(
  change: Partial<InternalServerOptions>,
  run: (ask: (path: string, method?: string) => Promise<readonly [number, string]>) => Promise<void>,
): Promise<void> {
  const server = await startInternalServer({
    host: "127.0.0.1",
    port: 0,
    live: () => true,
    ready: () => ({ ready: true }),
    metrics: [],
    ...change,
  });
  try {
    await run(async (path, method = "GET") => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
      return [response.status, await response.text()];
    });
  } finally {
    await server.close(0);
  }
}

test("a process that is live but not ready says so, with the state of its parts", async () => {
  await serving({ ready: () => ({ ready: false, books: "opening" }), metrics: SAMPLE.slice(0, 1) }, async (ask) => {
    expect([await ask("/livez"), await ask("/readyz?verbose"), (await ask("/metrics"))[0]]).toEqual([
      [200, `{"live":true}`],
      [503, `{"ready":false,"books":"opening"}`],
      200,
    ]);
  });
});

test("a process that cannot go on is not live; other methods and other paths are refused", async () => {
  await serving({ live: () => false }, async (ask) => {
    expect([await ask("/livez"), await ask("/livez", "POST"), await ask("/v1/engine/catalog", "POST")]).toEqual([
      [503, `{"live":false}`],
      [405, `{"error":"method not allowed"}`],
      [404, `{"error":"no such path"}`],
    ]);
  });
});

test("calls are answered by whoever takes them; what nobody takes is refused", async () => {
  const rpc: InternalServerOptions["rpc"] = (request, response) => {
    if (request.url !== "/v1/engine/catalog") return false;
    response.end("called");
    return true;
  };
  await serving({ rpc }, async (ask) => {
    expect([await ask("/v1/engine/catalog", "POST"), await ask("/v1/else", "POST")]).toEqual([
      [200, "called"],
      [404, `{"error":"no such path"}`],
    ]);
  });
});

test("a port that is taken is an error, not a silence", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => holder.once("listening", resolve));
  const { port } = holder.address() as AddressInfo;
  const options = { host: "127.0.0.1", port, live: () => true, ready: () => ({ ready: true }), metrics: [] };
  await expect(startInternalServer(options)).rejects.toMatchObject({ code: "EADDRINUSE" });
  holder.close();
});
