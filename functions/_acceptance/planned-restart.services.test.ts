/**
 * Restarts that an operator plans, under load from several connections: nobody's request fails, and nobody waits longer than
 * the bound. All of it is skipped where Redis or Postgres is not installed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ADDRESS_LIMITS_OFF,
  missingService,
  type SeparateExchange,
  startSeparateProcesses,
} from "./separate-processes.ts";
import { freshMarket, HttpClient, type Market } from "./trader.ts";

const CONNECTIONS = 8;
/** The contract of a planned restart. */
const LONGEST_ANSWER_MS = 5_000;
const missing = missingService();

interface LoadReport {
  readonly answered: number;
  readonly longestMs: number;
  /** What was not a 200, each once. */
  readonly failures: readonly string[];
}

/** Orders that trade, and reads between them, from the first until `stop`. */
function load(exchange: SeparateExchange, { symbol, alice, bob }: Market) {
  const failures = new Set<string>();
  let stopping = false;
  let answered = 0;
  let longestMs = 0;
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const connection = async (number: number): Promise<void> => {
    const http = new HttpClient(exchange.origin);
    const trader = (number % 2 === 0 ? alice : bob).at(http);
    const side = number % 2 === 0 ? "SELL" : "BUY";
    const requests = [
      () => trader.limit(symbol, side, "0.001", "10000.00"),
      () => trader.call("GET", "/api/v3/openOrders", { symbol }),
      () => trader.call("GET", "/api/v3/account"),
    ];
    for (let count = 0; !stopping; count++) {
      const startedMs = performance.now();
      try {
        const { status, body } = await requests[count % requests.length]!();
        if (status !== 200) failures.add(`${status} ${JSON.stringify(body)}`);
      } catch (error) {
        failures.add(String(error));
      }
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      answered += 1;
      for (const { count: wanted, resolve } of waiting) if (answered >= wanted) resolve();
    }
    http.close();
  };
  const connections = Promise.all(Array.from({ length: CONNECTIONS }, (_, number) => connection(number)));
  return {
    /** Resolves when so many more have been answered. */
    more: (count: number) => new Promise<void>((resolve) => waiting.push({ count: answered + count, resolve })),
    async stop(): Promise<LoadReport> {
      stopping = true;
      await connections;
      return { answered, longestMs: Math.round(longestMs), failures: [...failures] };
    },
  };
}

describe.skipIf(missing !== null)(`planned restarts${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let exchange: SeparateExchange;
  let market: Market;
  beforeAll(async () => {
    exchange = await startSeparateProcesses({ edges: ADDRESS_LIMITS_OFF });
    market = await freshMarket(exchange.operator);
    // Every function is awake before the load begins.
    await market.alice.call("GET", "/api/v3/account");
    await market.alice.call("GET", "/api/v3/openOrders");
  });
  afterAll(() => exchange?.close());

  async function underLoad(restart: () => Promise<void>): Promise<LoadReport> {
    const running = load(exchange, market);
    await running.more(1_000);
    await restart();
    await running.more(1_000);
    return running.stop();
  }

  test("the engine is stopped and started under load: no request fails, and the longest answer is within 5 s", async () => {
    const codes: (number | null)[] = [];
    const report = await underLoad(async () => {
      codes.push(await exchange.engine.stop());
      await exchange.engine.start();
    });
    console.log(JSON.stringify({ at: "planned_restart", of: "engine", ...report }));
    expect({ codes, failures: report.failures }).toEqual({ codes: [0], failures: [] });
    expect(report.longestMs).toBeLessThanOrEqual(LONGEST_ANSWER_MS);
  });

  test("order intake is stopped under load: what it had taken is answered, what comes goes to the next instance", async () => {
    const codes: (number | null)[] = [];
    const report = await underLoad(async () => {
      codes.push(await exchange.functions.orders.stop());
    });
    console.log(JSON.stringify({ at: "planned_restart", of: "orders", ...report }));
    expect({ codes, failures: report.failures }).toEqual({ codes: [0], failures: [] });
  });

  test("the stream is stopped and started under load: trading does not notice", async () => {
    const codes: (number | null)[] = [];
    const report = await underLoad(async () => {
      codes.push(await exchange.stream.stop());
      await exchange.stream.start();
    });
    expect({ codes, failures: report.failures }).toEqual({ codes: [0], failures: [] });
  });
});
