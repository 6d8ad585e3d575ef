/**
 * Garbage collections of this process, counted as V8 reports them.
 */
import { PerformanceObserver } from "node:perf_hooks";

export class CollectionCounter {
  private count = 0;
  private readonly observer = new PerformanceObserver((list) => {
    this.count += list.getEntries().length;
  });

  constructor() {
    this.observer.observe({ entryTypes: ["gc"] });
  }

  /** Since the last reading. Entries arrive with the event loop, so it takes a turn of it. */
  async read(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { count } = this;
    this.count = 0;
    return count;
  }

  stop(): void {
    this.observer.disconnect();
  }
}
