/** How often each stream speaks, and of what: candles, windows, averages, all instruments (trading-api.md §1.13). */
import { afterEach, describe, expect, test } from "vitest";
import { FakeEngine, fakeInstrument } from "./fake-engine.ts";
import { type Client, type Harness, START_MS, startHarness } from "./stream-harness.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let harness: Harness | null = null;
afterEach(async () => {
  await harness?.stop();
  harness = null;
});
async function start(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  // Minutes pass at once here, and nobody would have a turn to answer a ping.
  harness = await startHarness({ limits: { pingIntervalMs: 24 * HOUR_MS }, ...options });
  return harness;
}

/** What was told since the last time, each reduced to these fields of it. */
async function told(client: Client, ...fields: readonly string[]): Promise<unknown[]> {
  const events = (await client.untilAnswer()) as Record<string, unknown>[];
  return events.map((event) => fields.map((field) => (field === "E" ? Number(event.E) - START_MS : event[field])));
}

describe("candles", () => {
  const candles = async (client: Client): Promise<unknown[]> => {
    const events = (await client.untilAnswer()) as { E: number; k: { t: number; T: number; n: number; x: boolean } }[];
    return events.map(({ E, k }) => [E - START_MS, k.t - START_MS, k.T - k.t, k.n, k.x]);
  };

  test("of a second are told every second, of others every two, while they change", async () => {
    const { engine, clock, connect } = await start();
    const client = await connect("/stream?streams=btcusdt@kline_1s/btcusdt@kline_3m");
    for (let ms = 0; ms < 4_000; ms += 500) {
      engine.happen(clock.nowMs(), [{ trade: ["buy", 100, 1] }]);
      clock.advance(500);
    }
    const events = (await client.untilAnswer()) as { stream: string; data: { E: number; k: { x: boolean } } }[];
    const running = events.filter(({ data }) => !data.k.x);
    expect(running.map(({ stream, data }) => [stream, data.E - START_MS])).toEqual([
      ["btcusdt@kline_1s", 1_000],
      ["btcusdt@kline_1s", 2_000],
      ["btcusdt@kline_3m", 2_000],
      ["btcusdt@kline_1s", 3_000],
      ["btcusdt@kline_1s", 4_000],
      ["btcusdt@kline_3m", 4_000],
    ]);
  });

  test("of a second are each closed once, with all their trades", async () => {
    const { engine, clock, connect } = await start();
    const client = await connect("/ws/btcusdt@kline_1s");
    for (let ms = 0; ms < 3_000; ms += 250) {
      engine.happen(clock.nowMs(), [{ trade: ["buy", 100, 1] }]);
      clock.advance(250);
    }
    expect((await candles(client)).filter((candle) => (candle as unknown[])[4])).toEqual([
      [1_200, 0, 999, 4, true],
      [2_200, 1_000, 999, 4, true],
    ]);
  });

  test("of a day begin at midnight of UTC, with @+08:00 at midnight there, and each says its own", async () => {
    const { engine, clock, connect } = await start();
    const utc = await connect("/ws/btcusdt@kline_1d");
    const east = await connect("/ws/btcusdt@kline_1d@%2B08:00");
    // 13:47 UTC; midnight at +08:00 is at 16:00.
    engine.happen(START_MS, [{ trade: ["buy", 100, 1] }]);
    clock.advance(2_000);
    const midnight = Date.UTC(2026, 10, 18) - START_MS;
    const eastMidnight = Date.UTC(2026, 10, 17, 16) - START_MS;
    expect(await candles(utc)).toEqual([[2_000, midnight, 24 * HOUR_MS - 1, 1, false]]);
    expect(await candles(east)).toEqual([[2_000, eastMidnight, 24 * HOUR_MS - 1, 1, false]]);
    clock.advance(2 * HOUR_MS + 13 * MINUTE_MS);
    expect(await candles(utc)).toEqual([]);
    expect(await candles(east)).toEqual([
      [eastMidnight + 24 * HOUR_MS + 200, eastMidnight, 24 * HOUR_MS - 1, 1, true],
      [eastMidnight + 24 * HOUR_MS + 2_000, eastMidnight + 24 * HOUR_MS, 24 * HOUR_MS - 1, 0, false],
    ]);
  });
});

test("tickers are told once a second, and only when something has changed", async () => {
  const { engine, clock, connect } = await start();
  const mini = await connect("/ws/btcusdt@miniTicker");
  const full = await connect("/ws/btcusdt@ticker");
  engine.happen(START_MS, [{ trade: ["buy", 100, 1] }]);
  clock.advance(500);
  engine.happen(START_MS + 500, [{ trade: ["buy", 120, 1] }]);
  clock.advance(2_500);
  engine.happen(START_MS + 3_000, [{ level: ["buy", 90, 1] }]);
  clock.advance(2_000);
  expect(await told(mini, "E", "c", "o", "v")).toEqual([[1_000, "1.20000000", "1.00000000", "0.00002000"]]);
  // A better bid is news to the ticker that shows it.
  expect(await told(full, "E", "c", "p", "P", "b", "n")).toEqual([
    [1_000, "1.20000000", "0.20000000", "20.000", "0.00000000", 2],
    [4_000, "1.20000000", "0.20000000", "20.000", "0.90000000", 2],
  ]);
});

