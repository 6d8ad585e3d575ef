/**
 * The acceptance suites once more, against separate processes: real Redis, real Postgres, the tests' broker, functions under
 * the Functions Framework behind one origin. All of it is skipped where Redis or Postgres is not installed.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ORDER_OUTCOME_TYPE, ORDER_REQUESTED_TYPE } from "../../engine/protocol/order-events.ts";
import { ApiSocket } from "./api-socket.ts";
import { clientsSuite } from "./clients/clients-suite.ts";
import { commandLineSuite } from "./command-line-suite.ts";
import { rawFramesSuite } from "./hostile/raw-frames-suite.ts";
import { openStage, peaceful, unreached } from "./hostile/stage.ts";
import { askForTheirs } from "./hostile/theirs.ts";
import { keysSuite } from "./keys-suite.ts";
import { marketDataSuite } from "./market-data-suite.ts";
import { operatingSuite } from "./operating-suite.ts";
import { peopleSuite } from "./people-suite.ts";
import {
  ADDRESS_LIMITS_OFF,
  missingService,
  type SeparateExchange,
  startSeparateProcesses,
} from "./separate-processes.ts";
import { StreamClient } from "./stream-client.ts";
import type { Target } from "./target.ts";
import { eventually } from "./target.ts";
import { freshMarket, type HttpClient } from "./trader.ts";
import { tradingSuite } from "./trading-suite.ts";
import { websocketApiSuite } from "./websocket-api-suite.ts";

/** All suites come from one address, in less than a minute where the machine is calm: counted, in Redis, and never too many. */
const ADDRESS_LIMITS_WIDE = {
  TIDEBOOK_WEIGHT_PER_MINUTE: "10000000",
  TIDEBOOK_REQUESTS_PER_5_MINUTES: "10000000",
  TIDEBOOK_CONNECTIONS_PER_5_MINUTES: "10000000",
};

const missing = missingService();
const HOSTILE_SEED = Number(process.env.SEED ?? 20_261_121);
const HOSTILE_COUNT = Number(process.env.HOSTILE_COUNT ?? 5_000);
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

const OF_ALL = ["process_start_time_seconds ", "nodejs_eventloop_lag_p99_seconds ", "nodejs_version_info{"];
/** What the operator's document promises, of whom. */
const OF_ONE: Readonly<Record<string, readonly string[]>> = {
  engine: [
    "tidebook_engine_journal_sync_seconds_bucket{",
    "tidebook_engine_durable_seq ",
    "tidebook_engine_committed_seq ",
    "tidebook_engine_outbox_lag_events ",
    "tidebook_engine_queued_commands ",
    "tidebook_engine_duplicates_total ",
    "tidebook_engine_rejects_total ",
  ],
  stream: [
    "tidebook_stream_sockets ",
    'tidebook_stream_sockets_ended_total{reason="slow_reader"}',
    "tidebook_ws_api_sessions ",
    "tidebook_ws_api_user_data_lag_events ",
  ],
};

