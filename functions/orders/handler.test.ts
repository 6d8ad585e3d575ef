/**
 * Rules of order intake that no golden answer shows: what reaches the engine, what holds while the database is away.
 */

import { expect, test } from "vitest";
import { historyAway } from "../../engine/bus/history-client.ts";
import { fakeEdge, request, send, shown, signedQuery } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { handleOrders } from "./handler.ts";

const LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=20000";

test("while the database is away an order is found in the engine; that one does not exist is said only when certain", async () => {
  const edge = fakeEdge();
  edge.deps = { ...edge.deps, history: historyAway("the database cannot be asked") };
  await send(handleOrders, edge, edge.alice, "POST", "/api/v3/order", LIMIT);
  const codes = async (): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for (const target of ["orderId=1", "orderId=2", "orderId=3", "origClientOrderId=other"]) {
      const reply = await send(handleOrders, edge, edge.alice, "GET", "/api/v3/order", `symbol=BTCUSDT&${target}`);
      const { status, body } = shown(reply);
      seen.push([status, (body as { code?: number }).code]);
    }
    return seen;
  };
  expect(await codes()).toEqual([
    [200, undefined],
    [400, -2013],
    [400, -2013],
    [400, -2013],
  ]);
  edge.engine.droppedHistory = { orderId: 2, orderCreatedUs: FAKE_NOW_US, tradeId: 0, tradeUs: 0 };
  expect(await codes()).toEqual([
    [200, undefined],
    [503, -1008],
    [400, -2013],
    [503, -1008],
  ]);
});

test("the command carries the account of the verified key, whatever the request names", async () => {
  const edge = fakeEdge();
  await send(handleOrders, edge, edge.bob, "POST", "/api/v3/order", `${LIMIT}&account=1&keyId=1`);
  expect(edge.engine.received.map(({ command }) => command)).toMatchObject([{ account: 2, keyId: 2 }]);
});

test("a request whose window ended while it was checked is not sent", async () => {
  const edge = fakeEdge();
  let asked = 0;
  // The first look at the clock is the check of the timestamp, the second stands before the engine.
  const deps = { ...edge.deps, nowUs: () => (asked++ === 0 ? FAKE_NOW_US : FAKE_NOW_US + 5_000_001) };
  const headers = { "x-mbx-apikey": edge.alice.apiKey };
  const rawQuery = signedQuery(edge.alice, LIMIT);
  const reply = await handleOrders(request({ method: "POST", path: "/api/v3/order", rawQuery, headers }), deps);
  expect([shown(reply), edge.engine.received]).toEqual([
    { status: 400, body: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." } },
    [],
  ]);
});
