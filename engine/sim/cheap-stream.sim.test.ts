/** The fast stream: it is worth its name (every kind of event happens), the audit agrees, and a seed gives one hash. */
import { expect, test } from "vitest";
import { Command } from "../core/command.ts";
import { Core } from "../core/core.ts";
import { decodeEvents } from "../protocol/event-decoder.ts";
import { Audit } from "./audit.ts";
import { CheapStream } from "./cheap-stream.ts";

const AUDITED_COMMANDS = 20_000;
const HASHED_COMMANDS = 300_000;
const SEED = Number(process.env.SEED ?? 7);

test(`the audit agrees with every command, and orders end in every way, SEED=${SEED}`, () => {
  const core = new Core();
  const stream = new CheapStream(SEED);
  const audit = new Audit();
  const command = new Command();
  const { events } = core.state;
  const seen = new Map<string, number>();
  for (let count = 0; count < AUDITED_COMMANDS; count += 1) {
    const timeUs = stream.next(command);
    const firstSeq = events.nextSeq;
    core.apply(command, timeUs);
    const decoded = decodeEvents({ ...events, rows: events.rows, texts: events.texts, firstSeq, timeUs });
    events.clear();
    audit.command(decoded);
    for (const event of decoded) {
      const kind = event.type === "order_expired" ? event.reason : event.type;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
  }
  audit.sweep();
  const rare = [
    "trade_executed",
    "order_canceled",
    "order_amended",
    "funds_moved",
    "self_trade",
    "ioc_unfilled",
    "fok_unfilled",
    "order_activated",
    "order_list_changed",
    "oco_trigger",
    "oto_phase_one_expired",
  ].filter((kind) => (seen.get(kind) ?? 0) < 20);
  expect(seen.get("trade_prevented")).toBeGreaterThan(0);
  expect(rare).toEqual([]);
});

test(`two cores that take the same stream have one hash, another seed another, SEED=${SEED}`, () => {
  expect(hashAfter(SEED)).toEqual(hashAfter(SEED));
  expect(hashAfter(SEED)).not.toEqual(hashAfter(SEED + 1));
});

function hashAfter(seed: number): { readonly hi: number; readonly lo: number } {
  const core = new Core();
  const stream = new CheapStream(seed);
  const command = new Command();
  for (let count = 0; count < HASHED_COMMANDS; count += 1) {
    core.apply(command, stream.next(command));
    if (count % 1_000 === 0) core.state.events.clear();
  }
  return core.state.events.hash();
}
