/** Commands that come again when memory no longer holds what they caused: after a restart, and long after. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Command } from "../core/command.ts";
import { type ListContingency, NO_CONDITIONS, type OrderConditions } from "../domain/order.ts";
import type { CommandAnswer } from "../protocol/bus-messages.ts";
import type { EngineCommand, ListLeg } from "../protocol/commands.ts";
import type { EventRows } from "../protocol/event-decoder.ts";
import type { Reply } from "../protocol/views.ts";
import { toWire } from "../protocol/wire-json.ts";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import {
  amend,
  cancel,
  cancelAll,
  commandIdOf,
  newExchange,
  openExchange,
  place,
  type RunningExchange,
  registerKey,
  replace,
} from "../sim/small-exchange.ts";
import { deliver } from "../sim/stream-delivery.ts";
import type { EngineOptions } from "./contract.ts";
import { type EventRetention, seqAfter } from "./event-retention.ts";
import { FirstAnswers } from "./first-answers.ts";
import { askedOf } from "./replies.ts";
import { answerWithoutCounts } from "./testing/without-counts.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUps.splice(0).reverse()) await end();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-first-answers-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

const sell = { side: "sell", quantityLots: 10, priceTicks: 10 } as const;
const buy = { side: "buy", quantityLots: 4, priceTicks: 10 } as const;

const leg = { side: "sell", quantityLots: 2, timeInForce: "gtc", selfTradeMode: null } as const;
const stopAt = (stopTicks: number): { conditions: OrderConditions } => ({
  conditions: { ...NO_CONDITIONS, stopTicks },
});

function listOf(listClientOrderId: string, contingency: ListContingency, ...legs: readonly ListLeg[]): EngineCommand {
  return { type: "place_order_list", account: 1, keyId: 0, instrument: 0, contingency, listClientOrderId, legs };
}
function pair(name: string): EngineCommand {
  return listOf(
    name,
    "oco",
    { ...leg, orderType: "stop_loss", priceTicks: 0, clientOrderId: `${name}-below`, ...stopAt(2) },
    { ...leg, orderType: "limit_maker", priceTicks: 30, clientOrderId: `${name}-above` },
  );
}
function cancelList(listClientOrderId: string): EngineCommand {
  const target = { orderListId: 0, listClientOrderId, cancelClientOrderId: "list" };
  return { type: "cancel_order_list", account: 1, keyId: 0, instrument: 0, ...target };
}

/** One of every kind, taken and refused. */
const COMMANDS: readonly EngineCommand[] = [
  place(1, { ...sell, clientOrderId: "a" }),
  place(2, { ...buy, clientOrderId: "b" }),
  place(2, { ...buy, quantityLots: 400, timeInForce: "ioc", clientOrderId: "c" }),
  place(1, { ...sell, quantityLots: 2_000_000, clientOrderId: "poor" }),
  place(1, { ...sell, priceTicks: 20, clientOrderId: "d" }),
  amend(1, "d", 9, "d2"),
  amend(1, "d2", 8),
  amend(1, "none", 1),
  place(1, { ...sell, priceTicks: 21, clientOrderId: "e" }),
  cancel(1, "e", "why"),
  cancel(1, "e"),
  place(1, { ...sell, priceTicks: 22, clientOrderId: "f" }),
  replace(1, "f", "stop_on_failure", { ...sell, priceTicks: 23, clientOrderId: "g" }),
  replace(1, "none", "allow_failure", { ...sell, priceTicks: 24, clientOrderId: "h" }),
  replace(1, "none", "stop_on_failure", { ...sell, clientOrderId: "i" }),
  place(2, { ...buy, priceTicks: 3, clientOrderId: "j" }),
  place(2, { ...buy, priceTicks: 4, clientOrderId: "k" }),
  cancelAll(2),
  cancelAll(2),
  place(2, { ...buy, priceTicks: 5, clientOrderId: "l" }),
  amend(2, "l", 3, "l2"),
  place(1, { ...leg, orderType: "stop_loss_limit", priceTicks: 3, clientOrderId: "stop", ...stopAt(6) }),
  pair("p"),
  pair("p"),
  cancel(1, "p-above"),
  pair("q"),
  cancelList("q"),
  cancelList("q"),
  pair("r"),
  place(2, { ...buy, priceTicks: 6, clientOrderId: "m" }),
  // It trades at 6, which fires the stop, and its list goes on to the second phase.
  listOf(
    "t",
    "oto",
    { ...leg, orderType: "limit", priceTicks: 6, clientOrderId: "t-working" },
    { ...leg, orderType: "stop_loss", priceTicks: 0, clientOrderId: "t-pending", ...stopAt(2) },
  ),
  replace(1, "r-below", "stop_on_failure", { ...sell, priceTicks: 25, clientOrderId: "u" }),
  {
    type: "set_exchange_limits",
    limits: {
      ordersPer10s: 900,
      ordersPerDay: 0,
      ordersMax: 0,
      algoOrdersMax: 0,
      icebergOrdersMax: 0,
      orderListsMax: 0,
    },
  },
  { type: "freeze_withdrawals", frozen: true, reason: "a test" },
  { type: "add_asset", name: "A2", decimals: 8 },
  { type: "add_asset", name: "A2", decimals: 8 },
  { type: "open_account", name: "third" },
  { type: "deposit", account: 2, asset: "A0", atoms: 5n, reference: "again" },
  registerKey(1),
  { type: "set_account", account: 2, canTrade: true, canWithdraw: false },
  { type: "set_instrument_status", symbol: "A0A1", status: "halt" },
  { type: "operator_cancel_all", account: 1, instrument: 0 },
];
const EVENTS_MAX = 10_000;
const OUTCOMES: readonly Reply["outcome"][] = [
  "rejected",
  "placed",
  "canceled",
  "canceled_all",
  "list_placed",
  "canceled_list",
  "replaced",
  "amended",
  "done",
];
/** Of an order that changes again: what it had cost by then cannot be told. */
const CHANGED_SINCE = ["d2", "d"];

