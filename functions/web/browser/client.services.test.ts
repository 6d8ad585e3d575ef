/**
 * The exchange's client in a real page against a real exchange: the book it keeps, its account, and how it comes back after
 * the exchange was killed or fell silent.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import type { Trader } from "../../_acceptance/trader.ts";
import { addPasskeyDevice, hasBrowser, launchBrowser, NO_BROWSER, PageFaults } from "./testing/browser.ts";
import { CLIENT_PAGE_ARGS, ClientPages } from "./testing/client-page.ts";
import { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { StreamFrames } from "./testing/stream-frames.ts";

const TITLE = hasBrowser ? "the client in a real page" : `the client in a real page (${NO_BROWSER})`;
/** History opens while trading goes on, and says so until then. */
const HISTORY_OPENS = /status of 503/;
/** What a browser says of an exchange that is not there. */
const AWAY = /ERR_CONNECTION|WebSocket connection|Failed to load resource/;
const SYMBOL = "BTCUSDT";
/** Where the page's own orders are: nobody else quotes there. What a test leaves open lies below what others trade at. */
const OWN_SYMBOL = "ETHUSDT";
const RECOVERY_MS = 60_000;
/** A thousand feeds that stayed would be many times this. */
const HEAP_GROWTH_BYTES_MAX = 1_000_000;
/** Of what the exchange said, when a test fails. */
const OUTPUT_SHOWN = 3_000;

// biome-ignore lint/suspicious/noExplicitAny: what a page returns is compared as it is.
type Any = any;

