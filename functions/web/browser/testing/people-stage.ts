/** People at the screen of one real exchange, each in a browser of their own with a virtual device for passkeys. */
import type { Locator, Page } from "playwright-core";
import { accessibilityFaults } from "./accessibility.ts";
import { addPasskeyDevice, type PageFaults } from "./browser.ts";
import type { ExchangeUnderTest } from "./exchange-under-test.ts";
import { ScreenStage, type Visit } from "./screen-stage.ts";
import type { Visitor } from "./visitor.ts";

/** What a browser says of answers that tests ask for, and of history that opens a moment after trading. */
export const REFUSED = /status of (400|401|403|429|503)/;
const DESK = { width: 1440, height: 900 } as const;

export class Person {
  readonly page: Page;
  readonly visitor: Visitor;
  readonly faults: PageFaults;
  readonly device: Awaited<ReturnType<typeof addPasskeyDevice>>;

  constructor({ page, visitor, faults }: Visit, device: Person["device"]) {
    this.page = page;
    this.faults = faults;
    this.visitor = visitor;
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
  readonly #stage: ScreenStage;
  #names = 0;

  private constructor(stage: ScreenStage) {
    this.#stage = stage;
    this.exchange = stage.exchange;
  }

  static async open(): Promise<PeopleStage> {
    return new PeopleStage(await ScreenStage.open());
  }

  async newPerson(): Promise<Person> {
    const visit = await this.#stage.visit({ viewport: DESK });
    return new Person(visit, await addPasskeyDevice(visit.page));
  }

  freshName(): string {
    this.#names += 1;
    return `Ada ${this.#names}`;
  }

  /** After each test: everybody is gone. */
  leave(): Promise<void> {
    return this.#stage.leave();
  }

  close(): Promise<void> {
    return this.#stage.close();
  }
}
