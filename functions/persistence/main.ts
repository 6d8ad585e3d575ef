/** Persistence as a process of its own, by its environment. */
import "./index.ts";
import { log, runFunction } from "../_shared/function-run.ts";
import { persistenceMetrics } from "./counts.ts";
import { connectPersistence, installPersistence } from "./deps.ts";

runFunction("persistence", process.env, () => {
  const { deps, counts, close } = connectPersistence(process.env, log);
  installPersistence(deps);
  return {
    state: () => ({ committedSeq: counts.committedSeq }),
    metrics: async () => persistenceMetrics(counts),
    close,
  };
});
