/** A browser, an exchange, and a page with the client alone: what the client's tests stand on. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { eventually } from "../../../_acceptance/target.ts";
import type { Trader } from "../../../_acceptance/trader.ts";
import { launchBrowser, PageFaults } from "./browser.ts";
import { CLIENT_PAGE_ARGS, ClientPages } from "./client-page.ts";
import { ExchangeUnderTest } from "./exchange-under-test.ts";
import { StreamFrames } from "./stream-frames.ts";

/** History opens while trading goes on, and says so until then. */
export const HISTORY_OPENS = /status of 503/;
const PATIENCE_MS = 60_000;
/** Of what the exchange said, when a test fails. */
const OUTPUT_SHOWN = 3_000;

// biome-ignore lint/suspicious/noExplicitAny: what a page returns is compared as it is.
export type Any = any;

interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly faults: PageFaults;
  readonly frames: StreamFrames;
}

export class ClientStage {
  readonly exchange: ExchangeUnderTest;
  /** Two of the demo's accounts, over REST. */
  readonly alice: Trader;
  readonly bob: Trader;
  readonly #browser: Browser;
  readonly #pages: ClientPages;
  #visit: Visit | null = null;

  private constructor(browser: Browser, pages: ClientPages, exchange: ExchangeUnderTest) {
    this.#browser = browser;
    this.#pages = pages;
    this.exchange = exchange;
    [this.alice, this.bob] = exchange.demoTraders() as [Trader, Trader];
  }

  static async open(): Promise<ClientStage> {
    const browser = launchBrowser(CLIENT_PAGE_ARGS);
    return new ClientStage(...(await Promise.all([browser, ClientPages.build(), ExchangeUnderTest.start()])));
  }

  async close(): Promise<void> {
    this.#pages.remove();
    await this.#browser.close();
    await this.exchange.close();
  }

  get context(): BrowserContext {
    return this.#here.context;
  }
  get page(): Page {
    return this.#here.page;
  }
  get faults(): PageFaults {
    return this.#here.faults;
  }
  get frames(): StreamFrames {
    return this.#here.frames;
  }

  /** A browser without a past opens the page. @param prepare before that. */
  async visit(
    prepare: (context: BrowserContext) => Promise<void> = async () => {},
    origin = this.exchange.origin,
  ): Promise<void> {
    const context = await this.#browser.newContext();
    await prepare(context);
    const frames = new StreamFrames(context);
    const page = await this.#pages.open(context, origin);
    this.#visit = { context, page, frames, faults: new PageFaults(page) };
  }

  async leave(): Promise<void> {
    await this.#visit?.context.close();
    this.#visit = null;
  }

  /** Evaluated in the page, where `client` is the client. */
  inPage(expression: string): Promise<Any> {
    return this.page.evaluate(`(async () => { const { client } = window; return ${expression}; })()`);
  }

  until(expression: string, willDo: (answer: Any) => boolean): Promise<Any> {
    return eventually(() => this.inPage(expression), willDo, PATIENCE_MS);
  }

  /** For `onTestFailed`. */
  readonly showOutput = (): void => console.log(this.exchange.output().slice(-OUTPUT_SHOWN));

  get #here(): Visit {
    if (this.#visit === null) throw new Error("nobody has opened the page");
    return this.#visit;
  }
}
