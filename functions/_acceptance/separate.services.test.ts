/**
 * The acceptance suites once more, against separate processes: real Redis, real Postgres, the tests' broker, functions under
 * the Functions Framework behind one origin. All of it is skipped where Redis or Postgres is not installed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { marketDataSuite } from "./market-data-suite.ts";
import { operatingSuite } from "./operating-suite.ts";
import { missingService, type SeparateExchange, startSeparateProcesses } from "./separate-processes.ts";
import { StreamClient } from "./stream-client.ts";
import type { Target } from "./target.ts";
import { eventually } from "./target.ts";
import { freshMarket, type HttpClient } from "./trader.ts";
import { tradingSuite } from "./trading-suite.ts";

const missing = missingService();

describe.skipIf(missing !== null)(`as separate processes${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let exchange: SeparateExchange;
  beforeAll(async () => {
    exchange = await startSeparateProcesses();
  });
  afterAll(() => exchange?.close());
  /** One exchange for all suites; it is closed here. */
  const open = async (): Promise<Target> => ({ ...exchange, close: async () => {} });

  describe("trading", () => tradingSuite(open));
  describe("market data", () => marketDataSuite(open));
  describe("operating", () => operatingSuite(open));

  test("the path of the source document leads to the same functions, and never to the sockets", async () => {
    const { symbol } = await freshMarket(exchange.operator);
    const rewritten = await exchange.http.get("/backend/api/v3/depth", { symbol });
    const plain = await exchange.http.get("/api/v3/depth", { symbol });
    expect([rewritten.status, rewritten.body]).toEqual([200, plain.body]);
    await expect(StreamClient.open(exchange.origin, "/backend/ws/x")).rejects.toThrow("404");
  });

  test("every function, the engine and the stream say that they live and are ready, and count", async () => {
    const { functions, internal } = exchange;
    const urls = [...Object.values(functions).map(({ url }) => url), internal.engine, internal.stream];
    const statuses = await Promise.all(
      urls.map(async (url) =>
        Promise.all(["/livez", "/readyz", "/metrics"].map(async (path) => (await fetch(`${url}${path}`)).status)),
      ),
    );
    expect(statuses).toEqual(urls.map(() => [200, 200, 200]));
  });

  test("a function that has gone is started by the next request, and its answer is the same", async () => {
    const { symbol, alice } = await freshMarket(exchange.operator);
    const { body: placed } = await alice.limit(symbol, "BUY", "1.000", "100.00");
    const { orders } = exchange.functions;
    const starts = orders.starts;
    const code = await orders.stop();
    const found = await alice.call("GET", "/api/v3/order", { symbol, orderId: placed.orderId });
    await orders.kill();
    const again = await alice.call("GET", "/api/v3/order", { symbol, orderId: placed.orderId });
    expect([code, found.body.clientOrderId, again.body, orders.starts - starts]).toEqual([
      0,
      placed.clientOrderId,
      found.body,
      2,
    ]);
  });

  test("without its database it trades, and everybody reads what they wrote; afterwards history is whole", async () => {
    const { symbol, alice, bob } = await freshMarket(exchange.operator);
    await exchange.postgres.shutDown();
    await alice.limit(symbol, "SELL", "2.000", "100.00");
    await bob.limit(symbol, "BUY", "1.000", "100.00");
    const own = await alice.call("GET", "/api/v3/myTrades", { symbol });
    await exchange.postgres.start();
    const trades = await eventually(
      () => exchange.http.get("/api/v3/historicalTrades", { symbol, fromId: 1 }),
      ({ body }) => body.length === 1,
    );
    expect([own.body.length, trades.body.map(({ id }: { id: number }) => id)]).toEqual([1, [1]]);
  });

  test("the stream, told to stop, tells its clients, ends with 0, and is back with the whole market", async () => {
    const { symbol, alice, bob } = await freshMarket(exchange.operator);
    await alice.limit(symbol, "SELL", "2.000", "100.00");
    const before = await StreamClient.open(exchange.origin, `/ws/${symbol.toLowerCase()}@trade`);
    const code = await exchange.stream.stop();
    expect([code, await before.closed(), before.messages.at(-1)?.e]).toEqual([0, 1001, "serverShutdown"]);
    await exchange.stream.start();
    const after = await StreamClient.open(exchange.origin, `/ws/${symbol.toLowerCase()}@trade`);
    await bob.limit(symbol, "BUY", "0.500", "100.00");
    await after.until((messages) => messages.length === 1);
    const depth = await depthOf(exchange.http, symbol);
    after.close();
    expect([after.messages[0], depth]).toMatchObject([{ e: "trade", t: 1 }, [["100.00000000", "1.50000000"]]]);
  });
});

/** The stream's read port may be up to a second old. */
async function depthOf(http: HttpClient, symbol: string): Promise<unknown> {
  const { body } = await http.get("/api/v3/depth", { symbol });
  return body.asks;
}
