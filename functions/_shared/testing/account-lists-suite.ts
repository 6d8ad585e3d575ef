/**
 * Special orders, lists, prevented self-trades and amendments as history tells them, against the folds of the engine's own
 * stories (engine/protocol/order-story.ts), whatever the order in which the events arrive.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_CONDITIONS, type SelfTradeMode } from "../../../engine/domain/order.ts";
import type { PublishedEvent } from "../../../engine/protocol/event-json.ts";
import type { OrderAccepted } from "../../../engine/protocol/events.ts";
import { acceptedOrder, concerns, orderAfter } from "../../../engine/protocol/order-story.ts";
import type { OrderView } from "../../../engine/protocol/views.ts";
import { applyBatch } from "../../persistence/apply-batch.ts";
import { instrumentOf } from "../../persistence/testing/stream-instruments.ts";
import type { Database } from "../database.ts";
import { historyOnSql } from "../history-sql.ts";

type Unnumbered<Event> = Event extends PublishedEvent ? Omit<Event, "seq" | "timeUs"> : never;

/** Sequences from 1 on behind the instrument, one millisecond apart. */
function numbered(events: readonly Unnumbered<PublishedEvent>[]): PublishedEvent[] {
  const all = [{ type: "instrument_changed", instrument: instrumentOf(0, "trading") } as const, ...events];
  return all.map((event, index) => ({ ...event, seq: index + 1, timeUs: 1_000_000 + index * 1_000 }) as PublishedEvent);
}

function accepted(
  orderId: number,
  terms: Partial<Omit<OrderAccepted, "orderId" | "seq" | "timeUs" | "type">> = {},
): Unnumbered<PublishedEvent> {
  return {
    type: "order_accepted",
    instrument: 0,
    orderId,
    account: 1,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    selfTradeMode: "expire_maker",
    priceTicks: 100 + orderId,
    quantityLots: 10,
    quoteAtoms: 0n,
    clientOrderId: `client-${orderId}`,
    ...terms,
  };
}

function expired(orderId: number, counterOrderId: number, preventedLots: number): Unnumbered<PublishedEvent> {
  const reason = "self_trade" as const;
  const order = { instrument: 0, orderId, account: 1, counterOrderId, preventedLots };
  return { type: "order_expired", ...order, remainingLots: preventedLots, reason };
}

/** Applied in order to one engine, one at a time and backwards to another. @returns both. */
async function applied(database: Database, name: string, events: readonly PublishedEvent[]) {
  const headSeq = events.length;
  const ways = { whole: [events], backwards: events.map((event) => [event]).reverse() };
  const histories = [];
  for (const [way, runs] of Object.entries(ways)) {
    const engine = `${name}-${way}`;
    for (const run of runs) {
      const [firstSeq, lastSeq] = [run[0]?.seq ?? 1, run.at(-1)?.seq ?? 1];
      await applyBatch(database, { engine, epoch: 1, firstSeq, lastSeq, headSeq, events: run });
    }
    histories.push(historyOnSql(database, engine));
  }
  return histories;
}

function storyOf(events: readonly PublishedEvent[], orderId: number): OrderView {
  const first = events.find((event) => event.type === "order_accepted" && event.orderId === orderId) as OrderAccepted;
  const terms = { baseAsset: 0, quoteAsset: 1, quoteAtomsPerTickLot: 10 };
  return events
    .filter(({ seq }) => seq > first.seq)
    .reduce(
      (order, event) => (concerns(event, { instrument: 0, orderId }) ? orderAfter(order, event, terms) : order),
      acceptedOrder(first),
    );
}

const WAITING = {
  conditions: { ...NO_CONDITIONS, stopTicks: 90, strategyId: 7 },
  orderListId: 0,
  phase: "waiting",
} as const;

