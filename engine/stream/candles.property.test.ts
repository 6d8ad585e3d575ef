/**
 * Candles and the rolling day against a plain recomputation from all trades: whenever the stream started, however far
 * history had got, and whatever has happened since. The recomputation has its own calendar.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candle, KLINE_INTERVALS, type KlineInterval, type TradeView } from "../bus/stream-client.ts";
import { FakeEngine, type Happening } from "./fake-engine.ts";
import { Market } from "./market.ts";
import { joinHistory, type MarketHistory } from "./market-history.ts";

const START_MS = Date.UTC(2026, 10, 15, 23, 50);
const QUOTE_ATOMS_PER_TICK_LOT = 10n;
const DAY_MS = 86_400_000;
const HOURS_8_MS = 28_800_000;
const FIXED_MS: Partial<Record<KlineInterval, number>> = {
  "1s": 1_000,
  "1m": 60_000,
  "3m": 180_000,
  "5m": 300_000,
  "15m": 900_000,
  "30m": 1_800_000,
  "1h": 3_600_000,
  "2h": 7_200_000,
  "4h": 14_400_000,
  "6h": 21_600_000,
  "8h": 28_800_000,
  "12h": 43_200_000,
  "1d": DAY_MS,
  "3d": 3 * DAY_MS,
};

function openMs(interval: KlineInterval, timeMs: number, offsetMs = 0): number {
  const fixed = FIXED_MS[interval];
  const local = timeMs + offsetMs;
  if (fixed !== undefined) return local - (local % fixed) - offsetMs;
  const day = new Date(local - (local % DAY_MS));
  if (interval === "1w") while (day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() - 1);
  else day.setUTCDate(1);
  return day.getTime() - offsetMs;
}

function sum(trades: readonly TradeView[], of: (trade: TradeView) => bigint): bigint {
  return trades.reduce((total, trade) => total + of(trade), 0n);
}
const lotsOf = (trade: TradeView): bigint => BigInt(trade.quantityLots);
const quoteOf = (trade: TradeView): bigint =>
  BigInt(trade.priceTicks) * BigInt(trade.quantityLots) * QUOTE_ATOMS_PER_TICK_LOT;
const timeMsOf = (trade: TradeView): number => Math.floor(trade.timeUs / 1_000);

/** Candles with trades, by plain grouping. The closing time is left to the calendar's own test. */
function plainCandles(
  trades: readonly TradeView[],
  interval: KlineInterval,
  offsetMs = 0,
): Omit<Candle, "closeTimeMs">[] {
  const groups = Map.groupBy(trades, (trade) => openMs(interval, timeMsOf(trade), offsetMs));
  return [...groups].map(([openTimeMs, group]) => ({
    openTimeMs,
    openTicks: group[0]!.priceTicks,
    highTicks: Math.max(...group.map((trade) => trade.priceTicks)),
    lowTicks: Math.min(...group.map((trade) => trade.priceTicks)),
    closeTicks: group.at(-1)!.priceTicks,
    volumeLots: sum(group, lotsOf),
    quoteAtoms: sum(group, quoteOf),
    takerBuyLots: sum(
      group.filter((trade) => trade.takerSide === "buy"),
      lotsOf,
    ),
    takerBuyQuoteAtoms: sum(
      group.filter((trade) => trade.takerSide === "buy"),
      quoteOf,
    ),
    firstTradeId: group[0]!.tradeId,
    lastTradeId: group.at(-1)!.tradeId,
    trades: group.length,
  }));
}

/** History that has committed the trades up to an id, by the same plain grouping. */
function fakeHistory(all: readonly TradeView[], committed: () => number): MarketHistory {
  const known = (): readonly TradeView[] => all.slice(0, committed());
  const candles = (interval: KlineInterval): Candle[] =>
    plainCandles(known(), interval).map((candle) => ({
      ...candle,
      closeTimeMs: candle.openTimeMs + (FIXED_MS[interval] ?? DAY_MS) - 1,
    }));
  return {
    trades: async (_instrument, { fromTradeId, limit }) =>
      known()
        .filter((trade) => trade.tradeId >= (fromTradeId ?? 1))
        .slice(0, limit),
    candles: async (_instrument, interval, { startMs, endMs, limit }) =>
      candles(interval)
        .filter(({ openTimeMs }) => openTimeMs >= startMs && openTimeMs <= endMs)
        .slice(0, limit),
    candleBefore: async (_instrument, interval, openTimeMs) =>
      candles(interval).findLast((candle) => candle.openTimeMs < openTimeMs) ?? null,
  };
}

interface TradeStep {
  readonly afterMs: number;
  readonly happening: Happening;
}
const anyTradeStep: fc.Arbitrary<TradeStep> = fc.record({
  // Mostly close together, sometimes hours apart, so that every interval has both full and empty candles.
  afterMs: fc.oneof(
    fc.integer({ min: 0, max: 900 }),
    fc.integer({ min: 0, max: 120_000 }),
    fc.integer({ min: 0, max: 9 * 3_600_000 }),
  ),
  happening: fc.record({
    trade: fc.tuple(
      fc.constantFrom("buy" as const, "sell" as const),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
    ),
  }),
});