function isChangedSince(index: number): boolean {
  const command = COMMANDS[index];
  return command?.type === "amend_order" && CHANGED_SINCE.includes(command.origClientOrderId);
}

/** Delivers them all at once, as a stream does that is read again; the answers as they go over the wire. */
async function answersTo(exchange: RunningExchange, ms: number): Promise<readonly string[]> {
  const answers = COMMANDS.map((command, index) =>
    deliver(exchange, command, { ms, counter: index }, commandIdOf(index + 1)),
  );
  return (await Promise.all(answers)).map((answer) => toWire(answerWithoutCounts(answer)));
}

/** Answers everything once, and is killed before anybody hears of it. @returns what was answered, and the successor. */
async function killedAfterAll(options: Partial<EngineOptions>): Promise<{
  readonly live: RunningExchange;
  readonly first: readonly string[];
  readonly successor: RunningExchange;
}> {
  const live = await newExchange(options);
  cleanUps.push(() => live.engine.close());
  const first = await answersTo(live, 1);
  const { disk, directory } = options;
  if (disk instanceof FaultyDisk)
    return { live, first, successor: await openExchange({ ...options, disk: disk.copyWithUnsynced() }) };
  const due = options.snapshotEveryRecords === undefined ? /./ : /^snapshot-\d+$/;
  while (!readdirSync(directory!).some((name) => due.test(name))) await new Promise((resolve) => setImmediate(resolve));
  const killed = join(newFolder(), "journal");
  cpSync(directory!, killed, { recursive: true });
  return { live, first, successor: await openExchange({ ...options, directory: killed }) };
}

test("every kind of command is in this file's list", () => {
  const kinds = new Set(COMMANDS.map(({ type }) => type));
  expect(
    [
      "place_order",
      "cancel_order",
      "cancel_all",
      "cancel_replace",
      "amend_order",
      "place_order_list",
      "cancel_order_list",
    ].filter((t) => !kinds.has(t as never)),
  ).toEqual([]);
});

for (const [how, options] of Object.entries({
  // Nothing can be made again from a journal on this disk: its replay reads real ones.
  "from memory that recovery filled": () => ({ disk: new FaultyDisk() }),
  "from the journal where a snapshot was taken since": () => ({
    directory: join(newFolder(), "journal"),
    snapshotEveryRecords: 12,
  }),
  "from the journal where memory holds less": () => ({ directory: join(newFolder(), "journal"), retainedBytesMax: 1 }),
} satisfies Record<string, () => Partial<EngineOptions>>)) {
  test(`I24: an engine killed before it answers anybody repeats to each what one that lives on repeats: ${how}`, async () => {
    const { live, first, successor } = await killedAfterAll(options());
    cleanUps.push(() => successor.engine.close());
    const { headSeq } = successor.engine.stats();
    const outcomes = new Set(first.map((answer) => (JSON.parse(answer) as { reply: Reply }).reply.outcome));
    expect(OUTCOMES.filter((outcome) => !outcomes.has(outcome))).toEqual([]);
    expect(successor.engine.recovery.snapshotRecord !== null).toBe(how.includes("snapshot"));
    expect(await successor.engine.eventsSince(1, EVENTS_MAX)).toEqual(await live.engine.eventsSince(1, EVENTS_MAX));
    const again = await answersTo(successor, 2);
    expect(again).toEqual(await answersTo(live, 2));
    expect(again.map((answer, index) => (isChangedSince(index) ? first[index] : answer))).toEqual(first);
    for (const [index, answer] of again.entries())
      if (isChangedSince(index)) expect(JSON.parse(answer)).toMatchObject({ error: "outcome_unknown" });
    expect(successor.engine.stats()).toMatchObject({ headSeq, duplicates: COMMANDS.length });
    expect([live.fatal, successor.fatal]).toEqual([[], []]);
  });
}

/** FAKE: a journal's replay, a frame a page, that can be held. */
class FakeHistory {
  readonly frames: readonly EventRows[];
  /** First sequences of the replays that were begun. */
  readonly begun: number[] = [];
  isBroken = false;
  private nextSeq: number | null = null;
  private held: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;
  private isHeld = false;

