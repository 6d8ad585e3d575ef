/** What may be journaled of what comes from outside: all that an edge sends, and nothing that could stop an engine. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { capture } from "../core/snapshot.ts";
import { orderCountsOf } from "../core/special-views.ts";
import { EngineMachine } from "../runtime/machine.ts";
import { eventsBetween, ReplyMaker } from "../runtime/replies.ts";
import { CommandStream } from "../sim/commands.ts";
import { fingerprintOf } from "../sim/core-fingerprint.ts";
import type { Delivery } from "../sim/exchange.ts";
import { bend } from "../sim/hostile-records.ts";
import { Chance } from "../sim/prng.ts";
import { PROFILES, type Profile } from "../sim/profiles.ts";
import { SPECIAL_PROFILES } from "../sim/profiles-special.ts";
import { encodeCommand, RecordWriter } from "./command-codec.ts";
import type { EngineEvent } from "./events.ts";
import { checkRecord, RECORD_BYTES_MAX } from "./record-check.ts";

const COMMANDS = 400;
const BENT_PER_COMMAND = 6;
const RUNS = 40;
const seed = fc.nat({ max: 2 ** 31 });
const ALL = [...PROFILES, ...SPECIAL_PROFILES];
const NOBODY: ReadonlySet<number> = new Set();

type Stream = "trade" | "ops";

function streamOf({ command }: Delivery): Stream {
  return /^(place|cancel|amend)_/.test(command.type) ? "trade" : "ops";
}

/** One in which nearly nobody is the exchange itself: an edge stamps the key that signed. */
function signedProfile(drawn: number): Profile {
  return { ...ALL[drawn % ALL.length]!, keyShare: 100 };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function areCounts(rules: object): boolean {
  return Object.values(rules).every((value: unknown) =>
    typeof value === "object" && value !== null ? areCounts(value) : value === null || isCount(Number(value)),
  );
}

/** What no edge sends: in the exchange's own name, or the codec has no form for it, or none that is its own. */
function isSendable({ command }: Delivery): boolean {
  if ("keyId" in command && command.keyId === 0) return false;
  // Rules and limits are numbers of a body that the operator's API has judged.
  if (command.type === "set_exchange_limits") return Object.values(command.limits).every(isCount);
  if (command.type === "set_instrument_rules") return areCounts(command.rules);
  return !("atoms" in command) || command.atoms >= 0n;
}

/** Applies records one by one, makes their replies, and tells what happened. */
class World {
  readonly machine = new EngineMachine({ ordersExpected: 16 }, true);
  events: EngineEvent[] = [];
  applied = 0;
  refused = 0;

  constructor() {
    const { machine } = this;
    const { core } = machine;
    const replies = new ReplyMaker(
      machine.readModel!,
      (id) => core.state.instruments[id]!.definition,
      (account) => orderCountsOf(core.state, account, core.state.timeUs),
    );
    machine.listener = {
      commandApplied: (_index, command, start, end, firstSeq, repeated) => {
        this.events = eventsBetween(machine.core.state, start, end, firstSeq, machine.core.state.timeUs);
        if (repeated !== null) return;
        expect(replies.reply(command, this.events)).not.toBe(null);
      },
      frameApplied: () => {},
    };
  }

  apply(record: Uint8Array, stream: Stream, timeUs: number): void {
    const writer = new RecordWriter(64);
    this.applied += 1;
    writer.writeDelivered(record, stream === "ops" ? 1 : 0, 1_700_000_000_000, this.applied);
    const firstRecord = this.machine.head().nextRecord;
    this.machine.applyFrame({ payload: writer.bytes(), recordCount: 1, firstRecord, timeUs }, NOBODY);
    if (this.events.some(({ type }) => type === "command_rejected")) this.refused += 1;
  }
}

test("I29: every command that an edge can send passes, and passes on its own stream alone", () => {
  fc.assert(
    fc.property(seed, (drawn) => {
      const stream = new CommandStream(drawn, signedProfile(drawn));
      for (let index = 0; index < COMMANDS; index += 1) {
        const delivery = stream.next();
        if (!isSendable(delivery)) continue;
        const bytes = encodeCommand(delivery.command, delivery.envelope);
        const own = streamOf(delivery);
        expect([delivery.command, checkRecord(bytes, own)]).toEqual([delivery.command, null]);
        expect(checkRecord(bytes, own === "trade" ? "ops" : "trade")).toMatch(/on the (traders'|operator's) stream$/);
      }
    }),
    { numRuns: RUNS },
  );
});

test("I29: whatever passes, the core applies or refuses: no assertion, an answer to each, and a state that a snapshot keeps", () => {
  let passed = 0;
  let refused = 0;
  fc.assert(
    fc.property(seed, (drawn) => {
      const chance = new Chance(drawn);
      const stream = new CommandStream(drawn, { ...signedProfile(drawn), lateShare: 0 });
      const world = new World();
      for (let index = 0; index < COMMANDS; index += 1) {
        const delivery = stream.next();
        if (!isSendable(delivery)) continue;
        const bytes = encodeCommand(delivery.command, delivery.envelope);
        const own = streamOf(delivery);
        world.apply(bytes, own, delivery.timeUs);
        stream.observe(world.events);
        for (let copy = 0; copy < BENT_PER_COMMAND; copy += 1) {
          const bent = bend(chance, bytes);
          // Not a repetition of the one it is made of.
          if (bent.length >= 24) bent[8 + chance.below(16)] = chance.below(256);
          const door = chance.percent(95) ? own : chance.pick(["trade", "ops"] as const);
          if (checkRecord(bent, door) !== null) continue;
          passed += 1;
          world.apply(bent, door, delivery.timeUs);
          stream.observe(world.events);
        }
      }
      refused += world.refused;
      const restored = new EngineMachine({ ordersExpected: 16 }, false);
      restored.core.restore(capture(world.machine.core.state));
      expect(fingerprintOf(restored.core)).toEqual(fingerprintOf(world.machine.core));
    }),
    { numRuns: RUNS },
  );
  expect(Math.min(passed, refused)).toBeGreaterThan(1_000);
});

test("I29: bytes of chance do not pass", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom<Stream>("trade", "ops"), (bytes, stream) => {
      expect(checkRecord(bytes, stream)).not.toBe(null);
    }),
  );
  expect(checkRecord(new Uint8Array(RECORD_BYTES_MAX + 8), "ops")).toBe("longer than any command");
});
