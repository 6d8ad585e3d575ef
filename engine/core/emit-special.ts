/**
 * Writes the rows of special orders, lists and prevented self-trades: columns as event-log.ts names them.
 */
import { LIST_STATUSES, type ListStatus } from "../domain/order.ts";
import type { Command } from "./command.ts";
import { type EventLog, ROW } from "./event-log.ts";
import type { OrderList } from "./order-lists.ts";

/** @param flags as in order-table.ts. @param order its conditions and client id. */
export function emitSpecialAccepted(
  log: EventLog,
  instrument: number,
  orderId: number,
  flags: number,
  priceTicks: number,
  quantityLots: number,
  quote: Float64Array,
  order: Command,
  orderListId: number,
  phase: number,
): void {
  const at = log.begin(ROW.specialOrderAccepted, 19);
  const rows = log.rows;
  rows[at] = instrument;
  rows[at + 1] = orderId;
  rows[at + 2] = order.account;
  rows[at + 3] = flags;
  rows[at + 4] = priceTicks;
  rows[at + 5] = quantityLots;
  rows[at + 6] = quote[0]!;
  rows[at + 7] = quote[1]!;
  log.writeClientId(at + 8, order.clientId, 0);
  rows[at + 12] = orderListId;
  rows[at + 13] = order.stopTicks;
  rows[at + 14] = order.trailingDeltaBips;
  rows[at + 15] = order.icebergLots;
  rows[at + 16] = order.strategyId;
  rows[at + 17] = order.strategyType;
  rows[at + 18] = phase;
}

export function emitActivated(
  log: EventLog,
  instrument: number,
  orderId: number,
  account: number,
  phase: number,
): void {
  const at = log.begin(ROW.orderActivated, 4);
  const rows = log.rows;
  rows[at] = instrument;
  rows[at + 1] = orderId;
  rows[at + 2] = account;
  rows[at + 3] = phase;
}

export function emitPrevented(
  log: EventLog,
  instrument: number,
  account: number,
  takerOrderId: number,
  makerOrderId: number,
  selfTradeMode: number,
  priceTicks: number,
  preventedLots: number,
  takerRemainingLots: number,
  makerRemainingLots: number,
): void {
  const at = log.begin(ROW.tradePrevented, 9);
  const rows = log.rows;
  rows[at] = instrument;
  rows[at + 1] = account;
  rows[at + 2] = takerOrderId;
  rows[at + 3] = makerOrderId;
  rows[at + 4] = selfTradeMode;
  rows[at + 5] = priceTicks;
  rows[at + 6] = preventedLots;
  rows[at + 7] = takerRemainingLots;
  rows[at + 8] = makerRemainingLots;
}

export function emitListChanged(log: EventLog, list: OrderList, status: ListStatus): void {
  const at = log.begin(ROW.orderListChanged, 12);
  const rows = log.rows;
  rows[at] = list.instrument;
  rows[at + 1] = list.id;
  rows[at + 2] = list.account;
  rows[at + 3] = list.contingency;
  rows[at + 4] = LIST_STATUSES.indexOf(status);
  rows[at + 5] = list.orderIds[0]!;
  rows[at + 6] = list.orderIds[1]!;
  rows[at + 7] = list.orderIds[2] ?? 0;
  log.writeClientId(at + 8, list.clientId, 0);
}
