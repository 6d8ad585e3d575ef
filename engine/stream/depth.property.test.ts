/**
 * The strict one (trading-api.md §1.14): whatever is lost between engine and stream, a client that follows the procedure
 * of the dialect holds the engine's book. The client here is written from that procedure and shares no code with the room.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatLots, formatTicks } from "../protocol/decimal.ts";
import { ClientQueue, Delivery } from "./delivery.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeEngine, type Happening } from "./fake-engine.ts";
import { FeedFollower } from "./feed-follower.ts";
import { Publisher } from "./publisher.ts";

const START_MS = 1_763_000_000_000;

interface DepthEvent {
  readonly U: number;
  readonly u: number;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
}
interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

/** "drop u ≤ lastUpdateId; first applied has U ≤ lastUpdateId+1 ≤ u; then each next U = previous u + 1, else restart." */
function bookByProcedure(
  snapshot: Snapshot,
  events: readonly DepthEvent[],
): { bids: Map<string, string>; asks: Map<string, string> } {
  const bids = new Map(snapshot.bids);
  const asks = new Map(snapshot.asks);
  let previous: number | null = null;
  for (const event of events) {
    if (event.u <= snapshot.lastUpdateId) continue;
    if (previous === null) {
      if (!(event.U <= snapshot.lastUpdateId + 1 && snapshot.lastUpdateId + 1 <= event.u)) throw new Error("refetch");
    } else if (event.U !== previous + 1) throw new Error("restart");
    previous = event.u;
    for (const [side, changes] of [
      [bids, event.b],
      [asks, event.a],
    ] as const) {
      for (const [price, quantity] of changes) {
        if (quantity === "0.00000000") side.delete(price);
        else side.set(price, quantity);
      }
    }
  }
  return { bids, asks };
}

function asText(engine: FakeEngine, side: "buy" | "sell"): Map<string, string> {
  const { instrument, levels } = engine.book();
  return new Map([...levels[side]].map(([p, q]) => [formatTicks(instrument, p), formatLots(instrument, q)]));
}

/** Everything but sockets, with one subscriber that keeps the frames' payloads. */
async function follow(engine: FakeEngine, names: readonly string[]) {
  const clock = new FakeClock(START_MS);
  const delivery = new Delivery(clock, { coalesceMs: 2, bufferedBytesMax: Number.MAX_SAFE_INTEGER });
  const follower: FeedFollower = new FeedFollower({
    feed: engine,
    reads: engine.reads,
    clock,
    log: () => {},
    onMoved: (moved) => publisher.onMoved(moved),
    onHistoryWanted: () => {},
    onRewound: () => {},
  });
  const publisher = new Publisher({
    delivery,
    catalog: () => engine.reads.catalog(),
    markets: () => follower.markets,
    clock,
  });
  clock.every(100, () => publisher.tick());
  await follower.start();
  const told = new Map<string, string[]>();
  for (const name of names) {
    const texts: string[] = [];
    told.set(name, texts);
    const queue = new ClientQueue({
      write: (bytes) => texts.push(...payloadsOf(bytes)),
      bufferedBytes: () => 0,
      onOverflow: () => {},
    });
    publisher.subscribe(name, { queue, combined: false, timeUnit: "ms" });
  }
  return { clock, delivery, follower, told };
}

function payloadsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]!;
    const [from, length] =
      short < 126
        ? [at + 2, short]
        : short === 126
          ? [at + 4, bytes.readUInt16BE(at + 2)]
          : [at + 10, Number(bytes.readBigUInt64BE(at + 2))];
    texts.push(bytes.toString("utf8", from, from + length));
    at = from + length;
  }
  return texts;
}

/** Lets every answer of the engine arrive: they are promises without timers. */
async function settle(clock: FakeClock, follower: FeedFollower): Promise<void> {
  for (let turn = 0; turn < 100 && !follower.stats.following; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
  }
  expect(follower.stats.following).toBe(true);
}

const anyLevel = fc.record({
  level: fc.tuple(
    fc.constantFrom("buy" as const, "sell" as const),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 0, max: 3 }),
  ),
});
const anyTrade = fc.record({
  trade: fc.tuple(
    fc.constantFrom("buy" as const, "sell" as const),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 9 }),
  ),
});
const anyFrame: fc.Arbitrary<Happening[]> = fc.array(fc.oneof({ weight: 4, arbitrary: anyLevel }, anyTrade), {
  maxLength: 6,
});
const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("frame" as const), frame: anyFrame }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lost" as const), frame: anyFrame }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("time" as const), ms: fc.integer({ min: 1, max: 1_500 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("snapshot" as const) }) },
);

const anyLosslessStep = anyStep.filter((step) => step.do !== "lost");