describe.skipIf(!hasBrowser)(TITLE, () => {
  let browser: Browser;
  let pages: ClientPages;
  let exchange: ExchangeUnderTest;
  let context: BrowserContext;
  let page: Page;
  let faults: PageFaults;
  let frames: StreamFrames;
  let alice: Trader;
  let bob: Trader;

  beforeAll(async () => {
    [browser, pages, exchange] = await Promise.all([
      launchBrowser(CLIENT_PAGE_ARGS),
      ClientPages.build(),
      ExchangeUnderTest.start(),
    ]);
    [alice, bob] = exchange.demoTraders() as [Trader, Trader];
  });
  afterAll(async () => {
    pages?.remove();
    await browser?.close();
    await exchange?.close();
  });
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => console.log(exchange.output().slice(-OUTPUT_SHOWN)));
  });
  afterEach(async () => {
    await context?.close();
  });

  async function open(prepare: (context: BrowserContext) => Promise<void> = async () => {}): Promise<void> {
    context = await browser.newContext();
    await prepare(context);
    frames = new StreamFrames(context);
    page = await pages.open(context, exchange.origin);
    faults = new PageFaults(page);
  }
  /** Evaluated in the page, where `client` is the client. */
  const inPage = (expression: string): Promise<Any> =>
    page.evaluate(`(async () => { const { client } = window; return ${expression}; })()`);
  const until = (expression: string, willDo: (answer: Any) => boolean, limitMs = RECOVERY_MS): Promise<Any> =>
    eventually(() => inPage(expression), willDo, limitMs);

  const BOOK =
    "(() => { const b = client.book(); return b === null ? null : { ...b, bids: b.bids.map((l) => [l.price, l.quantity]), asks: b.asks.map((l) => [l.price, l.quantity]) }; })()";
  const depth = async (): Promise<Any> =>
    (await exchange.http.get("/api/v3/depth", { symbol: SYMBOL, limit: 1_000 })).body;
  /** The page's book is the exchange's, update by update. */
  async function sameBook(): Promise<Any> {
    let theirs: Any = null;
    const ours = await eventually(
      async () => {
        theirs = await depth();
        return await inPage(BOOK);
      },
      (book) => book?.freshness === "live" && book.lastUpdateId === theirs.lastUpdateId,
      RECOVERY_MS,
    );
    expect([ours.bids, ours.asks]).toEqual([theirs.bids, theirs.asks]);
    return ours;
  }
  /** What is alive in the page once garbage is gone. */
  async function heapBytes(): Promise<number> {
    const session = await context.newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    return usedSize;
  }
  let prices = 0;
  const quote = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      prices += 1;
      await alice.limit(SYMBOL, "BUY", "0.00100", `${20_000 + prices}.00`);
      await bob.limit(SYMBOL, "SELL", "0.00100", `${40_000 - prices}.00`);
    }
  };

  test("the book follows every change, and the tape, the candles and the ticker a trade", async () => {
    await open();
    await quote(20);
    const book = await sameBook();
    await alice.limit(SYMBOL, "BUY", "0.00100", "39999.00");
    const trades = await until("client.trades()", (all) => all.length === 1);
    const candle = await until("client.candles.live()", (live) => live !== null);
    const ticker = await until(
      `client.exchange.marketData.tickers().get("${SYMBOL}")`,
      (now) => now?.baseVolume === "0.00100000",
    );
    await sameBook();
    const connection = await until("client.exchange.marketData.connection()", (now) => now.latencyMs !== null);
    expect([
      book.resyncs,
      trades[0].price,
      trades[0].side,
      candle.volume,
      ticker.last,
      connection.state,
      faults.besides(HISTORY_OPENS),
    ]).toEqual([0, trades[0].price, "BUY", 0.001, trades[0].price, "live", []]);
  });

  const account = "client.exchange.account";
  const people = "client.exchange.people";
  async function signInAsGuest(): Promise<void> {
    await until(`${people}.person()`, (person) => person !== undefined);
    expect(await inPage(`await ${people}.signInAsGuest()`)).toEqual({ outcome: "ok", value: null });
    await until(`${account}.state()`, (state) => state === "live");
  }
  const place = (order: object): Promise<Any> => inPage(`await ${account}.place(${JSON.stringify(order)})`);
  const LIMIT = { symbol: OWN_SYMBOL, type: "LIMIT", timeInForce: "GTC" } as const;
  const openOrders = `${account}.openOrders().map((o) => [o.clientOrderId, o.status, o.origQty, o.executedQty])`;
  const newsOf = "client.news.map((n) => n.kind)";

  test("a guest signs in, places, amends, replaces, cancels, and is filled by another; the account is told as it is", async () => {
    await open();
    await signInAsGuest();
    const before = await inPage(`${account}.balances().get("USDT")`);
    const buy = { ...LIMIT, side: "BUY", quantity: "1.0000", price: "2000.00", newClientOrderId: "a" };
    const placed = await place(buy);
    const refused = await place({ ...buy, newClientOrderId: "b", quantity: "100000" });
    await until(openOrders, (orders) => orders.length === 1);
    const amended = await inPage(`await ${account}.amendQuantity(${account}.openOrders()[0], "0.9000")`);
    await until(openOrders, (orders) => orders[0]?.[2] === "0.90000000");
    const replaced = await inPage(
      `await ${account}.replace(${account}.openOrders()[0], { price: "2100.00", newClientOrderId: "c" })`,
    );
    await until(openOrders, (orders) => orders[0]?.[0] === "c");
    expect([
      [placed.outcome, placed.value.clientOrderId, placed.value.status, placed.value.isWorking],
      refused,
      [amended.outcome, amended.value.origQty, amended.value.clientOrderId],
      [replaced.outcome, replaced.value.price, replaced.value.origQty, replaced.value.clientOrderId],
    ]).toEqual([
      ["ok", "a", "NEW", true],
      { outcome: "refused", code: -2010, message: "Account has insufficient balance for requested action." },
      ["ok", "0.90000000", amended.value.clientOrderId],
      ["ok", "2100.00000000", "0.90000000", "c"],
    ]);
    const { body } = await bob.limit(OWN_SYMBOL, "SELL", "0.4000", "2100.00");
    const fills = await until(`${account}.fills()`, (all) => all.length === 1);
    const partly = await until(openOrders, (orders) => orders[0]?.[1] === "PARTIALLY_FILLED");
    const canceled = await inPage(`await ${account}.cancelAll()`);
    await until(openOrders, (orders) => orders.length === 0);
    const after = await until(`${account}.balances().get("USDT")`, (balance) => balance?.locked === "0.00000000");
    expect([
      before.locked,
      [fills[0].tradeId, fills[0].price, fills[0].quantity, fills[0].isMaker],
      partly,
      canceled,
      Number(before.free) - Number(after.free),
      await inPage(newsOf),
      faults.besides(HISTORY_OPENS),
    ]).toEqual([
      "0.00000000",
      [body.fills[0].tradeId, "2100.00000000", "0.40000000", true],
      [["c", "PARTIALLY_FILLED", "0.90000000", "0.40000000"]],
      { outcome: "ok", value: 1 },
      840,
      ["order_accepted", "order_canceled", "order_accepted", "order_partly_filled", "order_canceled"],
      [],
    ]);
  });

  test("the key stays in the browser: after a reload the account is there again, and after signing out it is gone everywhere", async () => {
    await open();
    await signInAsGuest();
    const key = await inPage(`${people}.deviceKey()`);
    await page.reload();
    await until("window.client !== undefined", (is) => is === true);
    await until(`${account}.state()`, (state) => state === "live");
    const same = await inPage(`${people}.deviceKey()`);
    const extractable = await page.evaluate(`new Promise((resolve) => {
      const opening = indexedDB.open("tidebook", 1);
      opening.onsuccess = () => {
        const got = opening.result.transaction("device").objectStore("device").get("key");
        got.onsuccess = () => resolve([got.result.privateKey.extractable, got.result.apiKey]);
      };
    })`);
    const out = await inPage(`await ${people}.signOut()`);
    expect([
      same,
      extractable,
      out,
      await inPage(`[${account}.state(), ${people}.person(), ${people}.deviceKey()]`),
    ]).toEqual([key, [false, key], { outcome: "ok", value: null }, ["none", null, null]]);
  });

  test("a key that is revoked elsewhere is forgotten, and the person is told", async () => {
    await open();
    await signInAsGuest();
    const revoked = await inPage(
      `await fetch("/people/v1/keys/" + ${people}.deviceKey(), { method: "DELETE" }).then((r) => r.status)`,
    );
    const ended = await until(`[${account}.state(), ${people}.isKeyEnded()]`, ([state]) => state === "none");
    expect([revoked, ended]).toEqual([200, ["none", true]]);
  });

  test("what happened to an order while the browser was offline is told when it is back", async () => {
    await open();
    await signInAsGuest();
    await place({ ...LIMIT, side: "BUY", quantity: "0.1000", price: "2200.00", newClientOrderId: "away" });
    await until(openOrders, (orders) => orders.length === 1);
    await context.setOffline(true);
    const offline = await until(
      `[client.exchange.marketData.connection().state, ${account}.state()]`,
      ([state]) => state === "offline",
    );
    await bob.limit(OWN_SYMBOL, "SELL", "0.1000", "2200.00");
    await context.setOffline(false);
    const news = await until("client.news", (all) => all.length === 2);
    expect([
      offline,
      news[1].kind,
      news[1].order.clientOrderId,
      news[1].fill.quantity,
      await inPage(openOrders),
    ]).toEqual([["offline", "stale"], "order_filled", "away", "0.10000000", []]);
    const fills = await until(
      `${account}.fills().map((fill) => [fill.price, fill.isMaker])`,
      (all) => all.length === 1,
    );
    expect(fills).toEqual([["2200.00000000", true]]);
  });

  test("two orders of a list end together; rates and statements are read by the browser's key", async () => {
    await open();
    await signInAsGuest();
    const rates = await until(`${account}.commission("${OWN_SYMBOL}")()`, (known) => known !== null);
    const oco = {
      ...{ symbol: OWN_SYMBOL, side: "BUY", quantity: "1.0000", aboveType: "STOP_LOSS_LIMIT", abovePrice: "7000.00" },
      ...{ aboveStopPrice: "6900.00", aboveTimeInForce: "GTC", belowType: "LIMIT_MAKER", belowPrice: "100.00" },
    };
    const placed = await inPage(`await ${account}.placeList("oco", ${JSON.stringify(oco)})`);
    await until(openOrders, (orders) => orders.length === 2);
    const canceled = await inPage(`await ${account}.cancel(${account}.openOrders()[0])`);
    await until(openOrders, (orders) => orders.length === 0);
    const again = await inPage(`await ${account}.cancel(${JSON.stringify(placed.value[0])})`);
    const statement = await inPage(`await ${account}.signedGet("/api/v3/statement", { asset: "USDT", limit: 5 })`);
    expect([
      rates,
      placed.value.map((order: Any) => [order.type, order.orderListId > 0, order.isWorking]),
      [canceled, again.outcome, again.code],
      statement.outcome,
    ]).toEqual([
      { maker: "0.00100000", taker: "0.00100000" },
      [
        ["LIMIT_MAKER", true, true],
        ["STOP_LOSS_LIMIT", true, false],
      ],
      [{ outcome: "ok", value: null }, "refused", -2011],
      "ok",
    ]);
  });

  test("a person signs up by a passkey, out, and in again to the same account; who closes the dialog hears kind words", async () => {
    await open();
    const device = await addPasskeyDevice(page);
    await until(`${people}.venue()`, (venue) => venue !== null);
    const up = await inPage(`await ${people}.signUp("Ada ${Date.now()}")`);
    await until(`${account}.state()`, (state) => state === "live");
    const first = await inPage(`${people}.person().account`);
    await inPage(`await ${people}.signOut()`);
    await device.answers(false);
    const closed = await inPage(`await ${people}.signIn()`);
    await device.answers(true);
    const signedIn = await inPage(`await ${people}.signIn()`);
    await until(`${account}.state()`, (state) => state === "live");
    const key = await inPage(
      `await ${people}.addKey({ label: "bot", kind: "hmac_sha256", permissions: ["read"], ipAllowList: [], expiresAt: 0 })`,
    );
    expect([
      up.outcome,
      up.value?.recoveryCodes.length,
      closed,
      signedIn,
      await inPage(`${people}.person().account`),
      [key.outcome, key.value?.label, typeof key.value?.apiSecret],
    ]).toEqual([
      "ok",
      10,
      {
        outcome: "refused",
        code: 0,
        message: "The passkey dialog was closed, or took too long. Nothing was changed.",
      },
      { outcome: "ok", value: null },
      first,
      ["ok", "bot", "string"],
    ]);
  });

  test("a page at another address than the exchange's own is told where passkeys work", async () => {
    context = await browser.newContext();
    page = await pages.open(context, exchange.origin.replace("localhost", "127.0.0.1"));
    const goTo = await until(`${people}.passkeys()`, (passkeys) => passkeys.goTo !== undefined);
    expect(goTo).toEqual({ goTo: `${exchange.origin}/client-under-test/page.html` });
  });

  test("an exchange killed under an open account comes back to it: orders and balances are read again, and trading goes on", async () => {
    await open();
    await signInAsGuest();
    await place({ ...LIMIT, side: "BUY", quantity: "1.0000", price: "11.00", newClientOrderId: "kept" });
    await until(openOrders, (orders) => orders.length === 1);
    await exchange.kill();
    await until(`${account}.state()`, (state) => state === "stale");
    const away = await place({ ...LIMIT, side: "BUY", quantity: "1.0000", price: "11.00" });
    await exchange.startAgain();
    await until(`${account}.state()`, (state) => state === "live");
    const kept = await inPage(openOrders);
    const second = await place({
      ...LIMIT,
      side: "BUY",
      quantity: "1.0000",
      price: "12.00",
      newClientOrderId: "after",
    });
    const both = await until(openOrders, (orders) => orders.length === 2);
    expect([away.outcome, kept, second.outcome, both, await inPage(newsOf)]).toEqual([
      "not_sent",
      [["kept", "NEW", "1.00000000", "0.00000000"]],
      "ok",
      [
        ["after", "NEW", "1.00000000", "0.00000000"],
        ["kept", "NEW", "1.00000000", "0.00000000"],
      ],
      ["order_accepted", "order_accepted"],
    ]);
  });

  test("an order whose answer was lost is found by its id on the next connection, and was sent once", async () => {
    let placings = 0;
    await open((context) =>
      context.routeWebSocket(/ws-api/, (client) => {
        const server = client.connectToServer();
        let lostId: number | null = null;
        client.onMessage((text) => {
          const { id, method } = JSON.parse(String(text));
          if (method === "order.place") {
            placings += 1;
            lostId = id;
          }
          server.send(text);
        });
        server.onMessage((text) => {
          if (lostId !== null && JSON.parse(String(text)).id === lostId) void client.close({ code: 1011 });
          else client.send(text);
        });
      }),
    );
    await signInAsGuest();
    const order = { ...LIMIT, side: "BUY", quantity: "1.0000", price: "14.00", newClientOrderId: "found" };
    const answer = await place(order);
    const orders = await until(openOrders, (all) => all.length > 0);
    expect([answer.outcome, answer.value?.clientOrderId, orders, placings]).toEqual([
      "ok",
      "found",
      [["found", "NEW", "1.00000000", "0.00000000"]],
      1,
    ]);
  });

  test("an order that arrived too late is told never to have been, once that is final", async () => {
    await open();
    await signInAsGuest();
    exchange.pause();
    const order = {
      ...LIMIT,
      side: "BUY",
      quantity: "1.0000",
      price: "13.00",
      newClientOrderId: "late",
      recvWindow: 1_000,
    };
    await inPage(`void (window.answer = ${account}.place(${JSON.stringify(order)}))`);
    // Longer than its window: the silence is noticed after two unanswered questions.
    await until(`${account}.state()`, (state) => state === "stale");
    exchange.resume();
    const answer = await inPage("await window.answer");
    await until(`${account}.state()`, (state) => state === "live");
    expect([answer, await inPage(openOrders)]).toEqual([
      { outcome: "refused", code: -2013, message: "Order does not exist." },
      [],
    ]);
  });

  test("killed and started again, the exchange is found by the page, whose book is the exchange's again", async () => {
    await open();
    await quote(5);
    await sameBook();
    await exchange.kill();
    const away = await until(
      "[client.exchange.marketData.connection().state, client.book().freshness]",
      ([, freshness]) => freshness === "stale",
    );
    await exchange.startAgain();
    await quote(5);
    const book = await sameBook();
    expect([away, book.resyncs, faults.besides(AWAY)]).toEqual([["reconnecting", "stale"], 1, []]);
  });

  test("an exchange that falls silent is shown stale, and live again when it speaks", async () => {
    await open();
    await sameBook();
    exchange.pause();
    const silent = await until(
      "[client.exchange.marketData.connection().state, client.book().freshness]",
      ([, freshness]) => freshness === "stale",
    );
    exchange.resume();
    await quote(2);
    await sameBook();
    expect([silent, faults.besides(AWAY)]).toEqual([["reconnecting", "stale"], []]);
  });

  test("a thousand changes of the symbol leave one of everything, and the right one", async () => {
    await open();
    await sameBook();
    const heapBefore = await heapBytes();
    await inPage(`(async () => {
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
      async () => frames.heard,
      (names) => names.length === wanted.length,
      RECOVERY_MS,
    );
    expect([heard, frames.connections, frames.mostInASecond <= 5, faults.besides(HISTORY_OPENS)]).toEqual([
      wanted,
      1,
      true,
      [],
    ]);
  });
});
