/**
 * Special orders and lists as the read model and the accounts' stories tell them, which must agree after every command
 * (testing/told-exchange.ts): conditions, phases, prevented self-trades, amendments; and what a snapshot keeps of them.
 */
import { expect, test } from "vitest";
import { NO_CONDITIONS } from "../domain/order.ts";
import type { OrderListView, OrderView } from "../protocol/views.ts";
import { accepted, activated, expired, list, prevented, traded } from "./testing/tellings.ts";
import { type Telling, ToldExchange } from "./testing/told-exchange.ts";

/** What moves, of an order. */
function orderText(order: OrderView | null): string {
  if (order === null) return "forgotten";
  const { orderId, executedLots, preventedLots, quantityLots, status, expiryReason, special } = order;
  const filled = `${executedLots}${preventedLots > 0 ? `+${preventedLots}p` : ""}/${quantityLots}`;
  const why = expiryReason === "none" ? "" : ` ${expiryReason}`;
  if (special === undefined) return `${orderId} ${filled} ${status}${why}`;
  const { phase, workingUs, trailingUs, orderListId, preventedMatchId } = special;
  const since = `${phase} works ${workingUs} trails ${trailingUs} in ${orderListId} prevented ${preventedMatchId}`;
  return `${orderId} ${filled} ${status}${why}, ${since}`;
}

function listText({ orderListId, status, orders, createdUs, updatedUs, lastSeq }: OrderListView): string {
  const legs = orders.map(({ orderId, clientOrderId }) => `${orderId} ${clientOrderId}`).join(", ");
  return `list ${orderListId} ${status} of ${legs}; ${createdUs} to ${updatedUs}, seq ${lastSeq}`;
}

function told({ model }: ToldExchange, ...orderIds: readonly number[]): string {
  const orders = orderIds.map((orderId) => orderText(model.order(0, orderId)));
  return [...orders, ...model.lists.viewsOf(1).map(listText)].join("\n");
}

/** A pair of which the limit maker trades: the stop leg expires, the list ends with the limit maker. */
function ocoOf(exchange: ToldExchange): void {
  exchange.tell(
    list(1, "oco", "exec_started", [1, 2]),
    accepted(1, { type: "stop_loss_limit", list: 1, phase: "waiting", price: 89, conditions: { stopTicks: 90 } }),
    accepted(2, { type: "limit_maker", list: 1 }),
  );
  exchange.tell(
    accepted(3, { account: 2, side: "buy", lots: 4 }),
    traded([3, 2, 0], [2, 1, 6], 4),
    expired(1, "oco_trigger", 10),
  );
}

test("a pair's legs and the list are told as they stand after each command", () => {
  const exchange = new ToldExchange();
  ocoOf(exchange);
  expect(told(exchange, 1, 2)).toBe(
    [
      "1 0/10 expired oco_trigger, waiting works 0 trails 0 in 1 prevented 0",
      "2 4/10 partially_filled, working works 1001 trails 0 in 1 prevented 0",
      "list 1 exec_started of 1 order-1, 2 order-2; 1001 to 1001, seq 1",
    ].join("\n"),
  );
  expect(exchange.model.order(0, 1)?.special?.conditions).toEqual({ ...NO_CONDITIONS, stopTicks: 90 });
  expect(exchange.model.lists.open).toBe(1);
  exchange.tell(
    accepted(4, { account: 2, side: "buy", lots: 6 }),
    traded([4, 2, 0], [2, 1, 0], 6),
    list(1, "oco", "all_done", [1, 2]),
  );
  expect(told(exchange, 2)).toBe(
    [
      "2 10/10 filled, working works 1001 trails 0 in 1 prevented 0",
      "list 1 all_done of 1 order-1, 2 order-2; 1001 to 1003, seq 9",
    ].join("\n"),
  );
  expect(exchange.model.lists.open).toBe(0);
  // A list that was taken in is told behind its last leg; each other change where it happened.
  expect(
    exchange.changes[1]?.map((change) => (change.kind === "list" ? change.event.status : change.event.type)),
  ).toEqual([
    "order_accepted",
    "order_accepted",
    "exec_started",
    "trade_executed",
    "order_expired",
    "trade_executed",
    "all_done",
  ]);
});