/** @param open a migrated database, which the suite closes. */
export function accountListsSuite(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());

    test("an order is what its story tells: triggered, following the price, prevented, amended, in part executed", async () => {
      const trade = {
        type: "trade_executed",
        takerSide: "sell",
        ...{ instrument: 0, tradeId: 1, priceTicks: 103, quantityLots: 4, takerOrderId: 4 },
        ...{ makerOrderId: 3, takerAccount: 2, makerAccount: 1, takerFeeAtoms: 1n, makerFeeAtoms: 2n },
        ...{ takerRemainingLots: 6, makerRemainingLots: 6 },
      } as const;
      const prevented = {
        type: "trade_prevented",
        selfTradeMode: "decrement",
        ...{ instrument: 0, account: 1, priceTicks: 103 },
      } as const;
      const events = numbered([
        accepted(1, { orderType: "stop_loss_limit", special: WAITING }),
        { type: "order_activated", instrument: 0, orderId: 1, account: 1, phase: "tracking" },
        accepted(2, { special: { ...WAITING, phase: "pending" } }),
        accepted(3),
        { type: "order_activated", instrument: 0, orderId: 1, account: 1, phase: "working" },
        accepted(4, { account: 2, side: "sell" }),
        trade,
        {
          type: "order_amended",
          instrument: 0,
          orderId: 3,
          account: 1,
          quantityLots: 9,
          remainingLots: 5,
          clientOrderId: "a",
        },
        // The sell of order 5 meets its own order 3, in part executed, and takes nothing of 1.
        accepted(5, { side: "sell", selfTradeMode: "decrement", quantityLots: 2 }),
        {
          ...prevented,
          takerOrderId: 5,
          makerOrderId: 3,
          preventedLots: 2,
          takerRemainingLots: 0,
          makerRemainingLots: 3,
        },
        { ...expired(5, 3, 0), remainingLots: 0 } as Unnumbered<PublishedEvent>,
        accepted(6, { side: "sell", selfTradeMode: "decrement", quantityLots: 1 }),
        {
          ...prevented,
          takerOrderId: 6,
          makerOrderId: 1,
          preventedLots: 1,
          takerRemainingLots: 0,
          makerRemainingLots: 9,
        },
        { ...expired(6, 1, 0), remainingLots: 0 } as Unnumbered<PublishedEvent>,
        {
          type: "order_amended",
          instrument: 0,
          orderId: 1,
          account: 1,
          quantityLots: 8,
          remainingLots: 7,
          clientOrderId: "b",
        },
      ]);
      for (const history of await applied(database, "orders", events)) {
        const found = await history.orders(1, 0, { limit: 10 });
        expect(found).toEqual([1, 2, 3, 5, 6].map((orderId) => storyOf(events, orderId)));
        expect(await history.order(2, 0, 4, "")).toEqual(storyOf(events, 4));
      }
    });

    test("a list is shown once every order of it is there, as its newest event says", async () => {
      const legs = (orderListId: number, ids: readonly number[]) =>
        ids.map((orderId) =>
          accepted(orderId, { special: { conditions: NO_CONDITIONS, orderListId, phase: "pending" } }),
        );
      const list = { type: "order_list_changed", instrument: 0, account: 1, contingency: "oco" } as const;
      const first = { ...list, orderListId: 1, listClientOrderId: "mine", orderIds: [1, 2] } as const;
      const second = {
        ...list,
        contingency: "otoco",
        orderListId: 2,
        listClientOrderId: "mine",
        orderIds: [3, 4, 5],
      } as const;
      const events = numbered([
        { ...first, status: "exec_started" },
        ...legs(1, [1, 2]),
        { ...second, status: "exec_started" },
        ...legs(2, [3, 4, 5]),
        { ...first, status: "all_done" },
        { ...second, status: "updated" },
      ]);
      const view = (event: typeof first | typeof second, status: string, createdSeq: number, lastSeq: number) => {
        const { type: _, orderIds, ...told } = event;
        const orders = orderIds.map((orderId: number) => ({ orderId, clientOrderId: `client-${orderId}` }));
        const us = (seq: number): number => 1_000_000 + (seq - 1) * 1_000;
        return { ...told, status, orders, createdUs: us(createdSeq), updatedUs: us(lastSeq), lastSeq };
      };
      const [one, two] = [view(first, "all_done", 2, 9), view(second, "updated", 5, 10)];
      for (const history of await applied(database, "lists", events)) {
        expect(await history.orderLists(1, { limit: 10 })).toEqual([one, two]);
        expect(await history.orderLists(1, { limit: 1 })).toEqual([two]);
        expect(await history.orderLists(1, { limit: 1, fromOrderListId: 1 })).toEqual([one]);
        expect(await history.orderLists(1, { limit: 10, endMs: 1_003 })).toEqual([one]);
        expect(await history.orderLists(1, { limit: 10, startMs: 1_004 })).toEqual([two]);
        expect(await history.orderLists(2, { limit: 10 })).toEqual([]);
        expect([await history.orderList(1, 1, ""), await history.orderList(1, 0, "mine")]).toEqual([one, two]);
        expect(await history.orderList(2, 1, "")).toBeNull();
      }
      const partly = events.filter((event) => event.type !== "order_accepted" || event.orderId !== 5);
      await applyBatch(database, { engine: "partly", epoch: 1, firstSeq: 1, lastSeq: 8, headSeq: 10, events: partly });
      expect(await historyOnSql(database, "partly").orderLists(1, { limit: 10 })).toMatchObject([{ orderListId: 1 }]);
    });

    test("a prevented self-trade names taker, maker and what each lost, under every mode, an old order that was triggered among the takers", async () => {
      const mode = (selfTradeMode: SelfTradeMode): Partial<OrderAccepted> => ({ selfTradeMode, side: "sell" });
      const events = numbered([
        // The first to be taken in, the last to work: the taker of order 7.
        accepted(1, { ...mode("expire_taker"), special: WAITING }),
        accepted(2, { priceTicks: 102, selfTradeMode: "none" }),
        accepted(3, mode("expire_maker")),
        expired(2, 3, 10),
        accepted(4, { priceTicks: 104, selfTradeMode: "expire_taker" }),
        accepted(5, { ...mode("expire_both"), quantityLots: 4 }),
        expired(4, 5, 10),
        expired(5, 4, 4),
        accepted(6, { priceTicks: 106 }),
        accepted(7, { ...mode("decrement"), quantityLots: 3 }),
        {
          type: "trade_prevented",
          selfTradeMode: "decrement",
          ...{ instrument: 0, account: 1, takerOrderId: 7, makerOrderId: 6, priceTicks: 106 },
          ...{ preventedLots: 3, takerRemainingLots: 0, makerRemainingLots: 7 },
        },
        { ...expired(7, 6, 0), remainingLots: 0 } as Unnumbered<PublishedEvent>,
        { type: "order_activated", instrument: 0, orderId: 1, account: 1, phase: "working" },
        expired(1, 6, 10),
      ]);
      const row = (
        seq: number,
        takerOrderId: number,
        makerOrderId: number,
        selfTradeMode: SelfTradeMode,
        lots: number[],
      ) => ({
        ...{ instrument: 0, account: 1, preventedMatchId: seq, takerOrderId, makerOrderId, selfTradeMode },
        priceTicks: 100 + makerOrderId,
        ...{ takerPreventedLots: lots[0], makerPreventedLots: lots[1], timeUs: 1_000_000 + (seq - 1) * 1_000 },
      });
      const all = [
        row(5, 3, 2, "expire_maker", [0, 10]),
        row(8, 5, 4, "expire_both", [4, 10]),
        row(12, 7, 6, "decrement", [3, 3]),
        row(15, 1, 6, "expire_taker", [10, 0]),
      ];
      for (const history of await applied(database, "prevented", events)) {
        expect(await history.preventedMatches(1, 0, { limit: 10 })).toEqual(all);
        expect(await history.preventedMatches(1, 0, { limit: 2 })).toEqual(all.slice(2));
        expect(await history.preventedMatches(1, 0, { limit: 1, fromPreventedMatchId: 6 })).toEqual([all[1]]);
        expect(await history.preventedMatches(1, 0, { limit: 10, preventedMatchId: 12 })).toEqual([all[2]]);
        // The taker's own expiry stands for nothing beside the maker's.
        expect(await history.preventedMatches(1, 0, { limit: 10, preventedMatchId: 9 })).toEqual([]);
        expect(await history.preventedMatches(1, 0, { limit: 10, orderId: 6 })).toEqual(all.slice(2));
        expect(await history.preventedMatches(2, 0, { limit: 10 })).toEqual([]);
      }
    });

    test("an amendment tells what the order was before, the first one too", async () => {
      const amended = (quantityLots: number, clientOrderId: string) =>
        ({
          type: "order_amended",
          ...{ instrument: 0, orderId: 1, account: 1, quantityLots, clientOrderId, remainingLots: quantityLots },
        }) as const;
      const events = numbered([accepted(1), amended(9, "client-1"), amended(7, "b"), amended(6, "b")]);
      const row = (seq: number, orig: [number, string], now: [number, string]) => ({
        ...{ instrument: 0, orderId: 1, account: 1, executionId: seq, timeUs: 1_000_000 + (seq - 1) * 1_000 },
        ...{ origQuantityLots: orig[0], origClientOrderId: orig[1], newQuantityLots: now[0], newClientOrderId: now[1] },
      });
      const all = [
        row(3, [10, "client-1"], [9, "client-1"]),
        row(4, [9, "client-1"], [7, "b"]),
        row(5, [7, "b"], [6, "b"]),
      ];
      for (const history of await applied(database, "amended", events)) {
        expect(await history.amendments(1, 0, 1, { limit: 10 })).toEqual(all);
        expect(await history.amendments(1, 0, 1, { limit: 1, fromExecutionId: 4 })).toEqual([all[1]]);
        expect(await history.amendments(2, 0, 1, { limit: 10 })).toEqual([]);
      }
    });
  });
}
