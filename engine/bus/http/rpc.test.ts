/**
 * Calls between processes over a real server on a free port: what goes in comes out, and what a no looks like.
 */
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { NO_LIMITS } from "../../domain/instrument.ts";
import { catalogOf } from "../../protocol/bus-messages.ts";
import type { EngineEvent } from "../../protocol/events.ts";
import { ACCOUNT_EVENTS_ACCOUNTS_MAX, InstrumentUnknown, OperationalError } from "../engine-client.ts";
import { RPC_BODY_BYTES_MAX, RPC_EVENTS_BYTES_MAX } from "./rpc.ts";
import { type RpcClientOptions, remoteEngineReads, remoteHistory, remoteStreamReads, rpcClient } from "./rpc-client.ts";
import type { EngineRpcPort, RpcPorts } from "./rpc-methods.ts";
import { rpcHandler } from "./rpc-server.ts";

const TOKEN = "token-of-the-tests-0";
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Served {
  readonly options: RpcClientOptions;
  readonly faults: unknown[];
  readonly server: Server;
  readonly port: number;
}

function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve) =>
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
}

async function serve(ports: RpcPorts, port = 0): Promise<Served> {
  const faults: unknown[] = [];
  const handle = rpcHandler({ token: TOKEN, ports, reportFault: ({ error }) => faults.push(error) });
  const server = createServer((incoming, response) => {
    if (!handle(incoming, response)) response.writeHead(418).end();
  });
  const taken = await listen(server, port);
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { options: { url: `http://127.0.0.1:${taken}`, token: TOKEN, retryBudgetMs: 0 }, faults, server, port: taken };
}

/** Only what a test gives it. */
function portOf(part: Partial<EngineRpcPort>): EngineRpcPort {
  return part as EngineRpcPort;
}

const BALANCES = [
  { asset: 0, freeAtoms: 9_007_199_254_740_993n, lockedAtoms: 0n },
  { asset: 1, freeAtoms: -1n, lockedAtoms: 2n ** 63n - 1n },
];
const ACCOUNT = {
  id: 1,
  name: 'a "name" of 123n',
  canTrade: true,
  canWithdraw: false,
  balances: BALANCES,
  updatedUs: 5,
};

test("an answer's amounts, texts and nulls come out as they went in", async () => {
  const { options } = await serve({
    engine: portOf({ account: async (id) => ({ value: id === 1 ? ACCOUNT : null, asOfSeq: 7 }) }),
  });
  const reads = remoteEngineReads(options);
  expect([await reads.account(1), await reads.account(2)]).toEqual([
    { value: ACCOUNT, asOfSeq: 7 },
    { value: null, asOfSeq: 7 },
  ]);
});

test("arguments arrive in their order, and what the engine is told arrives too", async () => {
  const heard: unknown[] = [];
  const { options } = await serve({
    engine: portOf({
      order: async (...args) => {
        heard.push(args);
        return { value: null, asOfSeq: 1 };
      },
      openOrders: async (...args) => {
        heard.push(args);
        return { value: [], asOfSeq: 1 };
      },
      committed: (...args) => void heard.push(args),
      publish: async (...args) => void heard.push(args),
    }),
    stream: {
      depth: async () => null,
      recentTrades: async () => [],
      ticker: async () => null,
      candles: async (...args) => {
        heard.push(args);
        return [];
      },
      standing: () => Promise.reject(new Error("not asked")),
    },
    history: {
      trades: async (...args) => {
        heard.push(args);
        return [];
      },
      candles: async () => [],
      candleBefore: async () => null,
    },
  });
  const engine = remoteEngineReads(options);
  await engine.order(3, 1, 2 ** 53 - 1, "it's:me");
  await engine.openOrders(3, null);
  await engine.committed("e1", 12);
  await engine.publish({ "ce-id": "1" }, "body");
  expect(await remoteStreamReads(options).candles(1, "1M")).toEqual([]);
  expect(await remoteStreamReads(options).depth(9, 5)).toBeNull();
  await remoteHistory(options).trades(1, { limit: 10 });
  expect(heard).toEqual([
    [3, 1, 2 ** 53 - 1, "it's:me"],
    [3, null],
    ["e1", 12],
    [{ "ce-id": "1" }, "body"],
    [1, "1M"],
    [1, { limit: 10 }],
  ]);
});

test("a catalog comes with its indexes made anew", async () => {
  const assets = [{ id: 0, name: "BTC", decimals: 8 }];
  const { options } = await serve({ engine: portOf({ catalog: () => catalogOf(assets, []) }) });
  expect(await remoteEngineReads(options).catalog()).toEqual(catalogOf(assets, []));
});

test("a catalog comes with its limits where there are any, and without them where there are none", async () => {
  const limits = { ...NO_LIMITS, ordersPer10s: 50 };
  let catalog = catalogOf([], [], limits);
  const { options } = await serve({ engine: portOf({ catalog: () => catalog }) });
  const reads = remoteEngineReads(options);
  expect(await reads.catalog()).toEqual(catalogOf([], [], limits));
  catalog = catalogOf([], []);
  expect(await reads.catalog()).not.toHaveProperty("limits");
});

