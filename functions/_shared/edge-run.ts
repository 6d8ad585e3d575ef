/** A function that speaks to the engine, from its environment to its end (function-run.ts). */

import type { Metric } from "../../engine/telemetry/metrics.ts";
import { clusterEdge } from "./cluster-edge.ts";
import { type EdgeDeps, installDeps } from "./deps.ts";
import { eventGateOf } from "./event-gate.ts";
import { type EdgeConfig, type EdgeFunction, readEdgeConfig } from "./function-config.ts";
import { type Environment, log, reportFault, run } from "./function-run.ts";
import type { PeopleDeps } from "./people/people-deps.ts";

/** What one function has beside the rest. */
interface EdgeExtras {
  /** People of this function; not given: there are none. */
  readonly people?: PeopleDeps;
  readonly metrics?: () => readonly Metric[];
  readonly close?: () => Promise<void>;
}

/** Its index.ts must have been imported. @param prepare makes what only this function has. */
export function runEdgeFunction(
  name: EdgeFunction,
  environment: Environment,
  prepare: (config: EdgeConfig, deps: EdgeDeps) => EdgeExtras = () => ({}),
): void {
  run(name, () => {
    const config = readEdgeConfig(name, environment);
    const edge = clusterEdge({ name, config, log, reportFault, eventGate: eventGateOf(config) });
    const extras = prepare(config, edge.deps);
    const deps = { ...edge.deps, ...(extras.people && { people: extras.people }) };
    installDeps(() => deps);
    return {
      name,
      host: config.HOST,
      port: config.PORT,
      log,
      state: edge.state,
      metrics: async () => [
        ...(await import("./edge-metrics.ts")).edgeMetrics(edge.state),
        ...(extras.metrics?.() ?? []),
      ],
      async close() {
        await extras.close?.();
        await edge.close();
      },
    };
  });
}
