/** The codes of the words that the core decides by: their places in the lists of domain/order.ts. */
import { EXPIRY_REASONS, type ExpiryReason, ORDER_TYPES, SELF_TRADE_MODES, TIMES_IN_FORCE } from "../domain/order.ts";

export const BUY = 0;
export const SELL = 1;

export const LIMIT = ORDER_TYPES.indexOf("limit");
export const MARKET = ORDER_TYPES.indexOf("market");
export const LIMIT_MAKER = ORDER_TYPES.indexOf("limit_maker");
export const STOP_LOSS = ORDER_TYPES.indexOf("stop_loss");
export const STOP_LOSS_LIMIT = ORDER_TYPES.indexOf("stop_loss_limit");
export const TAKE_PROFIT = ORDER_TYPES.indexOf("take_profit");
export const TAKE_PROFIT_LIMIT = ORDER_TYPES.indexOf("take_profit_limit");

export const GTC = TIMES_IN_FORCE.indexOf("gtc");
export const IOC = TIMES_IN_FORCE.indexOf("ioc");
export const FOK = TIMES_IN_FORCE.indexOf("fok");

export const NO_SELF_TRADE_CHECK = SELF_TRADE_MODES.indexOf("none");
export const EXPIRE_TAKER = SELF_TRADE_MODES.indexOf("expire_taker");
export const EXPIRE_BOTH = SELF_TRADE_MODES.indexOf("expire_both");
/** This mode and the one behind it (transfer) are one. */
export const DECREMENT = SELF_TRADE_MODES.indexOf("decrement");

export function expiryCode(reason: ExpiryReason): number {
  return EXPIRY_REASONS.indexOf(reason);
}

/** By type: as what an order takes and rests once it works. */
const WORKING_TYPES = Int8Array.from(ORDER_TYPES, (type) =>
  type === "stop_loss" || type === "take_profit"
    ? MARKET
    : type === "stop_loss_limit" || type === "take_profit_limit"
      ? LIMIT
      : ORDER_TYPES.indexOf(type),
);

export function workingTypeOf(orderType: number): number {
  return WORKING_TYPES[orderType]!;
}

/** Stop and take-profit orders, market and limit kinds. */
export function isStopType(orderType: number): boolean {
  return orderType > LIMIT_MAKER;
}
