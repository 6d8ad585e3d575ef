/** The audit can fail: honest sessions pass it, and every planted fault is caught by the invariant it breaks. */
import { describe, expect, test } from "vitest";
import type { EngineEvent } from "../protocol/events.ts";
import { Audit } from "./audit.ts";
import { AuditFailure } from "./audit-failure.ts";
import { CommandStream } from "./commands.ts";
import { FAULTS, type Fault, type Session } from "./planted-faults.ts";
import { SPECIAL_FAULTS } from "./planted-faults-special.ts";
import { PROFILES } from "./profiles.ts";
import { SPECIAL_PROFILES } from "./profiles-special.ts";
import { ReferenceExchange } from "./reference-exchange.ts";

const COMMANDS = 1_500;
const ALL = [...PROFILES, ...SPECIAL_PROFILES];
/** Where planted faults find their place. */
const PLAIN = "self-trading";
const SPECIAL = "special: decrement";
/** Sessions tried until one has a place for the fault. */
const SEEDS_MAX = 6;

function honestSession(seed: number, profileName: string): EngineEvent[][] {
  const profile = ALL.find(({ name }) => name === profileName)!;
  const exchange = new ReferenceExchange();
  const stream = new CommandStream(seed, profile);
  const session: EngineEvent[][] = [];
  for (let count = 0; count < COMMANDS; count += 1) {
    const { command, envelope, timeUs } = stream.next();
    const events = exchange.apply(command, envelope, timeUs);
    stream.observe(events);
    session.push(events);
  }
  return session;
}

/** @returns the audit's failure, or null when it found nothing wrong. */
function audit(session: readonly (readonly EngineEvent[])[]): AuditFailure | null {
  const auditor = new Audit();
  try {
    for (const events of session) auditor.command(events);
    auditor.sweep();
  } catch (error) {
    if (error instanceof AuditFailure) return error;
    throw error;
  }
  return null;
}

function plantInSomeSession({ plant, keepsNumbers }: Fault, profileName: string): Session {
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const session: Session = structuredClone(honestSession(seed, profileName));
    if (!plant(session)) continue;
    let seq = 0;
    if (!keepsNumbers) for (const event of session.flat()) event.seq = ++seq;
    return session;
  }
  throw new Error(`none of ${SEEDS_MAX} sessions has a place for this fault`);
}

describe("an honest session passes the audit", () => {
  for (const { name } of ALL) {
    test(name, () => {
      expect(audit(honestSession(1, name))).toBe(null);
    });
  }
});

describe("a planted fault is caught", () => {
  for (const fault of [...FAULTS, ...SPECIAL_FAULTS]) {
    test(`${fault.invariant}: ${fault.name}`, () => {
      const session = plantInSomeSession(fault, SPECIAL_FAULTS.includes(fault) ? SPECIAL : PLAIN);
      expect(audit(session)?.message).toMatch(new RegExp(`^${fault.invariant}: `));
    });
  }
});
