/** A whole campaign on a process of its own: every answer judged, and the live heap at a fifth of it against that at the end. */
import { expect, test } from "vitest";
import { openOneProcess, openStage, peaceful, unreached } from "./stage.ts";

const HEAP_GROWTH_MAX = 0.05;

/** Declares the suite's test. */
export function wholeSuite(count: number, seed: number): void {
  test(`${count} malformed requests and frames: no fault, no leak, others trade on, and the heap stays as it is SEED=${seed}`, async () => {
    const exchange = await openOneProcess();
    try {
      const stage = await openStage(exchange.target, seed, exchange.running.output);
      const heap = await exchange.heap();
      const early = await stage.campaign.run(count / 5);
      const before = await heap.read();
      const late = await stage.campaign.run(count - count / 5);
      const after = await heap.read();
      heap.close();
      const tookMs = early.tookMs + late.tookMs;
      console.log(JSON.stringify({ seed, tookMs, before, after, asked: late.asked, statuses: late.statuses }));
      expect([late.findings, unreached(late, count)]).toEqual([[], []]);
      const aftermath = await stage.aftermath();
      expect(aftermath).toEqual(peaceful(aftermath));
      expect(after.objectBytes).toBeLessThan(before.objectBytes * (1 + HEAP_GROWTH_MAX));
      stage.close();
    } finally {
      expect(await exchange.close()).toBe(0);
    }
  });
}
