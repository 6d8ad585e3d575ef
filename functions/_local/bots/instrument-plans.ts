/**
 * What the bots do on each instrument of the first start: a plausible price, the shape of the ladders, sizes, and the share of
 * the orders that go there.
 *
 * Prices are in ticks, quantities in lots, as everywhere in the exchange; a bot's own arithmetic is in doubles and ends in them.
 */
import { formatE8, parseDecimalE8 } from "../../../engine/protocol/decimal.ts";

export interface InstrumentPlan {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickE8: number;
  readonly lotE8: number;
  /** Where the price begins, and what it comes back to. */
  readonly anchorTicks: number;
  /** Of all orders; they add up to 1. */
  readonly share: number;
  /** From the middle to the best price of each side. */
  readonly halfSpreadTicks: number;
  /** Between the levels next to the best price; they widen with the distance. */
  readonly gapTicks: number;
  /** Of a maker's order next to the best price; they grow with the distance. */
  readonly makerLots: number;
  /** The smallest and the largest that a taker takes. */
  readonly takerLotsMin: number;
  readonly takerLotsMax: number;
  /** The instrument whose book this one's makers look at, instead of a price of their own; null: their own. */
  readonly follows: string | null;
}

const CENT_E8 = 1_000_000;
const COMMON = { tickE8: CENT_E8, follows: null } as const;

export const INSTRUMENT_PLANS: readonly InstrumentPlan[] = [
  {
    ...COMMON,
    symbol: "BTCUSDT",
    base: "BTC",
    quote: "USDT",
    lotE8: 1_000,
    anchorTicks: 9_700_000,
    share: 0.36,
    halfSpreadTicks: 1,
    gapTicks: 240,
    makerLots: 6_000,
    takerLotsMin: 20,
    takerLotsMax: 150_000,
  },
  {
    ...COMMON,
    symbol: "ETHUSDT",
    base: "ETH",
    quote: "USDT",
    lotE8: 10_000,
    anchorTicks: 340_000,
    share: 0.26,
    halfSpreadTicks: 1,
    gapTicks: 9,
    makerLots: 12_000,
    takerLotsMin: 40,
    takerLotsMax: 300_000,
  },
  {
    ...COMMON,
    symbol: "SOLUSDT",
    base: "SOL",
    quote: "USDT",
    lotE8: 100_000,
    anchorTicks: 19_000,
    share: 0.22,
    halfSpreadTicks: 1,
    gapTicks: 1.4,
    makerLots: 15_000,
    takerLotsMin: 60,
    takerLotsMax: 400_000,
  },
  {
    ...COMMON,
    symbol: "SOLUSDC",
    base: "SOL",
    quote: "USDC",
    lotE8: 100_000,
    anchorTicks: 19_000,
    share: 0.16,
    halfSpreadTicks: 1,
    gapTicks: 1.6,
    makerLots: 10_000,
    takerLotsMin: 60,
    takerLotsMax: 200_000,
    follows: "SOLUSDT",
  },
];

export function priceText({ tickE8 }: InstrumentPlan, ticks: number): string {
  return formatE8(ticks * tickE8);
}

export function quantityText({ lotE8 }: InstrumentPlan, lots: number): string {
  return formatE8(lots * lotE8);
}

/** A price of the public API; 0 where it is none of this instrument. */
export function ticksOf({ tickE8 }: InstrumentPlan, text: unknown): number {
  return wholeOf(text, tickE8);
}

export function lotsOf({ lotE8 }: InstrumentPlan, text: unknown): number {
  return wholeOf(text, lotE8);
}

function wholeOf(text: unknown, unitE8: number): number {
  const parsed = parseDecimalE8(String(text));
  return parsed.outcome === "ok" ? Number(parsed.valueE8) / unitE8 : 0;
}
