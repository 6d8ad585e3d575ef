/** The WebSocket API over real sockets: requests and answers, who may ask, what is refused in which words. */
import { createHmac } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { MemoryLimiter } from "../../api/limits/memory-limiter.ts";
import type { EngineReads } from "../../bus/engine-client.ts";
import type { KeyRecord } from "../../domain/operator.ts";
import { type ApiHarness, START_MS, startApi } from "./api-harness.ts";
import { signedForms } from "./api-request.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(options: Parameters<typeof startApi>[0] = {}): Promise<ApiHarness> {
  const harness = await startApi(options);
  cleanUps.push(() => harness.stop());
  return harness;
}

const ORDER = { symbol: "A0A1", side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: "10", price: "100" };

test("an id comes back with its JSON type, whatever it is; a method may carry its version", async () => {
  const { connect } = await start();
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  const frames = [
    '{"id":1,"method":"ping"}',
    '{"id":"1","method":"v3/ping","params":{}}',
    '{"id":9007199254740993,"method":"ping"}',
    '{"id":null,"method":"ping"}',
    '{"method":"v3/time"}',
  ];
  const texts: string[] = [];
  client.ws.on("message", (data) => texts.push(String(data)));
  for (const frame of frames) client.send(frame);
  await client.until((messages) => (messages.length === frames.length ? true : undefined));
  expect(texts.toSorted()).toEqual(
    [
      '{"id":1,"status":200,"result":{}}',
      '{"id":"1","status":200,"result":{}}',
      '{"id":9007199254740993,"status":200,"result":{}}',
      '{"id":null,"status":200,"result":{}}',
      `{"id":null,"status":200,"result":{"serverTime":${START_MS}}}`,
    ].toSorted(),
  );
});

test("an order is placed, its numbers as JSON numbers or as texts", async () => {
  const { connect, trader } = await start();
  const client = await connect();
  const alice = await trader(1);
  const placed = await client.call(
    "order.place",
    alice.signed({ returnRateLimits: false, ...ORDER, newClientOrderId: "a", price: 100 }),
  );
  const { orderId } = placed.result;
  const found = await client.call("order.status", alice.signed({ symbol: "A0A1", orderId: String(orderId) }));
  expect([placed, found.status, found.result.status, found.result.clientOrderId]).toEqual([
    {
      status: 200,
      result: {
        symbol: "A0A1",
        orderId: 1,
        orderListId: -1,
        clientOrderId: "a",
        transactTime: START_MS,
        price: "100.00000000",
        origQty: "10.00000000",
        executedQty: "0.00000000",
        origQuoteOrderQty: "0.00000000",
        cummulativeQuoteQty: "0.00000000",
        status: "NEW",
        timeInForce: "GTC",
        type: "LIMIT",
        side: "SELL",
        workingTime: START_MS,
        fills: [],
        selfTradePreventionMode: placed.result.selfTradePreventionMode,
      },
    },
    200,
    "NEW",
    "a",
  ]);
});

test("parameters are signed by name, raw or percent-encoded; the vector of the documents verifies", async () => {
  const { connect, trader } = await start();
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  const alice = await trader(1);
  const params = { apiKey: alice.apiKey, symbol: "A0A1", origClientOrderId: "a:/b", timestamp: START_MS };
  const pairs = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const raw = pairs.map(([name, value]) => `${name}=${value}`).join("&");
  const encoded = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const unsorted = Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const ask = async (payload: string) =>
    (await client.call("order.status", { ...params, signature: alice.signature(payload) })).error.code;
  expect([await ask(raw), await ask(encoded), await ask(unsorted), await ask(`${raw}&`)]).toEqual([
    -2013, -2013, -1022, -1022,
  ]);
  const forms = signedForms(new Map(Object.entries({ ...VECTOR, signature: "left out" })));
  const hmac = createHmac("sha256", VECTOR_SECRET).update(forms.raw, "latin1").digest("hex");
  expect([hmac, forms.encoded]).toEqual([
    "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
    forms.raw,
  ]);
});

