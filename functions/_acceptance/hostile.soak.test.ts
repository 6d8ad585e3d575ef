/**
 * The same as hostile.test.ts, with 100,000 requests and frames (`HOSTILE_COUNT`), and the live heap at a fifth of them
 * against that at the end. Every run has a seed of its own unless `SEED` names one.
 */
import { expect, test } from "vitest";
import { openOneProcess, openStage, peaceful, unreached } from "./hostile/stage.ts";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const COUNT = Number(process.env.HOSTILE_COUNT ?? 100_000);
const HEAP_GROWTH_MAX = 0.05;

test(`${COUNT} malformed requests and frames: no fault, no leak, others trade on, and the heap stays as it is SEED=${SEED}`, async () => {
  const exchange = await openOneProcess();
  try {
    const stage = await openStage(exchange.target, SEED, exchange.running.output);
    const heap = await exchange.heap();
    const early = await stage.campaign.run(COUNT / 5);
    const before = await heap.read();
    const late = await stage.campaign.run(COUNT - COUNT / 5);
    const after = await heap.read();
    heap.close();
    const tookMs = early.tookMs + late.tookMs;
    console.log(JSON.stringify({ seed: SEED, tookMs, before, after, asked: late.asked, statuses: late.statuses }));
    expect([late.findings, unreached(late, COUNT)]).toEqual([[], []]);
    const aftermath = await stage.aftermath();
    expect(aftermath).toEqual(peaceful(aftermath));
    expect(after.objectBytes).toBeLessThan(before.objectBytes * (1 + HEAP_GROWTH_MAX));
    stage.close();
  } finally {
    expect(await exchange.close()).toBe(0);
  }
});