describe.skipIf(missing !== null)(`as separate processes${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let exchange: SeparateExchange;
  beforeAll(async () => {
    exchange = await startSeparateProcesses({ edges: ADDRESS_LIMITS_WIDE });
  });
  afterAll(() => exchange?.close());
  /** One exchange for all suites; it is closed here. */
  const open = async (): Promise<Target> => ({ ...exchange, close: async () => {} });

  describe("trading", () => tradingSuite(open));
  describe("market data", () => marketDataSuite(open));
  describe("operating", () => operatingSuite(open));
  describe("the command line", () => commandLineSuite(open));
  describe("keys", () => keysSuite(open));
  describe("people, whose functions go and come between any two steps", () =>
    peopleSuite(open, async () => {
      await Promise.all([exchange.functions.users.stop(), exchange.functions.funding.stop()]);
    }));
  describe("the WebSocket API", () => websocketApiSuite(open));
  describe("unpatched clients", () => clientsSuite(open));

  test("the path of the source document leads to the same functions, and never to the sockets", async () => {
    const { symbol } = await freshMarket(exchange.operator);
    const rewritten = await exchange.http.get("/backend/api/v3/depth", { symbol });
    const plain = await exchange.http.get("/api/v3/depth", { symbol });
    expect([rewritten.status, rewritten.body]).toEqual([200, plain.body]);
    await expect(StreamClient.open(exchange.origin, "/backend/ws/x")).rejects.toThrow("404");
  });

  test("every function, the engine and the stream live, are ready, and count what an operator asks for, as Prometheus reads it", async () => {
    const { functions, internal } = exchange;
    const urls = { ...urlsOf(functions), ...internal };
    const told = await Promise.all(
      Object.entries(urls).map(async ([name, url]) => {
        const [livez, readyz, metrics] = await Promise.all(
          ["/livez", "/readyz", "/metrics"].map((path) => fetch(`${url}${path}`)),
        );
        const text = (await metrics?.text()) ?? "";
        const lint = hasPromtool
          ? spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" })
          : null;
        const missing = [...OF_ALL, ...(OF_ONE[name] ?? [])].filter((metric) => !text.includes(`\n${metric}`));
        return [name, livez?.status, readyz?.status, missing, lint?.stdout ?? "", lint?.stderr ?? ""];
      }),
    );
    expect(told).toEqual(Object.keys(urls).map((name) => [name, 200, 200, [], "", ""]));
  });

  test("without the engine the market is still shown, an order is refused as not sent; with it back, trading goes on", async () => {
    const { symbol, alice, bob } = await freshMarket(exchange.operator);
    const name = symbol.toLowerCase();
    await alice.limit(symbol, "SELL", "2.000", "100.00");
    const stream = await StreamClient.open(exchange.origin, `/ws/${name}@trade`);
    await eventually(
      () => depthOf(exchange.http, symbol),
      (asks) => JSON.stringify(asks) === '[["100.00000000","2.00000000"]]',
    );
    await exchange.engine.kill();
    const refused = await eventually(
      () => bob.limit(symbol, "BUY", "0.500", "100.00"),
      ({ status }) => status === 503,
    );
    const shown = await depthOf(exchange.http, symbol);
    const ready = await fetch(`${exchange.internal.stream}/readyz`);
    await exchange.engine.start();
    await eventually(
      () => bob.limit(symbol, "BUY", "0.500", "100.00", { newClientOrderId: "back" }),
      ({ status, body }) => status === 200 || body.msg === "Duplicate order sent.",
    );
    await stream.until((messages) => messages.length > 0);
    stream.close();
    expect([refused.body.code, shown, ready.status, stream.closeCode]).toEqual([
      -1008,
      [["100.00000000", "2.00000000"]],
      200,
      null,
    ]);
  });

  test("a signed order that comes as an event is placed once, however often it comes, and its outcome is told", async () => {
    const { symbol, alice } = await freshMarket(exchange.operator);
    const order = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1.000", price: "100.00" };
    const outcomes: { readonly outcome: string; readonly result?: { readonly orderId: number } }[] = [];
    const sink = createServer(async (incoming, outgoing) => {
      outcomes.push(JSON.parse(Buffer.concat(await incoming.toArray()).toString()));
      outgoing.writeHead(204).end();
    }).listen(0, "127.0.0.1");
    await once(sink, "listening");
    const subscriberUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`;
    const filters = [{ exact: { type: ORDER_OUTCOME_TYPE } }];
    exchange.broker.setTriggers([...exchange.triggers, { name: "outcomes", filters, subscriberUrl }]);
    const event = {
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-type": ORDER_REQUESTED_TYPE,
      "ce-source": "/a-trader",
      "ce-id": "1",
    };
    const body = JSON.stringify({ apiKey: alice.apiKey, ...alice.signed(order) });
    const statuses = [];
    for (let delivery = 1; delivery <= 3; delivery++) {
      statuses.push((await fetch(exchange.broker.url, { method: "POST", headers: event, body })).status);
    }
    await exchange.broker.idle();
    exchange.broker.setTriggers(exchange.triggers);
    sink.close();
    sink.closeAllConnections();
    const open = await alice.call("GET", "/api/v3/openOrders", { symbol });
    expect([statuses, outcomes.map(({ outcome }) => outcome), open.body.length]).toEqual([
      [202, 202, 202],
      ["placed", "placed", "placed"],
      1,
    ]);
    expect(outcomes.map(({ result }) => result?.orderId)).toEqual([1, 1, 1]);
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

  test("a user data stream whose replica is killed is made good for by REST, and goes on without a gap", async () => {
    const { symbol, alice, bob } = await freshMarket(exchange.operator);
    const { body: offer } = await alice.limit(symbol, "SELL", "2.000", "100.00");
    const before = await ApiSocket.open(exchange.origin);
    await before.must("userDataStream.subscribe.signature", alice.signedParams());
    await bob.limit(symbol, "BUY", "0.500", "100.00");
    const [{ event: first }] = await before.eventsUntil(2);
    await exchange.stream.kill();
    await bob.limit(symbol, "BUY", "0.250", "100.00");
    await exchange.stream.start();
    const after = await ApiSocket.open(exchange.origin);
    await after.must("userDataStream.subscribe.signature", alice.signedParams());
    const missed = await alice.call("GET", "/api/v3/myTrades", { symbol, fromId: first.t + 1 });
    const now = await alice.call("GET", "/api/v3/order", { symbol, orderId: offer.orderId });
    await bob.limit(symbol, "BUY", "0.125", "100.00");
    const [{ event: next }] = await after.eventsUntil(2);
    after.close();
    expect([
      [first.t, first.z],
      missed.body.map(({ id, qty }: { id: number; qty: string }) => [id, qty]),
      now.body.executedQty,
      [next.t, next.z],
    ]).toEqual([[1, "0.50000000"], [[2, "0.25000000"]], "0.75000000", [3, "0.87500000"]]);
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

describe.skipIf(missing !== null)(`hostile clients${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let exchange: SeparateExchange;
  beforeAll(async () => {
    exchange = await startSeparateProcesses({ edges: ADDRESS_LIMITS_OFF });
  });
  afterAll(() => exchange?.close());

  test(`${HOSTILE_COUNT} malformed requests and frames: no fault, no leak, others trade on SEED=${HOSTILE_SEED}`, async () => {
    const options = { wellFormedAlone: true };
    const stage = await openStage(exchange, HOSTILE_SEED, exchange.output, options);
    expect((await askForTheirs(stage.cast, stage.campaign.judge)).findings).toEqual([]);
    const report = await stage.campaign.run(HOSTILE_COUNT);
    expect([report.findings, unreached(report, HOSTILE_COUNT, options)]).toEqual([[], []]);
    const aftermath = await stage.aftermath();
    expect(aftermath).toEqual(peaceful(aftermath));
    stage.close();
  });
  describe("frames that are none", () => rawFramesSuite(async () => ({ ...exchange, close: async () => {} })));
});

function urlsOf(functions: SeparateExchange["functions"]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(functions).map(([name, { url }]) => [name, url]));
}

/** The stream's read port may be up to a second old. */
async function depthOf(http: HttpClient, symbol: string): Promise<unknown> {
  const { body } = await http.get("/api/v3/depth", { symbol });
  return body.asks;
}