/** trading-api.md §1.3. */
const VECTOR_SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
const VECTOR = {
  symbol: "BTCUSDT",
  side: "SELL",
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: "0.01000000",
  price: "52000.00",
  recvWindow: "100",
  timestamp: "1645423376532",
  apiKey: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
};

test("what is no request is refused in words, and the socket stands", async () => {
  const { connect, faults } = await start();
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  const frames = [
    "{",
    "[]",
    "null",
    '{"id":1.5,"method":"ping"}',
    '{"id":[],"method":"ping"}',
    '{"id":1}',
    '{"id":2,"method":7}',
    '{"id":3,"method":"no.such"}',
    '{"id":4,"method":"ping","params":[]}',
    '{"id":5,"method":"depth","params":{"symbol":{"a":1}}}',
    '{"id":6,"method":"depth"}',
    '{"id":7,"method":"order.place","params":{"symbol":"A0A1","side":"BUY","type":"LIMIT"}}',
    '{"id":8,"method":"__proto__"}',
    `{"id":9,"method":"ping","params":{${Array.from({ length: 65 }, (_, at) => `"p${at}":1`).join()}}}`,
  ];
  const answers = [];
  for (const frame of frames) {
    const before = client.messages.length;
    client.send(frame);
    answers.push(await client.until((messages) => messages[before]));
  }
  expect(answers.map(({ id, status, error }) => [id, status, error.code])).toEqual([
    [null, 400, -1135],
    [null, 400, -1135],
    [null, 400, -1135],
    [null, 400, -1100],
    [null, 400, -1100],
    [1, 400, -1102],
    [2, 400, -1102],
    [3, 400, -1020],
    [4, 400, -1102],
    [5, 400, -1102],
    [6, 400, -1102],
    [7, 400, -1102],
    [8, 400, -1020],
    [9, 400, -1100],
  ]);
  expect([(await client.call("ping")).status, faults]).toEqual([200, []]);
});

test("a frame that is too large closes the socket; a wrong unit, a wrong flag and another version are refused before it opens", async () => {
  const { connect } = await start({ limits: { incomingBytesMax: 1_000 } });
  const client = await connect();
  client.send(`{"id":1,"method":"ping","params":{"a":"${"x".repeat(1_000)}"}}`);
  expect((await client.closed).code).toBe(1009);
  const refused = ["/ws-api/v3?timeUnit=NANOSECOND", "/ws-api/v3?returnRateLimits=yes", "/ws-api/v4"];
  const words = await Promise.all(refused.map((path) => connect(path).then(String, (error: Error) => error.message)));
  expect(words).toEqual([400, 400, 404].map((status) => `Unexpected server response: ${status}`));
});

test("answers tell the counters: weight of the address, orders of the account; a request or a URL may not want them", async () => {
  const { connect, trader } = await start();
  const alice = await trader(1);
  const client = await connect();
  const weight = { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6_000 };
  const timed = await client.call("time");
  const unwanted = await client.call("time", { returnRateLimits: false });
  const placed = await client.call("order.place", alice.signed(ORDER));
  const refused = await client.call("order.place", alice.signed({ ...ORDER, price: "0" }));
  const quiet = await connect("/ws-api/v3?returnRateLimits=false");
  const wanted = await quiet.call("time", { returnRateLimits: "true" });
  expect([
    timed.rateLimits,
    unwanted.rateLimits,
    placed.rateLimits.filter(({ rateLimitType }: { rateLimitType: string }) => rateLimitType === "REQUEST_WEIGHT"),
    refused.rateLimits,
    (await quiet.call("time")).rateLimits,
    wanted.rateLimits,
  ]).toEqual([
    // Two for the attempt to connect.
    [{ ...weight, count: 3 }],
    undefined,
    // An order that is placed costs nothing, one that is refused what is listed.
    [{ ...weight, count: 4 }],
    [{ ...weight, count: 5 }],
    undefined,
    [{ ...weight, count: 8 }],
  ]);
});

