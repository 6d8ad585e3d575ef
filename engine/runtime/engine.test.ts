/** The engine's loop: what is refused, what is answered when it closes, and what must not disturb anybody else. */
import { expect, test } from "vitest";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { amend, cancel, newExchange, openExchange, place } from "../sim/small-exchange.ts";

const order = (name: string, more: object = {}) =>
  place(1, { side: "sell", quantityLots: 1, priceTicks: 10, clientOrderId: name, ...more });

test("a command that cannot be encoded is refused alone, and the journal is none the worse", async () => {
  const disk = new FaultyDisk();
  const { engine, fatal, send } = await newExchange({ disk });
  const tooShort = new Uint8Array(3);
  const first = await send(order("a"));
  // The loop is still turning: what waits now goes into a frame at once.
  await expect(send(order("b"), tooShort)).rejects.toThrow("a command id has 16 bytes");
  const beside = [send(order("c")), send(order("d"), tooShort), send(order("e"))];
  const outcomes = await Promise.allSettled(beside);
  expect([first.outcome, ...outcomes.map(({ status }) => status)]).toEqual([
    "placed",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  await engine.close();
  const again = await openExchange({ disk });
  expect([fatal, again.engine.stats().openOrders]).toEqual([[], 3]);
});

test("a burst larger than a frame is cut into several, however small the segments are", async () => {
  const disk = new FaultyDisk();
  const { engine, send } = await newExchange({ disk, segmentBytes: 8 * 1024 });
  const names = Array.from({ length: 150 }, (_, index) => `order-${index}`);
  const replies = await Promise.all(names.map((name) => send(order(name))));
  expect(replies.every(({ outcome }) => outcome === "placed")).toBe(true);
  expect(engine.stats().journal.segment).toBeGreaterThan(2);
  await engine.close();
  const again = await openExchange({ disk, segmentBytes: 8 * 1024 });
  const open = await again.engine.openOrders(1, 0);
  expect(open.value.map(({ clientOrderId }) => clientOrderId)).toEqual(names);
});

test("with a hundred thousand commands waiting, the next is not sent, and all that wait are answered", async () => {
  const waitingMax = 100_000;
  const { engine, send } = await newExchange({ segmentBytes: 4 * 1024 * 1024 });
  const waiting = Array.from({ length: waitingMax }, () => send(cancel(1, "none")));
  expect(engine.stats().queued).toBe(waitingMax);
  await expect(send(cancel(1, "none"))).rejects.toMatchObject({ code: "not_sent" });
  const replies = await Promise.all(waiting);
  expect(replies.filter(({ outcome }) => outcome === "rejected").length).toBe(waitingMax);
  expect(await send(order("a"))).toMatchObject({ outcome: "placed" });
  expect(engine.stats().queued).toBe(0);
});

test("closing answers all that was taken in, refuses what comes, and leaves a journal that ends in a seal", async () => {
  const disk = new FaultyDisk();
  const { engine, send, fatal } = await newExchange({ disk });
  const taken = [send(order("a")), send(amend(1, "a", 2)), send(order("b"))];
  const closed = engine.close();
  await expect(send(order("c"))).rejects.toMatchObject({ code: "not_sent" });
  expect((await Promise.all(taken)).map(({ outcome }) => outcome)).toEqual(["placed", "rejected", "placed"]);
  await closed;
  await expect(send(order("d"))).rejects.toMatchObject({ code: "not_sent" });
  const again = await openExchange({ disk });
  expect(again.engine.recovery.tail).toMatchObject({ tornBytes: 0 });
  expect([fatal, again.engine.stats().openOrders]).toEqual([[], 2]);
});

test("time does not go back when the clock does, nor across a restart", async () => {
  const disk = new FaultyDisk();
  const before = await newExchange({ disk });
  const { timeUs } = await before.send(order("a"));
  before.clock.nowUs -= 3_000_000;
  expect((await before.send(order("b"))).timeUs).toBe(timeUs);
  await before.engine.close();
  const after = await openExchange({ disk });
  after.clock.nowUs -= 3_000_000;
  expect((await after.send(order("c"))).timeUs).toBe(timeUs);
});
