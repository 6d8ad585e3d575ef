/** The tests of `npm run test:services`: real services, which the tests start themselves. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.services.test.ts"],
    exclude: ["node_modules/**"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 120_000,
    passWithNoTests: true,
  },
});
