/** Commands that are delivered more than once: in one frame and in several, in order and out of it, in time and late. */
import { expect, test } from "vitest";
import type { EngineCommand } from "../protocol/commands.ts";
import type { Reply } from "../protocol/views.ts";
import { CommandStream } from "../sim/commands.ts";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { Chance } from "../sim/prng.ts";
import { PROFILES } from "../sim/profiles.ts";
import {
  amend,
  cancel,
  cancelAll,
  commandIdOf,
  newExchange,
  openExchange,
  place,
  type RunningExchange,
} from "../sim/small-exchange.ts";
import { withoutCounts } from "./testing/without-counts.ts";

const SEED = Number(process.env.SEED ?? 1);
const COMMANDS = 1_500;
const DEADLINE_AHEAD_US = 20_000;
const COPIES_MAX = 3;

interface Delivery {
  readonly number: number;
  readonly command: EngineCommand;
  readonly deadlineUs: number;
}

type Answer = Reply | "outcome_unknown";

async function deliver({ engine }: RunningExchange, { number, command, deadlineUs }: Delivery): Promise<Answer> {
  const id = commandIdOf(number);
  const isTrade = /^(place|cancel|amend)_/.test(command.type);
  // The two doors differ in what they take: the stream knows which is meant.
  const sent = isTrade
    ? engine.submit(command as never, deadlineUs, id)
    : engine.submitOperator(command as never, deadlineUs, id);
  return (sent as Promise<Reply>).then(withoutCounts, (error: { code: string }) => {
    expect(error.code).toBe("outcome_unknown");
    return "outcome_unknown" as const;
  });
}

async function eventsOf({ engine }: RunningExchange) {
  return (await engine.eventsSince(1, Number.MAX_SAFE_INTEGER)).events;
}

test(`I24: each command delivered one to three times has one effect and one answer; late copies are refused, SEED=${SEED}`, async () => {
  const chance = new Chance(SEED);
  const stream = new CommandStream(SEED, { ...PROFILES[0]!, duplicateShare: 0, lateShare: 0 });
  const often = await openExchange();
  const once = await openExchange();
  const firstAnswers = new Map<number, Answer>();
  const copies: Delivery[] = [];
  const seen = { same: 0, unknown: 0, refused: 0, inOneFrame: 0 };
  let eventsKnown = 0;
  for (let number = 1; number <= COMMANDS; ) {
    // A frame's worth: new commands, their copies, and copies of what came long before, shuffled.
    often.clock.nowUs += chance.percent(10) ? chance.below(30_000) : chance.below(1_000);
    once.clock.nowUs = often.clock.nowUs;
    const { nowUs } = often.clock;
    const frame: Delivery[] = [];
    for (let fresh = chance.between(1, 6); fresh > 0; fresh -= 1, number += 1) {
      const delivery = {
        number,
        command: stream.next().command,
        deadlineUs: nowUs + chance.below(DEADLINE_AHEAD_US),
      };
      frame.push(delivery);
      for (let more = chance.below(COPIES_MAX); more > 0; more -= 1) copies.push(delivery);
    }
    const fresh = new Set(frame.map((delivery) => delivery.number));
    for (let index = copies.length - 1; index >= 0; index -= 1) {
      if (!chance.percent(25)) continue;
      frame.splice(chance.below(frame.length + 1), 0, ...copies.splice(index, 1));
    }

    const firstOf = new Set<number>();
    const isNeeded = (delivery: Delivery): boolean => {
      const isFirst = fresh.has(delivery.number) && !firstOf.has(delivery.number);
      if (isFirst) firstOf.add(delivery.number);
      // A copy behind its deadline is refused, and says so in an event.
      return isFirst || delivery.deadlineUs < nowUs;
    };
    const needed = frame.filter(isNeeded);
    const answersOnce = await Promise.all(needed.map((delivery) => deliver(once, delivery)));
    const answers = await Promise.all(frame.map((delivery) => deliver(often, delivery)));
    for (const [index, delivery] of frame.entries()) {
      const answer = answers[index]!;
      const at = needed.indexOf(delivery);
      if (at >= 0 && !firstAnswers.has(delivery.number)) {
        expect(answer).toEqual(answersOnce[at]);
        firstAnswers.set(delivery.number, answer);
      } else if (delivery.deadlineUs < nowUs) {
        expect(answer).toMatchObject({ outcome: "rejected", reason: "deadline_passed" });
        seen.refused += 1;
      } else if (answer === "outcome_unknown") {
        // Only an amend's answer cannot be given again, once its order has changed.
        expect(delivery.command.type).toBe("amend_order");
        seen.unknown += 1;
      } else {
        expect(answer).toEqual(firstAnswers.get(delivery.number));
        seen.same += 1;
        if (fresh.has(delivery.number)) seen.inOneFrame += 1;
      }
    }
    const { events, nextSeq } = await once.engine.eventsSince(eventsKnown + 1, Number.MAX_SAFE_INTEGER);
    eventsKnown = nextSeq - 1;
    stream.observe(events);
  }
  expect(await eventsOf(often)).toEqual(await eventsOf(once));
  expect(often.engine.stats().duplicates).toBe(seen.same + seen.unknown);
  expect(Math.min(seen.same, seen.refused, seen.inOneFrame)).toBeGreaterThan(100);
  await often.engine.close();
  await once.engine.close();
});

test("I24: an answer given again shows the order as its command left it, not as it is now", async () => {
  const exchange = await newExchange();
  const commands = [
    place(1, { side: "sell", quantityLots: 10, priceTicks: 10, clientOrderId: "a" }),
    amend(1, "a", 9, "b"),
    place(2, { side: "buy", quantityLots: 4, priceTicks: 10, clientOrderId: "c" }),
    cancel(1, "b"),
    cancelAll(1),
  ];
  const first = [];
  for (const [index, command] of commands.entries()) first.push(await exchange.send(command, commandIdOf(index)));
  const again = await Promise.allSettled(commands.map((command, index) => exchange.send(command, commandIdOf(index))));
  expect(again.map((each) => (each.status === "fulfilled" ? each.value : each.reason.code))).toEqual(
    first.map((reply, index) => (index === 1 ? "outcome_unknown" : withoutCounts(reply))),
  );
});

test("I24: a command that comes again after a restart has no second effect, and its first answer", async () => {
  const disk = new FaultyDisk();
  const before = await newExchange({ disk });
  const command = place(1, { side: "sell", quantityLots: 10, priceTicks: 10, clientOrderId: "a" });
  const first = await before.send(command, commandIdOf(1));
  await before.engine.close();
  const after = await openExchange({ disk });
  const { headSeq } = after.engine.stats();
  expect(await after.send(command, commandIdOf(1))).toEqual(withoutCounts(first));
  expect(after.engine.stats()).toMatchObject({ headSeq, duplicates: 1, openOrders: 1 });
});

test("another command under an id already used, or another account's, is told nothing and stops nothing", async () => {
  const exchange = await newExchange();
  const id = commandIdOf(1);
  const order = place(1, { side: "sell", quantityLots: 10, priceTicks: 10, clientOrderId: "a" });
  await exchange.send(order, id);
  const { headSeq } = exchange.engine.stats();
  for (const other of [{ ...order, account: 2 }, cancel(1, "a"), cancelAll(1), amend(1, "a", 5)])
    await expect(exchange.send(other as typeof order, id)).rejects.toMatchObject({ code: "outcome_unknown" });
  expect([exchange.engine.stats().headSeq, exchange.fatal]).toEqual([headSeq, []]);
});
