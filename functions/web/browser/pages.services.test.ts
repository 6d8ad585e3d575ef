/**
 * The screen as a whole: every page and state passes axe in each theme and on a phone, the keyboard alone does everything, and
 * nothing is wider than the window, jumps while data runs, or moves for who asked for rest.
 */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import type { Trader } from "../../_acceptance/trader.ts";
import { accessibilityFaults } from "./testing/accessibility.ts";
import { hasBrowser, NO_BROWSER } from "./testing/browser.ts";
import type { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { ScreenStage } from "./testing/screen-stage.ts";

const SYMBOL = "BTCUSDT";
const DESK = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const WIDTHS = [320, 390, 768, 1100, 1440, 1920] as const;
/** History opens a moment after trading. */
const EXPECTED = /status of 503/;
const STOPS_MAX = 150;
/** Google calls 0.1 good. */
const SHIFT_OF_LOADING_MAX = 0.01;
const SHIFT_OF_RUNNING_MAX = 0.001;

const LOOKS = [
  { name: "dark on a desk", theme: "dark", palette: "green-red", options: DESK },
  { name: "light on a desk", theme: "light", palette: "green-red", options: DESK },
  { name: "blue and orange, dark, on a desk", theme: "dark", palette: "blue-orange", options: DESK },
  { name: "dark on a phone", theme: "dark", palette: "green-red", options: PHONE },
  { name: "blue and orange, light, on a phone", theme: "light", palette: "blue-orange", options: PHONE },
] as const;

/** A page that is slow to give it back still does. */
const FOCUS_LIMIT_MS = 10_000;

describe.skipIf(!hasBrowser)(`the screen as a whole${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: ScreenStage;
  let exchange: ExchangeUnderTest;
  let maker: Trader;
  let taker: Trader;

  beforeAll(async () => {
    stage = await ScreenStage.open();
    exchange = stage.exchange;
    [maker, taker] = await stage.makerAndTaker();
    for (let level = 1; level <= 12; level++) {
      await maker.limit(SYMBOL, "SELL", "2", `${60_000 + 10 * level}`);
      await maker.limit(SYMBOL, "BUY", "2", `${60_000 - 10 * level}`);
    }
    await taker.limit(SYMBOL, "BUY", "0.01", "60010");
    await taker.limit(SYMBOL, "SELL", "0.01", "59990");
    await stage.historyIsThere(SYMBOL);
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());

  async function signInAsOperator(page: Page): Promise<void> {
    await page.getByLabel("Operator's token").fill(exchange.folder.operatorToken());
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "How it stands" }).waitFor();
  }

  test.each(LOOKS)("every page and state passes axe as a whole page: $name", async ({ theme, palette, options }) => {
    const { visitor, page, faults } = await stage.visit(options);
    await page.addInitScript(`localStorage.setItem("tidebook:theme", '"${theme}"');
      localStorage.setItem("tidebook:palette", '"${palette}"')`);
    const found: string[] = [];
    const look = async (state: string): Promise<void> => {
      found.push(...(await accessibilityFaults(page)).map((fault) => `${state}: ${fault}`));
    };
    const close = async (): Promise<void> => {
      await page.keyboard.press("Escape");
      await page.locator("[role=dialog], [role=menu]").waitFor({ state: "detached" });
    };
    await visitor.open();
    await look("signed out");
    await visitor.askToSignIn();
    await look("ways in");
    await visitor.dialog().getByRole("button", { name: "Create an account" }).click();
    await look("sign-up");
    await close();
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Use a recovery code" }).click();
    await look("recovery code");
    await close();

    await visitor.comeAsGuest();
    const trader = await visitor.trader();
    await trader.limit(SYMBOL, "BUY", "0.001", "59985");
    await trader.limit(SYMBOL, "SELL", "0.001", "60035");
    await trader.limit(SYMBOL, "BUY", "0.001", "60010");
    await visitor.look("Open orders");
    await page.locator(".activity-table tbody tr").nth(1).waitFor();
    await look("open orders");
    for (const tab of ["Order history", "Trades", "Balances"] as const) {
      await visitor.look(tab);
      await page.locator(".activity-table tbody tr").first().waitFor();
      await look(tab);
    }
    for (const part of visitor.isPhone ? (["Chart", "Order book", "Trades"] as const) : []) {
      await visitor.lookAt(part);
      await look(part);
    }
    if (visitor.isPhone) {
      await visitor.openForm("Sell");
      await look("sheet");
      await close();
    }
    await page.keyboard.press("Control+k");
    await page.locator(".command-input:focus").waitFor();
    await look("commands");
    await close();
    await page.getByRole("button", { name: "View" }).click();
    await look("view menu");
    await close();
    await page
      .getByRole("banner")
      .getByRole("button", { name: /^Account/ })
      .click();
    await look("person's menu");
    await close();
    for (const dialog of ["Deposit", "Withdraw"]) {
      await visitor.chooseOwn(dialog);
      await page.locator("[role=dialog][aria-labelledby]").waitFor();
      await look(dialog);
      await close();
    }
    await visitor.openAccount();
    await page.getByRole("row").nth(2).waitFor();
    await look("account");
    await visitor.open("/sign-in");
    await look("a link without a token");
    await visitor.open("/ops");
    await look("operator's sign-in");
    await signInAsOperator(page);
    await look("operator");
    expect([found, faults.besides(EXPECTED)]).toEqual([[], []]);
  });

  /** What has the focus: its name as it is heard, or its text; and whether it can be seen that it has it. */
  const FOCUSED = `(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const name = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent ?? "";
    const shows = (each) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
      return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    };
    const isSeen = [element, element.parentElement, element.parentElement?.parentElement].some((each) => each && shows(each));
    return { name: (element.tagName + " " + name).trim().slice(0, 80), isSeen };
  })()`;
  interface Focused {
    readonly name: string;
    readonly isSeen: boolean;
  }
  const focused = (page: Page) => page.evaluate<Focused | null>(FOCUSED);

  test("the keyboard alone: signed in, an order placed and cancelled, a market and the theme chosen; each stop is seen, none is a trap", async () => {
    const { visitor, page, faults } = await stage.visit(DESK);
    await visitor.open();
    const tabTo = async (name: RegExp): Promise<readonly Focused[]> => {
      const passed: Focused[] = [];
      for (let stop = 0; stop < STOPS_MAX; stop++) {
        await page.keyboard.press("Tab");
        const now = await focused(page);
        if (now !== null) passed.push(now);
        if (now !== null && name.test(now.name)) return passed;
      }
      throw new Error(`no ${name} in ${passed.map((each) => each.name).join(", ")}`);
    };
    await tabTo(/^BUTTON Sign in$/);
    await page.keyboard.press("Enter");
    await visitor.dialog().waitFor();
    await tabTo(/Try it with demo funds/);
    await page.keyboard.press("Enter");
    await visitor.dialog().waitFor({ state: "detached" });
    await page.locator(".activity[data-freshness=live]").waitFor();
    const afterSignIn = await focused(page);
    const trader = await visitor.trader();

    await page.keyboard.press("b");
    await page.getByLabel("Price", { exact: true }).and(page.locator(":focus")).waitFor();
    await page.keyboard.type("59985");
    await tabTo(/^INPUT .*Quantity/);
    await page.keyboard.type("0.002");
    await page.keyboard.press("Control+Enter");
    await page.locator(".activity-table tbody tr").waitFor();
    await page.keyboard.press("Escape");

    // All the way round: every stop can be seen, and the last one leads out of the page to the first.
    await page.evaluate("document.activeElement.blur()");
    await page.locator("body").click({ position: { x: 720, y: 2 } });
    const first = await tabTo(/./);
    const round = await tabTo(new RegExp(`^${first[0]?.name.replaceAll(/[^a-zA-Z ]/g, ".")}$`));
    expect(round.filter(({ isSeen }) => !isSeen)).toEqual([]);
    expect(round.some(({ name }) => name.startsWith("BUTTON Cancel order"))).toBe(true);
    await tabTo(/^BUTTON Cancel order/);
    await page.keyboard.press("Enter");
    await page.getByText("No open orders.").waitFor();
    expect([(await trader.call("GET", "/api/v3/openOrders")).body, afterSignIn === null]).toEqual([[], false]);

    const search = page.locator(".command-input:focus");
    await page.keyboard.press("Control+k");
    await search.waitFor();
    await page.keyboard.type("ethusdt");
    await page.keyboard.press("Enter");
    await page.locator(".markets-opener", { hasText: "ETH/USDT" }).waitFor();
    await page.keyboard.press("Control+k");
    await search.waitFor();
    await page.keyboard.type("switch between dark");
    await page.keyboard.press("Enter");
    await page.locator("html[data-theme=light]").waitFor();
    expect(faults.besides(EXPECTED)).toEqual([]);
  });

  test("what a dialog or a menu had covered has the focus again when it is closed", async () => {
    const { visitor, page, faults } = await stage.visit(DESK);
    await visitor.open();
    const returned: unknown[] = [];
    const through = async (
      name: string | RegExp,
      openBy: string,
      inside = "[role=dialog], [role=menu]",
    ): Promise<void> => {
      const opener = page.getByRole("banner").getByRole("button", { name });
      await opener.focus();
      await page.keyboard.press(openBy);
      await page
        .locator(inside)
        .locator(":focus")
        .or(page.locator(`${inside}:focus`))
        .first()
        .waitFor();
      await page.keyboard.press("Escape");
      await page.locator(inside).waitFor({ state: "detached" });
      const has = await eventually(
        () => opener.evaluate((element) => element === element.ownerDocument.activeElement),
        (is) => is,
        FOCUS_LIMIT_MS,
      ).catch(() => focused(page));
      returned.push([String(name), openBy, has]);
    };
    await through("Sign in", "Enter");
    await through("Sign in", "Control+k");
    await through("View", "Enter");
    await through(/BTC\/USDT/, "Enter");
    await through("View", "/");
    await visitor.comeAsGuest();
    await through(/^Account/, "Enter");
    const deposit = async (): Promise<void> => {
      await page.keyboard.press("Control+k");
      await page.locator(".command-input:focus").waitFor();
      await page.keyboard.type("deposit");
      await page.keyboard.press("Enter");
      await visitor.dialog().getByLabel("Amount").waitFor();
      // Before it has the focus it hears no key.
      await visitor.dialog().locator(":focus").or(page.locator("[role=dialog]:focus")).first().waitFor();
      await page.keyboard.press("Escape");
      await visitor.dialog().waitFor({ state: "detached" });
    };
    const price = page.getByLabel("Price", { exact: true });
    await price.focus();
    await deposit();
    await price.and(page.locator(":focus")).waitFor();
    expect([returned.filter((each) => (each as unknown[])[2] !== true), faults.besides(EXPECTED)]).toEqual([[], []]);
  });

  test("nothing is wider than the window from 320 to 1920 px, and every control of the header is in it", async () => {
    const { visitor, page, faults } = await stage.visit(DESK);
    await visitor.open();
    await visitor.comeAsGuest();
    const trader = await visitor.trader();
    await trader.limit(SYMBOL, "BUY", "0.001", "59985");
    const wide: unknown[] = [];
    const measure = async (where: string): Promise<void> => {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        const [scrolled, outside] = await page.evaluate<[number, readonly string[]]>(`(() => {
          const outside = [...document.querySelectorAll("header button, header a, .phone-bar button, .order-form-submit")]
            .filter((each) => each.checkVisibility())
            .filter((each) => { const { left, right } = each.getBoundingClientRect(); return left < 0 || right > innerWidth; });
          const root = document.scrollingElement;
          return [root.scrollWidth, outside.map((each) => each.outerHTML.slice(0, 120))];
        })()`);
        if (scrolled > width || outside.length > 0) wide.push([where, width, scrolled, outside]);
      }
    };
    await measure("trading");
    await page.setViewportSize(DESK.viewport);
    await visitor.openAccount();
    await page.getByRole("row").nth(2).waitFor();
    await measure("account");
    await page.setViewportSize(DESK.viewport);
    await visitor.open("/ops");
    await signInAsOperator(page);
    await measure("operator");
    expect([wide, faults.besides(EXPECTED)]).toEqual([[], []]);
  });

  test.each([
    { name: "desk", options: DESK },
    { name: "phone", options: PHONE },
  ])("nothing jumps on a $name while orders and trades run, and the title tells the price", async ({ options }) => {
    const { visitor, page, faults } = await stage.visit(options);
    await page.addInitScript(`window.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const of = entry.sources.map(({ node }) => (node?.nodeType === 1 ? node : node?.parentElement)?.className ?? "");
          // A tape's rows go down when there is a new one: that is what a tape is.
          if (entry.hadRecentInput || of.some((name) => name.startsWith("tape-row"))) continue;
          window.shifts.push({ value: entry.value, of: of.slice(0, 3).join(" + ") });
        }
      }).observe({ type: "layout-shift", buffered: true })`);
    await visitor.open();
    const shifts = async () => {
      const all =
        await page.evaluate<readonly { readonly value: number; readonly of: string }[]>("window.shifts.splice(0)");
      return { sum: all.reduce((sum, { value }) => sum + value, 0), all };
    };
    const ofLoading = await shifts();
    for (let round = 0; round < 40; round++) {
      const price = 59_990 + (round % 20);
      await maker.limit(SYMBOL, "SELL", `${0.001 * (1 + (round % 7))}`.slice(0, 5), `${price}.${10 + round}`);
      await taker.order({ symbol: SYMBOL, side: "BUY", type: "MARKET", quantity: "0.001" });
    }
    await taker.order({ symbol: SYMBOL, side: "BUY", type: "MARKET", quantity: "0.5" });
    const { body } = await exchange.http.get("/api/v3/ticker/price", { symbol: SYMBOL });
    const price = Number(body.price).toLocaleString("en", { minimumFractionDigits: 2 });
    await eventually(
      () => page.title(),
      (title) => title === `${price} ${SYMBOL} · Tidebook`,
      10_000,
    );
    const ofRunning = await shifts();
    expect([
      ofLoading.sum <= SHIFT_OF_LOADING_MAX ? [] : ofLoading.all,
      ofRunning.sum <= SHIFT_OF_RUNNING_MAX ? [] : ofRunning.all,
      faults.besides(EXPECTED),
    ]).toEqual([[], [], []]);
  });

  test("panes are made wider and higher by keyboard, and stay so over a reload", async () => {
    const { visitor, page, faults } = await stage.visit(DESK);
    await visitor.open();
    const sizes = () =>
      page.evaluate<readonly number[]>(
        `[...document.querySelectorAll(".desk-panel")].map((each) => { const { width, height } = each.getBoundingClientRect(); return [Math.round(width), Math.round(height)]; }).flat()`,
      );
    const before = await sizes();
    await page.getByRole("separator", { name: "Width of the panes beside" }).first().focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("separator", { name: "Height of the panes above and below" }).first().focus();
    await page.keyboard.press("ArrowUp");
    const after = await sizes();
    await visitor.open();
    expect([
      after.filter((size, at) => size !== before[at]).length > 4,
      await sizes(),
      faults.besides(EXPECTED),
    ]).toEqual([true, after, []]);
  });

  test("who asked for less motion sees none", async () => {
    const { visitor, page } = await stage.visit({ ...PHONE, reducedMotion: "reduce" });
    await visitor.open();
    const MOVING = `[...document.querySelectorAll("*")].flatMap((each) =>
      [null, "::before", "::after"].filter((part) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(each, part);
        return (animationName !== "none" && parseFloat(animationDuration) > 0) || transitionDuration.split(",").some((long) => parseFloat(long) > 0);
      }).map((part) => each.tagName + "." + each.className + (part ?? "")))`;
    const still = await page.evaluate(MOVING);
    await visitor.openForm("Buy");
    expect([still, await page.evaluate(MOVING)]).toEqual([[], []]);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    expect(((await page.evaluate(MOVING)) as readonly string[]).length).toBeGreaterThan(0);
  });
});
