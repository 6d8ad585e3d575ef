/** What an order asks for, as a new order's parameters: of what is left of it. Pure. */
import type { Order, Parameters } from "./contract.ts";

const PRICED: ReadonlySet<string> = new Set(["LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"]);
const TIMED: ReadonlySet<string> = new Set(["LIMIT", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"]);
const STOPS: ReadonlySet<string> = new Set(["STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]);
const PLACES = 8;

/** null: nothing is left. */
export function termsOf(order: Order): Parameters | null {
  const left = units(order.origQty) - units(order.executedQty);
  if (left <= 0n) return null;
  const terms: Record<string, string | number> = {
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    quantity: decimal(left),
  };
  if (PRICED.has(order.type)) terms.price = order.price;
  if (TIMED.has(order.type)) terms.timeInForce = order.timeInForce;
  if (STOPS.has(order.type) && units(order.stopPrice) > 0n) terms.stopPrice = order.stopPrice;
  if (order.trailingDelta > 0) terms.trailingDelta = order.trailingDelta;
  if (units(order.icebergQty) > 0n) terms.icebergQty = order.icebergQty;
  return terms;
}

/** Decimals of the wire have eight places. */
function units(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, "0"));
}

function decimal(value: bigint): string {
  const digits = value.toString().padStart(PLACES + 1, "0");
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}
