/** Delivery: what leaves in one write, when, and who is cut. */
import { expect, test } from "vitest";
import { ClientQueue, Delivery } from "./delivery.ts";
import { FakeClock } from "./fake-clock.ts";

function setUp(limits: { coalesceMs?: number; bufferedBytesMax?: number } = {}) {
  const clock = new FakeClock(0);
  const delivery = new Delivery(clock, { coalesceMs: 2, bufferedBytesMax: 1_000, ...limits });
  const client = () => {
    const writes: Buffer[] = [];
    const state = { writes, buffered: 0, overflowed: false };
    const queue = new ClientQueue({
      write: (bytes) => writes.push(bytes),
      bufferedBytes: () => state.buffered,
      onOverflow: () => {
        state.overflowed = true;
      },
    });
    return { queue, state };
  };
  return { clock, delivery, client };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("messages of one turn leave in one write, in order, at the end of the turn", async () => {
  const { delivery, client } = setUp();
  const a = client();
  delivery.put(a.queue, Buffer.from("one "));
  delivery.put(a.queue, Buffer.from("two"));
  expect(a.state.writes).toEqual([]);
  await turn();
  expect(a.state.writes.map(String)).toEqual(["one two"]);
  expect(delivery.stats).toEqual({ messages: 2, bytes: 7, writes: 1 });
});

test("right after a round the next one waits until the pause is over", async () => {
  const { clock, delivery, client } = setUp();
  const a = client();
  delivery.put(a.queue, Buffer.from("1"));
  await turn();
  delivery.put(a.queue, Buffer.from("2"));
  await turn();
  delivery.put(a.queue, Buffer.from("3"));
  clock.advance(1);
  expect(a.state.writes.map(String)).toEqual(["1"]);
  clock.advance(1);
  expect(a.state.writes.map(String)).toEqual(["1", "23"]);
});

test("clients that are owed the same messages share one buffer, others get their own", () => {
  const { delivery, client } = setUp();
  const [a, b, c] = [client(), client(), client()];
  const [first, second] = [Buffer.from("1"), Buffer.from("2")];
  for (const { queue } of [a, b, c]) delivery.put(queue, first);
  for (const { queue } of [a, b]) delivery.put(queue, second);
  delivery.flush();
  expect(a.state.writes[0]).toBe(b.state.writes[0]);
  expect([a, b, c].map(({ state }) => String(state.writes[0]))).toEqual(["12", "12", "1"]);
});

test("a client may have exactly the limit waiting; one byte more and it is told so and gets nothing any more", () => {
  const { delivery, client } = setUp({ bufferedBytesMax: 10 });
  const [full, over] = [client(), client()];
  full.state.buffered = 7;
  over.state.buffered = 8;
  for (const { queue } of [full, over]) delivery.put(queue, Buffer.from("abc"));
  delivery.flush();
  expect(full.state).toMatchObject({ overflowed: false, writes: [Buffer.from("abc")] });
  expect(over.state).toMatchObject({ overflowed: true, writes: [] });
  over.state.buffered = 0;
  delivery.put(over.queue, Buffer.from("abc"));
  delivery.flush();
  expect(over.state.writes).toEqual([]);
});
