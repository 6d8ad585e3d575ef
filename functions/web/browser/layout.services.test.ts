/** Where the parts of the trading page stand: on a tablet, when a page is left and come back to, and under messages. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, NO_BROWSER } from "./testing/browser.ts";
import { ScreenStage, type Visit } from "./testing/screen-stage.ts";

const SYMBOL = "BTCUSDT";
const LEVELS = 12;
/** History opens a moment after trading. */
const EXPECTED = /status of 503/;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe.skipIf(!hasBrowser)(`the layout of the trading page${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: ScreenStage;

  beforeAll(async () => {
    stage = await ScreenStage.open();
    const [maker] = await stage.makerAndTaker();
    for (let level = 1; level <= LEVELS; level++) await maker.limit(SYMBOL, "SELL", "0.01", `${60_000 + 10 * level}`);
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());

  async function newVisitor(width: number): Promise<Visit> {
    const visit = await stage.visit({ viewport: { width, height: 800 } });
    await visit.visitor.open();
    return visit;
  }
  const boxOf = async (page: Page, selector: string): Promise<Box> => {
    const box = await page.locator(selector).boundingBox();
    if (box === null) throw new Error(`${selector} is not drawn`);
    return box;
  };

  test("who comes back from the account finds every pane where it was", async () => {
    const { page, faults } = await newVisitor(1440);
    const panes = [".chart-pane", ".activity", ".book", ".tape", ".order-form"];
    const drawn = () => Promise.all(panes.map((pane) => boxOf(page, pane)));
    const before = await drawn();
    await page.keyboard.press("Control+k");
    await page.locator(".command-input").fill("Go to Account");
    await page.getByRole("option", { name: "Account", exact: true }).click();
    await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
    await page.getByRole("banner").getByRole("link", { name: "Tidebook" }).click();
    await page.locator('.book[data-freshness="live"]').waitFor();
    expect([await drawn(), faults.besides(EXPECTED)]).toEqual([before, []]);
  });

  test.each([768, 800, 1024])(
    "on a tablet of %i px all is within the window, and the tape is a tab away",
    async (width) => {
      const { page, faults } = await newVisitor(width);
      const parts = [".chart-pane", ".activity", ".book", ".order-form-submit", ".header-end"];
      const boxes = await Promise.all(parts.map((part) => boxOf(page, part)));
      expect(
        boxes.filter(({ x, y, width: wide, height }) => x + wide > width || y + height > 800 || wide < 100),
      ).toEqual([]);
      await page.locator(".desk-tab-list").getByRole("tab", { name: "Trades" }).click();
      await page.locator(".tape").waitFor();
      expect(faults.besides(EXPECTED)).toEqual([]);
    },
  );

  test("an order that takes twelve levels is one message, which does not stand upon the form", async () => {
    const { visitor, page, faults } = await newVisitor(1280);
    await visitor.comeAsGuest();
    await visitor.placeLimit({ side: "Buy", price: "60200", quantity: "0.12" });
    await visitor.toast("Order filled");
    const toasts = page.locator(".toast");
    const [toast, form] = [await boxOf(page, ".toast"), await boxOf(page, ".order-form")];
    expect([await toasts.allInnerTexts(), toast.x + toast.width < form.x, faults.besides(EXPECTED)]).toEqual([
      [expect.stringMatching(/Order filled\s+Buy 0.12 BTCUSDT at 60,065.00/)],
      true,
      [],
    ]);
  });
});
