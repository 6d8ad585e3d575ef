/**
 * Order lists beside the core: every open one, and every closed one that persistence has not committed yet. Views are
 * replaced, never changed, so that a snapshot keeps those of its moment.
 */
import type { SnapshotSection, StreamedSection } from "../journal/replay-target.ts";
import type { OrderAccepted, OrderListChanged } from "../protocol/events.ts";
import { listAfter, listWithLeg } from "../protocol/order-story.ts";
import type { OrderListView } from "../protocol/views.ts";
import { Fifo } from "./fifo.ts";
import { linesOf, readLines } from "./read-model-capture.ts";

export class OrderLists {
  private readonly lists = new Map<number, OrderListView>();
  /** Ids of an account's lists, ascending. */
  private readonly byAccount = new Map<number, Set<number>>();
  private readonly closedInOrder = new Fifo<number>();
  /** Lists with an open order. */
  open = 0;

  /** @param committedSeq what closes at or before it is not kept. */
  changed(event: OrderListChanged, committedSeq: number): void {
    const { orderListId } = event;
    const known = this.lists.get(orderListId);
    const list = listAfter(known ?? null, event);
    if (known === undefined) this.add(list);
    else this.lists.set(orderListId, list);
    if (list.status !== "all_done") return;
    this.open -= 1;
    this.closedInOrder.push(orderListId);
    this.forgetUpTo(committedSeq);
  }

  /** An order of the list was taken in. */
  joined(orderListId: number, leg: Pick<OrderAccepted, "orderId" | "clientOrderId">): void {
    const list = this.lists.get(orderListId);
    if (list !== undefined) this.lists.set(orderListId, listWithLeg(list, leg));
  }

  private add(list: OrderListView): void {
    this.lists.set(list.orderListId, list);
    const ids = this.byAccount.get(list.account);
    if (ids === undefined) this.byAccount.set(list.account, new Set([list.orderListId]));
    else ids.add(list.orderListId);
    this.open += 1;
  }

  forgetUpTo(seq: number): void {
    for (let id = this.closedInOrder.peek(); id !== undefined; id = this.closedInOrder.peek()) {
      const list = this.lists.get(id)!;
      if (list.lastSeq > seq) return;
      this.closedInOrder.shift();
      this.lists.delete(id);
      const ids = this.byAccount.get(list.account);
      ids?.delete(id);
      if (ids?.size === 0) this.byAccount.delete(list.account);
    }
  }

  /** null: not known, or forgotten. */
  view(orderListId: number): OrderListView | null {
    return this.lists.get(orderListId) ?? null;
  }

  /** By id, ascending. */
  viewsOf(account: number): readonly OrderListView[] {
    return [...(this.byAccount.get(account) ?? [])].map((id) => this.lists.get(id)!);
  }

  section(): SnapshotSection | StreamedSection {
    const views = [...this.lists.values()];
    return { name: "lists", chunks: () => linesOf(views), release: () => {} };
  }

  restore(bytes: Uint8Array): void {
    const closed: OrderListView[] = [];
    for (const list of readLines<OrderListView>(bytes)) {
      this.add(list);
      if (list.status === "all_done") closed.push(list);
    }
    this.open -= closed.length;
    for (const { orderListId } of closed.sort((one, other) => one.lastSeq - other.lastSeq))
      this.closedInOrder.push(orderListId);
  }
}
