/** The rows of the market selector: searched, sorted, by tabs. */
import { expect, test } from "vitest";
import type { Market, Ticker } from "../exchange/contract.ts";
import { type Asked, marketRows, quoteAssets } from "./market-rows.ts";

function market(base: string, quote: string): Market {
  return { symbol: base + quote, base, quote } as Market;
}
function ticker(symbol: string, last: string, changePercent: number, quoteVolume: string): [string, Ticker] {
  return [symbol, { symbol, last, changePercent, quoteVolume } as Ticker];
}

const MARKETS = [market("ETH", "USDT"), market("BTC", "USDT"), market("ETH", "BTC"), market("ABTC", "USDT")];
const TICKERS = new Map([
  ticker("ETHUSDT", "3000.00000000", -2.5, "900.00000000"),
  ticker("BTCUSDT", "61234.50000000", 1.25, "90071992547409930.00000001"),
  ticker("ETHBTC", "0.04900000", 0, "90071992547409930.00000002"),
]);

function asked(changes: Partial<Asked>): string {
  const all: Asked = { search: "", tab: "all", favourites: new Set(), sort: "market", isRising: true, ...changes };
  return marketRows(MARKETS, TICKERS, all)
    .map(({ symbol }) => symbol)
    .join(" ");
}

test("a search takes any letters of the symbol, however they are separated, and what begins with it comes first", () => {
  expect([
    asked({ search: "btc" }),
    asked({ search: "eth/us" }),
    asked({ search: "a-b tc" }),
    asked({ search: "x" }),
  ]).toEqual(["BTCUSDT ABTCUSDT ETHBTC", "ETHUSDT", "ABTCUSDT", ""]);
});

test("each column sorts both ways, exactly, and a market without figures is last both times", () => {
  expect([asked({}), asked({ isRising: false })]).toEqual([
    "ABTCUSDT BTCUSDT ETHBTC ETHUSDT",
    "ETHUSDT ETHBTC BTCUSDT ABTCUSDT",
  ]);
  expect([asked({ sort: "last" }), asked({ sort: "last", isRising: false })]).toEqual([
    "ETHBTC ETHUSDT BTCUSDT ABTCUSDT",
    "BTCUSDT ETHUSDT ETHBTC ABTCUSDT",
  ]);
  expect(asked({ sort: "change" })).toBe("ETHUSDT ETHBTC BTCUSDT ABTCUSDT");
  expect(asked({ sort: "volume", isRising: false })).toBe("ETHBTC BTCUSDT ETHUSDT ABTCUSDT");
});

test("tabs are favourites and quote assets, the busiest quote first", () => {
  expect([
    asked({ tab: "favourites", favourites: new Set(["ETHBTC", "GONEUSDT"]) }),
    asked({ tab: "quote:USDT" }),
    quoteAssets(MARKETS).join(" "),
  ]).toEqual(["ETHBTC", "ABTCUSDT BTCUSDT ETHUSDT", "USDT BTC"]);
});
