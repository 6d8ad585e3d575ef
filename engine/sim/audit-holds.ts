/**
 * I9: what an open order must hold, from its words, its rest and its phase alone: nothing is remembered of how it came there.
 */
import { type AuditedBook, type AuditedOrder, isAtMarket, mayRest } from "./audit-book.ts";
import type { AuditedLists } from "./audit-lists.ts";

export function holdOf(book: AuditedBook, lists: AuditedLists, order: AuditedOrder): bigint {
  if (!order.isOpen || order.phase === "pending") return 0n;
  if (order.phase === "working") return mayRest(order) ? atItsPrice(book, order) : 0n;
  const need = neededToWait(book, order);
  const sibling = lists.siblingOf(order);
  if (sibling === null) return need;
  // Of a pair the limit_maker holds what it needs, else the lower order id does; the other one what it needs beyond.
  const isSecond = sibling.accepted.orderType === "limit_maker" || sibling.accepted.orderId < order.accepted.orderId;
  if (!isSecond) return need;
  const held = sibling.phase === "working" ? atItsPrice(book, sibling) : neededToWait(book, sibling);
  return need > held ? need - held : 0n;
}

function atItsPrice({ instrument }: AuditedBook, { accepted, restLots }: AuditedOrder): bigint {
  if (accepted.side === "sell") return BigInt(restLots) * BigInt(instrument.baseAtomsPerLot);
  return BigInt(restLots) * BigInt(accepted.priceTicks) * BigInt(instrument.quoteAtomsPerTickLot);
}

function neededToWait(book: AuditedBook, order: AuditedOrder): bigint {
  return isAtMarket(order) && order.accepted.side === "buy" ? 0n : atItsPrice(book, order);
}
