/**
 * Equal hashes for as long as it is asked: TIDEBOOK_SOAK_COMMANDS commands (default ten million), without compilers
 * too, seed from TIDEBOOK_SOAK_SEED (default 1,000).
 */
import { describe } from "vitest";
import { determinismSuite } from "./determinism-suite.ts";

const COMMANDS = Number(process.env.TIDEBOOK_SOAK_COMMANDS ?? 10_000_000);

describe("I23: the same commands give the same events and the same state", () => {
  determinismSuite({
    seed: Number(process.env.TIDEBOOK_SOAK_SEED ?? 1_000),
    commands: COMMANDS,
    jitlessCommands: COMMANDS,
    timeoutMs: 7_200_000,
  });
});
