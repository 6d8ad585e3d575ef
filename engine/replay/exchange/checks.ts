/**
 * What the exchange says of itself after a replay, compared with what it must be: its depth with the core's book, its
 * trades with the fills of its own answers, its klines with a fold of them.
 */
import type { ReplayVenue } from "../venue.ts";
import type { TapeRow } from "./execute.ts";
import { type ExchangeClient, pause } from "./http-client.ts";
import { integerOf, type Market } from "./market.ts";

const DEPTH_LEVELS = 5000;
const ROWS_MAX = 1000;
const MINUTE_MS = 60_000;
/** History may trail the engine by the time of its way into the database. */
const TRIES_MAX = 100;
const PAUSE_MS = 100;

export interface Check {
  readonly compared: number;
  readonly equal: number;
}

export interface Candle {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: bigint;
  /** price × lots, in ticks × lots. */
  readonly turnover: bigint;
  readonly trades: number;
}

/** Minute candles of a tape, without the minutes in which nothing traded. */
export function foldMinutes(tape: readonly TapeRow[]): Candle[] {
  const candles: Candle[] = [];
  for (const { timeMs, priceTicks, lots } of tape) {
    const openTimeMs = timeMs - (timeMs % MINUTE_MS);
    const last = candles.at(-1);
    const turnover = BigInt(priceTicks) * BigInt(lots);
    if (last === undefined || last.openTimeMs !== openTimeMs) {
      const price = priceTicks;
      const first = { openTimeMs, open: price, high: price, low: price, close: price };
      candles.push({ ...first, lots: BigInt(lots), turnover, trades: 1 });
      continue;
    }
    candles[candles.length - 1] = {
      openTimeMs,
      open: last.open,
      high: Math.max(last.high, priceTicks),
      low: Math.min(last.low, priceTicks),
      close: priceTicks,
      lots: last.lots + BigInt(lots),
      turnover: last.turnover + turnover,
      trades: last.trades + 1,
    };
  }
  return candles;
}

export async function checkDepth(client: ExchangeClient, market: Market, venue: ReplayVenue): Promise<Check> {
  const { priceDecimals, lotDecimals } = market.decimals;
  const expected = (["buy", "sell"] as const).flatMap((side) =>
    venue.levels(side, DEPTH_LEVELS).map((level) => `${side} ${level.quantityLots} @ ${level.priceTicks}`),
  );
  return untilEqual(expected, async () => {
    const { body } = await client.read("/api/v3/depth", { symbol: market.symbol, limit: DEPTH_LEVELS });
    const { bids, asks } = body as { bids: [string, string][]; asks: [string, string][] };
    const lines = (side: string, levels: [string, string][]): string[] =>
      levels.map(([price, lots]) => `${side} ${integerOf(lots, lotDecimals)} @ ${integerOf(price, priceDecimals)}`);
    return [...lines("buy", bids), ...lines("sell", asks)];
  });
}

/** The newest trades that the exchange lists. */
export async function checkTrades(client: ExchangeClient, market: Market, tape: readonly TapeRow[]): Promise<Check> {
  const { priceDecimals, lotDecimals } = market.decimals;
  const expected = tape
    .slice(-ROWS_MAX)
    .map((row) => `${row.tradeId} ${row.lots} @ ${row.priceTicks} ${row.buyerIsMaker} ${row.timeMs}`);
  return untilEqual(expected, async () => {
    const { body } = await client.read("/api/v3/trades", { symbol: market.symbol, limit: ROWS_MAX });
    return (body as Record<string, unknown>[]).map((row) => {
      const lots = integerOf(row.qty, lotDecimals);
      return `${row.id} ${lots} @ ${integerOf(row.price, priceDecimals)} ${row.isBuyerMaker} ${row.time}`;
    });
  });
}

export async function checkKlines(client: ExchangeClient, market: Market, tape: readonly TapeRow[]): Promise<Check> {
  const { priceDecimals, lotDecimals } = market.decimals;
  const folded = foldMinutes(tape).slice(-ROWS_MAX);
  const first = folded[0];
  if (first === undefined) return { compared: 0, equal: 0 };
  const expected = folded.map((candle) => {
    const { openTimeMs, open, high, low, close, lots, turnover, trades } = candle;
    return `${openTimeMs} ${open} ${high} ${low} ${close} ${lots} ${turnover} ${trades}`;
  });
  return untilEqual(expected, async () => {
    const parameters = { symbol: market.symbol, interval: "1m", startTime: first.openTimeMs, limit: ROWS_MAX };
    const { body } = await client.read("/api/v3/klines", parameters);
    // Minutes in which nothing traded are flat candles there; the tape says nothing of them.
    return (body as unknown[][])
      .filter((row) => row[8] !== 0)
      .map((row) => {
        const prices = row.slice(1, 5).map((price) => integerOf(price, priceDecimals));
        const volume = integerOf(row[5], lotDecimals);
        const turnover = integerOf(row[7], priceDecimals + lotDecimals);
        return `${row[0]} ${prices.join(" ")} ${volume} ${turnover} ${row[8]}`;
      });
  });
}

/** Reads until all lines are as expected, or the time is up. */
async function untilEqual(expected: readonly string[], read: () => Promise<string[]>): Promise<Check> {
  for (let attempt = 1; ; attempt++) {
    const lines = await read();
    const equal = expected.filter((line, index) => line === lines[index]).length;
    const compared = Math.max(expected.length, lines.length);
    if ((equal === compared && lines.length === expected.length) || attempt === TRIES_MAX) return { compared, equal };
    await pause(PAUSE_MS);
  }
}