test("candles of all intervals and the rolling day equal a recomputation from all trades, joined to history or alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyTradeStep, { minLength: 1, maxLength: 60 }),
      fc.nat(60),
      fc.nat(60),
      fc.nat(60),
      fc.integer({ min: 0, max: 30 * 3_600_000 }),
      async (steps, startedAfter, joinedAfter, committedBeyond, quietMs) => {
        const engine = new FakeEngine();
        const { instrument, trades } = engine.book();
        const startAt = Math.min(startedAfter, steps.length);
        const joinAt = Math.min(Math.max(startAt, joinedAfter), steps.length);
        let market: Market | null = null;
        let nowMs = START_MS;
        let committed = 0;
        const history = fakeHistory(trades, () => committed);
        engine.subscribeFeed(({ events }) => {
          for (const event of events) if (event.type === "trade_executed") market?.applyTrade(event);
        });
        for (let done = 0; ; done++) {
          if (done === startAt) market = new Market(instrument, trades.length);
          if (done === joinAt && market !== null && !market.hasHistory) {
            committed = startAt - 1;
            expect(await joinHistory(market, history, nowMs)).toBe("again");
            committed = Math.min(startAt + committedBeyond, trades.length);
            expect(await joinHistory(market, history, nowMs)).toBe("joined");
          }
          const step = steps[done];
          if (step === undefined) break;
          nowMs += step.afterMs;
          engine.happen(nowMs, [step.happening]);
        }
        nowMs += quietMs;
        expectCandles(market!, trades, nowMs);
        expectTicker(market!, trades, nowMs);
        expect(market!.tape.newest(1_000)).toEqual(trades);
      },
    ),
    { numRuns: 300 },
  );
});

function expectCandles(market: Market, trades: readonly TradeView[], nowMs: number): void {
  for (const interval of KLINE_INTERVALS) {
    for (const offsetMs of [0, HOURS_8_MS] as const) {
      const shiftMs = ["1d", "3d", "1w", "1M"].includes(interval) ? offsetMs : 0;
      const plain = plainCandles(trades, interval, shiftMs).at(-1)!;
      expect(market.candle(interval, offsetMs, plain.openTimeMs), interval).toMatchObject(plain);
    }
    const told = market.candles(interval, nowMs);
    const runningMs = openMs(interval, nowMs);
    const expected = plainCandles(trades, interval).slice(-16);
    const last = expected.at(-1)!;
    expect(told.filter((candle) => candle.trades > 0).slice(-1)).toMatchObject([last]);
    expect(told.at(-1)!.openTimeMs).toBe(runningMs);
    if (last.openTimeMs < runningMs) {
      const flat = {
        openTicks: last.closeTicks,
        closeTicks: last.closeTicks,
        volumeLots: 0n,
        trades: 0,
        lastTradeId: -1,
      };
      expect(told.at(-1)).toMatchObject(flat);
    }
    for (const candle of told.filter(({ trades: count }) => count > 0))
      expect(expected).toContainEqual(expect.objectContaining(omitClose(candle)));
  }
}

function omitClose({ closeTimeMs: _, ...candle }: Candle): Omit<Candle, "closeTimeMs"> {
  return candle;
}

function expectTicker(market: Market, trades: readonly TradeView[], nowMs: number): void {
  const from = nowMs - DAY_MS - ((nowMs - DAY_MS) % 60_000);
  const inside = trades.filter((trade) => timeMsOf(trade) >= from);
  const before = trades.findLast((trade) => timeMsOf(trade) < from);
  const last = trades.at(-1)!;
  const prices = inside.map((trade) => trade.priceTicks);
  const traded = inside.length > 0;
  expect(market.ticker(nowMs)).toEqual({
    instrument: 0,
    openTimeMs: from,
    closeTimeMs: nowMs,
    openTicks: prices[0] ?? 0,
    highTicks: traded ? Math.max(...prices) : 0,
    lowTicks: traded ? Math.min(...prices) : 0,
    lastTicks: last.priceTicks,
    lastLots: last.quantityLots,
    prevCloseTicks: before?.priceTicks ?? 0,
    volumeLots: sum(inside, lotsOf),
    quoteAtoms: sum(inside, quoteOf),
    firstTradeId: inside[0]?.tradeId ?? -1,
    lastTradeId: traded ? last.tradeId : -1,
    trades: inside.length,
    bestBid: null,
    bestAsk: null,
  });
}

test("until history is joined a candle that began before the stream is not shown, and the next one is", () => {
  const engine = new FakeEngine();
  const { instrument, trades } = engine.book();
  engine.happen(START_MS, [{ trade: ["buy", 5, 1] }]);
  const market = new Market(instrument, trades.length);
  engine.subscribeFeed(({ events }) => {
    for (const event of events) if (event.type === "trade_executed") market.applyTrade(event);
  });
  engine.happen(START_MS + 10_000, [{ trade: ["buy", 6, 1] }]);
  expect(market.candles("1m", START_MS + 10_000)).toEqual([]);
  engine.happen(START_MS + 60_000, [{ trade: ["buy", 7, 2] }]);
  expect(market.candles("1m", START_MS + 60_000)).toMatchObject([{ openTicks: 7, volumeLots: 2n, firstTradeId: 3 }]);
  expect(market.candles("1d", START_MS + 60_000)).toEqual([]);
});