test("a pending order becomes new when its list wakes it, waits, and works when its price was seen", () => {
  const exchange = new ToldExchange();
  exchange.tell(
    list(1, "oto", "exec_started", [1, 2]),
    accepted(1, { list: 1 }),
    accepted(2, { type: "stop_loss", price: 0, list: 1, phase: "pending", conditions: { stopTicks: 90 } }),
  );
  expect(told(exchange, 2).split("\n")[0]).toBe("2 0/10 pending_new, pending works 0 trails 0 in 1 prevented 0");
  exchange.tell(
    accepted(3, { account: 2, side: "buy" }),
    traded([3, 2, 0], [1, 1, 0], 10),
    list(1, "oto", "updated", [1, 2]),
    activated(2, "waiting"),
  );
  expect(told(exchange, 2).split("\n")[0]).toBe("2 0/10 new, waiting works 0 trails 0 in 1 prevented 0");
  exchange.tell(activated(2, "working"), expired(2, "unfunded_on_trigger", 10), list(1, "oto", "all_done", [1, 2]));
  expect(told(exchange, 1, 2)).toBe(
    [
      "1 10/10 filled, working works 1001 trails 0 in 1 prevented 0",
      "2 0/10 expired unfunded_on_trigger, working works 1003 trails 0 in 1 prevented 0",
      "list 1 all_done of 1 order-1, 2 order-2; 1001 to 1003, seq 10",
    ].join("\n"),
  );
});

test("a trailing order says since when it follows the price, and since when it works", () => {
  const exchange = new ToldExchange();
  const conditions = { trailingDeltaBips: 100 };
  exchange.tell(accepted(1, { type: "stop_loss", price: 0, phase: "tracking", conditions }));
  exchange.tell(
    accepted(2, { type: "stop_loss", price: 0, phase: "waiting", conditions: { ...conditions, stopTicks: 120 } }),
  );
  exchange.tell(activated(2, "tracking"));
  exchange.tell(activated(1, "working"), expired(1, "insufficient_liquidity", 10));
  expect(told(exchange, 1, 2)).toBe(
    [
      "1 0/10 expired insufficient_liquidity, working works 1004 trails 1001 in 0 prevented 0",
      "2 0/10 new, tracking works 0 trails 1003 in 0 prevented 0",
    ].join("\n"),
  );
});

test("what decrement took from both orders stands in both, in a plain one too, and in a prevented match", () => {
  const exchange = new ToldExchange();
  exchange.tell(accepted(1, { lots: 4 }));
  exchange.tell(accepted(2, { account: 2, lots: 6 }));
  exchange.tell(
    accepted(3, { side: "buy", mode: "decrement" }),
    prevented([3, 6], [1, 0], 4),
    expired(1, "self_trade", 0, 3),
    traded([3, 1, 0], [2, 2, 0], 6),
  );
  expect(told(exchange, 1, 3)).toBe(
    [
      "1 0+4p/4 expired_in_match self_trade, working works 1001 trails 0 in 0 prevented 4",
      // The last lot was a fill: it is filled, whatever was prevented before.
      "3 6+4p/10 filled, working works 1003 trails 0 in 0 prevented 4",
    ].join("\n"),
  );
  expect(exchange.model.prevented.viewsOf(1, 0)).toEqual([
    {
      instrument: 0,
      preventedMatchId: 4,
      account: 1,
      takerOrderId: 3,
      makerOrderId: 1,
      selfTradeMode: "decrement",
      priceTicks: 100,
      takerPreventedLots: 4,
      makerPreventedLots: 4,
      timeUs: 1003,
    },
  ]);
});

const MATCHED = { instrument: 0, account: 1, priceTicks: 100 };

