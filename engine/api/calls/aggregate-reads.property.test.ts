/**
 * Aggregate trades by id and by time are the same rows as of all trades at once, wherever stream and history meet.
 */
import { expect, test } from "vitest";
import type { History, TimeRange } from "../../bus/history-client.ts";
import type { TradeView } from "../../bus/stream-client.ts";
import { Chance } from "../../sim/prng.ts";
import { type AggregateTrade, aggregated } from "../aggregate-trades.ts";
import { aggregatesFrom, aggregatesWithin } from "./aggregate-reads.ts";
import type { TradeDeps } from "./trade-reads.ts";

const SEED = Number(process.env.SEED ?? 31);
const BEGIN_US = 1_767_225_600_000_000;

/** Taker orders of one to `runMax` trades over several prices; several in one time. */
function someTrades(random: Chance, count: number, runMax: number): TradeView[] {
  const trades: TradeView[] = [];
  let timeUs = BEGIN_US;
  for (let order = 1; trades.length < count; order++) {
    if (random.percent(60)) timeUs += random.between(1, 5_000);
    let priceTicks = random.between(100, 104);
    const takerSide = random.percent(50) ? "buy" : "sell";
    for (let left = random.between(1, runMax); left > 0; left--) {
      if (random.percent(20)) priceTicks += 1;
      const tradeId = trades.length + 1;
      trades.push({ instrument: 0, tradeId, priceTicks, quantityLots: 1, takerSide, takerOrderId: order, timeUs });
    }
  }
  return trades;
}

/** The last trades are the stream's, all but the last of them history's. */
function depsOf(trades: readonly TradeView[], live: number, unstored: number): TradeDeps {
  const held = trades.slice(trades.length - live);
  const stored = trades.slice(0, trades.length - unstored);
  const read = async (_instrument: number, range: TimeRange & { fromTradeId?: number }) => {
    const { limit, fromTradeId = 0, startMs = 0, endMs = Number.MAX_SAFE_INTEGER } = range;
    const timeMs = (trade: TradeView): number => Math.floor(trade.timeUs / 1_000);
    const rows = stored.filter(
      (trade) => trade.tradeId >= fromTradeId && timeMs(trade) >= startMs && timeMs(trade) <= endMs,
    );
    const fromTheOldest = range.fromTradeId !== undefined || range.startMs !== undefined;
    return fromTheOldest ? rows.slice(0, limit) : rows.slice(-limit);
  };
  return {
    stream: { recentTrades: async (_instrument: number, limit: number) => held.slice(-limit) } as Partial<
      TradeDeps["stream"]
    > as TradeDeps["stream"],
    history: { trades: read } as unknown as History,
  };
}

const shown = (rows: readonly AggregateTrade[]): string[] =>
  rows.map(({ first, lastTradeId, quantityLots }) => `${first.tradeId}-${lastTradeId} ${quantityLots}`);

test.each([
  { trades: 60, runMax: 6, live: 10, unstored: 4 },
  { trades: 60, runMax: 6, live: 60, unstored: 60 },
  { trades: 60, runMax: 30, live: 1, unstored: 0 },
  { trades: 3_500, runMax: 40, live: 1_000, unstored: 300 },
  { trades: 2_500, runMax: 1_500, live: 1_000, unstored: 1_000 },
])(`rows by id and by time are those of all trades at once, SEED=${SEED}: %o`, async (shape) => {
  const random = new Chance(SEED);
  const trades = someTrades(random, shape.trades, shape.runMax);
  const deps = depsOf(trades, shape.live, shape.unstored);
  const all = aggregated(trades);
  for (let round = 0; round < 40; round++) {
    const limit = random.between(1, 12);
    const fromId = random.between(0, trades.length + 2);
    expect(shown(await aggregatesFrom(deps, 0, fromId, limit))).toEqual(
      shown(all.filter(({ first }) => first.tradeId >= fromId).slice(0, limit)),
    );
    const timeUs = (): number => random.pick(trades).timeUs + random.between(-1, 1);
    const [startUs, endUs] = [timeUs(), timeUs()].sort((a, b) => a - b) as [number, number];
    const since = (row: AggregateTrade): boolean => row.first.timeUs >= startUs;
    const until = (row: AggregateTrade): boolean => row.first.timeUs <= endUs;
    const within = async (start: number | null, end: number | null): Promise<string[]> =>
      shown(await aggregatesWithin(deps, 0, { startUs: start, endUs: end }, limit));
    expect([
      await within(null, null),
      await within(startUs, null),
      await within(null, endUs),
      await within(startUs, endUs),
    ]).toEqual([
      shown(all.slice(-limit)),
      shown(all.filter(since).slice(0, limit)),
      shown(all.filter(until).slice(-limit)),
      shown(all.filter((row) => since(row) && until(row)).slice(0, limit)),
    ]);
  }
});
