/** The order form as a person handles it: by the names that are read out. */
import type { Locator, Page } from "playwright-core";

export class OrderFormHands {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get submit(): Locator {
    return this.page.locator(".order-form-submit");
  }

  field(name: string): Locator {
    return this.page.locator(`[data-field="${name}"]`);
  }

  async choose(group: string, choice: string): Promise<void> {
    const radio = this.page.getByRole("radiogroup", { name: group, exact: true }).first();
    await radio.getByRole("radio", { name: choice, exact: true }).check();
  }

  async type(typed: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(typed)) {
      await this.field(name).fill(text);
      await this.field(name).blur();
    }
  }

  async select(label: string, value: string): Promise<void> {
    await this.page.locator(".order-form").getByLabel(label).selectOption(value);
  }

  async check(label: string, checked: boolean): Promise<void> {
    await this.page.locator(".order-form").getByLabel(label).setChecked(checked);
  }

  async openAdvanced(): Promise<void> {
    const trigger = this.page.locator(".order-form-advanced-trigger");
    if ((await trigger.getAttribute("aria-expanded")) !== "true") await trigger.click();
  }

  async says(text: string | RegExp): Promise<void> {
    await this.submit.filter({ hasText: text }).waitFor();
  }

  async send(): Promise<void> {
    await this.submit.click();
  }
}
