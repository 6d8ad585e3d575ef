/** The port that engine/stream asks, by its own client, through the Functions Framework. */

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { historyAway } from "../../engine/bus/history-client.ts";
import { type RemoteHistory, remoteHistory } from "../../engine/bus/http/rpc-client.ts";
import type { Candle, TradeView } from "../../engine/bus/stream-client.ts";
import { installDeps } from "../_shared/deps.ts";
import { type FakeEdge, fakeEdge } from "../_shared/testing/fake-edge.ts";
import { type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import "./index.ts";

const TOKEN = "internal-token-for-tests";

let server: ServedFunction;
let edge: FakeEdge;
const clients: RemoteHistory[] = [];

beforeAll(async () => {
  server = await serveFunction("market-data", null);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await server.close();
});
beforeEach(() => {
  edge = fakeEdge();
  installDeps(() => ({ ...edge.deps, internalToken: TOKEN }));
});

function asked(token = TOKEN): RemoteHistory {
  const client = remoteHistory({ url: server.origin, token, retryBudgetMs: 0 });
  clients.push(client);
  return client;
}

const TRADE: TradeView = {
  instrument: 0,
  tradeId: 7,
  priceTicks: 2_000_000,
  quantityLots: 5,
  takerSide: "sell",
  takerOrderId: 3,
  timeUs: 1_767_225_600_123_456,
};
const CANDLE: Candle = {
  openTimeMs: 1_767_225_600_000,
  closeTimeMs: 1_767_225_659_999,
  openTicks: 1,
  highTicks: 3,
  lowTicks: 1,
  closeTicks: 2,
  volumeLots: 2n ** 60n,
  quoteAtoms: 10n,
  takerBuyLots: 1n,
  takerBuyQuoteAtoms: 5n,
  firstTradeId: 6,
  lastTradeId: 7,
  trades: 2,
};

test("trades and candles arrive as they were stored, to the last atom", async () => {
  edge.market.storedTrades = [TRADE];
  edge.market.storedCandles = [CANDLE];
  const history = asked();
  expect([
    await history.trades(0, { limit: 10, fromTradeId: 1 }),
    await history.candles(0, "1m", { startMs: 0, endMs: CANDLE.openTimeMs, limit: 10 }),
    await history.candleBefore(0, "1m", CANDLE.openTimeMs + 1),
    await history.candleBefore(0, "1m", CANDLE.openTimeMs),
  ]).toEqual([[TRADE], [CANDLE], CANDLE, null]);
});

test("while the database is away, history is unavailable and nothing is a fault", async () => {
  installDeps(() => ({ ...edge.deps, internalToken: TOKEN, history: historyAway("the database cannot be asked") }));
  await expect(asked().trades(0, { limit: 1 })).rejects.toMatchObject({ code: "history_unavailable" });
  expect(edge.faults).toEqual([]);
});

test("without the token, with another one, and where none is set, nothing is answered", async () => {
  const post = async (path: string, authorization: string): Promise<number> =>
    (await fetch(`${server.origin}${path}`, { method: "POST", headers: { authorization }, body: "[]" })).status;
  const refused = [await post("/v1/history/trades", ""), await post("/v1/history/trades", "Bearer other")];
  const wrong = [
    await post("/v1/history/nothing", `Bearer ${TOKEN}`),
    await post("/v1/history/trades", `Bearer ${TOKEN}`),
  ];
  installDeps(() => edge.deps);
  const closed = await post("/v1/history/trades", `Bearer ${TOKEN}`);
  expect([refused, wrong, closed]).toEqual([[401, 401], [404, 400], 401]);
});
