/**
 * Hostile clients against the process of `npm start`: a share of what hostile.soak.test.ts sends. `SEED` repeats what they do;
 * `HOSTILE_COUNT` says how many requests and frames.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsSuite } from "./hostile/limits-suite.ts";
import { rawFramesSuite } from "./hostile/raw-frames-suite.ts";
import { rawHttpSuite } from "./hostile/raw-http-suite.ts";
import { slowClients } from "./hostile/slow-clients.ts";
import { type OneProcess, openOneProcess, openStage, peaceful, unreached } from "./hostile/stage.ts";
import { askForTheirs } from "./hostile/theirs.ts";
import type { Target } from "./target.ts";

const SEED = Number(process.env.SEED ?? 20_261_121);
const COUNT = Number(process.env.HOSTILE_COUNT ?? 10_000);

let exchange: OneProcess;
beforeAll(async () => {
  exchange = await openOneProcess();
});
let hasEnded = false;
afterAll(async () => {
  if (!hasEnded) await exchange?.close();
});
/** One exchange for all; it is closed here. */
const again = async (): Promise<Target> => ({ ...exchange.target, close: async () => {} });

test(`${COUNT} malformed requests and frames: an answer each, no fault, no leak, and others trade on SEED=${SEED}`, async () => {
  const slow = slowClients(Number(new URL(exchange.running.origin).port));
  const stage = await openStage(exchange.target, SEED, exchange.running.output);
  const theirs = await askForTheirs(stage.cast, stage.campaign.judge);
  expect([theirs.findings, theirs.asked > 200]).toEqual([[], true]);
  const report = await stage.campaign.run(COUNT);
  expect([report.findings, unreached(report, COUNT)]).toEqual([[], []]);
  expect(report.calmTrades).toBeGreaterThan(0);
  const aftermath = await stage.aftermath();
  expect(aftermath).toEqual(peaceful(aftermath));
  // What is no request is 400, what took too long is 408.
  expect(await slow).toEqual({ statuses: [400, 408], faults: [] });
  stage.close();
});

describe("bytes that are no HTTP", () => rawHttpSuite(again));
describe("small limits", () => limitsSuite());
describe("frames that are none", () => rawFramesSuite(again));

test("after all of it the log tells of no fault, and the process ends as it is told", async () => {
  const output = exchange.running.output();
  expect(/"outcome":"fault"|^\s+at |Warning:/m.exec(output)).toBeNull();
  hasEnded = true;
  expect(await exchange.close()).toBe(0);
});
