/**
 * The disk fails, or the machine stops, at each call that a short session makes of it: the engine stops, acknowledges
 * nothing more, and recovery finds everything acknowledged and nothing that was not asked for. Tests I26.
 */
import { expect, test } from "vitest";
import { replayInto } from "../journal/replay.ts";
import type { TradeCommand } from "../protocol/commands.ts";
import { decodeEvents } from "../protocol/event-decoder.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { TradeReply } from "../protocol/views.ts";
import { EngineMachine } from "../runtime/machine.ts";
import { type DiskFault, FaultyDisk } from "./faulty-disk.ts";
import { amend, cancel, cancelAll, newExchange, openExchange, place } from "./small-exchange.ts";

const DIRECTORY = "/data/journal";
const BURSTS = 24;
/** The smallest: several rotations and snapshots in a session. */
const OPTIONS = { segmentBytes: 8 * 1024, snapshotEveryRecords: 30 };

function burst(number: number): TradeCommand[] {
  const account = 1 + (number % 2);
  const side = number % 2 === 0 ? "sell" : "buy";
  return [
    place(account, { side, quantityLots: 5 + number, priceTicks: 100 + (number % 3), clientOrderId: `a${number}` }),
    place(account, { side, quantityLots: 3, priceTicks: 90, clientOrderId: `b${number}`, timeInForce: "ioc" }),
    number % 5 === 4 ? cancelAll(account) : cancel(account, `a${number - 2}`),
    amend(account, `a${number}`, 4),
  ];
}

interface Session {
  /** Of the commands in order: the reply, or the code of the error. */
  readonly outcomes: readonly (TradeReply | string)[];
  readonly fatal: readonly unknown[];
  readonly disk: FaultyDisk;
  /** Calls that the disk had seen when the exchange was set up. */
  readonly callsBefore: number;
}

async function session(fault: DiskFault | null, failAt: number): Promise<Session> {
  const disk = new FaultyDisk();
  const { engine, fatal, send } = await newExchange({ disk, ...OPTIONS });
  const callsBefore = disk.calls.length;
  let met = false;
  disk.plan = (call) => {
    if (fault === null || met || call.index < callsBefore + failAt) return null;
    if (fault.kind === "short" && call.name !== "write") return null;
    met = true;
    return fault;
  };
  const outcomes: (TradeReply | string)[] = [];
  for (let number = 0; number < BURSTS; number += 1) {
    const sent = burst(number).map((command) => send(command).catch((error: { code: string }) => error.code));
    outcomes.push(...(await Promise.all(sent)));
  }
  if (fatal.length === 0) disk.plan = () => null;
  // A crashed process closes nothing; what it leaves is what counts.
  await engine.close().catch((error: unknown) => expect(fault?.kind ?? error).toBe("crash"));
  return { outcomes, fatal, disk, callsBefore };
}

/** Every event of the journal, from the first. */
function journaledEvents(disk: FaultyDisk): EngineEvent[] {
  const machine = new EngineMachine({}, false);
  const events: EngineEvent[] = [];
  machine.listener = { commandApplied: () => {}, frameApplied: (rows) => events.push(...decodeEvents(rows)) };
  replayInto(DIRECTORY, machine, { from: { fromRecord: 1 }, disk });
  return events;
}

/** @returns how many runs the fault stopped. */
async function failEverywhere(fault: DiskFault, stride: number): Promise<number> {
  const whole = await session(null, 0);
  const calls = whole.disk.calls.length - whole.callsBefore;
  const wholeEvents = journaledEvents(whole.disk);
  const borders = new Set(whole.outcomes.map((outcome) => (outcome as TradeReply).seq));
  let stopped = 0;
  for (let failAt = 0; failAt < calls; failAt += stride) {
    const run = await session(fault, failAt);
    const acknowledged = run.outcomes.findIndex((outcome) => typeof outcome === "string");
    const count = acknowledged < 0 ? run.outcomes.length : acknowledged;
    expect(run.outcomes.slice(0, count)).toEqual(whole.outcomes.slice(0, count));
    // Behind the first that is not answered none is: unknown while it was under way, not sent from then on.
    const rest = run.outcomes.slice(count).join(" ");
    expect(rest).toMatch(/^(outcome_unknown ?)*(not_sent ?)*$/);
    expect(run.fatal.length).toBe(rest === "" ? 0 : 1);
    stopped += run.fatal.length;

    // The power goes, too: all or nothing of what was not synced is there.
    const disk = run.disk.afterCrash(() => failAt % 2 === 0, failAt % 4 < 2 ? 0 : run.disk.unsyncedNames);
    const again = await openExchange({ disk, ...OPTIONS });
    const events = journaledEvents(disk);
    const { headSeq } = again.engine.stats();
    expect(events).toEqual(wholeEvents.slice(0, headSeq));
    const lastAcknowledged = count === 0 ? 0 : (run.outcomes[count - 1] as TradeReply).seq;
    expect(headSeq).toBeGreaterThanOrEqual(lastAcknowledged);
    if (count > 0) expect(borders).toContain(headSeq);
    expect(await again.send(cancel(1, "none"))).toMatchObject({ reason: "order_not_found", seq: headSeq + 1 });
    await again.engine.close();
  }
  return stopped;
}

test("I26: EIO at any call of the disk stops the engine before it acknowledges more, and loses nothing acknowledged", async () => {
  expect(await failEverywhere({ kind: "error", code: "EIO" }, 1)).toBeGreaterThan(2 * BURSTS);
});

test("I26: a full disk at any call stops the engine before it acknowledges more, and loses nothing acknowledged", async () => {
  expect(await failEverywhere({ kind: "error", code: "ENOSPC" }, 3)).toBeGreaterThan(BURSTS / 2);
});

test("I26: a short write stops the engine before it acknowledges more, and loses nothing acknowledged", async () => {
  expect(await failEverywhere({ kind: "short" }, 1)).toBeGreaterThan(2 * BURSTS);
});

test("I26: a machine that stops at any call of the disk has everything acknowledged when it comes back", async () => {
  expect(await failEverywhere({ kind: "crash" }, 1)).toBeGreaterThan(2 * BURSTS);
});
