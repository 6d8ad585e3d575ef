/**
 * Whoever has a reply with sequence n reads an as-of of at least n: every signed read, and the operator's, over a real
 * engine while others trade.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSecret, sealSecret } from "../../engine/api/seal.ts";
import { newExchange, place, type RunningExchange } from "../../engine/sim/small-exchange.ts";
import { AS_OF_SEQ_HEADER } from "../_shared/answer.ts";
import type { Handler, HttpReply } from "../_shared/http.ts";
import { fakeEdge, OPERATOR_TOKEN, request, send, type Trader } from "../_shared/testing/fake-edge.ts";
import { handleOrders } from "../orders/handler.ts";
import { handleUsers } from "../users/handler.ts";
import { handleAccount } from "./handler.ts";

const SEALING_KEY = new Uint8Array(32).fill(3);
const ORDERS = 60;

let exchange: RunningExchange;
const edge = fakeEdge();
const trader: Trader = { account: 1, apiKey: "as-of-key-0123456789", secret: "as-of-secret" };

beforeAll(async () => {
  exchange = await newExchange();
  await exchange.operate({
    type: "register_key",
    account: trader.account,
    apiKey: trader.apiKey,
    kind: "hmac_sha256",
    material: sealSecret(SEALING_KEY, trader.secret),
    permissions: ["read", "trade"],
    ipAllowList: [],
    expiresUs: 0,
    label: "",
  });
  const { engine } = exchange;
  edge.deps = { ...edge.deps, engine, reads: engine, openSecret: (material) => openSecret(SEALING_KEY, material) };
});
afterAll(() => exchange.engine.close());

const asOf = ({ status, headers }: HttpReply): number => (status === 200 ? Number(headers[AS_OF_SEQ_HEADER]) : -1);

test("a read after a reply includes it: account, open orders, all orders, own trades, one order, the operator's account", async () => {
  const reads: readonly (readonly [Handler<typeof edge.deps>, string, string])[] = [
    [handleAccount, "/api/v3/account", ""],
    [handleOrders, "/api/v3/openOrders", ""],
    [handleAccount, "/api/v3/allOrders", "symbol=A0A1"],
    [handleAccount, "/api/v3/myTrades", "symbol=A0A1"],
    [handleOrders, "/api/v3/order", "symbol=A0A1&orderId=1"],
  ];
  const behind: string[] = [];
  let seenSeq = 0;
  await Promise.all(
    Array.from({ length: ORDERS }, async (_, index) => {
      const side = index % 2 === 0 ? "buy" : "sell";
      const terms = { side, quantityLots: 1, priceTicks: 100, clientOrderId: `o${index}` } as const;
      const { seq } = await exchange.send(place(1 + (index % 2), terms));
      seenSeq = Math.max(seenSeq, seq);
      for (const [handler, path, query] of reads) {
        const reply = await send(handler, edge, trader, "GET", path, query);
        if (!(asOf(reply) >= seq)) behind.push(`${path}: ${reply.status} as of ${asOf(reply)}, replied ${seq}`);
      }
      const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
      const shown = await handleUsers(request({ path: "/ops/v1/accounts/1", headers }), edge.deps);
      if (!(asOf(shown) >= seq)) behind.push(`operator: ${shown.status} as of ${asOf(shown)}, replied ${seq}`);
    }),
  );
  expect({ behind, traded: seenSeq > ORDERS }).toEqual({ behind: [], traded: true });
});

test("what reads nothing of the engine, and what is refused, names no sequence", async () => {
  const tested = await send(handleOrders, edge, trader, "GET", "/api/v3/openOrders", "symbol=NOTHING");
  const placed = await send(
    handleOrders,
    edge,
    trader,
    "POST",
    "/api/v3/order/test",
    "symbol=A0A1&side=BUY&type=MARKET",
  );
  expect([tested, placed].map(({ headers }) => headers[AS_OF_SEQ_HEADER])).toEqual([undefined, undefined]);
});
