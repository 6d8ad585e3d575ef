/** The tests of `npm test`: everything that runs on embedded parts. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["engine/**/*.test.ts", "functions/**/*.test.ts", "knative/**/*.test.ts"],
    exclude: ["**/*.services.test.ts", "**/*.soak.test.ts", "**/*.cluster.test.ts", "node_modules/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
