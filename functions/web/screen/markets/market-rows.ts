/** The list of markets as a person asks for it: searched, of a tab, in an order. */
import type { Market, Ticker } from "../exchange/contract.ts";
import { unitsOf } from "../trade/amounts.ts";

export const SORTS = ["market", "last", "change", "volume"] as const;
export type Sort = (typeof SORTS)[number];

export interface Asked {
  readonly search: string;
  /** A quote asset is a tab of its own: "quote:USDT". */
  readonly tab: Tab;
  readonly favourites: ReadonlySet<string>;
  readonly sort: Sort;
  readonly isRising: boolean;
}
export type Tab = "all" | "favourites" | `quote:${string}`;

const PLACES_MAX = 8;

/** In the order they are shown. Without a figure a market comes last, whichever way the rest is sorted. */
export function marketRows(
  markets: readonly Market[],
  tickers: ReadonlyMap<string, Ticker>,
  { search, tab, favourites, sort, isRising }: Asked,
): readonly Market[] {
  const wanted = lettersOf(search);
  return markets
    .filter((market) => isInTab(market, tab, favourites))
    .map((market) => ({ market, match: matchOf(market, wanted), figure: figureOf(tickers.get(market.symbol), sort) }))
    .filter(({ match }) => match !== null)
    .sort((one, other) => {
      if (one.match !== other.match) return (one.match ?? 0) - (other.match ?? 0);
      if (one.figure !== null && other.figure !== null && one.figure !== other.figure) {
        return one.figure < other.figure === isRising ? -1 : 1;
      }
      if ((one.figure === null) !== (other.figure === null)) return one.figure === null ? 1 : -1;
      const byName = compareTexts(one.market.symbol, other.market.symbol);
      return sort === "market" && !isRising ? -byName : byName;
    })
    .map(({ market }) => market);
}

/** Those that something is traded in, by how much is. */
export function quoteAssets(markets: readonly Market[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { quote } of markets) counts.set(quote, (counts.get(quote) ?? 0) + 1);
  return [...counts]
    .sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || compareTexts(one, other))
    .map(([quote]) => quote);
}

function isInTab(market: Market, tab: Tab, favourites: ReadonlySet<string>): boolean {
  if (tab === "all") return true;
  return tab === "favourites" ? favourites.has(market.symbol) : tab === `quote:${market.quote}`;
}

/** "btc/usdt", "BTC-USDT" and "btc usdt" are one. */
function lettersOf(search: string): string {
  return search.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** 0: begins with what is sought; 1: holds it. null: neither. */
function matchOf({ symbol }: Market, wanted: string): 0 | 1 | null {
  if (symbol.startsWith(wanted)) return 0;
  return symbol.includes(wanted) ? 1 : null;
}

function figureOf(ticker: Ticker | undefined, sort: Sort): bigint | number | null {
  if (ticker === undefined || sort === "market") return null;
  if (sort === "change") return ticker.changePercent;
  return unitsOf(sort === "last" ? ticker.last : ticker.quoteVolume, PLACES_MAX);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