test("who is over its limit is told when to come back; who is banned loses its socket", async () => {
  const limits = { weightPerMinute: 4, requestsPer5Minutes: 0, connectionsPer5Minutes: 0 };
  const { connect } = await start({ limiter: new MemoryLimiter({ limits, nowMs: () => START_MS }) });
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  await client.call("time");
  await client.call("time");
  const over = await client.call("time");
  const minuteEndsMs = Math.ceil((START_MS + 1) / 60_000) * 60_000;
  expect([over.status, over.error.code, over.error.data]).toEqual([
    429,
    -1003,
    { serverTime: START_MS, retryAfter: minuteEndsMs },
  ]);
  const statuses = new Set<unknown>();
  let end: unknown = null;
  // One after the other: what is under way when the ban comes has no answer.
  while (end === null) {
    const goneOn = await Promise.race([client.call("time"), client.closed]);
    if ("status" in goneOn) statuses.add(goneOn.status);
    else end = goneOn;
  }
  expect([end, [...statuses]]).toEqual([{ code: 1008, reason: "address is banned" }, [429]]);
  await expect(connect()).rejects.toThrow("418");
});

test("a ban that another process has made is answered with its end, and the socket closed", async () => {
  const limits = { weightPerMinute: 0, requestsPer5Minutes: 0, connectionsPer5Minutes: 0 };
  const limiter = new MemoryLimiter({ limits, nowMs: () => START_MS });
  const { connect } = await start({ limiter });
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  const untilMs = START_MS + 120_000;
  limiter.admit = async () => ({ outcome: "banned", untilMs, retryAfterS: 120 });
  const { status, error } = await client.call("time");
  expect([status, error.code, error.data, await client.closed]).toEqual([
    418,
    -1003,
    { serverTime: START_MS, retryAfter: untilMs },
    { code: 1008, reason: "address is banned" },
  ]);
});

test("a socket that floods is read no faster than it is answered, and every request has its answer", async () => {
  const { connect } = await start();
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  for (let id = 1; id <= 2_000; id++) client.send({ id, method: "ping" });
  const answers = await client.until((messages) => (messages.length === 2_000 ? messages : undefined));
  expect(new Set(answers.map(({ id, status }) => `${id} ${status}`)).size).toBe(2_000);
});

test("a session signs once; its key revoked, the next request says so without an id, and nobody is logged on", async () => {
  const { connect, exchange, trader } = await start();
  const alice = await trader(1, "ed25519");
  const hmac = await trader(1);
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  const status = { connectedSince: START_MS, returnRateLimits: false, serverTime: START_MS, userDataStream: false };
  const nobody = { ...status, apiKey: null, authorizedSince: null };
  expect([
    await client.call("session.logon", hmac.signed()),
    (await client.call("session.status")).result,
    (await client.call("session.logon", alice.signed())).result,
    (await client.call("openOrders.status", { timestamp: START_MS })).result,
    (await client.call("openOrders.status", { symbol: "A0A1" })).error.code,
    (await client.call("userDataStream.subscribe")).result,
    (await client.call("session.status")).result.userDataStream,
  ]).toEqual([
    { status: 400, error: { code: -4056, msg: "HMAC_SHA256 API key is not supported." } },
    nobody,
    { ...status, apiKey: alice.apiKey, authorizedSince: START_MS },
    [],
    -1102,
    { subscriptionId: 0 },
    true,
  ]);
  await exchange.operate({ type: "revoke_key", apiKey: alice.apiKey });
  await client.eventsUntil(1);
  const before = client.messages.length;
  client.send({ id: 99, method: "openOrders.status", params: { timestamp: START_MS } });
  expect([
    await client.until((messages) => messages[before]),
    client.events.map(({ event }) => event.e),
    (await client.call("session.status")).result,
    (await client.call("userDataStream.subscribe")).status,
  ]).toEqual([
    {
      id: null,
      status: 401,
      error: { code: -2015, msg: "Invalid API-key, IP, or permissions for action." },
    },
    ["eventStreamTerminated"],
    nobody,
    401,
  ]);
});

