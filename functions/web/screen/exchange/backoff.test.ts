/** How long is waited before the next attempt to connect. */
import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test("waiting doubles to its bound, and is between half of it and all", () => {
  const bounds = { firstMs: 100, maxMs: 1_000 };
  expect(
    [0, 1, 2, 3, 4, 50, 5_000].map((failures) => [0, 1].map((chance) => backoffMs(bounds, failures, chance))),
  ).toEqual([
    [50, 100],
    [100, 200],
    [200, 400],
    [400, 800],
    [500, 1_000],
    [500, 1_000],
    [500, 1_000],
  ]);
});
