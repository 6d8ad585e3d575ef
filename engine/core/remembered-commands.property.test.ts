/** The memory of command ids against a plain Map, under random arrivals, deadlines and restores. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Command } from "./command.ts";
import { RememberedCommands } from "./remembered-commands.ts";

const SECOND_US = 1_000_000;
const START_US = 1_700_000_000 * SECOND_US;
/** Ids that share few hashes, so that they stand in each other's way. */
const HASHES = 100;
const HASH_FACTOR = 0x85ebca6b;

interface Step {
  readonly id: number;
  readonly aheadUs: number;
  readonly passUs: number;
  readonly restart: boolean;
}

const passing = fc.oneof(
  { weight: 90, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 * SECOND_US }) },
  { weight: 1, arbitrary: fc.integer({ min: 100 * SECOND_US, max: 300 * SECOND_US }) },
);
const steps = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 3_000 }),
    aheadUs: fc.integer({ min: 0, max: 65 * SECOND_US }),
    passUs: passing,
    restart: fc.integer({ min: 0, max: 400 }).map((drawn) => drawn === 0),
  }),
  { minLength: 2_000, maxLength: 6_000 },
);

function restarted(memory: RememberedCommands): RememberedCommands {
  const { counters, wheel, entries } = memory.arrays();
  const again = new RememberedCommands();
  again.restore({ counters: counters.slice(), wheel: wheel.slice(), entries: entries.slice() });
  return again;
}

/** @returns for each step what was found: the first sequence, or null. */
function foundByMemory(session: readonly Step[]): (number | null)[] {
  let memory = new RememberedCommands();
  const command = new Command();
  let timeUs = START_US;
  return session.map(({ id, aheadUs, passUs, restart }, index) => {
    timeUs += passUs;
    if (restart) memory = restarted(memory);
    memory.advance(timeUs);
    command.commandId.set([Math.imul(id, HASH_FACTOR) ^ (id % HASHES), id, 0, 1]);
    command.deadlineUs = timeUs + aheadUs;
    if (memory.find(command.commandId, timeUs)) return memory.foundFirstSeq;
    memory.remember(command, index, 1);
    return null;
  });
}

function foundByMap(session: readonly Step[]): (number | null)[] {
  const known = new Map<number, { readonly seq: number; readonly deadlineUs: number }>();
  let timeUs = START_US;
  return session.map(({ id, aheadUs, passUs }, index) => {
    timeUs += passUs;
    const entry = known.get(id);
    if (entry !== undefined && timeUs <= entry.deadlineUs) return entry.seq;
    known.set(id, { seq: index, deadlineUs: timeUs + aheadUs });
    return null;
  });
}

test("an id is found exactly until its deadline, whatever came and went and however often the table was made anew", () => {
  fc.assert(
    fc.property(steps, (session) => {
      expect(foundByMemory(session)).toEqual(foundByMap(session));
    }),
    { numRuns: 30 },
  );
});

test("at a steady rate what is forgotten keeps pace with what arrives, a few ids with each command", () => {
  const memory = new RememberedCommands();
  const command = new Command();
  let most = 0;
  let leastStep = 0;
  for (let index = 0; index < 200_000; index++) {
    const timeUs = START_US + index * 1_000;
    const before = memory.count;
    memory.advance(timeUs);
    leastStep = Math.min(leastStep, memory.count - before);
    command.commandId.set([index, 7, 0, 0]);
    command.deadlineUs = timeUs + 5 * SECOND_US;
    memory.remember(command, index, 1);
    most = Math.max(most, memory.count);
  }
  expect({ leastStep, isBounded: most <= 6_001 }).toEqual({ leastStep: -4, isBounded: true });
});
