/** A function that speaks to the engine, from its environment to its end (function-run.ts). */

import { clusterEdge } from "./cluster-edge.ts";
import { installDeps } from "./deps.ts";
import { eventGateOf } from "./event-gate.ts";
import { type EdgeFunction, readEdgeConfig } from "./function-config.ts";
import { type Environment, log, reportFault, run } from "./function-run.ts";

/** Its index.ts must have been imported. */
export function runEdgeFunction(name: EdgeFunction, environment: Environment): void {
  run(name, () => {
    const config = readEdgeConfig(name, environment);
    const edge = clusterEdge({ name, config, log, reportFault, eventGate: eventGateOf(config) });
    installDeps(() => edge.deps);
    return {
      name,
      host: config.HOST,
      port: config.PORT,
      log,
      state: edge.state,
      metrics: async () => (await import("./edge-metrics.ts")).edgeMetrics(edge.state),
      close: edge.close,
    };
  });
}
