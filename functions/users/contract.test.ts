/**
 * The contract of users/: the operator's API, through the Functions Framework. The engine behind it is a fake.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import { installDeps } from "../_shared/deps.ts";
import { type FakeEdge, fakeEdge, OPERATOR_TOKEN, send } from "../_shared/testing/fake-edge.ts";
import { type Answer, call, type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import { handleOrders } from "../orders/handler.ts";
import "./index.ts";

let server: ServedFunction;
let edge: FakeEdge;

beforeAll(async () => {
  server = await serveFunction("users", null);
});
afterAll(() => server.close());
beforeEach(() => {
  edge = fakeEdge();
  installDeps(() => edge.deps);
});

function ask(method: string, path: string, body?: object, token = OPERATOR_TOKEN): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return call(
    server.origin,
    method,
    `/ops/v1/${path}`,
    body === undefined ? { headers } : { headers, body: JSON.stringify(body) },
  );
}

const SOL = {
  symbol: "SOLUSDT",
  status: "trading",
  base: "SOL",
  quote: "USDT",
  tickSize: "0.01000000",
  stepSize: "0.00100000",
  minPrice: "0.01000000",
  maxPrice: "21474836.47000000",
  minQty: "0.00100000",
  maxQty: "92233720368.54700000",
  marketMaxQty: "92233720368.54700000",
  minNotional: "5.00000000",
  maxNotional: null,
  maxNumOrders: 200,
  makerFee: "0.00100000",
  takerFee: "0.00100000",
  selfTradeDefault: "expire_maker",
  selfTradeAllowed: ["none", "expire_taker", "expire_maker", "expire_both", "decrement", "transfer"],
};

describe("instruments", () => {
  test("POST adds missing assets first; bounds left out are the widest", async () => {
    const body = {
      symbol: "SOLUSDT",
      base: "SOL",
      quote: "USDT",
      tickSize: "0.01",
      stepSize: "0.001",
      minNotional: "5",
    };
    expect(await ask("POST", "instruments", body)).toEqual({
      status: 200,
      contentType: "application/json;charset=UTF-8",
      body: SOL,
    });
    expect(edge.engine.received.map(({ command }) => command.type)).toEqual(["add_asset", "add_instrument"]);
    const listed = (await ask("GET", "instruments")).body as object[];
    expect([listed.length, listed[2]]).toEqual([3, SOL]);
  });

  const body = { symbol: "XY", base: "X", quote: "Y", tickSize: "0.01", stepSize: "0.001" };
  test.each([
    [{ ...body, tickSize: 0.01 }, `'tickSize' Invalid input: expected string, received number.`],
    [{ ...body, ticksize: "1" }, `'body' Unrecognized key: "ticksize".`],
    [{ ...body, stepSize: "0.0000001", baseDecimals: 6 }, "'stepSize' is finer than the base asset's 6 decimals."],
    [{ ...body, tickSize: "0.000001" }, "'tickSize' times stepSize is finer than the quote asset's 8 decimals."],
    [{ ...body, minPrice: "0.015" }, "'minPrice' is no whole number of steps."],
    [{ ...body, maxPrice: "21474836.48" }, "'maxPrice' lies within 0.01000000 and 21474836.47000000."],
    [{ ...body, tickSize: "0" }, "'tickSize' is above zero and below 90 million."],
    [{ ...body, makerFee: "2" }, `'makerFee' is a share of 1: ten basis points are "0.001".`],
    [{ ...body, quote: "X" }, "'quote' is another asset than the base."],
    [{ ...body, base: "BTC", baseDecimals: 5 }, "'baseDecimals' contradicts the asset BTC, which has 8."],
  ])("%j is refused before anything is made: %s", async (wrong, msg) => {
    const answer = await ask("POST", "instruments", wrong);
    expect([answer.status, answer.body, edge.engine.received]).toEqual([400, { code: -1130, msg }, []]);
  });

  test("a symbol that exists is a conflict", async () => {
    const answer = await ask("POST", "instruments", { ...body, symbol: "BTCUSDT" });
    expect([answer.status, answer.body]).toEqual([
      409,
      { code: -2010, msg: "instrument_exists: an instrument has this symbol already." },
    ]);
  });
});

describe("status", () => {
  const venue = {
    serverTime: 1_767_225_600_123,
    headSeq: 100,
    assets: ["BTC", "USDT", "ETH"].map((name) => ({ name, decimals: 8 })),
    instruments: ["BTCUSDT", "ETHUSDT"].map((symbol) => ({ symbol, status: "trading" })),
    engine: {
      ...{ name: "e1", epoch: 4, lineage: 3, startedAt: 1_767_225_540_123, headSeq: 100, committedSeq: 97 },
      ...{ lagEvents: 3, outboxEvents: 3, outboxMs: 250 },
      ...{ commands: 50, trades: 20, rejects: 5, queued: 2, openOrders: 7, frozen: false },
      recovery: { records: 41, ms: 13 },
      journal: {
        ...{ lastFrame: 1_767_225_598_123, frames: 30, bytes: 4_096, segment: 6, snapshotRecord: 9 },
        ...{ syncMedianUs: 80, syncP99Us: 411 },
      },
    },
    stream: {
      ...{ sockets: 8, apiSockets: 3, subscriptions: 21, userStreams: 2, messages: 900, bufferedBytes: 64 },
      ...{ appliedSeq: 99, following: true },
    },
  };

  test("names assets, instruments, the engine and the stream, in whole numbers", async () => {
    expect(await ask("GET", "status")).toEqual({
      status: 200,
      contentType: "application/json;charset=UTF-8",
      body: venue,
    });
  });

  test("an engine without a sink of events has no outbox", async () => {
    const standing = async () => ({ ...(await edge.engine.standing()), outbox: null });
    edge.deps = { ...edge.deps, reads: Object.assign(Object.create(edge.engine), { standing }) };
    expect((await ask("GET", "status")).body).toEqual({
      ...venue,
      engine: { ...venue.engine, outboxEvents: null, outboxMs: null },
    });
  });

  test.each([
    ["is away", () => Promise.reject(new OperationalError("not_sent", "planted"))],
    ["is silent", () => new Promise<never>(() => {})],
  ])("a stream that %s keeps nothing of the rest back", async (_, standing) => {
    edge.market.standing = standing;
    expect((await ask("GET", "status")).body).toEqual({ ...venue, stream: null });
  });

  test("an engine that is away is a clear no", async () => {
    edge.engine.standing = () => Promise.reject(new OperationalError("not_sent", "planted"));
    const { status, body } = await ask("GET", "status");
    expect([status, (body as { code: number }).code]).toEqual([503, -1008]);
  });
});

describe("accounts", () => {
  test("open, list, show with balances, and change", async () => {
    const carol = { id: 3, name: "carol", canTrade: true, canWithdraw: true };
    expect((await ask("POST", "accounts", { name: "carol" })).body).toEqual(carol);
    expect((await ask("GET", "accounts?fromId=2")).body).toEqual([{ ...carol, id: 2, name: "bob" }, carol]);
    expect((await ask("GET", "accounts/1")).body).toEqual({
      id: 1,
      name: "alice",
      canTrade: true,
      canWithdraw: true,
      balances: [
        { asset: "BTC", free: "10.00000000", locked: "0.00000000" },
        { asset: "USDT", free: "990000.00000000", locked: "10000.00000000" },
        { asset: "ETH", free: "0.00000000", locked: "0.00000000" },
      ],
    });
    const changed = await ask("POST", "accounts/3", { canTrade: false, canWithdraw: true });
    expect(changed.body).toEqual({ ...carol, canTrade: false });
  });

  test("a name or a reference with a control character is refused: no table could keep it", async () => {
    const deposit = { account: 1, asset: "BTC", amount: "1" };
    expect([
      (await ask("POST", "accounts", { name: "a\0b" })).status,
      (await ask("POST", "deposits", { ...deposit, reference: "\u0000" })).status,
      (await ask("POST", "deposits", { ...deposit, reference: "\ud800" })).status,
    ]).toEqual([400, 400, 400]);
  });

  test("unknown ones are 404, a name in use 409", async () => {
    const answers = [
      await ask("GET", "accounts/9"),
      await ask("GET", "accounts/a%2fb"),
      await ask("POST", "accounts/9", { canTrade: true, canWithdraw: true }),
      await ask("POST", "accounts", { name: "alice" }),
    ];
    const unknown = { code: -2010, msg: "account_not_found: there is no such account." };
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [404, unknown],
      [404, unknown],
      [404, unknown],
      [409, { code: -2010, msg: "account_exists: an account has this name already." }],
    ]);
  });
});

describe("keys", () => {
  test("the secret is shown once, sealed in the command, and works at once; a revoked key does not", async () => {
    const body = {
      account: 1,
      permissions: ["read", "trade"],
      label: "bot",
      ipAllowList: ["127.0.0.1"],
      expires: 1_800_000_000_000,
    };
    const made = (await ask("POST", "keys", body)).body as { apiKey: string; apiSecret: string };
    expect(made).toEqual({
      account: 1,
      apiKey: expect.stringMatching(/^.{64}$/),
      apiSecret: expect.stringMatching(/^.{64}$/),
      kind: "hmac_sha256",
      permissions: ["read", "trade"],
    });
    expect(JSON.stringify(edge.engine.received)).not.toContain(made.apiSecret);
    const trader = { account: 1, apiKey: made.apiKey, secret: made.apiSecret };
    const used = (): Promise<{ status: number }> => send(handleOrders, edge, trader, "GET", "/api/v3/openOrders");
    expect((await used()).status).toBe(200);
    const listed = (await ask("GET", "keys")).body as object[];
    const shape = {
      apiKey: made.apiKey,
      account: 1,
      kind: "hmac_sha256",
      permissions: ["read", "trade"],
      ipAllowList: ["127.0.0.1"],
      expires: 1_800_000_000_000,
      label: "bot",
      revoked: false,
      disabled: false,
    };
    expect(listed.at(-1)).toEqual(shape);
    expect((await ask("DELETE", `keys/${made.apiKey}`)).body).toEqual({ ...shape, revoked: true });
    expect((await used()).status).toBe(401);
  });

  test.each([
    [{ account: 1, permissions: [] }, "'permissions' Too small: expected array to have >=1 items."],
    [
      { account: 1, permissions: ["read"], ipAllowList: ["10.0.0.0/99"] },
      `'ipAllowList.0' is an address or a CIDR range, like "10.0.0.0/8".`,
    ],
  ])("%j is refused: %s", async (wrong, msg) => {
    const answer = await ask("POST", "keys", wrong);
    expect([answer.status, answer.body]).toEqual([400, { code: -1130, msg }]);
  });
});

describe("deposits", () => {
  test("an amount becomes atoms", async () => {
    const body = { account: 1, asset: "USDT", amount: "1000.5", reference: "wire-1" };
    expect((await ask("POST", "deposits", body)).body).toEqual({
      ...body,
      amount: "1000.50000000",
      seq: edge.engine.seq,
    });
    expect(edge.engine.received[0]?.command).toEqual({
      type: "deposit",
      account: 1,
      asset: "USDT",
      atoms: 100_050_000_000n,
      reference: "wire-1",
    });
  });

  test("an unknown asset or more places than it has are refused", async () => {
    edge.engine.assets.push({ id: 3, name: "JPY", decimals: 0 });
    const body = { account: 1, asset: "XXX", amount: "1.5", reference: "r" };
    expect((await ask("POST", "deposits", body)).body).toEqual({
      code: -2010,
      msg: "asset_not_found: there is no such asset.",
    });
    expect((await ask("POST", "deposits", { ...body, asset: "JPY" })).body).toEqual({
      code: -1130,
      msg: "'amount' has more than the asset's 0 decimals.",
    });
  });
});

test("halts change an instrument's status; asking for the status it has changes nothing", async () => {
  const answers = [
    await ask("POST", "halts", { symbol: "BTCUSDT", status: "cancel_only" }),
    await ask("POST", "halts", { symbol: "BTCUSDT", status: "cancel_only" }),
    await ask("DELETE", "halts/BTCUSDT"),
    await ask("DELETE", "halts/NONE"),
  ];
  expect(answers.map((answer) => answer.body)).toEqual([
    { symbol: "BTCUSDT", status: "cancel_only", changed: true },
    { symbol: "BTCUSDT", status: "cancel_only", changed: false },
    { symbol: "BTCUSDT", status: "trading", changed: true },
    { code: -2010, msg: "instrument_not_found: there is no such instrument." },
  ]);
});

test("cancel-all names what it canceled, nothing being no mistake", async () => {
  const order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=20000&newClientOrderId=mine";
  await send(handleOrders, edge, edge.alice, "POST", "/api/v3/order", order);
  const body = { account: 1, symbol: "BTCUSDT" };
  expect((await ask("POST", "cancel-all", body)).body).toEqual({
    ...body,
    canceled: [{ orderId: 1, clientOrderId: "mine" }],
  });
  expect((await ask("POST", "cancel-all", body)).body).toEqual({ ...body, canceled: [] });
});

describe("the token", () => {
  test("nothing is told without it: not even whether a path exists", async () => {
    const answers = [
      await ask("GET", "status", undefined, ""),
      await ask("GET", "status", undefined, `${OPERATOR_TOKEN}x`),
      await ask("GET", "nothing", undefined, "wrong"),
      await call(server.origin, "GET", "/ops/v1/status"),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [401, { code: -1002, msg: "You are not authorized to execute this request." }]),
    );
    expect((await ask("GET", "nothing")).status).toBe(404);
  });

  test("an empty token configured lets nobody in", async () => {
    installDeps(() => ({ ...edge.deps, operator: { ...edge.deps.operator, token: "" } }));
    expect((await ask("GET", "status", undefined, "")).status).toBe(401);
  });
});

test("a body that is no JSON is refused by us, not by the framework", async () => {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}`, "content-type": "application/json" };
  const answer = await call(server.origin, "POST", "/ops/v1/accounts", { headers, body: "{nonsense" });
  expect([answer.status, answer.body]).toEqual([400, { code: -1130, msg: "The body is not a JSON object." }]);
});

test("what cannot be a key, a symbol, an account or an amount is refused, and the engine is not asked", async () => {
  const never = async (): Promise<never> => {
    throw new Error("the engine was asked");
  };
  installDeps(() => ({ ...edge.deps, engine: { ...edge.deps.engine, submitOperator: never } }));
  const asked = [
    ask("DELETE", "keys/%00"),
    ask("DELETE", `keys/${"k".repeat(129)}`),
    ask("POST", "keys/%20", { disabled: true }),
    ask("DELETE", "halts/%0D%0AX"),
    ask("DELETE", `halts/${"S".repeat(21)}`),
    ask("POST", "accounts/2147483648", { canTrade: true, canWithdraw: true }),
  ];
  const answers = await Promise.all(asked);
  expect(answers.map(({ status, body }) => [status, (body as { code: number }).code])).toEqual(
    asked.map(() => [404, -2010]),
  );
  const bodies = [
    ask("POST", "cancel-all", { account: 2 ** 31, symbol: "BTCUSDT" }),
    ask("POST", "deposits", { account: 1, asset: "USDT", amount: "99999999999999999999", reference: "r" }),
  ];
  expect((await Promise.all(bodies)).map(({ status }) => status)).toEqual([400, 400]);
});
