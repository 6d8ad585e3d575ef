/**
 * The trading screen in a real browser on a real exchange: what travels before anything is drawn, how soon it is, what a page
 * costs while 200 levels of its book change in a second, and whether it grows.
 *
 * Beside it in the same run: the same page while nobody trades, and for the load the same server's smallest page.
 */
import { loadavg } from "node:os";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { median, percentile, sorted } from "../../../engine/bench/measure.ts";
import { type BenchLine, type BenchOptions, type Peer, result } from "../../../engine/bench/result.ts";
import { BookUpdates, type UpdateReport } from "./testing/book-updates.ts";
import { hasBrowser, launchBrowser, NO_BROWSER } from "./testing/browser.ts";
import { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { type Line, loadPage, type PageLoad } from "./testing/page-load.ts";
import { DepthHeard, type PageCost, PageMeter } from "./testing/page-meter.ts";
import { ServedScripts } from "./testing/script-size.ts";

const SYMBOL = "BTCUSDT";
/** Static, with the same headers, and no script. */
const PLAIN_PAGE = "/robots.txt";
const RATES = { levelsPerSecond: 200, tradesPerSecond: 5 };
const LOADS = 9;
const LOADS_QUICK = 3;
const WARM_UP_MS = 3_000;
const ROUNDS = 3;
const ROUND_MS = 20_000;
const ROUND_QUICK_MS = 5_000;
const MINUTES_HELD = 5;
const MINUTE_MS = 60_000;
const MINUTE_QUICK_MS = 5_000;
/** As lines of telephones are often measured. */
const SLOW: Line = { latencyMs: 60, bytesPerSecond: 9_000_000 / 8 };
const KB = 1_000;
const MB = 1_000_000;

interface Screen {
  readonly name: string;
  readonly options: BrowserContextOptions;
  /** Makes the book visible. */
  readonly show: (page: Page) => Promise<void>;
}
const DESKTOP: Screen = {
  name: "desktop 1440×900",
  options: { viewport: { width: 1440, height: 900 } },
  show: async () => {},
};
const PHONE: Screen = {
  name: "phone 390×844",
  options: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  show: (page) => page.getByRole("tab", { name: "Book" }).click(),
};

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  if (!hasBrowser) return [{ name: "the screen in a browser", skipped: NO_BROWSER.replace("skipped: ", "") }];
  const exchange = await ExchangeUnderTest.start();
  const browser = await launchBrowser();
  try {
    await exchange.screenIsThere();
    const updates = await BookUpdates.prepare(exchange, SYMBOL);
    const stage: Stage = { exchange, browser, updates, quick };
    const lines: BenchLine[] = [];
    lines.push(...(await benchLoads(stage, DESKTOP)), ...(await benchLoads(stage, PHONE)));
    for (const screen of [DESKTOP, PHONE]) lines.push(...(await benchUpdates(stage, screen)));
    lines.push(...(await benchHeap(stage)));
    updates.close();
    return lines;
  } finally {
    await browser.close();
    await exchange.close();
  }
}

interface Stage {
  readonly exchange: ExchangeUnderTest;
  readonly browser: Browser;
  readonly updates: BookUpdates;
  readonly quick: boolean;
}

