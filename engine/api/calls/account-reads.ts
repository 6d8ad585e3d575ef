/**
 * What an account sees of itself: the engine's answer merged with Postgres' rows (design.md §2.7).
 *
 * The engine is asked first: what it has dropped by then is in Postgres, so nothing falls between the two. While
 * Postgres is away a list is answered only where the engine certainly holds every row that was asked for.
 */

import { type AsOf, operationalCode } from "../../bus/engine-client.ts";
import type { History } from "../../bus/history-client.ts";
import type { FillView, OrderView } from "../../protocol/views.ts";
import { cut, isWithin, merged, rangeMs, type Window } from "../lists.ts";
import type { ApiDeps, NoteAsOf } from "./call.ts";

/**
 * `noteAsOf` is told the engine's sequence at its answer, which was there first: what the engine had dropped by then is in
 * Postgres, so the merged answer includes every effect up to it.
 */
interface ReadCall {
  readonly deps: Pick<ApiDeps, "reads" | "history">;
  readonly noteAsOf: NoteAsOf;
}

/** null: there is no such order. While Postgres is away that is said only where the engine would certainly hold it. */
export async function findOrder(
  { deps, noteAsOf }: ReadCall,
  account: number,
  instrument: number,
  orderId: number,
  clientOrderId: string,
): Promise<OrderView | null> {
  const live = await deps.reads.order(account, instrument, orderId, clientOrderId);
  noteAsOf(live.asOfSeq);
  if (live.value !== null) return live.value;
  try {
    return await historyBeside(deps, live).order(account, instrument, orderId, clientOrderId);
  } catch (error) {
    if (operationalCode(error) !== "history_unavailable") throw error;
    const dropped = await deps.reads.dropped(account, instrument);
    if (dropped.orderId === 0 || orderId > dropped.orderId) return null;
    throw error;
  }
}

/** History of the very journal that the engine has answered from: rows of another one never were. */
export function historyBeside({ history }: Pick<ApiDeps, "history">, answer: AsOf<unknown>): History {
  return history.ofLineage?.(answer.lineage ?? 0) ?? history;
}

export interface OrdersAsked extends Window {
  readonly limit: number;
  /** Orders from this id on, oldest first; null: by time. */
  readonly fromOrderId: number | null;
}

export async function listOrders(
  { deps, noteAsOf }: ReadCall,
  account: number,
  instrument: number,
  asked: OrdersAsked,
): Promise<readonly OrderView[]> {
  const recent = await deps.reads.recentOrders(account, instrument);
  noteAsOf(recent.asOfSeq);
  const live = recent.value.filter(
    (order) => isWithin(asked, order.createdUs) && order.orderId >= (asked.fromOrderId ?? 0),
  );
  const fromTheOldest = asked.startUs !== null || asked.fromOrderId !== null;
  const stored = await storedOr(
    () =>
      historyBeside(deps, recent).orders(account, instrument, {
        ...rangeMs(asked, asked.limit),
        ...(asked.fromOrderId === null ? {} : { fromOrderId: asked.fromOrderId }),
      }),
    async () => {
      const dropped = await deps.reads.dropped(account, instrument);
      const certain = live.filter((order) => order.orderId > dropped.orderId).length;
      return holdsAll(asked, asked.fromOrderId, dropped.orderId, dropped.orderCreatedUs, certain);
    },
  );
  const rows = merged(
    live,
    stored.filter((order) => isWithin(asked, order.createdUs)),
    (order) => order.orderId,
    (order) => order.lastSeq,
  );
  return cut(rows, asked.limit, fromTheOldest);
}

export interface FillsAsked extends Window {
  readonly limit: number;
  readonly orderId: number | null;
  /** Trades from this id on, oldest first; null: by time. */
  readonly fromTradeId: number | null;
}

export async function listFills(
  { deps, noteAsOf }: ReadCall,
  account: number,
  instrument: number,
  asked: FillsAsked,
): Promise<readonly FillView[]> {
  const recent = await deps.reads.recentFills(account, instrument);
  noteAsOf(recent.asOfSeq);
  const live = recent.value.filter(
    (fill) =>
      isWithin(asked, fill.timeUs) &&
      fill.tradeId >= (asked.fromTradeId ?? 0) &&
      (asked.orderId === null || fill.orderId === asked.orderId),
  );
  const fromTheOldest = asked.startUs !== null || asked.fromTradeId !== null;
  const stored = await storedOr(
    () =>
      historyBeside(deps, recent).fills(account, instrument, {
        ...rangeMs(asked, asked.limit),
        ...(asked.orderId === null ? {} : { orderId: asked.orderId }),
        ...(asked.fromTradeId === null ? {} : { fromTradeId: asked.fromTradeId }),
      }),
    async () => {
      const dropped = await deps.reads.dropped(account, instrument);
      const certain = live.filter((fill) => fill.tradeId > dropped.tradeId).length;
      return holdsAll(asked, asked.fromTradeId, dropped.tradeId, dropped.tradeUs, certain);
    },
  );
  // Both sides of a trade with oneself are fills of one account: trade and order together name a row.
  const rows = merged(
    live,
    stored.filter((fill) => isWithin(asked, fill.timeUs)),
    (fill) => fill.tradeId * 2 + (fill.side === "buy" ? 1 : 0),
    (fill) => fill.seq,
  );
  return cut(rows, asked.limit, fromTheOldest);
}

/** Whether every row asked for is newer than whatever the engine has dropped, or enough newer ones are there. */
function holdsAll(
  asked: Window & { readonly limit: number },
  fromId: number | null,
  droppedId: number,
  droppedUs: number,
  certainRows: number,
): boolean {
  if (droppedId === 0) return true;
  if (fromId !== null) return fromId > droppedId;
  if (asked.startUs !== null) return asked.startUs > droppedUs;
  return certainRows >= asked.limit;
}

/** Rows of history; none where it is away and the engine holds all that was asked for; else it stays an error. */
export async function storedOr<Row>(
  read: () => Promise<readonly Row[]>,
  engineHoldsAll: () => boolean | Promise<boolean>,
): Promise<readonly Row[]> {
  try {
    return await read();
  } catch (error) {
    if (operationalCode(error) === "history_unavailable" && (await engineHoldsAll())) return [];
    throw error;
  }
}
