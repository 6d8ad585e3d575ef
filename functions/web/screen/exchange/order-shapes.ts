/** Orders and fills as the dialect shows them in its several places, as the contract has them. Pure. */
import type { Fill, Order } from "./contract.ts";

const NONE = "0.00000000";
const NO_LIST = -1;
const CLOSED: ReadonlySet<string> = new Set(["FILLED", "CANCELED", "REJECTED", "EXPIRED", "EXPIRED_IN_MATCH"]);

export function isOpen({ status }: Pick<Order, "status">): boolean {
  return !CLOSED.has(status);
}

/** A query's row (`time`, `updateTime`) or the answer to a placing or a cancel (`transactTime`). */
export interface OrderShape {
  readonly symbol: string;
  readonly orderId: number;
  readonly orderListId?: number;
  readonly clientOrderId: string;
  /** Of a cancel's answer: the order's own. */
  readonly origClientOrderId?: string;
  readonly price?: string;
  readonly origQty?: string;
  readonly executedQty?: string;
  readonly cummulativeQuoteQty?: string;
  readonly status?: string;
  readonly timeInForce?: string;
  readonly type?: string;
  readonly side?: Order["side"];
  readonly stopPrice?: string;
  readonly icebergQty?: string;
  readonly trailingDelta?: number;
  readonly isWorking?: boolean;
  readonly workingTime?: number;
  readonly time?: number;
  readonly updateTime?: number;
  readonly transactTime?: number;
}

export function orderOf(shape: OrderShape): Order {
  const at = shape.transactTime ?? 0;
  const status = shape.status ?? "NEW";
  return {
    symbol: shape.symbol,
    orderId: shape.orderId,
    orderListId: shape.orderListId ?? NO_LIST,
    clientOrderId: shape.origClientOrderId ?? shape.clientOrderId,
    price: shape.price ?? NONE,
    origQty: shape.origQty ?? NONE,
    executedQty: shape.executedQty ?? NONE,
    cummulativeQuoteQty: shape.cummulativeQuoteQty ?? NONE,
    status,
    timeInForce: shape.timeInForce ?? "GTC",
    type: shape.type ?? "LIMIT",
    side: shape.side ?? "BUY",
    stopPrice: shape.stopPrice ?? NONE,
    icebergQty: shape.icebergQty ?? NONE,
    trailingDelta: shape.trailingDelta ?? 0,
    isWorking: shape.isWorking ?? (isOpen({ status }) && (shape.workingTime ?? 0) > 0),
    time: shape.time ?? at,
    updateTime: shape.updateTime ?? at,
  };
}

/** What an amendment says of an order; the rest of it is as it was. */
export interface AmendedShape {
  readonly clientOrderId: string;
  readonly qty: string;
  readonly executedQty: string;
  readonly cumulativeQuoteQty: string;
  readonly status: string;
}

export function amendedOrder(before: Order, amended: AmendedShape, transactTime: number): Order {
  return {
    ...before,
    clientOrderId: amended.clientOrderId,
    origQty: amended.qty,
    executedQty: amended.executedQty,
    cummulativeQuoteQty: amended.cumulativeQuoteQty,
    status: amended.status,
    updateTime: transactTime,
  };
}

export interface ExecutionReport {
  readonly e: "executionReport";
  readonly E: number;
  readonly s: string;
  readonly c: string;
  readonly S: Order["side"];
  readonly o: string;
  readonly f: string;
  readonly q: string;
  readonly p: string;
  readonly P: string;
  readonly F: string;
  readonly g: number;
  readonly C: string;
  readonly x: string;
  readonly X: string;
  readonly i: number;
  readonly l: string;
  readonly z: string;
  readonly L: string;
  readonly n: string;
  readonly N: string | null;
  readonly T: number;
  readonly t: number;
  readonly I: number;
  readonly w: boolean;
  readonly m: boolean;
  readonly O: number;
  readonly Z: string;
  readonly Y: string;
  readonly d?: number;
}

export function orderOfReport(report: ExecutionReport): Order {
  return {
    symbol: report.s,
    orderId: report.i,
    orderListId: report.g,
    // A cancel is told under its own id; the order's stands beside it.
    clientOrderId: report.x === "CANCELED" ? report.C : report.c,
    price: report.p,
    origQty: report.q,
    executedQty: report.z,
    cummulativeQuoteQty: report.Z,
    status: report.X,
    timeInForce: report.f,
    type: report.o,
    side: report.S,
    stopPrice: report.P,
    icebergQty: report.F,
    trailingDelta: report.d ?? 0,
    isWorking: report.w,
    time: report.O,
    updateTime: report.T,
  };
}

export function fillOfReport(report: ExecutionReport): Fill {
  return {
    symbol: report.s,
    tradeId: report.t,
    orderId: report.i,
    price: report.L,
    quantity: report.l,
    quoteQuantity: report.Y,
    commission: report.n,
    commissionAsset: report.N ?? "",
    time: report.T,
    side: report.S,
    isMaker: report.m,
  };
}

/** A row of myTrades. */
export interface OwnTradeShape {
  readonly symbol: string;
  readonly id: number;
  readonly orderId: number;
  readonly price: string;
  readonly qty: string;
  readonly quoteQty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly time: number;
  readonly isBuyer: boolean;
  readonly isMaker: boolean;
}

export function fillOfTrade(trade: OwnTradeShape): Fill {
  const { symbol, orderId, price, commission, commissionAsset, time, isMaker } = trade;
  return {
    symbol,
    tradeId: trade.id,
    orderId,
    price,
    quantity: trade.qty,
    quoteQuantity: trade.quoteQty,
    commission,
    commissionAsset,
    time,
    side: trade.isBuyer ? "BUY" : "SELL",
    isMaker,
  };
}
