/** User data of orders that wait, depend on each other, or meet their own account's: every report, in order. */
import { afterEach, expect, test } from "vitest";
import { NO_CONDITIONS } from "../../domain/order.ts";
import type { ListLeg, TradeCommand } from "../../protocol/commands.ts";
import { place } from "../../sim/small-exchange.ts";
import { type ApiClient, type ApiHarness, startApi } from "../ws-api/api-harness.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A market whose last price is 100, and a socket that hears account 1. */
async function start(): Promise<ApiHarness & { readonly client: ApiClient }> {
  const harness = await startApi();
  cleanUps.push(() => harness.stop());
  const { exchange } = harness;
  await exchange.send(place(2, { side: "sell", quantityLots: 1, priceTicks: 100, clientOrderId: "s" }));
  await exchange.send(
    place(2, { side: "buy", quantityLots: 1, priceTicks: 100, clientOrderId: "b", selfTradeMode: "none" }),
  );
  const client = await harness.connect();
  await client.call("userDataStream.subscribe.signature", (await harness.trader(1)).signed());
  return { ...harness, client };
}

/** The reports, positions left out, once `count` of them are there; the fields that a test is about. */
async function reports(client: ApiClient, count: number, ...fields: readonly string[]): Promise<unknown[]> {
  const found = await client.until(() => {
    const told = client.events.map(({ event }) => event).filter(({ e }) => e !== "outboundAccountPosition");
    return told.length >= count ? told : undefined;
  });
  return found.map((event) =>
    event.e === "listStatus" ? [event.l, event.L, event.O.length] : fields.map((field) => event[field]),
  );
}

const stop = (stopTicks: number): Pick<ListLeg, "conditions"> => ({ conditions: { ...NO_CONDITIONS, stopTicks } });

test("a stop order is new and not on the book, then triggered and on it, then filled", async () => {
  const { client, exchange } = await start();
  const terms = {
    side: "buy",
    quantityLots: 5,
    priceTicks: 120,
    clientOrderId: "stop",
    orderType: "stop_loss_limit",
  } as const;
  const marked = { conditions: { ...NO_CONDITIONS, stopTicks: 110, strategyId: 7, strategyType: 1_000_001 } };
  await exchange.send(place(1, { ...terms, ...marked }));
  await exchange.send(place(2, { side: "sell", quantityLots: 6, priceTicks: 110, clientOrderId: "s2" }));
  exchange.clock.nowUs += 5_000;
  await exchange.send(
    place(2, { side: "buy", quantityLots: 1, priceTicks: 110, clientOrderId: "b2", selfTradeMode: "none" }),
  );
  expect(await reports(client, 3, "x", "X", "w", "W", "P", "j", "J", "l")).toEqual([
    ["NEW", "NEW", false, undefined, "110.00000000", 7, 1_000_001, "0.00000000"],
    ["NEW", "NEW", true, 1_700_000_000_005, "110.00000000", 7, 1_000_001, "0.00000000"],
    ["TRADE", "FILLED", false, 1_700_000_000_005, "110.00000000", 7, 1_000_001, "5.00000000"],
  ]);
});

test("a list is told behind its legs; one leg's fill expires the other, and the list is done", async () => {
  const { client, exchange } = await start();
  const leg = { side: "sell", quantityLots: 5, timeInForce: "gtc", selfTradeMode: null } as const;
  const legs: readonly ListLeg[] = [
    { ...leg, orderType: "stop_loss_limit", priceTicks: 80, clientOrderId: "below", ...stop(90) },
    { ...leg, orderType: "limit_maker", priceTicks: 120, clientOrderId: "above" },
  ];
  const list: TradeCommand = {
    type: "place_order_list",
    account: 1,
    keyId: 0,
    instrument: 0,
    contingency: "oco",
    listClientOrderId: "l",
    legs,
  };
  await exchange.send(list);
  await exchange.send(place(2, { side: "buy", quantityLots: 5, priceTicks: 120, clientOrderId: "t" }));
  expect(await reports(client, 6, "c", "x", "X", "g", "eR", "r")).toEqual([
    ["below", "NEW", "NEW", 1, undefined, "NONE"],
    ["above", "NEW", "NEW", 1, undefined, "NONE"],
    ["EXEC_STARTED", "EXECUTING", 2],
    ["above", "TRADE", "FILLED", 1, undefined, "NONE"],
    ["below", "EXPIRED", "EXPIRED", 1, "OCO_TRIGGER", "NONE"],
    ["ALL_DONE", "ALL_DONE", 2],
  ]);
});

test("a self-trade that is prevented names its match, the other order and what was lost, for each side", async () => {
  const { client, exchange } = await start();
  await exchange.send(place(1, { side: "sell", quantityLots: 5, priceTicks: 100, clientOrderId: "m" }));
  const taker = {
    side: "buy",
    quantityLots: 8,
    priceTicks: 100,
    clientOrderId: "t",
    selfTradeMode: "expire_both",
  } as const;
  await exchange.send(place(1, taker));
  const told = await reports(client, 4, "c", "x", "X", "A", "B", "U", "pl", "pL", "pY", "u", "Cs");
  const lost = ["5.00000000", "100.00000000", "500.00000000", -1, "A0A1"];
  const none = Array.from({ length: 8 }, () => undefined);
  expect(told).toEqual([
    ["m", "NEW", "NEW", ...none],
    ["t", "NEW", "NEW", ...none],
    ["m", "TRADE_PREVENTION", "EXPIRED_IN_MATCH", "5.00000000", "5.00000000", 4, ...lost],
    ["t", "TRADE_PREVENTION", "EXPIRED_IN_MATCH", "8.00000000", "8.00000000", 3, ...lost],
  ]);
  const matches = client.events.flatMap(({ event }) => event.v ?? []);
  expect(matches).toEqual([matches[0], matches[0]]);
});

test("an amended order is told by its new id and the one before", async () => {
  const { client, exchange, trader } = await start();
  const alice = await trader(1);
  await exchange.send(place(1, { side: "sell", quantityLots: 5, priceTicks: 120, clientOrderId: "old" }));
  const params = { symbol: "A0A1", origClientOrderId: "old", newQty: "2", newClientOrderId: "new" };
  const { status } = await client.call("order.amend.keepPriority", alice.signed(params));
  expect([status, await reports(client, 2, "c", "C", "x", "X", "q", "w")]).toEqual([
    200,
    [
      ["old", "", "NEW", "NEW", "5.00000000", true],
      ["new", "old", "REPLACED", "NEW", "2.00000000", true],
    ],
  ]);
});
