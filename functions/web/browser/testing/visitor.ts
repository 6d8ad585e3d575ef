/**
 * Somebody at the screen, by what they see and press: names of roles, labels and texts. Below 768 px the parts are tabs, and
 * the form is a sheet.
 */
import type { Locator, Page } from "playwright-core";
import { eventually } from "../../../_acceptance/target.ts";
import { type Operator, Trader } from "../../../_acceptance/trader.ts";
import type { ExchangeUnderTest } from "./exchange-under-test.ts";

/** Sooner than a test's own limit: then it is named what was waited for. */
export const STEP_LIMIT_MS = 20_000;
const PHONE_WIDTH_MAX = 767;

export type ActivityTab = "Open orders" | "Order history" | "Trades" | "Balances";

export interface LimitOrder {
  readonly side: "Buy" | "Sell";
  readonly price: string;
  readonly quantity: string;
}

export class Visitor {
  readonly page: Page;
  readonly #exchange: ExchangeUnderTest;

  constructor(page: Page, exchange: ExchangeUnderTest) {
    this.page = page;
    this.#exchange = exchange;
    page.setDefaultTimeout(STEP_LIMIT_MS);
  }

  get isPhone(): boolean {
    return (this.page.viewportSize()?.width ?? 0) <= PHONE_WIDTH_MAX;
  }

  /** A page of the exchange, once its book or its heading is there. */
  async open(path = "/"): Promise<void> {
    await this.page.goto(`${this.#exchange.origin}${path}`);
    if (path !== "/") await this.page.getByRole("main").getByRole("heading").first().waitFor();
    else if (this.isPhone) await this.page.locator(".chart-legend").first().waitFor();
    else await this.page.locator('.book[data-freshness="live"]').waitFor();
  }

  dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  async askToSignIn(): Promise<void> {
    await this.page.getByRole("banner").getByRole("button", { name: "Sign in" }).click();
    await this.dialog().waitFor();
  }

  /** @returns the account's number. */
  async comeAsGuest(): Promise<number> {
    await this.askToSignIn();
    await this.dialog().getByRole("button", { name: "Try it with demo funds" }).click();
    await this.dialog().waitFor({ state: "detached" });
    await this.tradesFromHere();
    return await this.account();
  }

  /** This browser's key has logged on. */
  async tradesFromHere(): Promise<void> {
    await this.lookAt("Orders");
    await this.page.locator(".activity[data-freshness=live]").waitFor();
    await this.lookAt("Chart");
  }

  async account(): Promise<number> {
    const found = await eventually(
      () =>
        this.page.evaluate<number | null>(
          `fetch("/people/v1/session").then((answer) => answer.json()).then(({ person }) => person?.account ?? null)`,
        ),
      (account) => account !== null,
      STEP_LIMIT_MS,
    );
    return found ?? 0;
  }

  /** A key of this account, made by the operator: to ask the exchange past the screen. */
  async trader(operator: Operator = this.#exchange.operator): Promise<Trader> {
    const key = await operator.must("POST", "/keys", { account: await this.account(), permissions: ["read", "trade"] });
    return new Trader(this.#exchange.http, { account: key.account, apiKey: key.apiKey, apiSecret: key.apiSecret });
  }

  get form(): Locator {
    return this.page.getByRole("region", { name: "Order form" });
  }

  async openForm(side: LimitOrder["side"]): Promise<void> {
    if (this.isPhone) {
      if ((await this.dialog().count()) === 0) {
        await this.page.locator(`.phone-bar .button-${side === "Buy" ? "buy" : "sell"}`).click();
      }
    }
    await this.form.getByRole("radio", { name: side, exact: true }).check();
  }

  async typeLimit({ side, price, quantity }: LimitOrder): Promise<void> {
    await this.openForm(side);
    await this.form.getByRole("radio", { name: "Limit", exact: true }).check();
    await this.form.getByLabel("Price", { exact: true }).fill(price);
    await this.form.getByLabel("Quantity", { exact: true }).fill(quantity);
  }

  async placeLimit(order: LimitOrder): Promise<void> {
    await this.typeLimit(order);
    await this.submit.filter({ hasText: order.side }).click();
  }

  get submit(): Locator {
    return this.page.locator(".order-form-submit");
  }

  /** A part of the trading page: on a desk all of them are there. */
  async lookAt(part: "Chart" | "Order book" | "Trades" | "Orders"): Promise<void> {
    if (!this.isPhone) return;
    await this.page.locator(".phone-tab-list").getByRole("tab", { name: part, exact: true }).click();
  }

  async look(tab: ActivityTab): Promise<void> {
    await this.lookAt("Orders");
    await this.page.locator(".activity-tab-list").getByRole("tab", { name: tab }).click();
  }

  /** Of the table of activity that is shown: its cells' texts by row. */
  async rows(): Promise<readonly (readonly string[])[]> {
    const rows = await this.page.locator(".activity-table tbody tr").all();
    return await Promise.all(
      rows.map(async (row) =>
        (await row.locator("td").allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim()),
      ),
    );
  }

  /** Of the person's menu in the header. */
  async chooseOwn(item: string): Promise<void> {
    await this.choose(/^Account/, item);
  }

  async openAccount(): Promise<void> {
    await this.chooseOwn("Account");
    await this.page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  }

  async choose(menu: string | RegExp, item: string): Promise<void> {
    await this.page.getByRole("banner").getByRole("button", { name: menu }).click();
    await this.page.getByRole("menuitem", { name: item, exact: true }).click();
  }

  async toast(title: string): Promise<void> {
    await this.page.locator(".toast:visible", { hasText: title }).first().waitFor();
  }
}
