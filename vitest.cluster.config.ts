/** The tests of `npm run test:cluster`: against the cluster that KUBECONFIG names; skipped with a word where there is none. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.cluster.test.ts"],
    exclude: ["node_modules/**"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    passWithNoTests: true,
  },
});
