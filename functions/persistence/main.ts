/** The function `persistence` as a process of its own: `npm run function -- persistence`, and what its image starts. */
import "./index.ts";
import { runFunction } from "../_shared/function-run.ts";
import { persistenceMetrics } from "./counts.ts";
import { persistenceCounts, persistenceDeps } from "./deps.ts";

runFunction("persistence", process.env, () => {
  // What is wrong with the settings is said now, and not to the first event.
  persistenceDeps();
  return { metrics: async () => persistenceMetrics(persistenceCounts()) };
});
