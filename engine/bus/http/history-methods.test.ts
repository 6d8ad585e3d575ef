/** The history port over a real server: every method by the same words on both sides, of the lineage that was named, and nothing that is no argument of it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { History } from "../history-client.ts";
import { HISTORY_CANDLES_MAX, HISTORY_ROWS_MAX } from "./history-methods.ts";
import { HISTORY_METHODS } from "./rpc.ts";
import { remoteHistory } from "./rpc-client.ts";
import { rpcHandler } from "./rpc-server.ts";

const TOKEN = "token-of-the-tests-1";
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Method = (typeof HISTORY_METHODS)[number];
interface Heard {
  readonly lineage: number | null;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** Answers each method with what it heard. */
function echo(heard: Heard[], lineage: number | null): History {
  const methods = HISTORY_METHODS.map((method) => [
    method,
    async (...args: readonly unknown[]) => {
      heard.push({ lineage, method, args });
      return { lineage, method, atoms: 2n ** 62n };
    },
  ]);
  return { ...Object.fromEntries(methods), ofLineage: (named: number) => echo(heard, named) } as History;
}

async function serve(history: Partial<History>): Promise<string> {
  const reportFault = ({ error }: { readonly error: unknown }): never => {
    throw error;
  };
  const handle = rpcHandler({ token: TOKEN, ports: { history }, reportFault });
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const CALLS: { readonly [Name in Method]: Parameters<History[Name]> } = {
  order: [1, 0, 7, ""],
  orders: [1, 0, { limit: 5, startMs: 0, fromOrderId: 3 }],
  fills: [1, 0, { limit: 5, endMs: 9, orderId: 3, fromTradeId: 4 }],
  trades: [0, { limit: HISTORY_ROWS_MAX, fromTradeId: 1 }],
  candles: [0, "1h", { limit: HISTORY_CANDLES_MAX }],
  candleBefore: [0, "1m", 60_000],
  orderLists: [1, { limit: 5, fromOrderListId: 2 }],
  orderList: [1, 0, "mine"],
  preventedMatches: [1, 0, { limit: 5, orderId: 3 }],
  amendments: [1, 0, 3, { limit: 5, fromExecutionId: 8 }],
  fundsMoved: [null, { limit: 5, kinds: ["deposited", "withdrawal_held"], asset: 1, reference: "tx" }],
  statement: [1, 0, { limit: 5, fromEntryId: 80 }],
  ledgerSums: [12],
};

test("each method arrives with its arguments, of any lineage or of the one that was named", async () => {
  const heard: Heard[] = [];
  const remote = remoteHistory({ url: await serve(echo(heard, null)), token: TOKEN, retryBudgetMs: 0 });
  closing.push(() => remote.close());
  for (const [lineage, client] of [
    [null, remote] as const,
    [1_700_000_000, remote.ofLineage(1_700_000_000)] as const,
  ]) {
    for (const method of HISTORY_METHODS) {
      const ask = client[method] as (...args: readonly unknown[]) => Promise<unknown>;
      expect(await ask(...CALLS[method])).toEqual({ lineage, method, atoms: 2n ** 62n });
    }
    expect(heard.splice(0)).toEqual(HISTORY_METHODS.map((method) => ({ lineage, method, args: CALLS[method] })));
  }
});

async function post(origin: string, method: string, args: unknown): Promise<number> {
  const response = await fetch(`${origin}/v1/history/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  await response.body?.cancel();
  return response.status;
}

test("what is no argument of a method is refused before anything is called", async () => {
  const heard: Heard[] = [];
  const origin = await serve(echo(heard, null));
  const ill = HISTORY_METHODS.flatMap((method) => {
    const good: readonly unknown[] = CALLS[method];
    const bent = good.flatMap((argument, index) => {
      const others: unknown[] = [
        -1,
        0.5,
        "1",
        true,
        [],
        {},
        { limit: 5, other: 1 },
        { limit: HISTORY_CANDLES_MAX + 1 },
      ];
      if (method !== "candles") others.push({ limit: HISTORY_ROWS_MAX + 1 });
      if (argument !== null) others.push(null);
      // A text may be "1", and a word is no number.
      const wrong = others.filter((other) => typeof other !== typeof argument || typeof argument !== "string");
      return wrong.map((other) => good.with(index, other));
    });
    return [[], good.slice(1), [...good, "lineage"], [...good, -1], [...good, 1, 1], ...bent].map((args) => [
      method,
      args,
    ]);
  }) as [Method, unknown][];
  const taken = [];
  for (const [method, args] of ill) {
    if (JSON.stringify(args) === JSON.stringify(CALLS[method])) continue;
    const status = await post(origin, method, args);
    if (status !== 400) taken.push([method, args, status]);
  }
  expect(taken).toEqual([]);
  expect(heard).toEqual([]);
});

test("a method that there is not, or that this side does not have, is 404", async () => {
  const origin = await serve({ trades: async () => [] });
  expect([
    await post(origin, "trades", [0, { limit: 1 }]),
    await post(origin, "ofLineage", [1]),
    await post(origin, "statement", CALLS.statement),
    await post(origin, "__proto__", []),
  ]).toEqual([200, 404, 404, 404]);
});
