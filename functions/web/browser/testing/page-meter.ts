/**
 * What a page costs while it is looked at: intervals between its frames, long tasks, time of its main thread by kind, live heap,
 * and the changes of the book that it was told.
 */
import type { BrowserContext, CDPSession, Page } from "playwright-core";

export interface PageCost {
  readonly elapsedMs: number;
  /** Between two animation frames, in their order. */
  readonly intervalsMs: readonly number[];
  /** Tasks of the main thread above 50 ms. */
  readonly longTasksMs: readonly number[];
  /** CPU of the main thread, ms in each second. */
  readonly scriptMs: number;
  readonly styleMs: number;
  readonly layoutMs: number;
  readonly taskMs: number;
  readonly stylesPerSecond: number;
  readonly layoutsPerSecond: number;
}

/** Times of frames and long tasks, kept in the page. A document's own name for it: nothing of the screen's. */
const RECORD = `(() => {
  const meter = { times: [], long: [], stopped: false };
  const frame = (time) => {
    meter.times.push(time);
    if (!meter.stopped) requestAnimationFrame(frame);
  };
  meter.observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) meter.long.push(duration);
  });
  meter.observer.observe({ type: "longtask" });
  requestAnimationFrame(frame);
  window.pageMeter = meter;
})()`;
const STOP = `(() => {
  const { pageMeter: meter } = window;
  meter.stopped = true;
  meter.observer.disconnect();
  delete window.pageMeter;
  return { times: meter.times, long: meter.long };
})()`;

interface Recorded {
  readonly times: readonly number[];
  readonly long: readonly number[];
}

export class PageMeter {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async attach(page: Page): Promise<PageMeter> {
    const session = await page.context().newCDPSession(page);
    // CPU of the thread, not the clock on the wall: what others do on the machine is not in it.
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    return new PageMeter(page, session);
  }

  /** @param during what happens meanwhile; the meter runs as long as it. */
  async measure(during: () => Promise<void>): Promise<PageCost> {
    await this.#page.evaluate(RECORD);
    const [before, startedMs] = [await this.#counters(), performance.now()];
    await during();
    const [after, elapsedMs] = [await this.#counters(), performance.now() - startedMs];
    const { times, long } = await this.#page.evaluate<Recorded>(STOP);
    const perSecond = (name: string): number => (after.of(name) - before.of(name)) / (elapsedMs / 1_000);
    return {
      elapsedMs,
      intervalsMs: times.slice(1).map((time, index) => time - times[index]!),
      longTasksMs: long,
      scriptMs: perSecond("ScriptDuration") * 1_000,
      styleMs: perSecond("RecalcStyleDuration") * 1_000,
      layoutMs: perSecond("LayoutDuration") * 1_000,
      taskMs: perSecond("TaskDuration") * 1_000,
      stylesPerSecond: perSecond("RecalcStyleCount"),
      layoutsPerSecond: perSecond("LayoutCount"),
    };
  }

  /** After two collections: what finalizers let go of is gone too. */
  async liveHeapBytes(): Promise<number> {
    await this.#session.send("HeapProfiler.collectGarbage");
    await this.#session.send("HeapProfiler.collectGarbage");
    return (await this.#session.send("Runtime.getHeapUsage")).usedSize;
  }

  /** Elements, texts and the rest that are alive, in the page or not. */
  async liveNodes(): Promise<number> {
    return (await this.#counters()).of("Nodes");
  }

  async #counters(): Promise<{ readonly of: (name: string) => number }> {
    const { metrics } = await this.#session.send("Performance.getMetrics");
    const byName = new Map(metrics.map(({ name, value }) => [name, value]));
    return {
      of: (name) => {
        const value = byName.get(name);
        if (value === undefined) throw new Error(`this browser does not count ${name}`);
        return value;
      },
    };
  }
}

/** Of pages that a context opens afterwards: what their sockets told them of a book. */
export class DepthHeard {
  events = 0;
  levels = 0;

  constructor(context: BrowserContext, symbol: string) {
    const stream = `${symbol.toLowerCase()}@depth@100ms`;
    context.on("page", (page) => {
      page.on("websocket", (socket) => {
        socket.on("framereceived", ({ payload }) => {
          const text = String(payload);
          if (!text.includes(stream)) return;
          const { data } = JSON.parse(text) as { readonly data: { readonly b: unknown[]; readonly a: unknown[] } };
          this.events += 1;
          this.levels += data.b.length + data.a.length;
        });
      });
    });
  }

  /** @returns how many since the last time. */
  take(): { readonly events: number; readonly levels: number } {
    const { events, levels } = this;
    this.events = 0;
    this.levels = 0;
    return { events, levels };
  }
}
