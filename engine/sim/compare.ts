/**
 * Compares two exchanges command by command on one random stream, with the audit reading both.
 *
 * A difference is told as text: the seed, a shrunken list of the commands that lead to it, and the first event that
 * differs. I22: the core emits the same events as the slow reference.
 */
import { isDeepStrictEqual } from "node:util";
import type { EngineEvent } from "../protocol/events.ts";
import { Audit } from "./audit.ts";
import { CommandStream } from "./commands.ts";
import type { Delivery, Exchange } from "./exchange.ts";
import type { Profile } from "./profiles.ts";

/** Sessions replayed at most while shrinking. */
const SHRINK_RUNS_MAX = 2_000;
const SHRINK_MS_MAX = 10_000;
const COMMANDS_TOLD_MAX = 40;

export type MakeExchange = () => Exchange;

interface Difference {
  readonly text: string;
  /** All that was delivered, up to the command whose events differ. */
  readonly deliveries: readonly Delivery[];
}

/** @returns null when all events of all commands are equal and the audit agrees, else what to read. */
export function compareSession(
  makeExpected: MakeExchange,
  makeActual: MakeExchange,
  profile: Profile,
  seed: number,
  commands: number,
): string | null {
  const difference = firstDifferenceOf(makeExpected, makeActual, profile, seed, commands);
  if (difference === null) return null;
  const { deliveries, text } = difference;
  const shrunk = shrink(makeExpected, makeActual, deliveries);
  const found = firstDifference(makeExpected, makeActual, shrunk) ?? text;
  const told = shrunk.slice(-COMMANDS_TOLD_MAX).map(tell).join("\n");
  return `SEED=${seed} profile "${profile.name}", command ${deliveries.length}, shrunken to ${shrunk.length}:\n${told}\n${found}`;
}

/** As compareSession, but told as it was found: for who only wants to know whether there is one. */
export function firstDifferenceOf(
  makeExpected: MakeExchange,
  makeActual: MakeExchange,
  profile: Profile,
  seed: number,
  commands: number,
): Difference | null {
  const expected = new Audited(makeExpected());
  const actual = new Audited(makeActual());
  const stream = new CommandStream(seed, profile);
  const deliveries: Delivery[] = [];
  for (let count = 0; count < commands; count += 1) {
    const delivery = stream.next();
    deliveries.push(delivery);
    const text = applyBoth(expected, actual, delivery);
    if (text !== null) return { text, deliveries };
    stream.observe(expected.events);
  }
  expected.audit.sweep();
  actual.audit.sweep();
  return null;
}

/** An exchange whose every command the audit has read. */
class Audited {
  readonly audit = new Audit();
  readonly #exchange: Exchange;
  events: EngineEvent[] = [];

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** @returns what went wrong: an assertion of the exchange, or a finding of the audit. */
  apply({ command, envelope, timeUs }: Delivery): string | null {
    try {
      this.events = this.#exchange.apply(command, envelope, timeUs);
      this.audit.command(this.events);
      return null;
    } catch (error) {
      // Whatever it throws is a finding: a session must not hide it behind the next one.
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
}

function applyBoth(expected: Audited, actual: Audited, delivery: Delivery): string | null {
  const wrongExpected = expected.apply(delivery);
  if (wrongExpected !== null) return `the expected side: ${wrongExpected}`;
  const wrongActual = actual.apply(delivery);
  if (isDeepStrictEqual(expected.events, actual.events) && wrongActual === null) return null;
  const at = expected.events.findIndex((event, index) => !isDeepStrictEqual(event, actual.events[index]));
  const index = at < 0 ? expected.events.length : at;
  const [due, got] = [expected.events[index], actual.events[index]].map((event) => (event ? toText(event) : "nothing"));
  return `${wrongActual ?? ""}\nfirst difference, event ${index + 1} of the last command:\n  expected ${due}\n  actual   ${got}`;
}

function firstDifference(makeExpected: MakeExchange, makeActual: MakeExchange, deliveries: readonly Delivery[]) {
  const expected = new Audited(makeExpected());
  const actual = new Audited(makeActual());
  for (const delivery of deliveries) {
    const difference = applyBoth(expected, actual, delivery);
    if (difference !== null) return difference;
  }
  return null;
}

/** Leaves out ever smaller runs of commands as long as some difference remains. */
function shrink(makeExpected: MakeExchange, makeActual: MakeExchange, all: readonly Delivery[]): readonly Delivery[] {
  const startMs = performance.now();
  let kept = all;
  let runs = 0;
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      runs += 1;
      if (runs > SHRINK_RUNS_MAX || performance.now() - startMs > SHRINK_MS_MAX) return kept;
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (firstDifference(makeExpected, makeActual, fewer) === null) at += size;
      else kept = fewer;
    }
  }
  return kept;
}

function tell({ command, envelope, timeUs }: Delivery): string {
  const id = Buffer.from(envelope.commandId).toString("hex").slice(-16);
  return `  +${timeUs % 1e9}µs, ${envelope.deadlineUs - timeUs}µs left, ${envelope.source} ${id}: ${toText(command)}`;
}

function toText(value: object): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
}
