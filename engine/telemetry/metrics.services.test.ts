/** The rendered text against Prometheus' own reader; skipped where `promtool` is not installed (Debian: prometheus). */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { byLabel, type Metric, renderMetrics } from "./metrics.ts";
import { processMetrics } from "./process-metrics.ts";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

const OURS: readonly Metric[] = [
  { name: "tidebook_example_orders_total", help: 'A "word", a \\ and\na line.', kind: "counter", read: () => 1e21 },
  {
    name: "tidebook_example_cuts_total",
    help: "Cuts.",
    kind: "counter",
    read: () => byLabel("reason", { 'a"\\b': 1 }),
  },
  { name: "tidebook_example_age_seconds", help: "Age.", kind: "gauge", read: () => Number.NaN },
  {
    name: "tidebook_example_sync_seconds",
    help: "Durations.",
    kind: "histogram",
    read: () => ({ buckets: [[0.001, 2]], count: 6, sum: 0.5 }),
  },
];

test.skipIf(!hasPromtool)("promtool finds nothing to say about what is rendered (skipped without promtool)", () => {
  const text = renderMetrics([...OURS, ...processMetrics()]);
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});
