/** What tells one order or fill from all others of the account. */
import type { Fill, Order } from "./contract.ts";

/** Ids count by instrument. */
export function orderKey({ symbol, orderId }: Pick<Order, "symbol" | "orderId">): string {
  return `${symbol} ${orderId}`;
}

/** Who trades with their own order has two fills of one trade. */
export function fillKey({ symbol, tradeId, orderId }: Pick<Fill, "symbol" | "tradeId" | "orderId">): string {
  return `${symbol} ${tradeId} ${orderId}`;
}
