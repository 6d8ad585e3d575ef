/**
 * Two people trade with one another through the screen, one of them on a desk and on a phone; each type of order as it is
 * listed; and an exchange that is killed under an open page, which comes back with everything right.
 */
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import type { Trader } from "../../_acceptance/trader.ts";
import { accessibilityFaults } from "./testing/accessibility.ts";
import { AWAY, hasBrowser, NO_BROWSER } from "./testing/browser.ts";
import { DrawnBook } from "./testing/drawn-book.ts";
import type { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { ScreenStage, type Visit } from "./testing/screen-stage.ts";
import { STEP_LIMIT_MS, type Visitor } from "./testing/visitor.ts";

const SYMBOL = "BTCUSDT";
const PLACES = { symbol: SYMBOL, pricePlaces: 2, quantityPlaces: 5 } as const;
const DESK = { viewport: { width: 1440, height: 900 } };
const SCREENS = [
  { name: "desk", options: DESK },
  { name: "phone", options: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
] as const;
const RECOVERY_MS = 60_000;

interface Guest extends Visit {
  /** The same account past the screen. */
  readonly trader: Trader;
}

describe.skipIf(!hasBrowser)(`trading at the screen${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: ScreenStage;
  let exchange: ExchangeUnderTest;

  beforeAll(async () => {
    stage = await ScreenStage.open();
    exchange = stage.exchange;
    const [maker, taker] = await stage.makerAndTaker();
    for (let level = 1; level <= 8; level++) {
      await maker.limit(SYMBOL, "SELL", "2", `${60_000 + 10 * level}`);
      await maker.limit(SYMBOL, "BUY", "2", `${60_000 - 10 * level}`);
    }
    // What was traded is what the chart shows: own orders between are in view.
    await taker.limit(SYMBOL, "BUY", "0.01", "60010");
    await taker.limit(SYMBOL, "SELL", "0.01", "59990");
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());

  async function newGuest(options: BrowserContextOptions = DESK): Promise<Guest> {
    const visit = await stage.visit({ ...options, acceptDownloads: true });
    await visit.visitor.open();
    await visit.visitor.comeAsGuest();
    return { ...visit, trader: await visit.visitor.trader() };
  }
  const rowsBecome = (visitor: Visitor, willDo: (rows: readonly (readonly string[])[]) => boolean) =>
    eventually(() => visitor.rows(), willDo, STEP_LIMIT_MS);
  const openOrders = async (trader: Trader) => (await trader.call("GET", "/api/v3/openOrders")).body;

  describe.each(SCREENS)("on a $name", ({ options }) => {
    test("an order is placed, seen by the other, amended, cancelled, and filled by the other in two parts, and every list agrees", async () => {
      const [alice, bob] = [await newGuest(options), await newGuest()];
      const { visitor, page } = alice;
      await visitor.placeLimit({ side: "Buy", price: "59995", quantity: "0.02" });
      await visitor.toast("Order accepted");
      await closeSheet(visitor);
      await bob.page.locator(".book-bids tr", { hasText: "59,995.00" }).filter({ hasText: "0.02000" }).waitFor();
      expect(await bob.page.locator(".book-own").count()).toBe(0);
      await visitor.lookAt("Order book");
      await page.getByTitle("Your order here: 0.02000").waitFor();

      await visitor.lookAt("Chart");
      await page.getByRole("button", { name: "at 59,995.00. Drag it" }).focus();
      await page.keyboard.press("PageUp");
      await page.keyboard.press("Enter");
      const [{ price }] = await eventually(
        () => openOrders(alice.trader),
        ([order]) => order !== undefined && order.price !== "59995.00000000",
        STEP_LIMIT_MS,
      );
      const amended = `${Number(price).toLocaleString("en")}`;
      await visitor.look("Open orders");
      await rowsBecome(visitor, ([row]) => row?.[4]?.startsWith(amended) === true);
      await page.getByRole("button", { name: /^Cancel order \d+ on BTCUSDT$/ }).click();
      await visitor.toast("Order cancelled");
      await page.getByText("No open orders.").waitFor();
      expect(await openOrders(alice.trader)).toEqual([]);

      await visitor.placeLimit({ side: "Buy", price: "59996", quantity: "0.02" });
      await closeSheet(visitor);
      await bob.page.locator(".book-bids tr", { hasText: "59,996.00" }).waitFor();
      await bob.visitor.placeLimit({ side: "Sell", price: "59996", quantity: "0.005" });
      await visitor.toast("Order partly filled");
      await visitor.look("Open orders");
      expect((await rowsBecome(visitor, ([row]) => row?.[7] === "25%")).map((row) => row.slice(1, 8))).toEqual([
        ["BTCUSDT", "Limit", "Buy", "59,996.00", "–", "0.02", "25%"],
      ]);
      await bob.visitor.placeLimit({ side: "Sell", price: "59996", quantity: "0.015" });
      await visitor.toast("Order filled");
      await bob.visitor.toast("Order filled");

      await visitor.look("Trades");
      const trades = await rowsBecome(visitor, (rows) => rows.length === 2);
      expect(trades.map((row) => row.slice(1))).toEqual([
        ["BTCUSDT", "Buy", "59,996.00", "0.015", "899.94", "0.000015 BTC", "Maker"],
        ["BTCUSDT", "Buy", "59,996.00", "0.005", "299.98", "0.000005 BTC", "Maker"],
      ]);
      const [head, ...lines] = await savedCsv(page);
      expect([head, lines.map((line) => line.slice(4))]).toEqual([
        [
          ...["time", "symbol", "tradeId", "orderId", "side", "price", "quantity", "quoteQuantity", "commission"],
          ...["commissionAsset", "role"],
        ],
        [
          ["BUY", "59996.00000000", "0.01500000", "899.94000000", "0.00001500", "BTC", "maker"],
          ["BUY", "59996.00000000", "0.00500000", "299.98000000", "0.00000500", "BTC", "maker"],
        ],
      ]);
      await visitor.look("Order history");
      expect((await rowsBecome(visitor, (rows) => rows.length === 3)).map((row) => row.slice(2))).toEqual([
        ["Limit", "Buy", "59,996.00", "59,996.00", "–", "0.02", "100%", "Filled"],
        ["Limit", "Buy", expect.stringContaining(amended), "–", "–", "0.02", "0%", "Cancelled"],
        ["Limit", "Buy", "59,995.00", "–", "–", "0.02", "0%", "Cancelled"],
      ]);
      await visitor.look("Balances");
      const told = async () =>
        (await visitor.rows()).filter(([asset]) => asset === "BTC" || asset === "USDT").map((row) => row.slice(0, 4));
      expect(await eventually(told, ([btc]) => btc?.[1] === "1.01998", STEP_LIMIT_MS)).toEqual([
        ["BTC", "1.01998", "–", "1.01998"],
        ["USDT", "98,800.08", "–", "98,800.08"],
      ]);
      expect([await accessibilityFaults(page), alice.faults.besides(AWAY), bob.faults.besides(AWAY)]).toEqual([
        [],
        [],
        [],
      ]);
    });

    test("each type of order is listed as what it is and cancelled by its own button; one press cancels all, on every market", async () => {
      const { visitor, page, trader, faults } = await newGuest(options);
      const sell = { symbol: SYMBOL, side: "SELL", quantity: "0.001" } as const;
      const limit = { timeInForce: "GTC", price: "59000" } as const;
      for (const order of [
        { ...sell, type: "LIMIT", timeInForce: "GTC", price: "61000" },
        { ...sell, type: "LIMIT_MAKER", price: "61001" },
        { ...sell, type: "STOP_LOSS", stopPrice: "59100" },
        { ...sell, type: "STOP_LOSS_LIMIT", stopPrice: "59200", ...limit },
        { ...sell, type: "TAKE_PROFIT", stopPrice: "62000" },
        { ...sell, type: "TAKE_PROFIT_LIMIT", stopPrice: "62100", ...limit, price: "62000" },
        { ...sell, type: "STOP_LOSS", trailingDelta: 150 },
      ]) {
        expect((await trader.order(order)).status).toBe(200);
      }
      const oco = { aboveType: "LIMIT_MAKER", abovePrice: "63000", belowType: "STOP_LOSS", belowStopPrice: "58000" };
      expect((await trader.call("POST", "/api/v3/orderList/oco", { ...sell, ...oco })).status).toBe(200);
      await visitor.look("Open orders");
      const rows = await rowsBecome(visitor, (all) => all.length === 9);
      const shown = rows.map((row) => [row[2], row[4], row[5]].join(" | "));
      expect(shown.toSorted()).toEqual(
        [
          ...["Limit | 61,000.00 | –", "Post only | 61,001.00 | –", "Stop | – | 59,100.00"],
          ...["Stop limit | 59,000.00 | 59,200.00", "Take profit | – | 62,000.00"],
          ...["Take profit limit | 62,000.00 | 62,100.00", "Stop | – | 1.50%"],
          ...["Post only List | 63,000.00 | –", "Stop List | – | 58,000.00"],
        ].toSorted(),
      );
      expect([await accessibilityFaults(page), await scrolledWidth(page)]).toEqual([[], page.viewportSize()?.width]);
      const cancels = page.getByRole("button", { name: /^Cancel order \d+ on BTCUSDT$/ });
      // Both orders of the list end together.
      await page.getByRole("row").filter({ hasText: "58,000.00" }).getByRole("button").click();
      for (let left = 7; left > 2; left--) {
        await rowsBecome(visitor, (all) => all.length === left);
        await cancels.first().click();
      }
      await rowsBecome(visitor, (all) => all.length === 2);
      await trader.limit("ETHUSDT", "BUY", "0.1", "1000");
      await rowsBecome(visitor, (all) => all.length === 3);
      await page.getByRole("button", { name: "Cancel all" }).click();
      await page.getByText("No open orders.").waitFor();
      expect([await openOrders(trader), faults.besides(AWAY)]).toEqual([[], []]);
    });
  });

  test("an exchange killed under the page is said to be away, comes back by itself, and an order of that very moment ends as known", async () => {
    const { visitor, page, trader, faults } = await newGuest();
    const drawn = new DrawnBook(page, exchange.http, PLACES);
    for (const price of ["59800", "59900"]) await trader.limit(SYMBOL, "BUY", "0.001", price);
    await rowsBecome(visitor, (rows) => rows.length === 2);
    const openedMs = await page.evaluate("performance.timeOrigin");
    await visitor.typeLimit({ side: "Buy", price: "59700", quantity: "0.001" });
    // Pressed, and killed in the next moment: a page that heard of the kill first would not let it be pressed.
    await visitor.submit.dispatchEvent("click");
    await exchange.kill();

    await page.getByRole("alert").filter({ hasText: "The exchange does not answer" }).waitFor();
    await page.locator('.book[data-freshness="stale"]').waitFor();
    await page.locator('.activity[data-freshness="stale"] .is-stale').waitFor();
    expect([await page.locator(".connection").getAttribute("data-state"), await accessibilityFaults(page)]).toEqual([
      "reconnecting",
      [],
    ]);

    await exchange.startAgain();
    await page.locator(".connection-banner").waitFor({ state: "detached", timeout: RECOVERY_MS });
    await page.locator('.activity[data-freshness="live"]').waitFor({ timeout: RECOVERY_MS });
    await drawn.expectAsTold();
    // The same page: nobody has loaded it anew.
    expect(await page.evaluate("performance.timeOrigin")).toBe(openedMs);
    // Sent or not, nobody is left in doubt: what the form says is what the exchange has.
    const outcome = async () => ({
      said: (await page.locator('.order-form-outcome:not([data-kind="unknown"])').allInnerTexts()).join(" "),
      kept: (await openOrders(trader)) as readonly { readonly price: string }[],
    });
    await eventually(outcome, (now) => now.said !== "" || now.kept.length === 3, RECOVERY_MS);
    // Read together: what was told a moment ago may have been before the page read all again.
    const { said, kept } = await eventually(
      async () => ({ ...(await outcome()), shown: await visitor.rows() }),
      (now) => now.shown.length === now.kept.length,
      RECOVERY_MS,
    );
    const isSaidToBeOpen = !/not placed|Nothing was sent|Refused/.test(said);
    const prices = kept.map(({ price }) => price).toSorted();
    const listed = await rowsBecome(visitor, (rows) => rows.length === kept.length);
    expect([
      prices.slice(-2),
      listed.map(([, , , , price]) => price?.replace(",", "")).toSorted(),
      `${said}: ${isSaidToBeOpen}`,
      faults.besides(AWAY),
    ]).toEqual([
      ["59800.00000000", "59900.00000000"],
      prices.map((price) => price.slice(0, -6)),
      `${said}: ${kept.length === 3}`,
      [],
    ]);

    // While nobody can say what became of the one, the form sends no other.
    await page.locator('.order-form-outcome[data-kind="unknown"]').waitFor({ state: "detached", timeout: RECOVERY_MS });
    await page.locator(".order-form-submit:enabled").waitFor({ timeout: RECOVERY_MS });
    await visitor.placeLimit({ side: "Buy", price: "59600", quantity: "0.001" });
    await eventually(
      () => visitor.rows(),
      (rows) => rows.length === kept.length + 1,
      RECOVERY_MS,
    );
    await drawn.expectAsTold();
  });
});

async function closeSheet(visitor: Visitor): Promise<void> {
  if (!visitor.isPhone) return;
  await visitor.dialog().getByRole("button", { name: "Close" }).click();
  await visitor.dialog().waitFor({ state: "detached" });
}

function scrolledWidth(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth");
}

/** Of what the button of the shown table saves: lines and fields, by RFC 4180's simple half: no field here has a quote. */
async function savedCsv(page: Page): Promise<readonly (readonly string[])[]> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV" }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString("utf8").split("\r\n");
  expect([download.suggestedFilename(), lines.pop()]).toEqual([
    expect.stringMatching(/^trades-\d{4}-\d\d-\d\d\.csv$/),
    "",
  ]);
  return lines.map((line) => line.split(","));
}