test("what an account has beside orders and fills is asked by the same words on both sides", async () => {
  const heard: unknown[] = [];
  const nothing = { value: null, asOfSeq: 1 };
  const none = { value: [], asOfSeq: 1 };
  const page = { events: [], nextSeq: 5, headSeq: 4 };
  const audit = [
    {
      asset: 0,
      accountsAtoms: 2n ** 62n,
      depositedAtoms: 2n ** 62n + 1n,
      withdrawnAtoms: 1n,
      frozen: false,
      asOfSeq: 4,
    },
  ];
  const hears =
    <Answer>(answer: Answer) =>
    async (...args: readonly unknown[]) => {
      heard.push(args);
      return answer;
    };
  const { options } = await serve({
    engine: portOf({
      orderList: hears(nothing),
      recentOrderLists: hears(none),
      recentPreventedMatches: hears(none),
      recentAmendments: hears(none),
      orderCounts: hears({ per10s: 1, perDay: 2 }),
      accountEvents: hears(page),
      withdrawals: hears(none),
      audit: hears(audit),
    }),
  });
  const reads = remoteEngineReads(options);
  expect([
    await reads.orderList(3, 7, "mine"),
    await reads.recentOrderLists(3),
    await reads.recentPreventedMatches(3, 1),
    await reads.recentAmendments(3, 1, 9),
    await reads.orderCounts(3),
    await reads.accountEvents(5, 100, [3, 4]),
    await reads.accountEvents(5, 100, null),
    await reads.withdrawals(null),
    await reads.withdrawals(3, "held"),
    await reads.audit(),
  ]).toEqual([nothing, none, none, none, { per10s: 1, perDay: 2 }, page, page, none, none, audit]);
  expect(heard).toEqual([
    [3, 7, "mine"],
    [3],
    [3, 1],
    [3, 1, 9],
    [3],
    [5, 100, [3, 4]],
    [5, 100, null],
    [null],
    [3, "held"],
    [],
  ]);
});

test("arguments that are none of an account's reads are refused before anything is called", async () => {
  const { port, faults } = await serve({ engine: portOf({}) });
  const authorization = `Bearer ${TOKEN}`;
  const tooMany = Array.from({ length: ACCOUNT_EVENTS_ACCOUNTS_MAX + 1 }, (_, account) => account);
  const bodies: readonly (readonly [method: string, args: unknown])[] = [
    ["orderList", [1, 1]],
    ["orderList", [1, -1, ""]],
    ["orderList", [1, 1, "x".repeat(257)]],
    ["orderList", [1, 1.5, ""]],
    ["recentOrderLists", []],
    ["recentOrderLists", [null]],
    ["recentPreventedMatches", [1, "0"]],
    ["recentAmendments", [1, 0]],
    ["recentAmendments", [1, 0, 2 ** 53]],
    ["orderCounts", [[1]]],
    ["accountEvents", [1, 0, null]],
    ["accountEvents", [1, 10_001, null]],
    ["accountEvents", [-1, 10, null]],
    ["accountEvents", [1, 10]],
    ["accountEvents", [1, 10, 3]],
    ["accountEvents", [1, 10, [1, -1]]],
    ["accountEvents", [1, 10, ["1"]]],
    ["accountEvents", [1, 10, { length: 1 }]],
    ["accountEvents", [1, 10, tooMany]],
    ["withdrawals", ["all"]],
    ["audit", [1]],
    ["audit", {}],
  ];
  const statuses = await Promise.all(
    bodies.map(([method, args]) => post(port, `/v1/engine/${method}`, JSON.stringify(args), { authorization })),
  );
  expect(statuses).toEqual(bodies.map(() => 400));
  expect(faults).toEqual([]);
});

function post(port: number, path: string, body: string | null, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path, method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    // null: announced or chunked, and never finished.
    if (body === null) for (let sent = 0; sent < 5; sent++) outgoing.write(Buffer.alloc(RPC_BODY_BYTES_MAX / 4, 32));
    else outgoing.end(body);
  });
}

test("no token, another method, other arguments, too many bytes: each is refused before anything is called", async () => {
  const { port, faults } = await serve({ engine: portOf({}), stream: null });
  const authorization = `Bearer ${TOKEN}`;
  const statuses = [
    await post(port, "/v1/engine/account", "[1]"),
    await post(port, "/v1/engine/account", "[1]", { authorization: `Bearer ${TOKEN}x` }),
    await post(port, "/v1/engine/close", "[]", { authorization }),
    await post(port, "/v1/engine/toString", "[]", { authorization }),
    await post(port, "/v1/engine/publish", '[{},""]', { authorization }),
    await post(port, "/v1/history/trades", "[]", { authorization }),
    await post(port, "/v1/stream/ticker", "[1]", { authorization }),
    await post(port, "/v1/engine/account", "[-1]", { authorization }),
    await post(port, "/v1/engine/account", '["1"]', { authorization }),
    await post(port, "/v1/engine/account", "[1,2]", { authorization }),
    await post(port, "/v1/engine/account", "[1", { authorization }),
    await post(port, "/v1/engine/account", '[{"atoms":"x"}]', { authorization }),
    await post(port, "/v1/engine/account", null, { authorization }),
    await post(port, "/v1/engine/account", "[", { authorization, "content-length": String(RPC_BODY_BYTES_MAX + 1) }),
    await post(port, "/livez", ""),
  ];
  expect(statuses).toEqual([401, 401, 404, 404, 404, 404, 503, 400, 400, 400, 400, 400, 413, 413, 418]);
  expect(faults).toEqual([]);
});

