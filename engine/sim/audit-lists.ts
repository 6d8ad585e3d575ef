/**
 * The audit's lists (I32): an open list has an open leg; what waits for a working order does so only while that is open;
 * of a pair one leg alone is left as soon as either has closed, executed or lost anything.
 */
import type { OrderListChanged } from "../protocol/events.ts";
import type { AuditedOrder } from "./audit-book.ts";
import { must } from "./audit-failure.ts";

interface AuditedList {
  readonly opened: OrderListChanged;
  /** In the order of the legs, as far as they have been taken in. */
  readonly legs: AuditedOrder[];
  isUpdated: boolean;
}

export class AuditedLists {
  /** Open ones, by id. */
  readonly open = new Map<number, AuditedList>();
  #lastListId = 0;

  changed(event: OrderListChanged): void {
    const { orderListId, status, contingency, orderIds } = event;
    const list = this.open.get(orderListId);
    if (status === "exec_started") {
      must(orderListId === this.#lastListId + 1, "I8", () => `list id ${orderListId} after ${this.#lastListId}`);
      this.#lastListId = orderListId;
      const due = contingency === "otoco" ? 3 : 2;
      must(orderIds.length === due, "I32", () => `${contingency} ${orderListId} has ${orderIds.length} orders`);
      this.open.set(orderListId, { opened: event, legs: [], isUpdated: false });
      return;
    }
    must(list !== undefined, "I32", () => `list ${orderListId} is ${status}, and not open`);
    const isSame = list.opened.orderIds.join() === orderIds.join() && list.opened.account === event.account;
    must(isSame, "I32", () => `list ${orderListId} has become another`);
    if (status === "updated") {
      const working = list.legs[0]!;
      const isFilled = !working.isOpen && working.restLots === 0 && working.executedLots > 0;
      must(contingency !== "oco" && isFilled && !list.isUpdated, "I32", () => `list ${orderListId} updated untimely`);
      list.isUpdated = true;
      return;
    }
    must(
      list.legs.every((leg) => !leg.isOpen),
      "I32",
      () => `list ${orderListId} is all done with an open leg`,
    );
    this.open.delete(orderListId);
  }

  /** A leg is taken in: it is the next one that its list announced. */
  accepted(order: AuditedOrder): void {
    const { orderId, account, special } = order.accepted;
    if (special === undefined || special.orderListId === 0) return;
    const list = this.open.get(special.orderListId);
    must(list !== undefined, "I32", () => `order ${orderId} is of list ${special.orderListId}, which is not open`);
    must(list.opened.orderIds[list.legs.length] === orderId, "I32", () => `order ${orderId} is not the next leg`);
    must(list.opened.account === account, "I32", () => `order ${orderId} stands in another account's list`);
    const isBehind = list.opened.contingency !== "oco" && list.legs.length > 0;
    must(isBehind === (order.phase === "pending"), "I32", () => `leg ${orderId} begins as ${order.phase}`);
    list.legs.push(order);
  }

  /** The other leg of its pair, if that is open, too. */
  siblingOf(order: AuditedOrder): AuditedOrder | null {
    const list = this.open.get(order.accepted.special?.orderListId ?? 0);
    const pair = list === undefined ? [] : pairOf(list);
    const sibling = pair.includes(order) ? pair.find((leg) => leg !== order) : undefined;
    return sibling?.isOpen ? sibling : null;
  }

  checkAtCommandEnd(): void {
    for (const [id, list] of this.open) {
      const { legs, opened } = list;
      must(legs.length === opened.orderIds.length, "I32", () => `list ${id} was taken in without all of its legs`);
      must(
        legs.some((leg) => leg.isOpen),
        "I32",
        () => `list ${id} is open without an open leg`,
      );
      const isPending = legs.some((leg) => leg.isOpen && leg.phase === "pending");
      must(!isPending || legs[0]!.isOpen, "I32", () => `a leg of list ${id} waits for an order that is gone`);
      const pair = pairOf(list);
      const isDecided = pair.some((leg) => !leg.isOpen || leg.executedLots > 0 || leg.preventedLots > 0);
      const open = pair.filter((leg) => leg.isOpen).length;
      must(!isDecided || open < 2, "I32", () => `both legs of list ${id} live on after one has decided it`);
    }
  }
}

function pairOf({ opened: { contingency }, legs }: AuditedList): readonly AuditedOrder[] {
  if (contingency === "oto") return [];
  return contingency === "oco" ? legs : legs.slice(1);
}
