/** A million random commands on every way to them. SEED=42 vitest run engine/sim/determinism.sim.test.ts runs another. */
import { describe } from "vitest";
import { determinismSuite } from "./determinism-suite.ts";

describe("I23: the same commands give the same events and the same state", () => {
  determinismSuite({
    seed: Number(process.env.SEED ?? 23),
    commands: 1_000_000,
    jitlessCommands: 250_000,
    timeoutMs: 120_000,
  });
});
