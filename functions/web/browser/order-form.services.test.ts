/**
 * The order form in a real browser, on a real exchange: every type of order is made with mouse, finger or keys and found on the
 * exchange with exactly those terms; what is refused stays typed; the whole of a balance can be spent; each state passes axe.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import { Trader } from "../../_acceptance/trader.ts";
import { accessibilityFaults, motionless } from "./testing/accessibility.ts";
import { hasBrowser, NO_BROWSER, type PageFaults } from "./testing/browser.ts";
import type { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { CASES, type Case, KIND, type Shown, SIDE, type Typed } from "./testing/order-form-cases.ts";
import { OrderFormHands } from "./testing/order-form-hands.ts";
import { ScreenStage } from "./testing/screen-stage.ts";

const SYMBOL = "BTCUSDT";
/** [price, quantity]; deep, so that nothing here is unusual. The last trade is at 97,010.00. */
const ASKS = [
  ["97010", "1"],
  ["97020", "50"],
  ["97050", "200"],
] as const;
const BIDS = [
  ["96990", "1"],
  ["96980", "50"],
  ["96950", "200"],
] as const;
const SCREENS = [
  { name: "desktop", viewport: { width: 1440, height: 900 }, isPhone: false },
  { name: "phone", viewport: { width: 390, height: 844 }, isPhone: true },
] as const;
/** What a browser says of nobody being signed in, and of an exchange that holds its breath. */
const EXPECTED = /status of (400|401|404|503)|ERR_|WebSocket/;
const OURS = [".order-form", ".order-form-ask"];
const UNKNOWN_LIMIT_MS = 90_000;

