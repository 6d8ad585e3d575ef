/**
 * Chart and depth in a real browser, on a real exchange: what is drawn is what was traded, an order's line moves the order,
 * the depth fills the form; every state passes axe, and no script or policy complains.
 */
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import type { Trader } from "../../_acceptance/trader.ts";
import { accessibilityFaults } from "./testing/accessibility.ts";
import { AWAY, hasBrowser, NO_BROWSER, type PageFaults } from "./testing/browser.ts";
import type { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { ScreenStage } from "./testing/screen-stage.ts";
import { Visitor } from "./testing/visitor.ts";

const SYMBOL = "BTCUSDT";
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const BIDS = [
  ["59990.00", "0.5"],
  ["59980.00", "1.5"],
  ["59900.00", "2"],
] as const;
const ASKS = [
  ["60010.00", "0.25"],
  ["60020.00", "1"],
  ["60100.00", "3"],
] as const;
const LIMIT_MS = 20_000;
/** What the browser itself says of nobody being signed in, and of orders that are gone. */
const REFUSED = /status of (401|404|409)/;
/** What these rooms draw; the others have suites of their own. */
const OURS = [".chart-pane", ".menu"];

/** Pixels of the canvases below an element that are nearly of a theme's colour. */
const INKED = `(place, token) => {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  let count = 0;
  for (const canvas of document.querySelectorAll(place + " canvas")) {
    if (canvas.width === 0 || canvas.height === 0) continue;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) {
      const off = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue);
      if (data[at + 3] > 200 && off < 12) count += 1;
    }
  }
  return count;
}`;

describe.skipIf(!hasBrowser)(`chart and depth${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: ScreenStage;
  let exchange: ExchangeUnderTest;
  let page: Page;
  let faults: PageFaults;
  let maker: Trader;
  let taker: Trader;

  beforeAll(async () => {
    stage = await ScreenStage.open();
    exchange = stage.exchange;
    [maker, taker] = await stage.makerAndTaker();
    for (const [price, quantity] of BIDS) await maker.limit(SYMBOL, "BUY", quantity, price);
    for (const [price, quantity] of ASKS) await maker.limit(SYMBOL, "SELL", quantity, price);
    await tradeAt("60000.00");
    await tradeAt("59995.00");
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());
  beforeEach(async () => {
    ({ page, faults } = await stage.visit({ viewport: DESK }));
    await open();
  });

  /** Between the best two, so that the book stays as it is. */
  async function tradeAt(price: string): Promise<void> {
    await maker.limit(SYMBOL, "SELL", "0.01", price);
    await taker.limit(SYMBOL, "BUY", "0.01", price);
  }
  async function open(): Promise<void> {
    await page.goto(exchange.origin);
    await page.locator(".chart-legend").first().waitFor();
  }
  const legend = () => page.locator(".chart-legend").first().innerText();
  const inked = (place: string, token: string) => page.evaluate<number>(`(${INKED})("${place}", "${token}")`);
  const axe = () => accessibilityFaults(page, OURS);

  /** Somebody with demo funds at this page, as a trader past it too. */
  async function signInAsGuest(): Promise<Trader> {
    const visitor = new Visitor(page, exchange);
    await visitor.comeAsGuest();
    return await visitor.trader();
  }
  /** All that was traded in one candle: its range is where orders of these tests are. */
  async function signInAtDays(): Promise<Trader> {
    const trader = await signInAsGuest();
    await page.getByRole("button", { name: "1d, 1 day" }).click();
    await eventually(legend, (text) => text.includes("O 60,000.00"), LIMIT_MS);
    return trader;
  }
  async function openOrders(trader: Trader): Promise<readonly Readonly<Record<string, string>>[]> {
    return (await trader.call("GET", "/api/v3/openOrders", { symbol: SYMBOL })).body;
  }
  /** Of its only order. */
  async function price(trader: Trader, of = "price"): Promise<string | undefined> {
    return (await openOrders(trader))[0]?.[of];
  }
  const handles = () => page.locator(".chart-order-handle");
  const drawnPrice = () => page.locator(".chart-order-price").first().innerText();

  async function drag(handle: Locator, downPx: number, release = true): Promise<void> {
    const box = await handle.boundingBox();
    if (box === null) throw new Error("the handle is out of view");
    await page.mouse.move(box.x + 10, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 14, box.y + box.height / 2 + downPx, { steps: 8 });
    if (release) await page.mouse.up();
  }

  test("a young market is seen by seconds: candles of both colours, and the legend says what was traded last", async () => {
    await eventually(legend, (text) => text.includes("C 59,995.00"), LIMIT_MS);
    expect(await page.locator('.chart-interval[aria-pressed="true"]').innerText()).toBe("1s");
    // Down within a second is a candle of its colour; two trades may fall into two seconds.
    const both = await eventually(
      async () => {
        await tradeAt("60005.00");
        await tradeAt("59992.00");
        return [await inked(".chart-host", "--buy"), await inked(".chart-host", "--sell")];
      },
      ([up = 0, down = 0]) => up > 20 && down > 20,
      LIMIT_MS,
    );
    await tradeAt("60005.00");
    await eventually(legend, (text) => text.includes("C 60,005.00"), LIMIT_MS);
    expect(both.length).toBe(2);
    expect([await axe(), faults.besides(AWAY, REFUSED)]).toEqual([[], []]);
  });

  test("the legend tells the candle under the crosshair, and the newest one when the pointer has gone", async () => {
    await tradeAt("60004.00");
    await eventually(legend, (text) => text.includes("C 60,004.00"), LIMIT_MS);
    const isNext = (text: string) => text.includes("O 59,992.00") && text.includes("C 59,992.00");
    const nextCandle = async () => {
      await tradeAt("59992.00");
      return await legend();
    };
    await eventually(nextCandle, isNext, LIMIT_MS);
    const box = await page.locator(".chart-host").first().boundingBox();
    if (box === null) throw new Error("the chart is not drawn");
    const seen = new Set<string>();
    for (let x = box.x + box.width - 80; x > box.x && ![...seen].some((text) => text.includes("C 60,004.00")); x -= 3) {
      await page.mouse.move(x, box.y + box.height / 2);
      seen.add(await legend());
    }
    const under = [...seen].at(-1);
    await page.mouse.move(box.x + box.width / 2, 10);
    await eventually(legend, isNext, LIMIT_MS);
    await tradeAt("60005.00");
    expect([under, faults.besides(AWAY, REFUSED)]).toEqual([expect.stringContaining("C 60,004.00"), []]);
  });

  test("a chosen interval is drawn and remembered, by a button or by the menu", async () => {
    await page.getByRole("button", { name: "1h, 1 hour" }).click();
    await eventually(legend, (text) => text.includes("O 60,000.00"), LIMIT_MS);
    await page.locator(".chart-interval-menu").click();
    expect(await axe()).toEqual([]);
    expect(await page.getByRole("menuitemradio").count()).toBe(16);
    await page.getByRole("menuitemradio", { name: "3 days" }).click();
    await page.reload();
    await page.getByRole("button", { name: "3d, interval of 3 days: all intervals" }).waitFor();
    await eventually(legend, (text) => text.includes("O 60,000.00"), LIMIT_MS);
    expect(faults.besides(AWAY, REFUSED)).toEqual([]);
  });

  test("indicators are chosen with their periods, drawn with their values, and kept over a reload", async () => {
    await page.getByRole("button", { name: "Indicators" }).click();
    await page.getByLabel("Moving average", { exact: true }).uncheck();
    await page.getByLabel("Bollinger bands: Period").fill("2");
    await page.getByLabel("Relative strength: Period").fill("2");
    await page.getByLabel("Relative strength: Period").blur();
    await page.getByLabel("Exponential average: First period").fill("none");
    await page.getByLabel("Exponential average: First period").blur();
    expect([await page.getByLabel("Exponential average: First period").inputValue(), await axe()]).toEqual(["12", []]);
    const shown = /BOLL 2 2 [\d,.]+ {2}[\d,.]+ {2}[\d,.]+[\s\S]*RSI 2 [\d.]+/;
    const all = async () => (await page.locator(".chart-legend").allInnerTexts()).join("\n");
    const before = await eventually(all, (text) => shown.test(text), LIMIT_MS);
    await page.reload();
    const after = await eventually(all, (text) => shown.test(text), LIMIT_MS);
    expect([before, after].map((text) => /MA \d/.test(text))).toEqual([false, false]);
    expect(faults.besides(AWAY, REFUSED)).toEqual([]);
  });

  test("an order's line that is dragged amends the order; moved by keys too, Escape giving up; its button cancels", async () => {
    const visitor = await signInAtDays();
    await visitor.limit(SYMBOL, "BUY", "0.002", "59994.00");
    await handles().waitFor();
    expect(await handles().innerText()).toMatch(/Buy\s+0.002\s+Limit/);

    await drag(handles(), 24, false);
    await page.locator(".chart-order[data-moving]").waitFor({ state: "attached" });
    const asked = await drawnPrice();
    expect([await axe(), await price(visitor)]).toEqual([[], "59994.00000000"]);
    await page.mouse.up();
    const dragged = await eventually(
      () => price(visitor),
      (now) => now !== undefined && now !== "59994.00000000",
      LIMIT_MS,
    );
    expect(dragged).toBe(`${asked.replaceAll(",", "")}000000`);

    await page.getByRole("button", { name: `at ${asked}. Drag it` }).focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Enter");
    const byKeys = await eventually(
      () => price(visitor),
      (now) => now !== undefined && now !== dragged,
      LIMIT_MS,
    );
    expect(Math.round((Number(byKeys) - Number(dragged)) * 100)).toBe(11);

    // The order that replaced it has the focus, once it is there: the next key moves on from there.
    const moved = `at ${Number(byKeys).toLocaleString("en", { minimumFractionDigits: 2 })}. Drag it`;
    await page.getByRole("button", { name: moved }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("PageDown");
    await page.locator(".chart-order[data-moving]").waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    await page.locator(".chart-order[data-moving]").waitFor({ state: "detached" });
    expect(await price(visitor)).toBe(byKeys);

    await page.locator(".chart-order-cancel").click();
    await eventually(
      () => openOrders(visitor),
      (orders) => orders.length === 0,
      LIMIT_MS,
    );
    await handles().waitFor({ state: "detached" });
    expect(faults.besides(AWAY, REFUSED)).toEqual([]);
  });

  test("a stop's line moves its trigger, a leg of a list does not move, and a refusal puts a line back and says so", async () => {
    const visitor = await signInAtDays();
    const stop = { symbol: SYMBOL, side: "SELL", type: "STOP_LOSS", quantity: "0.001", stopPrice: "59993.00" };
    await visitor.order(stop);
    await handles().waitFor();
    await handles().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await eventually(
      () => price(visitor, "stopPrice"),
      (now) => now === "59992.99000000",
      LIMIT_MS,
    );

    await exchange.operator.must("POST", "/halts", { symbol: SYMBOL, status: "cancel_only" });
    await page.getByRole("button", { name: "at 59,992.99. Drag it" }).focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByText("The order was not changed").first().waitFor();
    await page.locator(".chart-order[data-moving], .chart-order[data-sending]").waitFor({ state: "detached" });
    expect([await drawnPrice(), await price(visitor, "stopPrice")]).toEqual(["59,992.99", "59992.99000000"]);
    await exchange.operator.must("POST", "/halts", { symbol: SYMBOL, status: "trading" });

    await visitor.call("DELETE", "/api/v3/openOrders", { symbol: SYMBOL });
    const legs = {
      aboveType: "LIMIT_MAKER",
      abovePrice: "60006.00",
      belowType: "STOP_LOSS",
      belowStopPrice: "59992.00",
    };
    const list = { symbol: SYMBOL, side: "SELL", quantity: "0.001", ...legs };
    expect((await visitor.call("POST", "/api/v3/orderList/oco", list)).status).toBe(200);
    const leg = page.getByRole("button", { name: "A leg of an order list" });
    await eventually(
      () => leg.count(),
      (count) => count === 2,
      LIMIT_MS,
    );
    await drag(leg.first(), 20);
    expect([await page.locator(".chart-order[data-moving]").count(), await axe()]).toEqual([0, []]);
    expect((await openOrders(visitor)).length).toBe(2);
    await visitor.call("DELETE", "/api/v3/openOrders", { symbol: SYMBOL });
    expect(faults.besides(AWAY, REFUSED)).toEqual([]);
  });

  test("an own fill is marked on its candle", async () => {
    const visitor = await signInAsGuest();
    await visitor.limit(SYMBOL, "BUY", "0.002", "59994.00");
    await handles().waitFor();
    await taker.limit(SYMBOL, "SELL", "0.002", "59994.00");
    await eventually(
      () => page.locator("#chart-summary").innerText(),
      (text) => text.includes("One own fill is marked."),
      LIMIT_MS,
    );
    expect(faults.besides(AWAY, REFUSED)).toEqual([]);
  });

  test("the depth draws both hills, reads sums and distance at the pointer, and a click or Enter fills the form", async () => {
    await page.getByRole("tab", { name: "Depth" }).click();
    await page.getByText("Mid 60,000.00", { exact: true }).waitFor();
    const hills = () => Promise.all([inked(".depth", "--buy"), inked(".depth", "--sell")]);
    await eventually(hills, ([bids, asks]) => bids > 100 && asks > 100, LIMIT_MS);
    const place = page.locator(".depth-place");
    await place.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const readout = page.locator(".depth-readout span");
    // 0.25 × 60010 + 1 × 60020
    expect(await readout.allInnerTexts()).toEqual([
      ...["Price", "60,020.00", "From mid", "+0.033%", "Quantity", "1.25000 BTC", "Total", "75,022.50 USDT"],
    ]);
    const form = page.getByRole("region", { name: "Order form" });
    const filled = async () => [
      await form.getAttribute("data-side"),
      await form.getByLabel("Price", { exact: true }).inputValue(),
    ];
    await page.keyboard.press("Enter");
    const byKey = await filled();
    const box = await place.boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.47, (box?.y ?? 0) + 100);
    const byClick = [await readout.nth(1).innerText(), ...(await filled())];
    expect([byKey, byClick]).toEqual([
      ["SELL", "60020.00"],
      ["59,990.00", "BUY", "59990.00"],
    ]);
    const range = page.locator(".depth-zoom .depth-name");
    const [wide] = [await range.innerText()];
    await page.getByRole("button", { name: "Nearer to the middle" }).click();
    const near = await range.innerText();
    await page.getByRole("button", { name: "Fit" }).click();
    expect([near === wide, await range.innerText(), await axe()]).toEqual([false, wide, []]);
    expect(faults.besides(AWAY, REFUSED)).toEqual([]);
  });

  test("in light, in blue and orange and on a phone both views are drawn in the theme's colours and pass axe", async () => {
    const found: unknown[] = [];
    for (const [theme, palette, size] of [
      ["light", "green-red", DESK],
      ["light", "blue-orange", PHONE],
      ["dark", "blue-orange", PHONE],
    ] as const) {
      await page.setViewportSize(size);
      await page.evaluate(`localStorage.setItem("tidebook:theme", JSON.stringify("${theme}"));
        localStorage.setItem("tidebook:palette", JSON.stringify("${palette}"))`);
      await open();
      await eventually(
        async () => (await inked(".chart-host", "--buy")) + (await inked(".chart-host", "--sell")),
        (count) => count > 10,
        LIMIT_MS,
      );
      found.push(...(await axe()));
      await page.locator(".chart-tab-list").getByRole("tab", { name: "Depth" }).click();
      await eventually(
        () => inked(".depth", "--buy"),
        (count) => count > 50,
        LIMIT_MS,
      );
      found.push(...(await axe()), await page.evaluate("document.documentElement.scrollWidth"));
    }
    expect([found, faults.besides(AWAY, REFUSED)]).toEqual([[DESK.width, PHONE.width, PHONE.width], []]);
  });

  test("what is not live says so in both views, and recovers by itself", async () => {
    const stale = [page.locator(".chart-stale"), page.locator(".depth-stale")] as const;
    await exchange.kill();
    await stale[0].waitFor();
    expect(await axe()).toEqual([]);
    await exchange.startAgain();
    await stale[0].waitFor({ state: "detached", timeout: 60_000 });
    await tradeAt("60002.00");
    await eventually(legend, (text) => text.includes("C 60,002.00"), LIMIT_MS);
    await page.getByRole("tab", { name: "Depth" }).click();
    await page.getByText("Mid 60,000.00", { exact: true }).waitFor();
    await exchange.kill();
    await stale[1].waitFor();
    expect(await axe()).toEqual([]);
    await exchange.startAgain();
    await stale[1].waitFor({ state: "detached", timeout: 60_000 });
    expect(faults.besides(AWAY, REFUSED)).toEqual([]);
  });
});