  constructor(frames: readonly EventRows[]) {
    this.frames = frames;
  }

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.held?.resolve();
  }

  async page(fromSeq: number): Promise<readonly EventRows[]> {
    if (this.nextSeq !== fromSeq) this.begun.push(fromSeq);
    if (this.isHeld)
      await new Promise<void>((resolve, reject) => {
        this.held = { resolve, reject };
      });
    if (this.isBroken) throw new Error("frame 7 is damaged");
    const frame = this.frames.find((each) => seqAfter(each) > fromSeq);
    this.nextSeq = frame === undefined ? null : seqAfter(frame);
    return frame === undefined ? [] : [frame];
  }

  async close(): Promise<void> {
    this.nextSeq = null;
    this.held?.reject(new Error("the replay ended without its last page"));
    this.held = null;
  }
}

interface Asking {
  readonly history: FakeHistory;
  readonly clock: { nowUs: number };
  readonly answers: FirstAnswers;
  /** Asks for the events of a frame; what it is told. */
  ask(frame: EventRows, deadlineUs?: number): Promise<string>;
}

async function asking(): Promise<Asking> {
  const { engine } = await newExchange();
  const { retention } = engine as unknown as { readonly retention: EventRetention };
  const history = new FakeHistory(retention.from(1));
  const clock = { nowUs: 0 };
  const answers = new FirstAnswers({
    history,
    reply: (_asked, events) => ({ outcome: "done", seq: events[0]!.seq, timeUs: events.length }),
    nowUs: () => clock.nowUs,
  });
  cleanUps.push(() => answers.close(null));
  cleanUps.push(() => engine.close());
  const asked = askedOf(new Command());
  return {
    history,
    clock,
    answers,
    ask: (frame, deadlineUs = 1_000) =>
      new Promise((resolve) => {
        const { firstSeq } = frame;
        const lost = (cause: unknown): void => resolve(`lost: ${cause}`);
        const answer = (told: CommandAnswer): void =>
          resolve("error" in told ? told.message : `${told.reply.seq} and ${told.reply.timeUs} events`);
        const repetition = { asked, firstSeq, eventCount: seqAfter(frame) - firstSeq, deadlineUs };
        answers.ask(repetition, { answer, lost });
      }),
  };
}

function due(frame: EventRows): string {
  return `${frame.firstSeq} and ${seqAfter(frame) - frame.firstSeq} events`;
}

test("a flood of repetitions is one replay, in whatever order they come, and so many wait", async () => {
  const { history, ask } = await asking();
  const flood = Array.from({ length: 6_000 }, (_, index) => history.frames[(index * 7) % history.frames.length]!);
  const told = await Promise.all(flood.map((frame) => ask(frame)));
  expect(history.begun).toEqual([1]);
  expect(told.slice(0, 4_096)).toEqual(flood.slice(0, 4_096).map(due));
  expect(new Set(told.slice(4_096))).toEqual(
    new Set(["the first answer is in the journal, where too many others are being looked for"]),
  );
  // Whoever was served has made room.
  expect(await ask(flood[0]!)).toBe(due(flood[0]!));
});

test("who asks for what the replay has not passed is served by it, who asks for what it has passed by the next", async () => {
  const { history, ask } = await asking();
  const [first, second, third, fourth] = history.frames as [EventRows, EventRows, EventRows, EventRows];
  history.hold();
  const early = [ask(second), ask(fourth)];
  while (history.begun.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const late = [ask(first), ask(third)];
  history.release();
  expect(await Promise.all([...early, ...late])).toEqual([second, fourth, first, third].map(due));
  expect(history.begun).toEqual([second.firstSeq, first.firstSeq]);
});

test("whoever has reached the deadline is told so, nobody's replay ends, and the next begins its own", async () => {
  const { history, clock, ask } = await asking();
  const [first, second] = history.frames as [EventRows, EventRows];
  history.hold();
  const late = ask(first, 5);
  clock.nowUs = 6;
  expect(await late).toBe("the first answer was still being looked for in the journal at the deadline");
  const next = ask(second);
  history.release();
  expect(await next).toBe(due(second));
  expect(history.begun).toEqual([first.firstSeq, second.firstSeq]);
});

test("what the journal does not tell is told with the reason, and what comes later is asked again", async () => {
  const { history, ask } = await asking();
  const [first] = history.frames as [EventRows];
  history.isBroken = true;
  expect(await ask(first)).toBe("the journal did not tell the first answer: frame 7 is damaged");
  history.isBroken = false;
  expect(await ask({ ...first, firstSeq: 1_000_000 })).toBe("the journal ends before the first answer");
  expect(await ask(first)).toBe(due(first));
});

test("an engine that stops tells who waits in its own process that all is lost", async () => {
  const { history, answers, ask } = await asking();
  history.hold();
  const waiting = ask(history.frames[0]!);
  await answers.close("stopping");
  expect(await waiting).toBe("lost: stopping");
});
