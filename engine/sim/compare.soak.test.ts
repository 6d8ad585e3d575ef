/**
 * The core against the slow reference for as long as it is asked: TIDEBOOK_SOAK_COMPARE_SESSIONS sessions of 10,000
 * commands each (default 200), seeds from TIDEBOOK_SOAK_SEED (default 1,000) upwards, the profiles in turn.
 */
import { expect, test } from "vitest";
import { compareSession } from "./compare.ts";
import { CoreExchange } from "./core-exchange.ts";
import { PROFILES } from "./profiles.ts";
import { SPECIAL_PROFILES } from "./profiles-special.ts";
import { ReferenceExchange } from "./reference-exchange.ts";

const SESSIONS = Number(process.env.TIDEBOOK_SOAK_COMPARE_SESSIONS ?? 200);
const FIRST_SEED = Number(process.env.TIDEBOOK_SOAK_SEED ?? 1_000);
const COMMANDS = 10_000;
const ALL = [...SPECIAL_PROFILES, ...PROFILES];

test(`I22: the core and the reference agree through ${SESSIONS} sessions from SEED=${FIRST_SEED}`, () => {
  for (let session = 0; session < SESSIONS; session += 1) {
    const profile = ALL[session % ALL.length]!;
    const difference = compareSession(
      () => new ReferenceExchange(),
      () => new CoreExchange(),
      profile,
      FIRST_SEED + session,
      COMMANDS,
    );
    expect(difference, difference ?? "").toBe(null);
  }
});
