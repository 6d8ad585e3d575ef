/**
 * The core against the slow reference on random streams, whole event lists compared, the audit reading both.
 *
 * SEED=42 vitest run engine/sim/compare.sim.test.ts runs one seed through every profile.
 */
import { describe, expect, test } from "vitest";
import { stateHash } from "../core/snapshot.ts";
import { CommandStream } from "./commands.ts";
import { compareSession } from "./compare.ts";
import { CoreExchange, RestartingCoreExchange } from "./core-exchange.ts";
import { PROFILES } from "./profiles.ts";
import { SPECIAL_PROFILES } from "./profiles-special.ts";
import { ReferenceExchange } from "./reference-exchange.ts";

const COMMANDS = 2_500;
const SEEDS = process.env.SEED === undefined ? [1, 2, 3, 4, 5, 6, 7, 8] : [Number(process.env.SEED)];

/** Special orders are dearer to compare, and every profile of theirs has a bit of everything. */
const SPECIAL_SEEDS = SEEDS.slice(0, 3);

describe("I22: the core and the reference emit the same events", () => {
  for (const profile of [...PROFILES, ...SPECIAL_PROFILES]) {
    for (const seed of SPECIAL_PROFILES.includes(profile) ? SPECIAL_SEEDS : SEEDS) {
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

const RESTART_EVERY_COMMANDS = 23;

describe("I22: a core restored from its own snapshots goes on emitting the same events", () => {
  for (const profile of [...PROFILES, ...SPECIAL_PROFILES]) {
    test(`${profile.name}, SEED=${SEEDS[0]}`, () => {
      const difference = compareSession(
        () => new ReferenceExchange(),
        () => new RestartingCoreExchange(RESTART_EVERY_COMMANDS),
        profile,
        SEEDS[0]!,
        COMMANDS,
      );
      expect(difference, difference ?? "").toBe(null);
    });
  }
});

const HASHED_PROFILES = [PROFILES[0]!, ...SPECIAL_PROFILES.slice(0, 3)];

test.each(HASHED_PROFILES)(
  "I22: a core restored many times ends with the hashes of one that never was: $name",
  (profile) => {
    const straight = new CoreExchange();
    const restarting = new RestartingCoreExchange(RESTART_EVERY_COMMANDS);
    const stream = new CommandStream(SEEDS[0]!, profile);
    for (let count = 0; count < COMMANDS; count += 1) {
      const { command, envelope, timeUs } = stream.next();
      stream.observe(straight.apply(command, envelope, timeUs));
      restarting.apply(command, envelope, timeUs);
    }
    expect(stateHash(restarting.core.state)).toBe(stateHash(straight.core.state));
    expect(restarting.core.state.events.hash()).toEqual(straight.core.state.events.hash());
  },
);
