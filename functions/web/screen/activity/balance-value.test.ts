/** What a balance is worth in the asset that a person counts in. */
import { expect, test } from "vitest";
import type { Market, Ticker } from "../exchange/contract.ts";
import { worthIn } from "./balance-value.ts";

const market = (base: string, quote: string) => ({ symbol: base + quote, base, quote }) as Market;
const MARKETS = [market("BTC", "USDT"), market("SOL", "USDT"), market("SOL", "USDC"), market("NEW", "USDT")];
const TICKERS = new Map(
  Object.entries({ BTCUSDT: "50000", SOLUSDT: "200", SOLUSDC: "100", NEWUSDT: "0" }).map(([symbol, last]) => [
    symbol,
    { symbol, last } as Ticker,
  ]),
);
const worth = (unit: string, asset: string): number | null => worthIn(unit, asset, 2, MARKETS, TICKERS);

test("a balance is worth what the last price says, directly, the other way round, or over a third asset", () => {
  expect([worth("USDT", "USDT"), worth("USDT", "BTC"), worth("BTC", "USDT"), worth("USDT", "USDC")]).toEqual([
    2,
    100_000,
    2 / 50_000,
    4,
  ]);
});

test("without a price nothing is said", () => {
  expect([worth("USDT", "NEW"), worth("USDT", "DOGE")]).toEqual([null, null]);
});