test("an expiry by self-trade is one prevented match with its taker: the newest order that began to take before it", () => {
  const exchange = new ToldExchange();
  exchange.tell(accepted(1, { lots: 4 }));
  exchange.tell(accepted(2, { lots: 3, mode: "expire_taker" }));
  // Both orders of each meeting are account 1's, and either could be the taker by its own mode.
  exchange.tell(accepted(3, { side: "buy", lots: 5, mode: "expire_taker" }), expired(3, "self_trade", 5, 1, 5));
  exchange.tell(
    accepted(4, { side: "buy", lots: 9, mode: "expire_both" }),
    expired(1, "self_trade", 4, 4, 4),
    expired(4, "self_trade", 9, 1, 9),
  );
  exchange.tell(
    accepted(5, {
      type: "stop_loss",
      side: "buy",
      price: 0,
      lots: 2,
      phase: "waiting",
      conditions: { stopTicks: 101 },
    }),
  );
  // A stop works because another account's order traded: it is the taker, not the order that was taken in.
  exchange.tell(
    accepted(6, { account: 2, side: "buy", lots: 1 }),
    traded([6, 2, 0], [2, 1, 2], 1),
    activated(5, "working"),
    expired(2, "self_trade", 2, 5, 2),
    expired(5, "insufficient_liquidity", 2),
  );
  const matches = exchange.model.prevented.viewsOf(1, 0);
  expect(matches).toEqual([
    {
      ...MATCHED,
      preventedMatchId: 4,
      takerOrderId: 3,
      makerOrderId: 1,
      selfTradeMode: "expire_taker",
      takerPreventedLots: 5,
      makerPreventedLots: 0,
      timeUs: 1003,
    },
    {
      ...MATCHED,
      preventedMatchId: 6,
      takerOrderId: 4,
      makerOrderId: 1,
      selfTradeMode: "expire_both",
      takerPreventedLots: 9,
      makerPreventedLots: 4,
      timeUs: 1004,
    },
    {
      ...MATCHED,
      preventedMatchId: 12,
      takerOrderId: 5,
      makerOrderId: 2,
      selfTradeMode: "expire_maker",
      takerPreventedLots: 0,
      makerPreventedLots: 2,
      timeUs: 1006,
    },
  ]);
  const inStory = exchange.changes[1]?.flatMap((change) => (change.kind === "order" ? (change.prevented ?? []) : []));
  expect(inStory).toEqual(matches);
});

test("each lowering of a quantity is an amendment with the client order ids before and after", () => {
  const exchange = new ToldExchange();
  exchange.tell(accepted(1), accepted(2));
  const amended = (orderId: number, quantityLots: number, clientOrderId: string): Telling => {
    return { type: "order_amended", orderId, account: 1, quantityLots, remainingLots: quantityLots, clientOrderId };
  };
  exchange.tell(amended(1, 8, "order-1"));
  exchange.tell(amended(2, 7, "x"));
  exchange.tell(amended(1, 5, "-a-client-order-id-of-36-characters-"));
  const order = { instrument: 0, orderId: 1, account: 1, origClientOrderId: "order-1" };
  const amendments = [
    { ...order, executionId: 3, newClientOrderId: "order-1", origQuantityLots: 10, newQuantityLots: 8, timeUs: 1002 },
    {
      ...order,
      executionId: 5,
      newClientOrderId: "-a-client-order-id-of-36-characters-",
      origQuantityLots: 8,
      newQuantityLots: 5,
      timeUs: 1004,
    },
  ];
  expect(exchange.model.amendments.amendmentsOf(1, 0, 1)).toEqual(amendments);
  expect(exchange.restored().amendments.amendmentsOf(1, 0, 1)).toEqual(amendments);
  const inStory = exchange.changes[1]?.flatMap((change) => (change.kind === "order" ? (change.amendment ?? []) : []));
  expect(inStory?.filter(({ orderId }) => orderId === 1)).toEqual(amendments);
  exchange.model.forgetUpTo(3);
  expect(exchange.model.amendments.amendmentsOf(1, 0, 1)).toEqual(amendments.slice(1));
  exchange.model.forgetUpTo(5);
  expect(exchange.model.amendments.viewsOf(1, 0)).toEqual([]);
});

/** Everything of the kinds above in one. */
function manyStories(): ToldExchange {
  const exchange = new ToldExchange();
  ocoOf(exchange);
  exchange.tell(
    list(2, "oto", "exec_started", [5, 6]),
    accepted(5, { list: 2 }),
    accepted(6, {
      type: "take_profit",
      price: 0,
      list: 2,
      phase: "pending",
      conditions: { stopTicks: 150, strategyId: 7, strategyType: 1_000_000 },
    }),
  );
  exchange.tell(
    accepted(7, { side: "buy", lots: 3, mode: "decrement" }),
    prevented([7, 0], [2, 3], 3),
    expired(7, "self_trade", 0, 2),
  );
  exchange.tell(
    { type: "order_canceled", orderId: 2, account: 1, remainingLots: 3, cause: "cancel", cancelClientOrderId: "c" },
    list(1, "oco", "all_done", [1, 2]),
  );
  return exchange;
}

