/**
 * An account as of one sequence, from which its events are followed: open orders and open lists.
 *
 * The two are read one after the other, and a busy engine has gone on between them: lists are brought up to the orders'
 * sequence by what happened to the account meanwhile.
 */
import { type EngineReads, OperationalError } from "../../bus/engine-client.ts";
import { AccountStory } from "../../protocol/account-story.ts";
import type { EngineEvent } from "../../protocol/events.ts";
import { listAfter, listWithLeg, type TradedTerms } from "../../protocol/order-story.ts";
import type { OrderListView } from "../../protocol/views.ts";

const EVENTS_PER_CALL = 1_000;

export type SnapshotReads = Pick<EngineReads, "openOrders" | "recentOrderLists" | "accountEvents">;

export interface AccountSnapshot {
  readonly story: AccountStory;
  readonly asOfSeq: number;
  readonly lineage: number;
}

/** Rejects with OperationalError. */
export async function takeSnapshot(
  reads: SnapshotReads,
  account: number,
  terms: (instrument: number) => TradedTerms,
): Promise<AccountSnapshot> {
  const lists = await reads.recentOrderLists(account);
  const orders = await reads.openOrders(account, null);
  if ((lists.lineage ?? 0) !== (orders.lineage ?? 0))
    throw new OperationalError("not_sent", "the journal was restored between two reads of an account");
  const open = new Map(lists.value.map((list) => [list.orderListId, list]));
  for (let fromSeq = lists.asOfSeq + 1; fromSeq <= orders.asOfSeq; ) {
    const page = await reads.accountEvents(fromSeq, EVENTS_PER_CALL, [account]);
    for (const event of page.events) if (event.seq <= orders.asOfSeq) applyToLists(open, event, account);
    if (page.nextSeq <= fromSeq) break;
    fromSeq = page.nextSeq;
  }
  const { asOfSeq, lineage = 0 } = orders;
  return { story: new AccountStory(account, orders.value, [...open.values()], asOfSeq, terms), asOfSeq, lineage };
}

function applyToLists(lists: Map<number, OrderListView>, event: EngineEvent, account: number): void {
  if (event.type === "order_list_changed" && event.account === account) {
    lists.set(event.orderListId, listAfter(lists.get(event.orderListId) ?? null, event));
  } else if (event.type === "order_accepted" && event.account === account) {
    const list = lists.get(event.special?.orderListId ?? 0);
    if (list !== undefined) lists.set(list.orderListId, listWithLeg(list, event));
  }
}