describe.skipIf(!hasBrowser).each(SCREENS)(
  `the order form on a $name${hasBrowser ? "" : ` (${NO_BROWSER})`}`,
  (screen) => {
    let stage: ScreenStage;
    let exchange: ExchangeUnderTest;
    let page: Page;
    let form: OrderFormHands;
    let faults: PageFaults;
    let maker: Trader;
    let own: Trader;
    let account = 0;

    beforeAll(async () => {
      stage = await ScreenStage.open();
      exchange = stage.exchange;
      const [first, taker] = await stage.makerAndTaker();
      maker = first;
      for (const [price, quantity] of ASKS) await maker.limit(SYMBOL, "SELL", quantity, price);
      for (const [price, quantity] of BIDS) await maker.limit(SYMBOL, "BUY", quantity, price);
      await taker.limit(SYMBOL, "BUY", "0.001", "97010");
      const { viewport, isPhone } = screen;
      ({ page, faults } = await stage.visit({ viewport, isMobile: isPhone, hasTouch: isPhone }));
      form = new OrderFormHands(page);
      await page.goto(exchange.origin);
      await openForm();
      await form.says("Start trading");
    });
    afterAll(() => stage?.close());

    async function openForm(): Promise<void> {
      if (screen.isPhone) await page.locator(".phone-bar .button-buy").click();
      await form.submit.waitFor();
      // Toasts are another suite's: a dozen orders a minute would pile them up over the form.
      await page.evaluate(`{
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".toast-list { display: none }");
        document.adoptedStyleSheets = [sheet];
      }`);
      await motionless(page);
    }
    const axe = () => accessibilityFaults(page, OURS);
    const noFault = async () => expect([await axe(), faults.besides(EXPECTED)]).toEqual([[], []]);

    /** An own key of the visitor's account, given by the operator: the exchange is asked past the screen. */
    async function keyOfVisitor(): Promise<Trader> {
      const { person } = (await page.evaluate(`fetch("/people/v1/session").then((answer) => answer.json())`)) as {
        person: { account: number };
      };
      account = person.account;
      const key = await exchange.operator.must("POST", "/keys", { account, permissions: ["read", "trade"] });
      return new Trader(exchange.http, { account, apiKey: key.apiKey, apiSecret: key.apiSecret });
    }

    // biome-ignore lint/suspicious/noExplicitAny: a test compares what came, whatever it is.
    async function ordersAfter(orderId: number): Promise<readonly any[]> {
      const { body } = await own.call("GET", "/api/v3/allOrders", { symbol: SYMBOL });
      return body.filter((order: { orderId: number }) => order.orderId > orderId);
    }
    async function lastOrderId(): Promise<number> {
      return (await ordersAfter(0)).at(-1)?.orderId ?? 0;
    }
    /** Of the newest orders what a case says of them, decimals without their zeros. */
    async function newest(after: number, expected: readonly Shown[]): Promise<readonly Shown[]> {
      const orders = await eventually(
        () => ordersAfter(after),
        (found) => found.length >= expected.length,
        20_000,
      );
      return orders.map((order, index) =>
        Object.fromEntries(
          Object.keys(expected[index] ?? expected[0] ?? {}).map((name) => [name, withoutZeros(order[name])]),
        ),
      );
    }
    async function makeRoom(): Promise<void> {
      await own.call("DELETE", "/api/v3/openOrders", { symbol: SYMBOL });
    }
    async function begin(choices: Case["choices"], typed: Typed): Promise<void> {
      for (const [group, choice] of Object.entries(choices)) await form.choose(group, choice);
      await form.type(typed);
    }

    test("who has not signed in has a calculator, and one press more an account that trades", async () => {
      await form.type({ price: "97000", quantity: "0.05" });
      expect([await form.field("total").inputValue(), await axe()]).toEqual(["4850.00", []]);
      await form.send();
      await form.says("Buy 0.05 BTC at 97,000.00");
      own = await keyOfVisitor();
      await noFault();
    });

    describe("signed in", () => {
      beforeEach(makeRoom);

      test.each(CASES)("$name is found on the exchange as it was typed", async (each) => {
        await begin(each.choices, {});
        if (each.advanced !== undefined) await form.openAdvanced();
        await each.advanced?.(form);
        await form.type(each.typed);
        await form.says(each.button);
        const before = await lastOrderId();
        await form.send();
        expect(await newest(before, each.orders)).toEqual(each.orders);
        // The size is gone, the price is not.
        await eventually(
          () => form.field("quantity").inputValue(),
          (text) => text === "",
          10_000,
        );
        const { price } = each.typed;
        if (price !== undefined) expect(await form.field("price").inputValue()).toBe(price);
        if (each.orders[0]?.timeInForce !== "GTC") await form.select("Time in force", "GTC");
        if (each.name === "a post-only order") await form.check("Post-only", false);
        await noFault();
      });

      test("what is wrong is said at its field with what would pass, heard, and nothing is sent", async () => {
        await begin({ [KIND]: "Limit", [SIDE]: "Buy" }, { price: "97000.123", quantity: "1,500" });
        const before = await lastOrderId();
        await form.send();
        const wrong = async (name: string) => {
          const ids = (await form.field(name).getAttribute("aria-describedby"))?.split(" ") ?? [];
          return [await form.field(name).getAttribute("aria-invalid"), await page.locator(`#${ids[0]}`).innerText()];
        };
        expect([await wrong("price"), await wrong("quantity"), await axe()]).toEqual([
          ["true", expect.stringMatching(/^Price must be a multiple of 0.01.\s+Use 97,000.12\s+Use 97,000.13$/)],
          [
            "true",
            expect.stringMatching(/^This can be read in two ways. Which one is meant\?\s+Use 1500\s+Use 1.500$/),
          ],
          [],
        ]);
        expect(await page.locator(".order-form [aria-live]").innerText()).toBe("Price must be a multiple of 0.01.");
        expect(await page.evaluate("document.activeElement.dataset.field")).toBe("price");
        await page.getByRole("button", { name: "Use 97,000.12", exact: true }).click();
        await page.getByRole("button", { name: "Use 1.500", exact: true }).click();
        expect(await wrong("price")).toEqual([null, ""]);
        expect((await wrong("quantity"))[1]).toMatch(/^You have [\d,.]+ USDT available\.\s+Use [\d.]+$/);
        expect(await ordersAfter(before)).toEqual([]);
      });

      test("a refusal of the exchange is said in its own words, and everything typed stays", async () => {
        await begin({ [KIND]: "Limit", [SIDE]: "Buy" }, { price: "96000", quantity: "0.01" });
        await exchange.operator.must("POST", `/accounts/${account}`, { canTrade: false, canWithdraw: true });
        await form.send();
        await page.locator(".order-form-outcome").waitFor();
        const refused = [
          await page.locator(".order-form-outcome").innerText(),
          await form.field("price").inputValue(),
          await form.field("quantity").inputValue(),
          await axe(),
        ];
        await exchange.operator.must("POST", `/accounts/${account}`, { canTrade: true, canWithdraw: true });
        expect(refused).toEqual(["Refused: This action is disabled on this account.", "96000", "0.01", []]);
        const before = await lastOrderId();
        await form.send();
        expect(await newest(before, [{ price: "96000" }])).toEqual([{ price: "96000" }]);
      });

      test("two quick presses send one order", async () => {
        await begin({ [KIND]: "Limit", [SIDE]: "Buy" }, { price: "96000", quantity: "0.01" });
        const before = await lastOrderId();
        await form.submit.dblclick();
        await eventually(
          () => form.field("quantity").inputValue(),
          (text) => text === "",
          10_000,
        );
        expect(await newest(before, [{ price: "96000" }])).toEqual([{ price: "96000" }]);
      });

      test("an unusual order is asked about once, and goes only when it is meant", async () => {
        await begin({ [KIND]: "Limit", [SIDE]: "Buy" }, { price: "80000", quantity: "0.01" });
        const before = await lastOrderId();
        await form.send();
        const dialog = page.getByRole("alertdialog");
        await dialog.waitFor();
        expect([await dialog.innerText(), await axe()]).toEqual([
          expect.stringContaining("The price is 17 % below the middle of the book, 97,000.00."),
          [],
        ]);
        await dialog.getByRole("button", { name: "Go back" }).click();
        expect(await ordersAfter(before)).toEqual([]);
        await form.send();
        await dialog.getByRole("button", { name: "Send it" }).click();
        expect(await newest(before, [{ price: "80000" }])).toEqual([{ price: "80000" }]);
      });

      test("the whole balance can be spent at market by quantity, and by amount, and got back by selling all", async () => {
        const spent: unknown[] = [];
        for (const [side, lead] of [
          ["Buy", "quantity"],
          ["Sell", "quantity"],
          ["Buy", "total"],
          ["Sell", "quantity"],
        ] as const) {
          await begin({ [KIND]: "Market", [SIDE]: side }, { [lead]: lead === "total" ? "10" : "0.001" });
          const before = await lastOrderId();
          await page.getByRole("button", { name: "100 %", exact: true }).click();
          await form.send();
          spent.push(...(await newest(before, [{ type: "", side: "", status: "" }])));
        }
        const filled = (side: string) => ({ type: "MARKET", side, status: "FILLED" });
        expect(spent).toEqual([filled("BUY"), filled("SELL"), filled("BUY"), filled("SELL")]);
        const [base] = await own.balance("BTC");
        // Less than a lot is left.
        expect(Number(base)).toBeLessThan(0.00001);
        await exchange.operator.must("POST", "/deposits", {
          account,
          asset: "BTC",
          amount: "1",
          reference: `back-${screen.name}`,
        });
      });

      test("shares of the balance by the keys of the slider are sent as they stand there", async () => {
        await begin({ [KIND]: "Limit", [SIDE]: "Sell" }, { price: "99000", quantity: "0.001" });
        const slider = page.getByRole("slider", { name: "Share of what is available" });
        await slider.focus();
        await page.keyboard.press("End");
        const [free] = await own.balance("BTC");
        const typed = await form.field("quantity").inputValue();
        expect(Number(free) - Number(typed)).toBeLessThan(0.00001);
        const before = await lastOrderId();
        await form.send();
        expect(await newest(before, [{ origQty: "" }])).toEqual([{ origQty: withoutZeros(typed) }]);
      });

      test.skipIf(screen.isPhone)("the keyboard alone places an order", async () => {
        await page.locator("body").click({ position: { x: 2, y: 2 } });
        await page.evaluate("document.activeElement.blur()");
        const before = await lastOrderId();
        await page.keyboard.press("l");
        await page.evaluate("document.activeElement.blur()");
        await page.keyboard.press("b");
        await page.keyboard.type("96500");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Shift+ArrowUp");
        for (let stop = 0; stop < 4; stop++) await page.keyboard.press("Tab");
        await page.keyboard.type("0.003");
        await page.keyboard.press("Control+Enter");
        const expected = [{ type: "LIMIT", side: "BUY", price: "96500.09", origQty: "0.003" }];
        expect(await newest(before, expected)).toEqual(expected);
        await eventually(
          () => form.field("quantity").inputValue(),
          (text) => text === "",
          10_000,
        );
        await page.keyboard.press("Escape");
        expect(await form.field("price").inputValue()).toBe("");
      });

      test.skipIf(screen.isPhone)(
        "a click on the book fills the price, and the form goes to a limit order",
        async () => {
          await begin({ [KIND]: "Market" }, {});
          await page.locator(".book-asks tr", { hasText: "97,050.00" }).locator("td").first().click();
          await eventually(
            () => form.field("price").inputValue(),
            (text) => Number(text) === 97_050,
            10_000,
          );
        },
      );

      test.skipIf(screen.isPhone)(
        "an order whose outcome nobody knows is asked for until it is known, and sent once",
        async () => {
          await begin({ [KIND]: "Limit", [SIDE]: "Buy" }, { price: "96000", quantity: "0.01" });
          const before = await lastOrderId();
          exchange.pause();
          await form.send();
          await form.says("Sending …");
          await page.locator('.order-form-outcome[data-kind="unknown"]').waitFor({ timeout: UNKNOWN_LIMIT_MS });
          expect(await form.submit.isDisabled()).toBe(true);
          exchange.resume();
          const known = page.locator(
            '.order-form-outcome[data-kind="placed"], .order-form-outcome[data-kind="not_placed"]',
          );
          await known.waitFor({ timeout: UNKNOWN_LIMIT_MS });
          const found = await ordersAfter(before);
          expect(found.length).toBe((await known.getAttribute("data-kind")) === "placed" ? 1 : 0);
        },
      );

      test("a halted market says so and takes nothing", async () => {
        await exchange.operator.must("POST", "/halts", { symbol: SYMBOL, status: "halt" });
        await page.reload();
        await openForm();
        await page.locator(".order-form-closed").waitFor();
        expect([
          await page.locator(".order-form-closed").innerText(),
          await form.submit.isDisabled(),
          await axe(),
        ]).toEqual(["Trading is halted on this market. Orders can be cancelled, none can be placed.", true, []]);
        await exchange.operator.must("DELETE", `/halts/${SYMBOL}`);
      });
    });
  },
);

function withoutZeros(value: unknown): string | number {
  if (typeof value !== "string") return value as number;
  return /^\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, "") : value;
}