test.each([
  // A snapshot of the engine itself may lie inside a gap of ours, where the difference cannot know what it contains:
  // so depth is asked from the stream's copy, and only a feed without gaps allows both.
  { from: "the stream's copy", lossless: false, steps: anyStep },
  { from: "the stream's copy or the engine, ahead of it,", lossless: true, steps: anyLosslessStep },
])(
  "any snapshot of $from and the updates after it give the engine's book at both speeds (lossless: $lossless)",
  async ({ lossless, steps: stepsOfKind }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepsOfKind, { maxLength: 40 }), async (steps) => {
        const engine = new FakeEngine();
        engine.happen(START_MS, [{ level: ["buy", 3, 2] }, { level: ["sell", 9, 1] }]);
        const names = ["btcusdt@depth", "btcusdt@depth@100ms"];
        const { clock, delivery, follower, told } = await follow(engine, names);
        const snapshots: Snapshot[] = [];
        const takeSnapshots = async (): Promise<void> => {
          const { instrument } = engine.book();
          const copy = follower.markets.get(0)!.book;
          const text = (levels: readonly (readonly [number, number])[]) =>
            levels.map(([p, q]) => [formatTicks(instrument, p), formatLots(instrument, q)] as const);
          snapshots.push({
            lastUpdateId: copy.updateId,
            bids: text(copy.top("buy", 99)),
            asks: text(copy.top("sell", 99)),
          });
          if (!lossless) return;
          const own = await engine.reads.bookSnapshot(0);
          snapshots.push({ lastUpdateId: own.updateId, bids: text(own.bids), asks: text(own.asks) });
        };
        for (const step of steps) {
          if (step.do === "frame") engine.happen(clock.nowMs(), step.frame);
          else if (step.do === "lost") engine.happen(clock.nowMs(), step.frame, "lost");
          else if (step.do === "time") clock.advance(step.ms);
          else if (step.do === "turn") await new Promise((resolve) => setImmediate(resolve));
          else await takeSnapshots();
        }
        // A last frame shows whether something before it was lost; then every speed class has its turn.
        engine.happen(clock.nowMs(), [{ level: ["buy", 1, 1] }]);
        await settle(clock, follower);
        clock.advance(1_000);
        delivery.flush();
        for (const name of names) {
          const events = told.get(name)!.map((text) => JSON.parse(text) as DepthEvent);
          for (const [index, event] of events.slice(1).entries()) expect(event.U).toBe(events[index]!.u + 1);
          for (const snapshot of snapshots) {
            const { bids, asks } = bookByProcedure(snapshot, events);
            expect(bids).toEqual(asText(engine, "buy"));
            expect(asks).toEqual(asText(engine, "sell"));
          }
        }
        follower.stop();
      }),
      { numRuns: 300 },
    );
  },
);

test("every trade is told once and in order, lost frames included, while the engine still has them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyFrame, fc.boolean()), { maxLength: 20 }), async (frames) => {
      const engine = new FakeEngine();
      const { clock, delivery, follower, told } = await follow(engine, ["btcusdt@trade"]);
      for (const [frame, isLost] of frames) {
        engine.happen(clock.nowMs(), frame, isLost ? "lost" : "delivered");
        clock.advance(10);
      }
      engine.happen(clock.nowMs(), [{ trade: ["buy", 5, 1] }]);
      await settle(clock, follower);
      delivery.flush();
      const ids = told.get("btcusdt@trade")!.map((text) => (JSON.parse(text) as { t: number }).t);
      expect(ids).toEqual(engine.book().trades.map((trade) => trade.tradeId));
      expect(follower.markets.get(0)!.tape.newest(1_000)).toEqual(engine.book().trades);
      follower.stop();
    }),
    { numRuns: 200 },
  );
});

test("a gap is told in one update that begins where the last one ended and names only what differs", async () => {
  const engine = new FakeEngine();
  const { clock, delivery, follower, told } = await follow(engine, ["btcusdt@depth@100ms"]);
  engine.happen(START_MS, [{ level: ["buy", 5, 1] }, { level: ["buy", 6, 1] }]);
  clock.advance(100);
  engine.happen(START_MS, [{ level: ["buy", 5, 4] }, { level: ["buy", 7, 1] }, { level: ["buy", 7, 0] }], "lost");
  engine.happen(START_MS, [{ level: ["buy", 6, 0] }], "lost");
  engine.happen(START_MS, [{ level: ["sell", 9, 3] }]);
  await settle(clock, follower);
  clock.advance(100);
  delivery.flush();
  expect(told.get("btcusdt@depth@100ms")).toEqual([
    '{"e":"depthUpdate","E":1763000000100,"s":"BTCUSDT","U":1,"u":2,"b":[["0.06000000","0.00001000"],["0.05000000","0.00001000"]],"a":[]}',
    '{"e":"depthUpdate","E":1763000000200,"s":"BTCUSDT","U":3,"u":7,"b":[["0.06000000","0.00000000"],["0.05000000","0.00004000"]],"a":[["0.09000000","0.00003000"]]}',
  ]);
  expect(follower.stats.gapsHealed).toBe(1);
});

test("an engine that does not answer delays the cure of a gap, and the streams go on where they were", async () => {
  const engine = new FakeEngine();
  const { clock, delivery, follower, told } = await follow(engine, ["btcusdt@depth@100ms"]);
  engine.silent = true;
  engine.happen(START_MS, [{ level: ["buy", 5, 1] }], "lost");
  engine.happen(START_MS, [{ level: ["buy", 6, 1] }]);
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(100);
  }
  delivery.flush();
  expect(told.get("btcusdt@depth@100ms")).toEqual([]);
  engine.silent = false;
  clock.advance(100);
  await settle(clock, follower);
  clock.advance(100);
  delivery.flush();
  expect(told.get("btcusdt@depth@100ms")!.map((text) => JSON.parse(text) as DepthEvent)).toMatchObject([
    { U: 1, u: 2 },
  ]);
});
