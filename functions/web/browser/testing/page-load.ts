/**
 * A page loaded for the first time: when something was painted, when the book and the candles were there, and which files it
 * had asked for by then. Each load has a cache of its own, and an empty one.
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface PageLoad {
  readonly firstPaintMs: number;
  readonly firstContentMs: number;
  /** Candles drawn, and the book where it is shown beside them; null: it has none, and was not waited for. */
  readonly drawnMs: number | null;
  /** Sum of what moved without anybody's doing, as browsers score it. */
  readonly layoutShift: number;
  /** Paths, in the order in which they were asked for. */
  readonly files: readonly string[];
}

/** A line that a page has: what its latency and its width are. */
export interface Line {
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
}

const LOADED_LIMIT_MS = 30_000;
/** Seldom: each asking takes some of the page's own time. */
const ASK_EVERY_MS = 50;
/** What comes late is seen moving, too. */
const SHIFTS_FOR_MS = 500;

/** Looked at in every frame from the first on: within a frame of when it was so. */
const WATCH = `(() => {
  const seen = { drawn: null, shift: 0 };
  window.pageLoad = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const isDrawn = () => {
    const book = document.querySelector(".book");
    const best = book?.querySelectorAll("tr[data-rank='0'] .book-price") ?? [];
    const hasBook =
      book === null ||
      (book.dataset.freshness === "live" && best.length === 2 && [...best].every((row) => /\\d/.test(row.textContent)));
    const chart = document.querySelector("#chart-summary");
    const canvas = document.querySelector(".chart-host canvas");
    return hasBook && canvas !== null && chart !== null && /\\d\\.\\d/.test(chart.textContent);
  };
  const look = () => {
    if (isDrawn()) requestAnimationFrame(() => { seen.drawn = performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;
const PAINTED = "performance.getEntriesByType('paint').length === 2";
const DRAWN = "window.pageLoad.drawn !== null";
const TAKEN = `(() => {
  const paint = Object.fromEntries(performance.getEntriesByType("paint").map(({ name, startTime }) => [name, startTime]));
  const files = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  return {
    firstPaintMs: paint["first-paint"],
    firstContentMs: paint["first-contentful-paint"],
    drawnMs: window.pageLoad.drawn,
    layoutShift: window.pageLoad.shift,
    files,
  };
})()`;

/** @param until what is waited for. @param line not given: this machine's own. */
export async function loadPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions,
  until: "painted" | "drawn",
  line?: Line,
): Promise<PageLoad> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    if (line !== undefined) {
      const session = await context.newCDPSession(page);
      const { latencyMs: latency, bytesPerSecond: width } = line;
      const conditions = { offline: false, latency, downloadThroughput: width, uploadThroughput: width };
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", conditions);
    }
    await page.goto(address, { waitUntil: "commit" });
    await holds(page, PAINTED);
    if (until === "drawn") {
      await holds(page, DRAWN);
      await page.waitForTimeout(SHIFTS_FOR_MS);
    }
    return await page.evaluate<PageLoad>(TAKEN);
  } finally {
    await context.close();
  }
}

/** By the debugger each time: what waits inside of the page would need an eval that its policy forbids. */
async function holds(page: Page, condition: string): Promise<void> {
  const deadlineMs = performance.now() + LOADED_LIMIT_MS;
  while (!(await page.evaluate<boolean>(condition))) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${LOADED_LIMIT_MS} ms: ${condition}`);
    await page.waitForTimeout(ASK_EVERY_MS);
  }
}
