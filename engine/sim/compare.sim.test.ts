/**
 * The core against the slow reference on random streams, whole event lists compared, the audit reading both.
 *
 * SEED=42 vitest run engine/sim/compare.sim.test.ts runs one seed through every profile.
 */
import { describe, expect, test } from "vitest";
import { compareSession } from "./compare.ts";
import { CoreExchange } from "./core-exchange.ts";
import { PROFILES } from "./profiles.ts";
import { ReferenceExchange } from "./reference-exchange.ts";

const COMMANDS = 2_500;
const SEEDS = process.env.SEED === undefined ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : [Number(process.env.SEED)];

describe("I22: the core and the reference emit the same events", () => {
  for (const profile of PROFILES) {
    for (const seed of SEEDS) {
      test(`${profile.name}, SEED=${seed}`, () => {
        const difference = compareSession(
          () => new ReferenceExchange(),
          () => new CoreExchange(),
          profile,
          seed,
          COMMANDS,
        );
        expect(difference, difference ?? "").toBe(null);
      });
    }
  }
});
