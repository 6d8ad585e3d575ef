/**
 * What a request costs and is told while keys and catalog cannot be read: only what needs them is refused for it.
 */
import { expect, test } from "vitest";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import { handleMarketData } from "../market-data/handler.ts";
import { handleOrders } from "../orders/handler.ts";
import { handleUsers } from "../users/handler.ts";
import type { EdgeDeps } from "./deps.ts";
import type { Handler } from "./http.ts";
import { fakeEdge, signedQuery } from "./testing/fake-edge.ts";

test("without keys and catalog a bad request is still a bad one, and the clock still goes; the rest is 'not now'", async () => {
  const edge = fakeEdge();
  let asked = 0;
  const deps: EdgeDeps = {
    ...edge.deps,
    async prepare() {
      asked += 1;
      throw new OperationalError("not_sent", "Redis cannot be asked now");
    },
  };
  const ask = async (handler: Handler<EdgeDeps>, method: string, path: string, rawQuery = ""): Promise<unknown> => {
    const before = asked;
    const headers = { "x-mbx-apikey": edge.alice.apiKey };
    const request = { method, path, rawQuery, headers, rawBody: new Uint8Array(0), remoteAddress: "127.0.0.1" };
    const { status, body } = await handler(request, deps);
    return [status, JSON.parse(body).code ?? "answered", asked - before];
  };
  expect([
    await ask(handleMarketData, "GET", "/api/v3/ping"),
    await ask(handleMarketData, "GET", "/api/v3/time"),
    await ask(handleMarketData, "GET", "/api/v3/exchangeInfo"),
    await ask(handleMarketData, "GET", "/api/v3/depth"),
    await ask(handleOrders, "GET", "/api/v3/nothing"),
    await ask(handleOrders, "PATCH", "/api/v3/order"),
    await ask(handleOrders, "POST", "/api/v3/order", "symbol=BTCUSDT&symbol=BTCUSDT"),
    await ask(handleOrders, "GET", "/api/v3/openOrders", signedQuery(edge.alice, "")),
    await ask(handleUsers, "GET", "/ops/v1/accounts"),
  ]).toEqual([
    [200, "answered", 0],
    [200, "answered", 0],
    [503, -1008, 1],
    [400, -1102, 0],
    [404, -1020, 0],
    [405, -1020, 0],
    [400, -1101, 0],
    [503, -1008, 1],
    [401, -1002, 0],
  ]);
});
