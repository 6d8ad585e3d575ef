/** The tests of `npm run test:soak`: the long ones; their length is set by the environment (see the README). */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.soak.test.ts"],
    exclude: ["node_modules/**"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 7_200_000,
    hookTimeout: 600_000,
  },
});