test("a session that logs out while it subscribes leaves no subscription behind, at whatever moment", async () => {
  const { connect, trader, stream } = await start();
  const alice = await trader(1, "ed25519");
  for (let between = 0; between < 6; between++) {
    const client = await connect();
    await client.call("session.logon", alice.signed());
    client.send({ id: 1, method: "userDataStream.subscribe" });
    // Requests between the two: the logout comes a little later each time.
    for (let id = 100; id < 100 + between; id++) client.send({ id, method: "ping" });
    client.send({ id: 2, method: "session.logout" });
    await client.until(
      (messages) => (messages.some(({ id }) => id === 1) && messages.some(({ id }) => id === 2)) || undefined,
    );
    expect((await client.call("session.subscriptions")).result).toEqual([]);
  }
  expect(stream.stats().api?.userDataListeners).toBe(0);
});

test("a key that was revoked while the edge still believed in it subscribes to nothing", async () => {
  let harness: ApiHarness | null = null;
  let believed: KeyRecord | null = null;
  const reads = new Proxy({} as EngineReads, {
    get: (_, name: keyof EngineReads) => {
      const engine = harness?.exchange.engine;
      if (name === "keyByApiKey" && believed !== null) return () => believed;
      const value = engine?.[name];
      return typeof value === "function" ? value.bind(engine) : value;
    },
  });
  harness = await start({ api: { reads } });
  const { trader, connect, exchange, stream } = harness;
  const alice = await trader(1);
  believed = await exchange.engine.keyByApiKey(alice.apiKey);
  await exchange.operate({ type: "revoke_key", apiKey: alice.apiKey });
  const client = await connect();
  const answer = await client.call("userDataStream.subscribe.signature", alice.signed());
  expect([answer.status, answer.error.code, stream.stats().api?.userDataListeners]).toEqual([401, -2015, 0]);
});

test("a key sees and moves its own account alone, and only what it may", async () => {
  const { connect, trader } = await start();
  const client = await connect();
  const [alice, bob, reader] = [await trader(1), await trader(2), await trader(1, "hmac_sha256", ["read"])];
  const { orderId } = (await client.call("order.place", alice.signed(ORDER))).result;
  const asked = await Promise.all([
    client.call("order.status", bob.signed({ symbol: "A0A1", orderId })),
    client.call("order.cancel", bob.signed({ symbol: "A0A1", orderId })),
    client.call("order.cancel", reader.signed({ symbol: "A0A1", orderId })),
    client.call("order.status", reader.signed({ symbol: "A0A1", orderId })),
  ]);
  expect(asked.map(({ status, error }) => [status, error?.code])).toEqual([
    [400, -2013],
    [400, -2011],
    [401, -2015],
    [200, undefined],
  ]);
});

test("a socket has so many ids for subscriptions and no more, one account once, and those that are none are told", async () => {
  const { connect, trader } = await start();
  const client = await connect();
  const [alice, bob] = [await trader(1), await trader(2)];
  const subscribe = (who: typeof alice) => client.call("userDataStream.subscribe.signature", who.signed());
  const both = await Promise.all([subscribe(alice), subscribe(alice)]);
  expect(both.map(({ result, error }) => result ?? error.code)).toEqual([{ subscriptionId: 0 }, -2035]);
  expect([
    (await subscribe(bob)).result,
    (await client.call("session.subscriptions")).result,
    (await client.call("userDataStream.unsubscribe", { subscriptionId: 7 })).error.code,
    (await client.call("userDataStream.unsubscribe")).result,
    (await client.call("session.subscriptions")).result,
    (await subscribe(alice)).result,
  ]).toEqual([
    { subscriptionId: 1 },
    [{ subscriptionId: 0 }, { subscriptionId: 1 }],
    -2036,
    {},
    [],
    { subscriptionId: 2 },
  ]);
});

test("a server that goes says so, answers what is under way, and closes", async () => {
  const { connect, stream } = await start();
  const client = await connect("/ws-api/v3?returnRateLimits=false");
  await client.call("ping");
  const closed = stream.close();
  const end = await client.closed;
  await closed;
  const { event } = client.messages.at(-1);
  expect([end, event.e, typeof event.E]).toEqual([
    { code: 1001, reason: "server shutdown" },
    "serverShutdown",
    "number",
  ]);
});
