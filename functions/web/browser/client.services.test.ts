/**
 * The exchange's client in a real page against a real exchange: the market as it keeps it, and how it comes back after the
 * exchange was killed or fell silent.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import { AWAY, hasBrowser, NO_BROWSER } from "./testing/browser.ts";
import { type Any, ClientStage, HISTORY_OPENS } from "./testing/client-stage.ts";

const TITLE = hasBrowser ? "the client's market in a real page" : `the client's market in a real page (${NO_BROWSER})`;
const SYMBOL = "BTCUSDT";
const RECOVERY_MS = 60_000;
/** A thousand feeds that stayed would be many times this. */
const HEAP_GROWTH_BYTES_MAX = 1_000_000;

describe.skipIf(!hasBrowser)(TITLE, () => {
  let stage: ClientStage;
  beforeAll(async () => {
    stage = await ClientStage.open();
  });
  afterAll(() => stage?.close());
  beforeEach(({ onTestFailed }) => onTestFailed(stage.showOutput));
  afterEach(() => stage.leave());

  const BOOK =
    "(() => { const b = client.book(); return b === null ? null : { ...b, bids: b.bids.map((l) => [l.price, l.quantity]), asks: b.asks.map((l) => [l.price, l.quantity]) }; })()";
  const depth = async (): Promise<Any> =>
    (await stage.exchange.http.get("/api/v3/depth", { symbol: SYMBOL, limit: 1_000 })).body;
  /** The page's book is the exchange's, update by update. */
  async function sameBook(): Promise<Any> {
    let theirs: Any = null;
    const ours = await eventually(
      async () => {
        theirs = await depth();
        return await stage.inPage(BOOK);
      },
      (book) => book?.freshness === "live" && book.lastUpdateId === theirs.lastUpdateId,
      RECOVERY_MS,
    );
    expect([ours.bids, ours.asks]).toEqual([theirs.bids, theirs.asks]);
    return ours;
  }
  /** What is alive in the page once garbage is gone. */
  async function heapBytes(): Promise<number> {
    const session = await stage.context.newCDPSession(stage.page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    return usedSize;
  }
  let prices = 0;
  const quote = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      prices += 1;
      await stage.alice.limit(SYMBOL, "BUY", "0.00100", `${20_000 + prices}.00`);
      await stage.bob.limit(SYMBOL, "SELL", "0.00100", `${40_000 - prices}.00`);
    }
  };

  test("the book follows every change, and the tape, the candles and the ticker a trade", async () => {
    await stage.visit();
    await quote(20);
    const book = await sameBook();
    await stage.alice.limit(SYMBOL, "BUY", "0.00100", "39999.00");
    const trades = await stage.until("client.trades()", (all) => all.length === 1);
    const candle = await stage.until("client.candles.live()", (live) => live !== null);
    const ticker = await stage.until(
      `client.exchange.marketData.tickers().get("${SYMBOL}")`,
      (now) => now?.baseVolume === "0.00100000",
    );
    await sameBook();
    const connection = await stage.until("client.exchange.marketData.connection()", (now) => now.latencyMs !== null);
    expect([
      book.resyncs,
      trades[0].price,
      trades[0].side,
      candle.volume,
      ticker.last,
      connection.state,
      stage.faults.besides(HISTORY_OPENS),
    ]).toEqual([0, trades[0].price, "BUY", 0.001, trades[0].price, "live", []]);
  });

  test("killed and started again, the exchange is found by the page, whose book is the exchange's again", async () => {
    await stage.visit();
    await quote(5);
    await sameBook();
    await stage.exchange.kill();
    const away = await stage.until(
      "[client.exchange.marketData.connection().state, client.book().freshness]",
      ([, freshness]) => freshness === "stale",
    );
    await stage.exchange.startAgain();
    await quote(5);
    const book = await sameBook();
    expect([away, book.resyncs, stage.faults.besides(AWAY)]).toEqual([["reconnecting", "stale"], 1, []]);
  });

  test("an exchange that falls silent is shown stale, and live again when it speaks", async () => {
    await stage.visit();
    await sameBook();
    stage.exchange.pause();
    const silent = await stage.until(
      "[client.exchange.marketData.connection().state, client.book().freshness]",
      ([, freshness]) => freshness === "stale",
    );
    stage.exchange.resume();
    await quote(2);
    await sameBook();
    expect([silent, stage.faults.besides(AWAY)]).toEqual([["reconnecting", "stale"], []]);
  });

  test("a thousand changes of the symbol leave one of everything, and the right one", async () => {
    await stage.visit();
    await sameBook();
    const heapBefore = await heapBytes();
    await stage.inPage(`(async () => {
      for (let n = 0; n < 1000; n++) {
        client.setSymbol(n % 2 === 0 ? "ETHUSDT" : "${SYMBOL}");
        if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })()`);
    await quote(3);
    await sameBook();
    expect((await heapBytes()) - heapBefore).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    const name = SYMBOL.toLowerCase();
    const wanted = ["!miniTicker@arr", `${name}@depth@100ms`, `${name}@kline_1m`, `${name}@trade`];
    const heard = await eventually(
      async () => stage.frames.heard,
      (names) => names.length === wanted.length,
      RECOVERY_MS,
    );
    expect([
      heard,
      stage.frames.connections,
      stage.frames.mostInASecond <= 5,
      stage.faults.besides(HISTORY_OPENS),
    ]).toEqual([wanted, 1, true, []]);
  });
});
