/**
 * The audit's limits (I19, I33): how many orders, stops, icebergs and lists an account has open, here and everywhere, and
 * how many it has had taken in within a window.
 *
 * Orders that a cancel-replace did not place count, too, and leave no event that says so: the count here is a lower bound.
 */
import { type ExchangeLimits, NO_LIMITS, rulesOf } from "../domain/instrument.ts";
import type { TradeExecuted } from "../protocol/events.ts";
import { type AuditedBook, type AuditedOrder, icebergOf, mayRest } from "./audit-book.ts";
import { must } from "./audit-failure.ts";
import type { AuditedLists } from "./audit-lists.ts";

const WINDOWS_US = { per10s: 10_000_000, perDay: 86_400_000_000 } as const;

export class AuditedLimits {
  limits: ExchangeLimits = NO_LIMITS;
  /** Per account: the window's number and the count in it. */
  readonly #counts = { per10s: new Map<number, [number, number]>(), perDay: new Map<number, [number, number]>() };

  changed(limits: ExchangeLimits): void {
    this.limits = limits;
    for (const counts of Object.values(this.#counts)) counts.clear();
  }

  /** The order stands among its book's orders already. */
  accepted(books: ReadonlyMap<number, AuditedBook>, lists: AuditedLists, book: AuditedBook, order: AuditedOrder): void {
    const { account, timeUs } = order.accepted;
    this.#count(account, timeUs, 1);
    const { ordersPer10s, ordersPerDay } = this.limits;
    const [per10s, perDay] = [this.#counts.per10s.get(account)![1], this.#counts.perDay.get(account)![1]];
    must(ordersPer10s === 0 || per10s <= ordersPer10s, "I33", () => `account ${account}: ${per10s} orders in 10 s`);
    must(ordersPerDay === 0 || perDay <= ordersPerDay, "I33", () => `account ${account}: ${perDay} orders in a day`);

    const own = (each: AuditedBook): AuditedOrder[] =>
      [...each.orders.values()].filter((other) => other.accepted.account === account && mayStay(other));
    const here = own(book);
    const terms = book.instrument;
    const rules = rulesOf(terms);
    const { ordersMax, algoOrdersMax, icebergOrdersMax, orderListsMax } = this.limits;
    const isLimited = ordersMax + algoOrdersMax + icebergOrdersMax > 0;
    const everywhere = isLimited ? [...books.values()].flatMap(own) : [];
    if (mayStay(order)) {
      atMost(here.length, terms.ordersMax, order, "orders");
      atMost(everywhere.length, ordersMax, order, "orders everywhere");
    }
    if (isStop(order)) {
      atMost(here.filter(isStop).length, rules.algoOrdersMax, order, "stops");
      atMost(everywhere.filter(isStop).length, algoOrdersMax, order, "stops everywhere");
    }
    if (icebergOf(order) > 0) {
      atMost(here.filter((each) => icebergOf(each) > 0).length, rules.icebergOrdersMax, order, "icebergs");
      atMost(everywhere.filter((each) => icebergOf(each) > 0).length, icebergOrdersMax, order, "icebergs everywhere");
    }
    if (order.accepted.special?.orderListId) {
      const open = [...lists.open.values()].map((list) => list.opened).filter((list) => list.account === account);
      const listsHere = open.filter((list) => list.instrument === terms.id).length;
      atMost(listsHere, rules.orderListsMax, order, "lists");
      atMost(open.length, orderListsMax, order, "lists everywhere");
    }
  }

  /** An order's first fill gives back 1, as a maker 5. */
  traded({ timeUs }: TradeExecuted, taker: AuditedOrder, maker: AuditedOrder): void {
    if (taker.executedLots === 0) this.#count(taker.accepted.account, timeUs, -1);
    if (maker.executedLots === 0) this.#count(maker.accepted.account, timeUs, -5);
  }

  #count(account: number, timeUs: number, change: number): void {
    for (const name of ["per10s", "perDay"] as const) {
      const window = Math.floor(timeUs / WINDOWS_US[name]);
      const [seen, count] = this.#counts[name].get(account) ?? [window, 0];
      this.#counts[name].set(account, [window, Math.max(0, (seen === window ? count : 0) + change)]);
    }
  }
}

function mayStay(order: AuditedOrder): boolean {
  return order.phase !== "working" || mayRest(order);
}

function isStop({ accepted: { orderType }, phase }: AuditedOrder): boolean {
  return phase !== "working" && (orderType.startsWith("stop_loss") || orderType.startsWith("take_profit"));
}

function atMost(count: number, max: number, { accepted }: AuditedOrder, what: string): void {
  must(max === 0 || count <= max, "I19", () => `account ${accepted.account} has ${count} open ${what}, allowed ${max}`);
}
