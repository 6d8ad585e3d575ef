/** A browser, an exchange that serves the screen, and whoever looks at it: what the suites of the screen stand on. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { eventually } from "../../../_acceptance/target.ts";
import type { Trader } from "../../../_acceptance/trader.ts";
import { launchBrowser, PageFaults } from "./browser.ts";
import { ExchangeUnderTest } from "./exchange-under-test.ts";
import { Visitor } from "./visitor.ts";

const FUNDS = { BTC: "1000", USDT: "100000000" };

export interface Visit {
  readonly page: Page;
  readonly visitor: Visitor;
  readonly faults: PageFaults;
}

export class ScreenStage {
  readonly exchange: ExchangeUnderTest;
  readonly #browser: Browser;
  #visits: Visit[] = [];

  private constructor(exchange: ExchangeUnderTest, browser: Browser) {
    this.exchange = exchange;
    this.#browser = browser;
  }

  static async open(): Promise<ScreenStage> {
    const [exchange, browser] = await Promise.all([ExchangeUnderTest.start(), launchBrowser()]);
    await exchange.screenIsThere();
    return new ScreenStage(exchange, browser);
  }

  /** Two who trade past the screen. */
  async makerAndTaker(): Promise<readonly [Trader, Trader]> {
    return [await this.exchange.operator.trader(FUNDS), await this.exchange.operator.trader(FUNDS)];
  }

  /** It opens after the book, and the chart asks for it. */
  async historyIsThere(symbol: string): Promise<void> {
    await eventually(
      () => this.exchange.http.get("/api/v3/klines", { symbol, interval: "1m" }),
      ({ status }) => status === 200,
    );
  }

  /** In a browser without a past; no page is open yet. */
  async visit(options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    const visit = { page, visitor: new Visitor(page, this.exchange), faults: new PageFaults(page) };
    this.#visits.push(visit);
    return visit;
  }

  /** After each test: everybody is gone. */
  async leave(): Promise<void> {
    const visits = this.#visits;
    this.#visits = [];
    await Promise.all(visits.map(({ page }) => page.context().close()));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.exchange.close();
  }
}
