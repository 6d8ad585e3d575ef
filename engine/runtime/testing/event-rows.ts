/**
 * Events of orders as the rows that the core writes of them (core/event-log.ts), so that a test can tell a read model any
 * story. Tests only; nothing of the core's own writers is used.
 */
import { type EventLog, ROW } from "../../core/event-log.ts";
import { CLIENT_ORDER_ID_WORDS, packClientOrderId } from "../../domain/client-order-id.ts";
import {
  CANCEL_CAUSES,
  EXPIRY_REASONS,
  LIST_CONTINGENCIES,
  LIST_STATUSES,
  ORDER_PHASES,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  SIDES,
  TIMES_IN_FORCE,
} from "../../domain/order.ts";
import type { OrderAccepted, OrderListChanged } from "../../protocol/events.ts";
import type { OrderEvent } from "../../protocol/order-story.ts";

export type ToldEvent = OrderAccepted | OrderEvent | OrderListChanged;

const QUOTE_HI = 0;

/** @returns its columns; a client order id stands as its text and takes four. */
function columnsOf(event: ToldEvent): readonly [type: number, columns: readonly (number | string)[]] {
  switch (event.type) {
    case "order_accepted": {
      const { instrument, orderId, account, priceTicks, quantityLots, quoteAtoms, clientOrderId, special } = event;
      const flags =
        SIDES.indexOf(event.side) |
        (ORDER_TYPES.indexOf(event.orderType) << 1) |
        (TIMES_IN_FORCE.indexOf(event.timeInForce) << 4) |
        (SELF_TRADE_MODES.indexOf(event.selfTradeMode) << 6);
      const amounts = [priceTicks, quantityLots, QUOTE_HI, Number(quoteAtoms)];
      const plain = [instrument, orderId, account, flags, ...amounts, clientOrderId];
      if (special === undefined) return [ROW.orderAccepted, plain];
      const { stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType } = special.conditions;
      const conditions = [stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType];
      const phase = ORDER_PHASES.indexOf(special.phase);
      return [ROW.specialOrderAccepted, [...plain, special.orderListId, ...conditions, phase]];
    }
    case "trade_executed": {
      const { instrument, tradeId, takerSide, priceTicks, quantityLots } = event;
      const orders = [event.takerOrderId, event.makerOrderId, event.takerAccount, event.makerAccount];
      const fees = [0, Number(event.takerFeeAtoms), 0, Number(event.makerFeeAtoms)];
      const rests = [event.takerRemainingLots, event.makerRemainingLots];
      const terms = [instrument, tradeId, SIDES.indexOf(takerSide), priceTicks, quantityLots];
      return [ROW.tradeExecuted, [...terms, ...orders, ...fees, ...rests]];
    }
    case "trade_prevented": {
      const mode = SELF_TRADE_MODES.indexOf(event.selfTradeMode);
      const orders = [event.instrument, event.account, event.takerOrderId, event.makerOrderId, mode, event.priceTicks];
      return [ROW.tradePrevented, [...orders, event.preventedLots, event.takerRemainingLots, event.makerRemainingLots]];
    }
    case "order_canceled": {
      const cause = CANCEL_CAUSES.indexOf(event.cause);
      const order = [event.instrument, event.orderId, event.account, event.remainingLots];
      return [ROW.orderCanceled, [...order, cause, event.cancelClientOrderId]];
    }
    case "order_expired": {
      const order = [event.instrument, event.orderId, event.account, event.remainingLots];
      const why = [EXPIRY_REASONS.indexOf(event.reason), event.counterOrderId, event.preventedLots];
      return [ROW.orderExpired, [...order, ...why]];
    }
    case "order_amended": {
      const order = [event.instrument, event.orderId, event.account];
      return [ROW.orderAmended, [...order, event.quantityLots, event.remainingLots, event.clientOrderId]];
    }
    case "order_activated":
      return [ROW.orderActivated, [event.instrument, event.orderId, event.account, ORDER_PHASES.indexOf(event.phase)]];
    case "order_list_changed": {
      const [first = 0, second = 0, third = 0] = event.orderIds;
      const kind = [LIST_CONTINGENCIES.indexOf(event.contingency), LIST_STATUSES.indexOf(event.status)];
      const list = [event.instrument, event.orderListId, event.account, ...kind, first, second, third];
      return [ROW.orderListChanged, [...list, event.listClientOrderId]];
    }
  }
}

export function writeEvent(log: EventLog, event: ToldEvent): void {
  const [type, columns] = columnsOf(event);
  const textDoubles = CLIENT_ORDER_ID_WORDS / 2;
  const length = columns.reduce<number>((sum, column) => sum + (typeof column === "string" ? textDoubles : 1), 0);
  let at = log.begin(type, length);
  const words = new Uint32Array(CLIENT_ORDER_ID_WORDS);
  for (const column of columns) {
    if (typeof column === "number") {
      log.rows[at] = column;
      at += 1;
    } else {
      packClientOrderId(column, words, 0);
      log.writeClientId(at, words, 0);
      at += textDoubles;
    }
  }
}
