/** The exchange's first promise, on the real process. The long run is kill.soak.test.ts. */
import { expect, test } from "vitest";
import { seededRandom } from "../../engine/sim/prng.ts";
import { DataFolderForTests, startProcess } from "./exchange-process.ts";
import { runKillTrials } from "./kill-trials.ts";
import { tradeAt } from "./special-orders-suite.ts";
import { freshMarket, HttpClient, Operator } from "./trader.ts";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`ten times killed under load: nothing acknowledged is lost, nothing is doubled, the money sums SEED=${SEED}`, async () => {
  const report = await runKillTrials(10, seededRandom(SEED));
  expect(report).toMatchObject({ kills: 10 });
  // A run in which nothing happened would prove nothing.
  expect(Math.min(report.acknowledged, report.trades)).toBeGreaterThan(100);
  expect(Math.min(report.pairs, report.fired)).toBeGreaterThan(0);
}, 120_000);

test("a trailing stop keeps its watermark through a kill, and fires at the price that follows from it", async () => {
  const folder = new DataFolderForTests();
  let running = await startProcess(folder);
  try {
    const before = new HttpClient(running.origin);
    const market = await freshMarket(new Operator(before, folder.operatorToken()));
    const { symbol } = market;
    await tradeAt(market, "100.00");
    const order = { symbol, side: "SELL", type: "STOP_LOSS", quantity: "1.000", trailingDelta: 1_000 };
    const { body } = await market.alice.order(order);
    await tradeAt(market, "120.00");
    await running.kill();
    before.close();
    running = await startProcess(folder);
    const http = new HttpClient(running.origin);
    const [alice, bob] = [market.alice.at(http), market.bob.at(http)];
    const workingAfter = async (price: string): Promise<boolean> => {
      await tradeAt({ ...market, alice, bob }, price);
      return (await alice.call("GET", "/api/v3/order", { symbol, orderId: body.orderId })).body.isWorking;
    };
    // Ten percent below 120 is 108.
    expect([await workingAfter("108.01"), await workingAfter("108.00")]).toEqual([false, true]);
    http.close();
  } finally {
    await running.kill();
    folder.remove();
  }
});
