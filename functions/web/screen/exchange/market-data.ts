/** Everything about markets that a room can ask for, over one socket and REST: opened with the page, closed with its owner. */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import { BookFeed } from "./book-feed.ts";
import { CandleStream } from "./candle-stream.ts";
import type { CandleFeed, Connection, Interval, Market, MarketData } from "./contract.ts";
import { ExchangeClock } from "./exchange-clock.ts";
import type { FeedParts } from "./feed-parts.ts";
import type { Frames } from "./frame.ts";
import { MarketList } from "./market-list.ts";
import { unitsOf } from "./market-shapes.ts";
import { MarketStreams } from "./market-streams.ts";
import { type Feed, SharedFeeds } from "./shared-feeds.ts";
import { TickerBoard } from "./ticker-board.ts";
import { TradeFeed } from "./trade-feed.ts";

export interface OpenedMarketData extends MarketData {
  readonly clock: ExchangeClock;
  /** Something says that a market is not as it was: whoever was refused an order. */
  readonly askMarkets: () => void;
}

/** In a Solid root. */
export function openMarketData(frames: Frames): OpenedMarketData {
  const [connection, setConnection] = createSignal<Connection>(
    { state: "connecting", latencyMs: null, since: Date.now() },
    { equals: false },
  );
  const clock = new ExchangeClock();
  const list = new MarketList();
  const streams = new MarketStreams({
    changed: (state) => {
      const before = untrack(connection);
      if (before.state === state) return;
      setConnection({ state, latencyMs: before.latencyMs, since: Date.now() });
      if (state !== "live") return;
      void clock.ask();
      void list.ask();
    },
    latency: (ms) => setConnection((before) => ({ ...before, latencyMs: Math.round(ms) })),
  });
  const parts: FeedParts = { streams, frames, told: (ms) => clock.told(ms), nowMs: () => untrack(() => clock.nowMs()) };
  const board = new TickerBoard(parts, () => void list.ask());
  const books = new SharedFeeds<BookFeed>();
  const tapes = new SharedFeeds<TradeFeed>();
  void list.ask();
  streams.start();
  onCleanup(() => {
    board.close();
    streams.stop();
    list.stop();
    clock.stop();
  });

  /** As long as its rules are the same a market is the same. */
  const rulesOf = (symbol: Accessor<string>): Accessor<Market | null> =>
    createMemo(() => list.marketOf(symbol()), null, {
      equals: (a, b) => a?.symbol === b?.symbol && a?.tickSize === b?.tickSize && a?.stepSize === b?.stepSize,
    });

  return {
    clock,
    askMarkets: () => void list.ask(),
    markets: list.markets,
    marketOf: (symbol) => list.marketOf(symbol),
    tickers: board.tickers,
    connection,
    clockOffsetMs: clock.offsetMs,
    book(symbol) {
      const feed = feedOf(rulesOf(symbol), (market) =>
        books.take(market.symbol, () => new BookFeed(market.symbol, unitsOf(market), parts)),
      );
      return () => {
        const book = feed()?.shown() ?? null;
        return book?.symbol === symbol() ? book : null;
      };
    },
    trades(symbol) {
      const known = rulesOf(symbol);
      const feed = feedOf(known, ({ symbol: name }) => tapes.take(name, () => new TradeFeed(name, parts)));
      return () => (known()?.symbol === symbol() ? (feed()?.shown() ?? NONE) : NONE);
    },
    candles(symbol, interval): CandleFeed {
      const known = rulesOf(symbol);
      const what = createMemo<readonly [string, Interval] | null>(
        () => {
          const market = known();
          return market === null ? null : [market.symbol, interval()];
        },
        null,
        { equals: (a, b) => a?.[0] === b?.[0] && a?.[1] === b?.[1] },
      );
      const feed = feedOf(what, ([name, every]) => {
        const stream = new CandleStream(name, every, parts);
        return { feed: stream, release: () => stream.close() };
      });
      return {
        history: () => feed()?.history() ?? NONE,
        live: () => feed()?.live() ?? null,
        freshness: () => feed()?.freshness() ?? "loading",
        loadOlder: () => untrack(feed)?.loadOlder() ?? Promise.resolve(),
      };
    },
  };
}

const NONE: readonly never[] = [];

/** A feed for what is asked now; the one for what was asked before is given back. */
function feedOf<What, T extends Feed>(
  what: Accessor<What | null>,
  take: (what: What) => { readonly feed: T; readonly release: () => void },
): Accessor<T | null> {
  const [feed, setFeed] = createSignal<T | null>(null);
  createEffect(
    on(what, (now) => {
      if (now === null) {
        setFeed(null);
        return;
      }
      const taken = take(now);
      setFeed(() => taken.feed);
      onCleanup(taken.release);
    }),
  );
  return feed;
}