test("a window begins on a minute, so long ago, and what leaves it is news", async () => {
  const { engine, clock, connect } = await start();
  const client = await connect("/ws/btcusdt@ticker_1h/btcusdt@ticker_4h");
  engine.happen(START_MS + 30_000, [{ trade: ["buy", 100, 1] }]);
  clock.advance(30 * MINUTE_MS);
  engine.happen(START_MS + 30 * MINUTE_MS, [{ trade: ["buy", 150, 3] }]);
  clock.advance(1_000);
  const fields = ["e", "E", "p", "P", "o", "c", "w", "n"];
  const now = 30 * MINUTE_MS + 1_000;
  expect((await told(client, ...fields)).slice(-2)).toEqual([
    ["1hTicker", now, "0.50000000", "50.000", "1.00000000", "1.50000000", "1.37500000", 2],
    ["4hTicker", now, "0.50000000", "50.000", "1.00000000", "1.50000000", "1.37500000", 2],
  ]);
  // The first minute is the window's for 60 whole minutes.
  clock.advance(30 * MINUTE_MS + 58_000);
  expect(await told(client, ...fields)).toEqual([]);
  clock.advance(1_000);
  expect(await told(client, ...fields)).toEqual([
    ["1hTicker", 61 * MINUTE_MS, "0.00000000", "0.000", "1.50000000", "1.50000000", "1.50000000", 1],
  ]);
});

test("the average price is of five minutes, the running one included, then the last price; never told twice", async () => {
  const { engine, clock, connect } = await start();
  const client = await connect("/ws/btcusdt@avgPrice");
  clock.advance(1_000);
  expect(await told(client, "E", "w", "T")).toEqual([[1_000, "0.00000000", 0]]);
  engine.happen(clock.nowMs(), [{ trade: ["buy", 100, 1] }]);
  clock.advance(3 * MINUTE_MS);
  engine.happen(START_MS + 3 * MINUTE_MS, [{ trade: ["buy", 200, 1] }]);
  engine.happen(START_MS + 3 * MINUTE_MS + 7, [{ trade: ["buy", 500, 2] }]);
  clock.advance(10 * MINUTE_MS);
  const lastMs = START_MS + 3 * MINUTE_MS + 7;
  expect(await told(client, "E", "w", "T")).toEqual([
    [2_000, "1.00000000", START_MS + 1_000],
    [3 * MINUTE_MS + 2_000, "3.25000000", lastMs],
    [5 * MINUTE_MS, "4.00000000", lastMs],
    [8 * MINUTE_MS, "5.00000000", lastMs],
  ]);
});

test.each([
  ["!miniTicker@arr", "24hrMiniTicker"],
  ["!ticker@arr", "24hrTicker"],
  ["!ticker_1h@arr", "1hTicker"],
])("%s tells a newcomer of all, then each second of those that have changed", async (name, kind) => {
  const { engine, clock, connect } = await start({ engine: new FakeEngine(["BTCUSDT", "ETHUSDT"]) });
  const told = async (client: Client): Promise<unknown[]> =>
    ((await client.untilAnswer()) as { e: string; E: number; s: string }[][]).map((tickers) =>
      tickers.map(({ e, E, s }) => [e, E - START_MS, s]),
    );
  const client = await connect(`/ws/${name}`);
  clock.advance(3_000);
  expect(await told(client)).toEqual([
    [
      [kind, 1_000, "BTCUSDT"],
      [kind, 1_000, "ETHUSDT"],
    ],
  ]);
  engine.happen(clock.nowMs(), [{ trade: ["buy", 100, 1], on: 1 }]);
  const late = await connect(`/ws/${name}`);
  clock.advance(2_000);
  expect(await told(client)).toEqual([[[kind, 4_000, "ETHUSDT"]]]);
  expect(await told(late)).toEqual([[[kind, 4_000, "BTCUSDT"]], [[kind, 4_000, "ETHUSDT"]]]);
  engine.happen(clock.nowMs(), [{ add: fakeInstrument(2, "LTCUSDT") }]);
  clock.advance(1_000);
  expect(await told(client)).toEqual([[[kind, 6_000, "LTCUSDT"]]]);
});

test("partial depth shows so many levels of each side, best first, and is silent while the book is", async () => {
  const { engine, clock, connect } = await start();
  const client = await connect("/stream?streams=btcusdt@depth5/btcusdt@depth10@100ms/btcusdt@depth20@100ms");
  const levels = Array.from({ length: 30 }, (_, i) => [
    { level: ["buy", 100 - i, 1] as const },
    { level: ["sell", 101 + i, 1] as const },
  ]).flat();
  engine.happen(START_MS, levels);
  clock.advance(3_000);
  const events = (await client.untilAnswer()) as { stream: string; data: { bids: string[][]; asks: string[][] } }[];
  expect(events.map(({ stream, data }) => [stream, data.bids.length, data.asks.length])).toEqual([
    ["btcusdt@depth10@100ms", 10, 10],
    ["btcusdt@depth20@100ms", 20, 20],
    ["btcusdt@depth5", 5, 5],
  ]);
  expect(events.at(-1)!.data).toEqual({
    lastUpdateId: 60,
    bids: ["1.00000000", "0.99000000", "0.98000000", "0.97000000", "0.96000000"].map((price) => [price, "0.00001000"]),
    asks: ["1.01000000", "1.02000000", "1.03000000", "1.04000000", "1.05000000"].map((price) => [price, "0.00001000"]),
  });
});
