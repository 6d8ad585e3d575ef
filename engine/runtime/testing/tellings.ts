/**
 * Short ways to say an event: of account 1 and of sell orders of 10 lots at 100 where nothing else is said. Tests only.
 */
import { NO_CONDITIONS, type OrderConditions, type OrderPhase, type SelfTradeMode } from "../../domain/order.ts";
import type { OrderListView } from "../../protocol/views.ts";
import type { Telling } from "./told-exchange.ts";

interface Terms {
  readonly account?: number;
  readonly side?: "buy" | "sell";
  readonly type?: "limit" | "market" | "limit_maker" | "stop_loss" | "stop_loss_limit" | "take_profit";
  readonly lots?: number;
  readonly price?: number;
  readonly mode?: SelfTradeMode;
  readonly list?: number;
  readonly phase?: OrderPhase;
  readonly conditions?: Partial<OrderConditions>;
}

export function accepted(orderId: number, terms: Terms = {}): Telling {
  const { account = 1, side = "sell", type = "limit", lots = 10, price = 100, mode = "expire_maker" } = terms;
  const { list = 0, phase = "working", conditions } = terms;
  const isSpecial = list !== 0 || conditions !== undefined;
  return {
    type: "order_accepted",
    orderId,
    account,
    side,
    orderType: type,
    timeInForce: "gtc",
    selfTradeMode: mode,
    priceTicks: price,
    quantityLots: lots,
    quoteAtoms: 0n,
    clientOrderId: `order-${orderId}`,
    ...(isSpecial && { special: { conditions: { ...NO_CONDITIONS, ...conditions }, orderListId: list, phase } }),
  };
}

let tradeId = 0;
export function traded(
  taker: readonly [id: number, account: number, rest: number],
  maker: typeof taker,
  lots: number,
  takerSide: "buy" | "sell" = "buy",
): Telling {
  tradeId += 1;
  const [takerOrderId, takerAccount, takerRemainingLots] = taker;
  const [makerOrderId, makerAccount, makerRemainingLots] = maker;
  const orders = { takerOrderId, takerAccount, takerRemainingLots, makerOrderId, makerAccount, makerRemainingLots };
  const fees = { takerFeeAtoms: 1n, makerFeeAtoms: 2n };
  return { type: "trade_executed", tradeId, takerSide, priceTicks: 100, quantityLots: lots, ...orders, ...fees };
}

/** A limit order's or a list's leg of 10 lots that has executed nothing. */
export function canceled(orderId: number): Telling {
  const request = { cause: "cancel", cancelClientOrderId: "request" } as const;
  return { type: "order_canceled", orderId, account: 1, remainingLots: 10, ...request };
}

export function expired(
  orderId: number,
  reason: Extract<Telling, { type: "order_expired" }>["reason"],
  remainingLots: number,
  counterOrderId = 0,
  preventedLots = 0,
): Telling {
  return { type: "order_expired", orderId, account: 1, remainingLots, reason, counterOrderId, preventedLots };
}

export function activated(orderId: number, phase: OrderPhase): Telling {
  return { type: "order_activated", orderId, account: 1, phase };
}

export function prevented(taker: readonly [id: number, rest: number], maker: typeof taker, lots: number): Telling {
  const [takerOrderId, takerRemainingLots] = taker;
  const [makerOrderId, makerRemainingLots] = maker;
  const orders = { takerOrderId, takerRemainingLots, makerOrderId, makerRemainingLots };
  const terms = { account: 1, selfTradeMode: "decrement", priceTicks: 100, preventedLots: lots } as const;
  return { type: "trade_prevented", ...terms, ...orders };
}

export function list(
  orderListId: number,
  contingency: OrderListView["contingency"],
  status: OrderListView["status"],
  orderIds: readonly number[],
): Telling {
  const names = { listClientOrderId: `list-${orderListId}`, orderIds };
  return { type: "order_list_changed", orderListId, account: 1, contingency, status, ...names };
}