async function benchLoads({ exchange, browser, quick }: Stage, screen: Screen): Promise<readonly BenchLine[]> {
  const count = quick ? LOADS_QUICK : LOADS;
  const [page, plain, slow]: [PageLoad[], PageLoad[], PageLoad[]] = [[], [], []];
  // The first of each warms the server's and the browser's own code, and is left out.
  for (let load = 0; load <= count; load++) {
    page.push(await loadPage(browser, exchange.origin, screen.options, "drawn"));
    plain.push(await loadPage(browser, exchange.origin + PLAIN_PAGE, screen.options, "painted"));
    slow.push(await loadPage(browser, exchange.origin, screen.options, "drawn", SLOW));
  }
  const of = (loads: readonly PageLoad[], figure: (load: PageLoad) => number): number =>
    median(loads.slice(1).map(figure));
  const conditions = [
    `median of ${count} loads in turn, each with an empty cache and a connection of its own; loopback, plain HTTP/1.1; nobody trades meanwhile, the book has 1,000 levels`,
    ...browserConditions(browser),
  ];
  const onSlow = [...conditions, "line of 9 Mbit/s and 60 ms, emulated by the browser"];
  const peer = (figure: (load: PageLoad) => number): Peer => ({
    name: `${PLAIN_PAGE} as a page`,
    value: of(plain, figure),
  });
  const line = (what: string, figure: (load: PageLoad) => number, peerOf: Peer | null = null): BenchLine =>
    result(`screen, ${screen.name}: ${what}`, of(page, figure), "ms", peerOf, conditions);
  const drawnMs = ({ drawnMs: ms }: PageLoad): number => ms ?? Number.NaN;
  return [
    ...(screen === DESKTOP ? await scriptLines(exchange.origin, page[0]!) : []),
    line(
      "first paint",
      ({ firstPaintMs }) => firstPaintMs,
      peer(({ firstPaintMs }) => firstPaintMs),
    ),
    line(
      "first contentful paint",
      ({ firstContentMs }) => firstContentMs,
      peer(({ firstContentMs }) => firstContentMs),
    ),
    line(screen === DESKTOP ? "book and candles drawn" : "candles drawn", drawnMs),
    result(
      `screen, ${screen.name}: first contentful paint on a slow line`,
      of(slow, ({ firstContentMs }) => firstContentMs),
      "ms",
      null,
      onSlow,
    ),
    result(
      `screen, ${screen.name}: cumulative layout shift while it loads`,
      of(page, ({ layoutShift }) => layoutShift),
      "score",
      null,
      conditions,
    ),
  ];
}

/** @param load whatever was asked for by then is what the trading page needs. */
async function scriptLines(origin: string, { files }: PageLoad): Promise<readonly BenchLine[]> {
  const scripts = new ServedScripts(origin);
  const line = async (what: string, paths: readonly string[]): Promise<BenchLine> => {
    const [br, gzip] = [await scripts.encodedBytes(paths, "br"), await scripts.encodedBytes(paths, "gzip")];
    const conditions = [`brotli, as it travels; gzip ${(gzip / KB).toFixed(1)} kB; ${paths.length} files`];
    return result(`screen: script, ${what}`, br / KB, "kB", null, conditions);
  };
  const ofTradingPage = files.filter((path) => path.endsWith(".js"));
  return [
    await line("before the first paint", await scripts.beforePaint()),
    await line("the trading page with its chart", ofTradingPage),
    await line("every page and dialog", await scripts.all()),
  ];
}

interface Round {
  readonly cost: PageCost;
  readonly report: UpdateReport | null;
  readonly heard: { readonly events: number; readonly levels: number };
}

async function benchUpdates(
  { exchange, browser, updates, quick }: Stage,
  screen: Screen,
): Promise<readonly BenchLine[]> {
  const context = await browser.newContext(screen.options);
  const heard = new DepthHeard(context, SYMBOL);
  const page = await openBook(await context.newPage(), exchange, screen);
  const meter = await PageMeter.attach(page);
  const roundMs = quick ? ROUND_QUICK_MS : ROUND_MS;
  const [quiet, busy]: [Round[], Round[]] = [[], []];
  const round = async (work: () => Promise<UpdateReport | null>): Promise<Round> => {
    heard.take();
    let report: UpdateReport | null = null;
    const cost = await meter.measure(async () => {
      report = await work();
    });
    return { cost, report, heard: heard.take() };
  };
  await updates.run(RATES, WARM_UP_MS);
  for (let count = 0; count < ROUNDS; count++) {
    // What came last is drawn, and the chart at rest.
    await page.waitForTimeout(WARM_UP_MS);
    quiet.push(await round(() => page.waitForTimeout(roundMs).then(() => null)));
    busy.push(await round(() => updates.run(RATES, roundMs)));
  }
  await context.close();
  return updateLines(screen, browser, quiet, busy);
}

