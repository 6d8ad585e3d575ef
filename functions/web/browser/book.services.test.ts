/**
 * Order book, tape and market selector in a real browser, on a real exchange: what is drawn is what the API says, whatever
 * happened before; clicks and keys fill the form; every state passes axe, and no script or policy complains.
 */
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Chance } from "../../../engine/sim/prng.ts";
import { eventually } from "../../_acceptance/target.ts";
import { Trader } from "../../_acceptance/trader.ts";
import { accessibilityFaults } from "./testing/accessibility.ts";
import { AWAY, hasBrowser, NO_BROWSER, type PageFaults } from "./testing/browser.ts";
import { DrawnBook, type Row, shownAs, unitsOf } from "./testing/drawn-book.ts";
import type { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { ScreenStage } from "./testing/screen-stage.ts";

const SYMBOL = "BTCUSDT";
/** Of SYMBOL. */
const PRICE_PLACES = 2;
const QUANTITY_PLACES = 5;
const GROUP_TICKS = 100n;
const PHONE = { width: 390, height: 844 };
const STORM_ORDERS = 400;
const STORM_SEED = Number(process.env.SEED ?? 20_261_121);
/** What these rooms draw; the others have suites of their own. */
const OURS = [".book", ".tape", ".markets", ".markets-selector"];

describe.skipIf(!hasBrowser)(`book, tape and markets${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: ScreenStage;
  let exchange: ExchangeUnderTest;
  let page: Page;
  let faults: PageFaults;
  let drawn: DrawnBook;
  let maker: Trader;
  let taker: Trader;

  beforeAll(async () => {
    stage = await ScreenStage.open();
    exchange = stage.exchange;
    [maker, taker] = await stage.makerAndTaker();
    for (let level = 1; level <= 40; level++) {
      await maker.limit(SYMBOL, "SELL", `0.${String(level).padStart(3, "0")}`, `${60_000 + level}.${10 + level}`);
      await maker.limit(SYMBOL, "BUY", `0.${String(level).padStart(3, "0")}`, `${60_000 - level}.${10 + level}`);
    }
    await taker.limit(SYMBOL, "BUY", "0.002", "60002.12");
    await stage.historyIsThere(SYMBOL);
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());
  beforeEach(async () => {
    ({ page, faults } = await stage.visit({ viewport: { width: 1440, height: 900 } }));
    drawn = new DrawnBook(page, exchange.http, {
      symbol: SYMBOL,
      pricePlaces: PRICE_PLACES,
      quantityPlaces: QUANTITY_PLACES,
    });
    await open();
  });

  async function open(): Promise<void> {
    await page.goto(exchange.origin);
    await page.locator('.book[data-freshness="live"]').waitFor();
  }
  const axe = () => accessibilityFaults(page, OURS);

  /** The same account over REST, by a key that the operator makes. */
  async function traderOf(account: number): Promise<Trader> {
    const key = await exchange.operator.must("POST", "/keys", { account, permissions: ["read", "trade"] });
    return new Trader(exchange.http, { account, apiKey: key.apiKey, apiSecret: key.apiSecret });
  }

  test(`after a storm of orders and quiet the book is what GET /api/v3/depth says SEED=${STORM_SEED}`, async () => {
    const chance = new Chance(STORM_SEED);
    for (let sent = 0; sent < STORM_ORDERS; sent += 20) {
      const burst = Array.from({ length: 20 }, () => {
        const trader = chance.below(2) === 0 ? maker : taker;
        const side = chance.below(2) === 0 ? "BUY" : "SELL";
        const price = shownAs(
          BigInt(6_000_000 + (side === "BUY" ? -1 : 1) * (chance.below(4_000) - 400)),
          2,
        ).replaceAll(",", "");
        return trader.limit(SYMBOL, side, shownAs(BigInt(10 + chance.below(5_000)), QUANTITY_PLACES), price, {
          timeInForce: chance.below(4) === 0 ? "IOC" : "GTC",
        });
      });
      await Promise.all(burst);
    }
    await drawn.expectAsTold();
    const { body: told } = await exchange.http.get("/api/v3/trades", { symbol: SYMBOL, limit: 10 });
    const tape = async () => (await page.locator(".tape tbody tr").all()).slice(0, 10);
    const newest = await Promise.all((await tape()).map((row) => row.locator("td").allInnerTexts()));
    const expected = (told as readonly { price: string; qty: string; isBuyerMaker: boolean }[])
      .toReversed()
      .map(({ price, qty, isBuyerMaker }) => [
        `${isBuyerMaker ? "▼" : "▲"}${shownAs(unitsOf(price, 2), 2)}`,
        shownAs(unitsOf(qty, QUANTITY_PLACES), QUANTITY_PLACES),
      ]);
    expect(newest.map(([price = "", quantity]) => [price.replace(/\s.*/s, ""), quantity])).toEqual(expected);
    expect([await axe(), faults.besides()]).toEqual([[], []]);
  });

  test("grouping puts levels together by whole ticks, bids down and asks up, and is kept over a reload", async () => {
    const group = page.getByLabel("Prices in steps of");
    await group.selectOption({ label: "1.00" });
    await drawn.expectAsTold(GROUP_TICKS);
    await page.reload();
    await page.locator('.book[data-freshness="live"]').waitFor();
    await drawn.expectAsTold(GROUP_TICKS);
    await group.selectOption({ label: "0.01" });
    const half = (await drawn.side("bids")).length;
    await page.getByRole("button", { name: "Bids only" }).click();
    await drawn.isThere();
    expect([(await drawn.side("asks")).length, (await drawn.side("bids")).length >= 2 * half - 1]).toEqual([0, true]);
    await page.getByTitle("Show totals in USDT").click();
    expect(await page.locator(".book-names th").allInnerTexts()).toEqual([
      "Price (USDT)",
      "Quantity (BTC)",
      "Total (USDT)",
    ]);
    expect([await axe(), faults.besides()]).toEqual([[], []]);
  });

  test("what is pointed at tells the average price and the sum up to there, by mouse and by key", async () => {
    const row = page.locator('.book-asks [data-rank="2"]');
    await drawn.isThere();
    await row.hover();
    const tip = page.locator(".book-tip");
    const asks = await drawn.told("asks", 3);
    const lots = asks.reduce((sum, [, quantity]) => sum + unitsOf(quantity, QUANTITY_PLACES), 0n);
    const cost = asks.reduce(
      (sum, [price, quantity]) => sum + unitsOf(price, 2) * unitsOf(quantity, QUANTITY_PLACES),
      0n,
    );
    const told = [
      `Up to ${asks[2]?.[0]}`,
      `≈ ${shownAs((2n * cost + lots) / (2n * lots), PRICE_PLACES)}`,
      shownAs(lots, QUANTITY_PLACES),
      shownAs(cost / 100_000n, 2),
    ];
    const said = async () => [await tip.locator("p").textContent(), ...(await tip.locator("dd").allInnerTexts())];
    expect(await said()).toEqual(told);
    expect(await page.locator(".book-asks [data-reached]").count()).toBe(3);
    await page.mouse.move(5, 5);
    await tip.waitFor({ state: "detached" });
    await page.locator('.book-ladder [tabindex="0"]').focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await said()).toEqual(told);
    expect([await axe(), faults.besides()]).toEqual([[], []]);
  });

  test("a click on a price fills the price, one on a quantity or a sum everything up to it, and keys do the same", async () => {
    await drawn.isThere();
    const form = page.getByRole("region", { name: "Order form" });
    const filled = async () => ({
      side: await form.getAttribute("data-side"),
      price: await form.getByLabel("Price", { exact: true }).inputValue(),
      quantity: await form.getByLabel("Quantity", { exact: true }).inputValue(),
    });
    const [asks, bids] = [await drawn.told("asks", 4), await drawn.told("bids", 2)];
    const upTo = (rows: readonly Row[]) => ({
      price: rows.at(-1)?.[0].replaceAll(",", ""),
      quantity: shownAs(
        rows.reduce((sum, [, quantity]) => sum + unitsOf(quantity, QUANTITY_PLACES), 0n),
        QUANTITY_PLACES,
      ),
    });
    await page.locator('.book-bids [data-rank="1"] .book-price').click();
    const byPrice = await filled();
    await page.locator('.book-asks [data-rank="3"] .book-sum').click();
    const bySum = await filled();
    await page.locator('.book-bids [data-rank="0"] .book-quantity').focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const byKey = await filled();
    await page.locator(".tape tbody tr").first().click();
    const byTrade = await filled();
    const { body: trades } = await exchange.http.get("/api/v3/trades", { symbol: SYMBOL, limit: 1 });
    expect([byPrice, bySum, byKey, byTrade.price]).toEqual([
      { side: "BUY", price: bids[1]?.[0].replaceAll(",", ""), quantity: "" },
      { side: "BUY", ...upTo(asks) },
      { side: "SELL", ...upTo(bids) },
      shownAs(unitsOf(trades[0].price, PRICE_PLACES), PRICE_PLACES).replaceAll(",", ""),
    ]);
    expect(faults.besides()).toEqual([]);
  });

  test("the ladder is one tab stop: arrows walk over the middle, and Tab leaves it", async () => {
    const stops = page.locator('.book-side [tabindex="0"]');
    await drawn.isThere();
    await stops.first().focus();
    const focused = () =>
      page.evaluate(
        `(() => { const cell = document.activeElement; const row = cell?.closest("tr");
          return [row?.parentElement?.dataset.side, row?.dataset.rank, cell?.dataset.column].join(" "); })()`,
      );
    const walked = [await focused()];
    for (const key of ["ArrowUp", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown"]) {
      await page.keyboard.press(key);
      walked.push(await focused());
    }
    expect([walked, await stops.count()]).toEqual([
      ["asks 0 price", "asks 1 price", "asks 0 price", "bids 0 price", "bids 0 quantity", "bids 0 sum", "bids 1 sum"],
      1,
    ]);
    await page.keyboard.press("Tab");
    expect(await page.locator(".book-side :focus").count()).toBe(0);
  });

  test("an own order is marked at its level with how much of it is left, and unmarked when it is gone", async () => {
    await page.getByRole("button", { name: "Sign in" }).first().click();
    await page.getByRole("button", { name: "Try it with demo funds" }).click();
    const account = await eventually(
      () =>
        page.evaluate<number | null>(
          "fetch('/people/v1/session').then((r) => r.json()).then((s) => s.person?.account ?? null)",
        ),
      (found) => found !== null,
      20_000,
    );
    const visitor = await traderOf(account ?? 0);
    const [best] = await drawn.told("bids", 1);
    const price = best?.[0].replaceAll(",", "") ?? "";
    const marks = page.locator(".book-own");
    const { body: placed } = await visitor.limit(SYMBOL, "BUY", "0.003", price);
    await marks.waitFor();
    expect([
      await marks.getAttribute("title"),
      await page.locator('.book-bids [data-rank="0"] .book-own').count(),
    ]).toEqual(["Your order here: 0.00300", 1]);
    expect(await axe()).toEqual([]);
    const stop = { type: "STOP_LOSS", stopPrice: "50000.00", symbol: SYMBOL, side: "SELL", quantity: "0.001" };
    await visitor.order(stop);
    await visitor.limit(SYMBOL, "BUY", "0.002", price);
    await page.getByTitle("Your 2 orders here: 0.00500").waitFor();
    expect(await marks.count()).toBe(1);
    await visitor.call("DELETE", "/api/v3/order", { symbol: SYMBOL, orderId: placed.orderId });
    await page.getByTitle("Your order here: 0.00200").waitFor();
    await visitor.call("DELETE", "/api/v3/openOrders", { symbol: SYMBOL });
    await marks.waitFor({ state: "detached" });
    expect(faults.besides()).toEqual([]);
  });

  test("the selector is used by keyboard alone: opened, searched, sorted, a star given, a market chosen", async () => {
    await page.locator(".markets-opener").waitFor();
    await page.keyboard.press("/");
    const field = page.getByRole("combobox", { name: "Search markets" });
    await field.and(page.locator(":focus")).waitFor();
    expect(await axe()).toEqual([]);
    await page.keyboard.type("sol");
    await page.keyboard.press("ArrowDown");
    const rows = page.locator(".markets-option");
    const symbols = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-symbol")));
    const active = page.locator('.markets-option[aria-selected="true"]');
    const second = await active.getAttribute("data-symbol");
    expect([symbols.toSorted(), second]).toEqual([["SOLUSDC", "SOLUSDT"], symbols[1]]);
    const star = active.getByRole("button");
    for (let tabs = 0; tabs < 12 && (await star.and(page.locator(":focus")).count()) === 0; tabs++) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    expect(await star.getAttribute("aria-pressed")).toBe("true");
    await field.focus();
    await page.keyboard.press("Enter");
    await page.locator(".markets-selector").waitFor({ state: "detached" });
    await page
      .locator(`.book[data-freshness="live"] caption`, { hasText: second ?? "" })
      .waitFor({ state: "attached" });

    await page.reload();
    await page.locator(".markets-opener", { hasText: "SOL" }).waitFor();
    await page.keyboard.press("/");
    await page.getByRole("button", { name: "Favourites", exact: false }).first().click();
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-symbol")))).toEqual([second]);
    expect([await axe(), faults.besides()]).toEqual([[], []]);
  });

  test("a search that finds nothing says so, and Escape leaves everything as it was", async () => {
    await page.keyboard.press("/");
    await page.getByRole("combobox", { name: "Search markets" }).fill("zzz");
    await page.getByText("No market matches “zzz”").waitFor();
    expect(await axe()).toEqual([]);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.locator(".markets-selector").waitFor({ state: "detached" });
    expect(await page.locator(".markets-name").textContent()).toBe("BTC/USDT");
  });

  test("every market is a command of the menu, and each opening of the selector begins anew", async () => {
    await page.keyboard.press("Control+k");
    await page.locator(".command-input:focus").waitFor();
    await page.keyboard.type("go to market eth");
    await page.getByRole("option", { name: "Go to market ETH/USDT", selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".markets-name", { hasText: "ETH/USDT" }).waitFor();
    const search = page.getByRole("combobox", { name: "Search markets" });
    const begun: unknown[] = [];
    for (const text of ["sol", "btc"]) {
      await page.locator(".markets-opener").click();
      begun.push(await search.inputValue(), await page.locator('tr[aria-selected="true"]').getAttribute("data-symbol"));
      await search.fill(text);
      await page.keyboard.press("Escape");
      await search.waitFor({ state: "detached" });
    }
    expect([begun, faults.besides()]).toEqual([["", "ETHUSDT", "", "ETHUSDT"], []]);
  });

  test("a halted market and one that takes cancels only are said in the book and in the header", async () => {
    const said: unknown[] = [];
    for (const status of ["halt", "cancel_only", "trading"]) {
      await exchange.operator.must("POST", "/halts", { symbol: SYMBOL, status });
      await open();
      const banner = page.locator(".book-banner strong");
      said.push([await textOf(banner), await textOf(page.locator(".markets > .markets-badge")), await axe()]);
    }
    expect(said).toEqual([
      ["Trading is halted.", "Halted", []],
      ["Cancel only.", "Cancel only", []],
      [null, null, []],
    ]);
    expect(faults.besides()).toEqual([]);
  });

  test("in light, in blue and orange and on a phone every state passes axe", async () => {
    const found: unknown[] = [];
    for (const [theme, palette] of [
      ["light", "green-red"],
      ["light", "blue-orange"],
      ["dark", "blue-orange"],
    ]) {
      await page.evaluate(
        ([one, other]) => {
          localStorage.setItem("tidebook:theme", JSON.stringify(one));
          localStorage.setItem("tidebook:palette", JSON.stringify(other));
        },
        [theme, palette],
      );
      await open();
      await page.locator('.book-bids [data-rank="3"]').hover();
      found.push(...(await axe()));
      await page.keyboard.press("/");
      await page.locator(".markets-selector").waitFor();
      found.push(...(await axe()));
    }
    await page.keyboard.press("Escape");
    await page.setViewportSize(PHONE);
    for (const tab of ["Order book", "Trades"]) {
      await page.getByRole("tab", { name: tab }).click();
      found.push(...(await axe()));
    }
    await page.locator(".markets-opener").click();
    await page.locator(".markets-selector").waitFor();
    found.push(...(await axe()));
    const widest = await page.evaluate("document.documentElement.scrollWidth");
    expect([found, widest, faults.besides()]).toEqual([[], PHONE.width, []]);
  });

  // The last one: for a moment after it history is not there yet, which a page would complain of.
  test("a book that is not live is marked with a word and an age, and recovers by itself with the right book", async () => {
    const resyncs = async () => Number(await page.locator(".book").getAttribute("data-resyncs"));
    const before = await resyncs();
    await exchange.kill();
    await page.locator('.book[data-freshness="stale"]').waitFor();
    await page.getByText(/last update \d+ s ago/).waitFor();
    expect([await page.locator(".book-stale strong").textContent(), await axe()]).toEqual(["Not live", []]);
    await exchange.startAgain();
    await maker.limit(SYMBOL, "BUY", "0.5", "59999.99");
    await page.locator('.book[data-freshness="live"]').waitFor();
    await drawn.expectAsTold();
    expect(await resyncs()).toBeGreaterThan(before);
    expect([await page.locator('.book-stale[data-shown="true"]').count(), faults.besides(AWAY)]).toEqual([0, []]);
  });
});

async function textOf(locator: Locator): Promise<string | null> {
  return (await locator.count()) === 0 ? null : await locator.textContent();
}
