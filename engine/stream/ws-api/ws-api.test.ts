/** The WebSocket API over real sockets: requests and answers, who may ask, what is refused in which words. */
import { afterEach, expect, test } from "vitest";
import { type ApiHarness, START_MS, startApi } from "./api-harness.ts";

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