test("an operational error is thrown again as the same one; a fault is told to its owner alone", async () => {
  const { options, faults } = await serve({
    engine: portOf({
      account: async () => {
        throw new OperationalError("not_sent", "closing");
      },
      bookSnapshot: async () => {
        throw new RangeError("secret words");
      },
    }),
    history: {
      trades: async () => [],
      candles: async () => [],
      candleBefore: async () => {
        throw new OperationalError("history_unavailable", "no database");
      },
    },
  });
  const reads = remoteEngineReads(options);
  await expect(reads.account(1)).rejects.toMatchObject({ code: "not_sent", message: "/v1/engine/account: closing" });
  await expect(reads.bookSnapshot(1)).rejects.toThrow(
    "/v1/engine/bookSnapshot answered 500: a fault of the answering side",
  );
  await expect(remoteHistory({ ...options, retryBudgetMs: 60_000 }).candleBefore(1, "1m", 0)).rejects.toMatchObject({
    code: "history_unavailable",
  });
  expect(faults).toEqual([new RangeError("secret words")]);
});

test("the book of an instrument that is not there is a 404 at once, and nobody's fault", async () => {
  const { options, faults } = await serve({
    engine: portOf({
      bookSnapshot: async (instrument) => {
        throw new InstrumentUnknown(instrument);
      },
    }),
  });
  await expect(remoteEngineReads(options).bookSnapshot(7)).rejects.toThrow(
    "/v1/engine/bookSnapshot answered 404: there is no instrument 7",
  );
  expect(faults).toEqual([]);
});

test("a call during a restart of the other side is answered by its successor", async () => {
  const first = await serve({ engine: portOf({ account: async () => ({ value: null, asOfSeq: 1 }) }) });
  const reads = remoteEngineReads({ ...first.options, retryBudgetMs: 30_000 });
  expect(await reads.account(1)).toEqual({ value: null, asOfSeq: 1 });
  // It dies with the kept-alive connection; the next attempts are refused until somebody listens again.
  await new Promise<void>((resolve) => {
    first.server.close(() => resolve());
    first.server.closeAllConnections();
  });
  const answer = reads.account(1);
  const ports = { engine: null as EngineRpcPort | null };
  await serve(ports, first.port);
  ports.engine = portOf({ account: async () => ({ value: null, asOfSeq: 2 }) });
  expect(await answer).toEqual({ value: null, asOfSeq: 2 });
});

test("when the budget is spent, a call that nobody took rejects with what its client was told to say", async () => {
  const { options, server } = await serve({});
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  await expect(rpcClient(options).call("engine", "account", [1])).rejects.toMatchObject({ code: "not_sent" });
  await expect(remoteHistory(options).candleBefore(1, "1m", 0)).rejects.toMatchObject({ code: "history_unavailable" });
});

test("events past the bound of one answer are left for the next page, and none is left out", async () => {
  const text = "x".repeat(1_000);
  const events: EngineEvent[] = Array.from({ length: 3_000 }, (_, index) => ({
    // Every other sequence is a level, which the read leaves out.
    seq: 2 + index * 2,
    timeUs: 1,
    type: "account_changed",
    account: { id: 1, name: text, canTrade: true, canWithdraw: true },
  }));
  const headSeq = 6_001;
  const { options } = await serve({
    engine: portOf({
      eventsSince: async (fromSeq, eventsMax) => {
        const page = events.filter(({ seq }) => seq >= fromSeq).slice(0, eventsMax);
        const last = page.at(-1)?.seq;
        return {
          events: page,
          nextSeq: page.length === eventsMax && last !== undefined ? last + 1 : headSeq + 1,
          headSeq,
        };
      },
    }),
  });
  const reads = remoteEngineReads(options);
  const seen: number[] = [];
  let pages = 0;
  for (let fromSeq = 1; fromSeq <= headSeq; pages++) {
    const page = await reads.eventsSince(fromSeq, 2_000);
    expect(JSON.stringify(page.events).length).toBeLessThan(RPC_EVENTS_BYTES_MAX + 2_000);
    seen.push(...page.events.map(({ seq }) => seq));
    fromSeq = page.nextSeq;
  }
  expect(seen).toEqual(events.map(({ seq }) => seq));
  expect(pages).toBeGreaterThan(2);
});