function updateLines(
  screen: Screen,
  browser: Browser,
  quiet: readonly Round[],
  busy: readonly Round[],
): readonly BenchLine[] {
  const seconds = busy.reduce((sum, { cost }) => sum + cost.elapsedMs, 0) / 1_000;
  const total = (of: (round: Round) => number): number => busy.reduce((sum, round) => sum + of(round), 0);
  const conditions = [
    `${rateOf(
      total(({ report }) => report?.levels ?? 0),
      seconds,
    )} orders placed or canceled a second near the middle, each a change of a level, ` +
      `and ${rateOf(
        total(({ report }) => report?.trades ?? 0),
        seconds,
      )} trades, ${total(({ report }) => report?.refused ?? 0)} refused; ` +
      `the page was told ${rateOf(
        total(({ heard }) => heard.levels),
        seconds,
      )} levels a second in ${rateOf(
        total(({ heard }) => heard.events),
        seconds,
      )} messages (@depth@100ms); book of 1,000 levels`,
    `${busy.length} rounds of ${Math.round(seconds / busy.length)} s, in turn with as many without updates`,
    ...browserConditions(browser),
  ];
  const intervals = (rounds: readonly Round[]) => sorted(rounds.flatMap(({ cost }) => cost.intervalsMs));
  const [ours, theirs] = [intervals(busy), intervals(quiet)];
  const peer = (value: number): Peer => ({ name: "the same page without updates, same run", value });
  const line = (what: string, unit: string, value: number, without: number): BenchLine =>
    result(`screen, ${screen.name}, 200 book updates/s: ${what}`, value, unit, peer(without), conditions);
  const cost = (what: string, of: (cost: PageCost) => number): BenchLine =>
    line(what, "ms/s", median(busy.map((round) => of(round.cost))), median(quiet.map((round) => of(round.cost))));
  const longTasks = (rounds: readonly Round[]): number =>
    (rounds.reduce((sum, { cost: { longTasksMs } }) => sum + longTasksMs.length, 0) / seconds) * 60;
  return [
    ...[50, 99].map((percent) =>
      line(`frame interval p${percent}`, "ms", percentile(ours, percent), percentile(theirs, percent)),
    ),
    line("longest frame interval", "ms", ours.at(-1) ?? 0, theirs.at(-1) ?? 0),
    line("tasks above 50 ms", "1/min", longTasks(busy), longTasks(quiet)),
    cost("main thread", ({ taskMs }) => taskMs),
    cost("of it script", ({ scriptMs }) => scriptMs),
    cost("of it style", ({ styleMs }) => styleMs),
    cost("of it layout", ({ layoutMs }) => layoutMs),
  ];
}

async function benchHeap({ exchange, browser, updates, quick }: Stage): Promise<readonly BenchLine[]> {
  const context = await browser.newContext(DESKTOP.options);
  const page = await openBook(await context.newPage(), exchange, DESKTOP);
  const meter = await PageMeter.attach(page);
  const minuteMs = quick ? MINUTE_QUICK_MS : MINUTE_MS;
  const bytes: number[] = [];
  for (let minute = 0; minute < MINUTES_HELD; minute++) {
    await updates.run(RATES, minuteMs);
    bytes.push(await meter.liveHeapBytes());
  }
  await context.close();
  const [first, last] = [bytes[0] ?? 0, bytes.at(-1) ?? 0];
  const each = bytes.map((size) => (size / MB).toFixed(2)).join(", ");
  return [
    result(
      `screen, ${DESKTOP.name}, 200 book updates/s: live heap after ${MINUTES_HELD} minutes`,
      last / MB,
      "MB",
      { name: "after one minute", value: first / MB },
      [
        `after two collections; minute by minute ${each} MB${quick ? ` (minutes of ${minuteMs / 1_000} s)` : ""}`,
        ...browserConditions(browser),
      ],
    ),
  ];
}

async function openBook(page: Page, exchange: ExchangeUnderTest, screen: Screen): Promise<Page> {
  await page.goto(exchange.origin);
  await screen.show(page);
  await page.locator('.book[data-freshness="live"]').waitFor();
  return page;
}

function rateOf(count: number, seconds: number): string {
  return (count / seconds).toFixed(count / seconds < 20 ? 1 : 0);
}

function browserConditions(browser: Browser): readonly string[] {
  const load = loadavg()[0]?.toFixed(2);
  return [
    `chromium ${browser.version()}, new headless, 60 frames a second, no GPU: drawn by the processor; exchange, load and browser on the same cores, load average then ${load}`,
  ];
}
