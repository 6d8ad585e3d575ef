/** People at the screen of one real exchange, each in a browser of their own with a virtual device for passkeys. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { accessibilityFaults } from "./accessibility.ts";
import { addPasskeyDevice, launchBrowser, PageFaults } from "./browser.ts";
import { ExchangeUnderTest } from "./exchange-under-test.ts";
import { Visitor } from "./visitor.ts";

/** What a browser says of answers that tests ask for, and of history that opens a moment after trading. */
export const REFUSED = /status of (400|401|403|429|503)/;
const DESK = { width: 1440, height: 900 } as const;

export class Person {
  readonly page: Page;
  readonly visitor: Visitor;
  readonly faults: PageFaults;
  readonly device: Awaited<ReturnType<typeof addPasskeyDevice>>;

  constructor(page: Page, exchange: ExchangeUnderTest, device: Person["device"]) {
    this.page = page;
    this.faults = new PageFaults(page);
    this.visitor = new Visitor(page, exchange);
    this.device = device;
  }

  /** Of the whole page. */
  axe(): Promise<readonly string[]> {
    return accessibilityFaults(this.page);
  }

  /** @returns the codes that were shown. */
  async signUp(name: string): Promise<readonly string[]> {
    await this.visitor.askToSignIn();
    await this.visitor.dialog().getByRole("button", { name: "Create an account" }).click();
    await this.page.getByLabel("Name").fill(name);
    await this.visitor.dialog().getByRole("button", { name: "Create a passkey" }).click();
    return await this.keepCodes();
  }

  async keepCodes(): Promise<readonly string[]> {
    const codes = this.visitor.dialog().getByRole("listitem");
    await codes.first().waitFor();
    const shown = await codes.allInnerTexts();
    await this.page.getByLabel("I have kept them somewhere safe").check();
    await this.visitor.dialog().getByRole("button", { name: "Done" }).click();
    await this.visitor.dialog().waitFor({ state: "detached" });
    return shown;
  }

  async signOut(): Promise<void> {
    await this.visitor.chooseOwn("Sign out");
    await this.page.getByRole("banner").getByRole("button", { name: "Sign in" }).waitFor();
  }

  async signInByCode(name: string, code: string): Promise<void> {
    await this.visitor.askToSignIn();
    await this.visitor.dialog().getByRole("button", { name: "Use a recovery code" }).click();
    await this.page.getByLabel("Name").fill(name);
    await this.page.getByRole("textbox", { name: "Recovery code" }).fill(code);
    await this.visitor.dialog().getByRole("button", { name: "Sign in" }).click();
  }

  /** A part of the page of the account. */
  card(heading: string): Locator {
    return this.page.locator("section").filter({
      has: this.page.getByRole("heading", { name: heading, exact: true }),
    });
  }

  told(text: string | RegExp): Promise<void> {
    return this.page.getByRole("alert").filter({ hasText: text }).waitFor();
  }
}

export class PeopleStage {
  readonly exchange: ExchangeUnderTest;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  #names = 0;

  private constructor(exchange: ExchangeUnderTest, browser: Browser) {
    this.exchange = exchange;
    this.#browser = browser;
  }

  static async open(): Promise<PeopleStage> {
    const [exchange, browser] = await Promise.all([ExchangeUnderTest.start(), launchBrowser()]);
    await exchange.screenIsThere();
    return new PeopleStage(exchange, browser);
  }

  async newPerson(): Promise<Person> {
    const context = await this.#browser.newContext({ viewport: DESK });
    this.#contexts.push(context);
    const page = await context.newPage();
    return new Person(page, this.exchange, await addPasskeyDevice(page));
  }

  freshName(): string {
    this.#names += 1;
    return `Ada ${this.#names}`;
  }

  /** After each test: everybody is gone. */
  async leave(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.exchange.close();
  }
}