test("a snapshot keeps conditions, phases, lists and prevented matches, and a model made of it goes on alike", () => {
  const exchange = manyStories();
  // The legs of the second list; those of the first have closed, and a plain order that decrement made special with them.
  expect(exchange.model.openSpecialOrders).toBe(2);
  const before = told(exchange, 1, 2, 5, 6, 7);
  const matches = exchange.model.prevented.viewsOf(1, 0);
  exchange.model = exchange.restored();
  expect(told(exchange, 1, 2, 5, 6, 7)).toBe(before);
  expect(exchange.model.prevented.viewsOf(1, 0)).toEqual(matches);
  expect([matches.length, exchange.model.lists.open, exchange.model.openSpecialOrders]).toEqual([1, 1, 2]);
  exchange.tell(activated(6, "waiting"), list(2, "oto", "updated", [5, 6]));
  expect(told(exchange, 6)).toContain("6 0/10 new, waiting works 0 trails 0 in 2 prevented 0");
  expect(exchange.restored(["orders"]).order(0, 6)).toBeNull();
});

test("an order that changes while a snapshot is written stands in it as it was when the snapshot was taken", () => {
  const exchange = manyStories();
  const sections = exchange.model.capture();
  const orders = sections.find(({ name }) => name === "orders")!;
  exchange.tell(activated(6, "waiting"), list(2, "oto", "updated", [5, 6]));
  const chunks = "chunks" in orders ? [...orders.chunks()] : [];
  const stored = JSON.parse(Buffer.concat(chunks).toString()) as readonly (readonly [number[], number[], string])[];
  const phases = stored.map(([, , clientOrderId, , special]: readonly unknown[]) => [
    clientOrderId,
    (special as { phase?: number } | undefined)?.phase,
  ]);
  expect(Object.fromEntries(phases)["order-6"]).toBe(3);
});

test("a snapshot from before there were special orders restores, with none of them", () => {
  const exchange = new ToldExchange();
  exchange.tell(accepted(1), accepted(2, { account: 2, side: "buy", price: 99 }));
  const old = exchange.restored(["lists", "prevented", "amendments", "funding"]);
  expect([old.order(0, 1), old.order(0, 2)]).toEqual([exchange.model.order(0, 1), exchange.model.order(0, 2)]);
  expect(old.order(0, 1)).not.toHaveProperty("special");
  expect([old.lists.viewsOf(1), old.prevented.viewsOf(1, 0), old.amendments.viewsOf(1, 0)]).toEqual([[], [], []]);
});

test("what persistence has committed is forgotten: closed lists, their legs, prevented matches; what is open stays", () => {
  const exchange = manyStories();
  const lastSeq = exchange.events.at(-1)!.seq;
  exchange.model.forgetUpTo(lastSeq - 2);
  expect(told(exchange, 1, 2, 7).split("\n").slice(0, 3)).toEqual([
    "forgotten",
    "2 4+3p/10 canceled, working works 1001 trails 0 in 1 prevented 11",
    "forgotten",
  ]);
  expect(exchange.model.lists.viewsOf(1).map(({ orderListId }) => orderListId)).toEqual([1, 2]);
  exchange.model.forgetUpTo(lastSeq);
  expect(exchange.model.lists.viewsOf(1).map(({ orderListId }) => orderListId)).toEqual([2]);
  expect([exchange.model.order(0, 2), exchange.model.prevented.viewsOf(1, 0)]).toEqual([null, []]);
  expect(told(exchange, 5, 6)).toContain("6 0/10 pending_new");
  expect(exchange.model.dropped(1, 0)).toMatchObject({ orderId: 7 });
  // A plain order that comes to where a special one was kept is plain.
  for (const orderId of [8, 9, 10, 11]) exchange.tell(accepted(orderId));
  expect([8, 9, 10, 11].filter((orderId) => exchange.model.order(0, orderId)?.special !== undefined)).toEqual([]);
});
