/**
 * `node functions/web/browser/screenshots.ts [seconds]`: pictures of the screen's main states on a living market of its own, in
 * .artifacts/screenshots. The market trades for 90 seconds first, unless told otherwise. desk-dark.png is the README's picture.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "./testing/browser.ts";
import { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { Visitor } from "./testing/visitor.ts";

const FOLDER = fileURLToPath(new URL("../../../.artifacts/screenshots/", import.meta.url));
const MARKET_RUNS_S = 90;
const SECOND_MS = 1_000;
/** What moves has come to rest. */
const SETTLE_MS = 700;
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

mkdirSync(FOLDER, { recursive: true });
const exchange = await ExchangeUnderTest.start({ TIDEBOOK_BOTS: "1" });
const browser = await launchBrowser();
try {
  await exchange.screenIsThere();
  await delay(Number(process.argv[2] ?? MARKET_RUNS_S) * SECOND_MS);
  await takeDesk(browser);
  await takePhone(browser);
} finally {
  await browser.close();
  await exchange.close();
}

async function takeDesk(of: Browser): Promise<void> {
  const visitor = await newVisitor(of, DESK);
  const { page } = visitor;
  await visitor.open();
  await take(page, "desk-signed-out");
  await visitor.askToSignIn();
  await take(page, "desk-sign-in");
  await page.keyboard.press("Escape");
  await visitor.comeAsGuest();
  await trade(visitor);
  // What is being thought of: the form says what it would come to.
  await visitor.typeLimit({ side: "Buy", price: await near("bids", 3), quantity: "0.25" });
  // Of the toasts the last is left.
  while ((await page.locator(".toast").count()) > 1) {
    await page.locator(".toast").first().getByRole("button", { name: "Close" }).click();
  }
  await take(page, "desk-dark");
  await visitor.look("Trades");
  await take(page, "desk-trades");
  await visitor.look("Balances");
  await take(page, "desk-balances");
  await visitor.look("Order history");
  await take(page, "desk-history");
  await visitor.look("Open orders");
  await page.getByRole("tab", { name: "Depth" }).click();
  await take(page, "desk-depth");
  await page.getByRole("tab", { name: "Chart" }).first().click();
  await page.keyboard.press("Control+k");
  await take(page, "desk-commands");
  await page.keyboard.press("Escape");
  await page.locator(".markets-opener").click();
  await take(page, "desk-markets");
  await page.keyboard.press("Escape");
  for (const [theme, palette] of [
    ["light", "green-red"],
    ["dark", "blue-orange"],
  ] as const) {
    await wear(page, theme, palette);
    await visitor.open();
    await page.locator(".chart-legend").first().waitFor();
    await take(page, `desk-${theme}-${palette}`);
  }
  await wear(page, "dark", "green-red");
  await visitor.open("/account");
  await take(page, "desk-account", true);
  await page.getByRole("button", { name: "Account of" }).click();
  await page.getByRole("menuitem", { name: "Deposit" }).click();
  await take(page, "desk-deposit");
  await page.keyboard.press("Escape");
  await visitor.open("/ops");
  await take(page, "desk-ops-sign-in");
  await page.getByLabel("Operator's token").fill(exchange.folder.operatorToken());
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "How it stands" }).waitFor();
  await delay(5 * SECOND_MS);
  await take(page, "desk-ops");
  await page.context().close();
}

async function takePhone(of: Browser): Promise<void> {
  const visitor = await newVisitor(of, PHONE);
  const { page } = visitor;
  await visitor.open();
  await take(page, "phone-chart");
  await visitor.askToSignIn();
  await take(page, "phone-sign-in");
  await page.keyboard.press("Escape");
  await visitor.comeAsGuest();
  await trade(visitor);
  await take(page, "phone-sheet");
  await page.keyboard.press("Escape");
  for (const [part, name] of [
    ["Chart", "chart-orders"],
    ["Order book", "book"],
    ["Trades", "trades"],
    ["Orders", "orders"],
  ] as const) {
    await visitor.lookAt(part);
    await take(page, `phone-${name}`);
  }
  await visitor.open("/account");
  await take(page, "phone-account");
  await page.context().close();
}

async function newVisitor(of: Browser, options: BrowserContextOptions): Promise<Visitor> {
  const context = await of.newContext(options);
  return new Visitor(await context.newPage(), exchange);
}

/** Own fills, and own orders that rest on both sides of the market. */
async function trade(visitor: Visitor): Promise<void> {
  await visitor.placeLimit({ side: "Buy", price: await near("asks", 8), quantity: "0.12" });
  await visitor.toast("Order filled");
  await delay(3 * SECOND_MS);
  await visitor.placeLimit({ side: "Sell", price: await near("bids", 6), quantity: "0.04" });
  await visitor.toast("Order filled");
  await delay(3 * SECOND_MS);
  await visitor.placeLimit({ side: "Buy", price: await near("bids", 7), quantity: "0.05" });
  await visitor.placeLimit({ side: "Sell", price: await near("asks", 8), quantity: "0.08" });
  await visitor.placeLimit({ side: "Buy", price: await near("bids", 16), quantity: "0.1" });
  await delay(SECOND_MS);
}

/** The price so many levels away from the best. */
async function near(side: "bids" | "asks", level: number): Promise<string> {
  const { body } = await exchange.http.get("/api/v3/depth", { symbol: "BTCUSDT", limit: 20 });
  return Number(body[side][level][0]).toFixed(2);
}

async function wear(page: Page, theme: string, palette: string): Promise<void> {
  await page.evaluate(`localStorage.setItem("tidebook:theme", ${JSON.stringify(JSON.stringify(theme))});
    localStorage.setItem("tidebook:palette", ${JSON.stringify(JSON.stringify(palette))})`);
}

async function take(page: Page, name: string, fullPage = false): Promise<void> {
  await delay(SETTLE_MS);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage });
}
