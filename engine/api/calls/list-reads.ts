/**
 * Order lists, prevented matches and amendments of an account: the engine's answer merged with Postgres' rows, as orders
 * are (account-reads.ts). While Postgres is away they are answered where the engine certainly holds all that was asked for.
 */
import type { AsOf } from "../../bus/engine-client.ts";
import type { AmendmentView, OrderListView, PreventedMatchView } from "../../protocol/views.ts";
import { cut, isWithin, merged, rangeMs, type Window } from "../lists.ts";
import { historyBeside, storedOr } from "./account-reads.ts";
import type { ApiDeps, NoteAsOf } from "./call.ts";

interface ReadCall {
  readonly deps: Pick<ApiDeps, "reads" | "history">;
  readonly noteAsOf: NoteAsOf;
}

/** Whether nothing from this sequence on is left out: ids of prevented matches and of amendments are sequences. */
function holdsFrom({ committedSeq }: AsOf<unknown>, fromSeq: number): boolean {
  return committedSeq !== undefined && (committedSeq === 0 || fromSeq > committedSeq);
}

/** By id when not 0, else the newest with that client id. null: there is none. */
export async function findOrderList(
  { deps, noteAsOf }: ReadCall,
  account: number,
  orderListId: number,
  listClientOrderId: string,
): Promise<OrderListView | null> {
  const live = await deps.reads.orderList(account, orderListId, listClientOrderId);
  noteAsOf(live.asOfSeq);
  if (live.value !== null) return live.value;
  const [stored] = await storedOr(
    async () => [await historyBeside(deps, live).orderList(account, orderListId, listClientOrderId)],
    () => holdsFrom(live, 0),
  );
  return stored ?? null;
}

export async function openLists({ deps, noteAsOf }: ReadCall, account: number): Promise<readonly OrderListView[]> {
  const recent = await deps.reads.recentOrderLists(account);
  noteAsOf(recent.asOfSeq);
  return recent.value.filter((list) => list.status !== "all_done");
}

export interface OrderListsAsked extends Window {
  readonly limit: number;
  /** Lists from this id on, oldest first; null: by time. */
  readonly fromListId: number | null;
}

export async function listOrderLists(
  { deps, noteAsOf }: ReadCall,
  account: number,
  asked: OrderListsAsked,
): Promise<readonly OrderListView[]> {
  const recent = await deps.reads.recentOrderLists(account);
  noteAsOf(recent.asOfSeq);
  const stored = await storedOr(
    () =>
      historyBeside(deps, recent).orderLists(account, {
        ...rangeMs(asked, asked.limit),
        ...(asked.fromListId === null ? {} : { fromOrderListId: asked.fromListId }),
      }),
    () => holdsFrom(recent, 0),
  );
  const wanted = (list: OrderListView): boolean =>
    isWithin(asked, list.createdUs) && list.orderListId >= (asked.fromListId ?? 0);
  const rows = merged(
    recent.value.filter(wanted),
    stored.filter(wanted),
    (list) => list.orderListId,
    (list) => list.lastSeq,
  );
  return cut(rows, asked.limit, asked.startUs !== null || asked.fromListId !== null);
}

export interface PreventedMatchesWanted {
  readonly limit: number;
  /** The one with this id; null: those of an order. */
  readonly preventedMatchId: number | null;
  readonly orderId: number | null;
  /** From this id on; null: the newest. */
  readonly fromPreventedMatchId: number | null;
}

export async function listPreventedMatches(
  { deps, noteAsOf }: ReadCall,
  account: number,
  instrument: number,
  { limit, preventedMatchId, orderId, fromPreventedMatchId }: PreventedMatchesWanted,
): Promise<readonly PreventedMatchView[]> {
  const recent = await deps.reads.recentPreventedMatches(account, instrument);
  noteAsOf(recent.asOfSeq);
  const live = recent.value.filter(
    (match: PreventedMatchView) =>
      (preventedMatchId === null || match.preventedMatchId === preventedMatchId) &&
      (orderId === null || match.takerOrderId === orderId || match.makerOrderId === orderId) &&
      match.preventedMatchId >= (fromPreventedMatchId ?? 0),
  );
  const stored = await storedOr(
    () =>
      historyBeside(deps, recent).preventedMatches(account, instrument, {
        limit,
        ...(preventedMatchId === null ? {} : { preventedMatchId }),
        ...(orderId === null ? {} : { orderId }),
        ...(fromPreventedMatchId === null ? {} : { fromPreventedMatchId }),
      }),
    () => holdsFrom(recent, preventedMatchId ?? fromPreventedMatchId ?? 0),
  );
  const idOf = (match: PreventedMatchView): number => match.preventedMatchId;
  return cut(merged(live, stored, idOf, idOf), limit, fromPreventedMatchId !== null);
}

/** Oldest first, from an execution id on. */
export async function listAmendments(
  { deps, noteAsOf }: ReadCall,
  account: number,
  instrument: number,
  orderId: number,
  asked: { readonly limit: number; readonly fromExecutionId: number | null },
): Promise<readonly AmendmentView[]> {
  const recent = await deps.reads.recentAmendments(account, instrument, orderId);
  noteAsOf(recent.asOfSeq);
  const { limit, fromExecutionId } = asked;
  const live = recent.value.filter((one: AmendmentView) => one.executionId >= (fromExecutionId ?? 0));
  const stored = await storedOr(
    () =>
      historyBeside(deps, recent).amendments(account, instrument, orderId, {
        limit,
        ...(fromExecutionId === null ? {} : { fromExecutionId }),
      }),
    () => holdsFrom(recent, fromExecutionId ?? 0),
  );
  const idOf = (one: AmendmentView): number => one.executionId;
  return cut(merged(live, stored, idOf, idOf), limit, true);
}
