/**
 * One account's open orders and lists, followed event by event: what its user data stream tells.
 *
 * How to use it. Ask the engine for the account's open orders and lists (`openOrders(account, null)`, `recentOrderLists`), both
 * with their `asOfSeq`, and give them here; where the two differ, ask again until they are of one moment. Then apply every event
 * of `accountEvents` from a sequence at or before asOfSeq + 1 on, in order: what the views include already is passed over, and so is
 * what is another account's. Each change comes with the view behind its event, as views.ts describes it.
 * Memory: what is open. Cost of an event: O(1), and of a list's event its legs.
 */
import { assert } from "../domain/assert.ts";
import type { EngineEvent, OrderAccepted, OrderListChanged } from "./events.ts";
import {
  acceptedOrder,
  amendmentOf,
  beginsToTake,
  decrementedMatchOf,
  fillOf,
  isOpen,
  listAfter,
  listWithLeg,
  type OrderEvent,
  orderAfter,
  preventedMatchOf,
  type TradedTerms,
} from "./order-story.ts";
import type { AmendmentView, FillView, OrderListView, OrderView, PreventedMatchView } from "./views.ts";

/** An order was taken in or has changed. */
export interface OrderChange {
  readonly kind: "order";
  readonly event: OrderAccepted | OrderEvent;
  /** null: it has just been taken in. */
  readonly before: OrderView | null;
  readonly order: OrderView;
  /** Of a trade_executed: this order's side of it. */
  readonly fill: FillView | null;
  /** A self-trade that was prevented; of expire_both with the maker's change alone. */
  readonly prevented: PreventedMatchView | null;
  readonly amendment: AmendmentView | null;
}

/** A list has changed. One that was taken in is told of behind its last leg, when all of it is known. */
export interface ListChange {
  readonly kind: "list";
  readonly event: OrderListChanged;
  readonly list: OrderListView;
}

export type AccountChange = OrderChange | ListChange;

const NO_CHANGES: readonly AccountChange[] = [];
const NOTHING_MORE = { fill: null, prevented: null, amendment: null };

export class AccountStory {
  readonly account: number;
  private readonly terms: (instrument: number) => TradedTerms;
  private readonly orders = new Map<string, OrderView>();
  private readonly lists = new Map<number, OrderListView>();
  /** Lists whose legs are being taken in: their event, and how many legs are missing. */
  private readonly arriving = new Map<number, { readonly event: OrderListChanged; legs: number }>();
  /** The order that takes, by instrument. */
  private readonly takers = new Map<number, number>();
  private asOfSeq: number;

  constructor(
    account: number,
    openOrders: readonly OrderView[],
    openLists: readonly OrderListView[],
    asOfSeq: number,
    terms: (instrument: number) => TradedTerms,
  ) {
    this.account = account;
    this.terms = terms;
    this.asOfSeq = asOfSeq;
    for (const order of openOrders) if (isOpen(order)) this.orders.set(keyOf(order.instrument, order.orderId), order);
    for (const list of openLists) if (list.status !== "all_done") this.lists.set(list.orderListId, list);
  }

  /** What the event changes of this account, in order: of a trade with itself the maker's side after the taker's. */
  apply(event: EngineEvent): readonly AccountChange[] {
    if (event.seq <= this.asOfSeq) return NO_CHANGES;
    this.asOfSeq = event.seq;
    switch (event.type) {
      case "order_accepted":
        return event.account === this.account ? this.accepted(event) : NO_CHANGES;
      case "order_canceled":
      case "order_expired":
      case "order_amended":
      case "order_activated":
        return event.account === this.account ? [this.changed(event, event.orderId)] : NO_CHANGES;
      case "trade_prevented":
        return event.account === this.account
          ? [this.changed(event, event.takerOrderId), this.changed(event, event.makerOrderId)]
          : NO_CHANGES;
      case "trade_executed": {
        const changes: AccountChange[] = [];
        if (event.takerAccount === this.account) changes.push(this.changed(event, event.takerOrderId));
        if (event.makerAccount === this.account) changes.push(this.changed(event, event.makerOrderId));
        return changes;
      }
      case "order_list_changed":
        return event.account === this.account ? this.listChanged(event) : NO_CHANGES;
      default:
        return NO_CHANGES;
    }
  }

  private accepted(event: OrderAccepted): readonly AccountChange[] {
    const order = acceptedOrder(event);
    this.orders.set(keyOf(order.instrument, order.orderId), order);
    if (beginsToTake(event)) this.takers.set(event.instrument, event.orderId);
    const change: OrderChange = { kind: "order", event, before: null, order, ...NOTHING_MORE };
    const orderListId = event.special?.orderListId ?? 0;
    const known = this.lists.get(orderListId);
    const arriving = this.arriving.get(orderListId);
    if (known === undefined || arriving === undefined) return [change];
    const list = listWithLeg(known, event);
    this.lists.set(orderListId, list);
    arriving.legs -= 1;
    if (arriving.legs > 0) return [change];
    this.arriving.delete(orderListId);
    return [change, { kind: "list", event: arriving.event, list }];
  }

  private changed(event: OrderEvent, orderId: number): OrderChange {
    const before = this.known(event.instrument, orderId);
    const terms = this.terms(event.instrument);
    const order = orderAfter(before, event, terms);
    const key = keyOf(event.instrument, orderId);
    const isMaker = event.type === "trade_executed" && event.makerOrderId === orderId;
    const change: OrderChange = {
      kind: "order",
      event,
      before,
      order,
      fill: event.type === "trade_executed" ? fillOf(event, isMaker ? "maker" : "taker", terms) : null,
      prevented: this.preventedBy(event),
      amendment: event.type === "order_amended" ? amendmentOf(event, before) : null,
    };
    if (beginsToTake(event)) this.takers.set(event.instrument, orderId);
    if (isOpen(order)) this.orders.set(key, order);
    else this.orders.delete(key);
    return change;
  }

  private preventedBy(event: OrderEvent): PreventedMatchView | null {
    if (event.type === "trade_prevented") return decrementedMatchOf(event);
    if (event.type !== "order_expired" || event.reason !== "self_trade") return null;
    const taker = this.takers.get(event.instrument) ?? 0;
    return preventedMatchOf(event, taker, (orderId) => this.known(event.instrument, orderId));
  }

  private listChanged(event: OrderListChanged): readonly AccountChange[] {
    const list = listAfter(this.lists.get(event.orderListId) ?? null, event);
    if (list.status === "all_done") this.lists.delete(event.orderListId);
    else this.lists.set(event.orderListId, list);
    if (event.status !== "exec_started") return [{ kind: "list", event, list }];
    this.arriving.set(event.orderListId, { event, legs: event.orderIds.length });
    return NO_CHANGES;
  }

  private known(instrument: number, orderId: number): OrderView {
    const order = this.orders.get(keyOf(instrument, orderId));
    assert(order !== undefined, "an event speaks of an order that is open");
    return order;
  }
}

function keyOf(instrument: number, orderId: number): string {
  return `${instrument} ${orderId}`;
}
