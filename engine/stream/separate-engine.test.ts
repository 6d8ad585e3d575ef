/** The stream with its engine in another process: a catalog that must be asked for, a feed that falls silent, an end in batches. */
import { afterEach, expect, test } from "vitest";
import { type FakeEngine, fakeInstrument } from "./fake-engine.ts";
import type { BookSource } from "./feed-follower.ts";
import { type Harness, START_MS, startHarness, until } from "./stream-harness.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  const harness = await startHarness({ readsOf: asked, ...options });
  cleanUps.push(() => harness.stop());
  return harness;
}

/** Nothing is answered at once. */
function asked(engine: FakeEngine): BookSource {
  return { ...engine.reads, catalog: async () => engine.reads.catalog() };
}

test("an instrument on an asset that nobody has told of is there with its asset's own places, and trades", async () => {
  const { engine, connect, stream, clock } = await start();
  const client = await connect("/ws/newusdc@kline_1m");
  engine.assets.push({ id: 2, name: "USDC", decimals: 2 });
  const added = { ...fakeInstrument(1, "NEWUSDC"), quote: "USDC", quoteAsset: 2 };
  engine.happen(START_MS, [{ add: added }, { on: 1, trade: ["buy", 200, 3] }]);
  await until(() => stream.stats().following);
  clock.advance(2_000);
  expect(await client.json()).toMatchObject({
    e: "kline",
    s: "NEWUSDC",
    k: { c: "2.00000000", n: 1, q: "60.00000000" },
  });
});

test("the stream says what it has and what the feed has named, and when it last heard it", async () => {
  const { engine, stream, clock } = await start();
  engine.happen(START_MS, [{ level: ["buy", 100, 1] }]);
  const heard = stream.stats();
  clock.advance(5_000);
  engine.silent = true;
  engine.happen(START_MS, [{ level: ["buy", 101, 1] }], "lost");
  engine.happen(START_MS, [{ level: ["buy", 102, 1] }]);
  const behind = stream.stats();
  const shown = ({ lastSeq, headSeq, heardMs, following }: typeof heard) => ({ lastSeq, headSeq, heardMs, following });
  expect([shown(heard), shown(behind)]).toEqual([
    { lastSeq: 2, headSeq: 2, heardMs: START_MS, following: true },
    { lastSeq: 2, headSeq: 6, heardMs: START_MS + 5_000, following: false },
  ]);
  engine.silent = false;
});

test("at the end clients are told in batches; whoever waits for its turn still hears the market", async () => {
  const limits = { shutdownBatch: 1, shutdownPauseMs: 1_000 };
  const { engine, connect, stream, clock } = await start({ limits, random: () => 0.25 });
  const first = await connect("/ws");
  const second = await connect("/ws/btcusdt@trade");
  await second.untilAnswer();
  const closed = stream.close();
  expect(await first.closed).toEqual({ code: 1001, reason: "server shutdown" });
  engine.happen(START_MS, [{ trade: ["buy", 100, 1] }]);
  expect(await second.json()).toMatchObject({ e: "trade", t: 1 });
  clock.advance(749);
  expect(second.ws.readyState).toBe(second.ws.OPEN);
  clock.advance(1);
  expect(await second.json()).toEqual({ e: "serverShutdown", E: START_MS + 750 });
  expect(await second.closed).toEqual({ code: 1001, reason: "server shutdown" });
  await closed;
});

test("an engine that comes back with less than it had told is noticed; one that comes back with all is not", async () => {
  let rewound = 0;
  const { engine, stream } = await start({
    onRewound: () => {
      rewound += 1;
    },
  });
  engine.happen(START_MS, [{ level: ["buy", 100, 1] }]);
  engine.restart();
  const whole = rewound;
  engine.restart(1);
  expect([whole, rewound, stream.stats().following]).toEqual([0, 1, true]);
});

test("a journal that was restored is another past, however far it has grown since", async () => {
  let rewound = 0;
  const { engine, stream } = await start({
    onRewound: () => {
      rewound += 1;
    },
  });
  engine.happen(START_MS, [{ level: ["buy", 100, 1] }]);
  const { lastSeq } = stream.stats();
  engine.lineage = 1_800_000_000;
  engine.happen(START_MS, [{ level: ["buy", 101, 1] }], "lost");
  engine.restart();
  expect([rewound, stream.stats().lastSeq]).toEqual([1, lastSeq]);
});
