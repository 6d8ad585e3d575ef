/**
 * What a batch says of orders, one row per order: folded here so that the database writes each row once.
 *
 * Three kinds of column, each safe in any order of arrival: said once (by order_accepted), newest sequence wins (terms
 * and state), and sums over trades really inserted. Events within a batch ascend, so "newest" is "last" here.
 */

import type { ExpiryReason, OrderStatus } from "../../engine/domain/order.ts";
import type {
  OrderAccepted,
  OrderActivated,
  OrderAmended,
  OrderCanceled,
  OrderExpired,
  TradeExecuted,
  TradePrevented,
} from "../../engine/protocol/events.ts";
import type { Columns } from "../_shared/sql-columns.ts";

export const ORDER_COLUMNS = {
  instrument: "integer",
  order_id: "bigint",
  account: "integer",
  first_seq: "bigint",
  created_us: "bigint",
  side: "text",
  order_type: "text",
  time_in_force: "text",
  self_trade_mode: "text",
  price_ticks: "bigint",
  quote_atoms: "bigint",
  terms_seq: "bigint",
  quantity_lots: "bigint",
  client_order_id: "text",
  first_quantity_lots: "bigint",
  first_client_order_id: "text",
  last_seq: "bigint",
  updated_us: "bigint",
  status: "text",
  expiry_reason: "text",
  prevented_lots: "bigint",
  executed_lots: "bigint",
  executed_tick_lots: "bigint",
  first_trade_id: "bigint",
  last_trade_id: "bigint",
} as const satisfies Columns;

type OrderRow = { -readonly [Column in keyof typeof ORDER_COLUMNS]: string | number | bigint | null };

export class OrderRows {
  readonly #rows = new Map<number, Map<number, OrderRow>>();

  /** @param isNew whether the trade was really inserted: only then do its quantities count. */
  trade(event: TradeExecuted, isNew: boolean): void {
    const tickLots = BigInt(event.priceTicks) * BigInt(event.quantityLots);
    for (const isTaker of [true, false]) {
      const orderId = isTaker ? event.takerOrderId : event.makerOrderId;
      const row = this.#row(event.instrument, orderId, isTaker ? event.takerAccount : event.makerAccount);
      const remainingLots = isTaker ? event.takerRemainingLots : event.makerRemainingLots;
      state(row, event, remainingLots === 0 ? "filled" : "partially_filled", "none", 0);
      if (!isNew) continue;
      row.executed_lots = BigInt(row.executed_lots ?? 0) + BigInt(event.quantityLots);
      row.executed_tick_lots = BigInt(row.executed_tick_lots ?? 0) + tickLots;
      row.first_trade_id ??= event.tradeId;
      row.last_trade_id = event.tradeId;
    }
  }

  accepted(event: OrderAccepted): void {
    const row = this.#row(event.instrument, event.orderId, event.account);
    row.first_seq = event.seq;
    row.created_us = event.timeUs;
    row.side = event.side;
    row.order_type = event.orderType;
    row.time_in_force = event.timeInForce;
    row.self_trade_mode = event.selfTradeMode;
    row.price_ticks = event.priceTicks;
    row.quote_atoms = event.quoteAtoms;
    terms(row, event);
    state(row, event, event.special?.phase === "pending" ? "pending_new" : "new", "none", 0);
  }

  activated(event: OrderActivated): void {
    state(this.#row(event.instrument, event.orderId, event.account), event, "new", "none", 0);
  }

  /** What was executed before is not in the event: a reader tells new from partially_filled by the sums. */
  prevented(event: TradePrevented): void {
    for (const orderId of [event.takerOrderId, event.makerOrderId]) {
      state(this.#row(event.instrument, orderId, event.account), event, "new", "none", 0);
    }
  }

  amended(event: OrderAmended): void {
    const row = this.#row(event.instrument, event.orderId, event.account);
    if (row.terms_seq !== null && row.terms_seq === row.first_seq) {
      row.first_quantity_lots = row.quantity_lots;
      row.first_client_order_id = row.client_order_id;
    }
    terms(row, event);
    state(row, event, event.remainingLots < event.quantityLots ? "partially_filled" : "new", "none", 0);
  }

  canceled(event: OrderCanceled): void {
    state(this.#row(event.instrument, event.orderId, event.account), event, "canceled", "none", 0);
  }

  expired(event: OrderExpired): void {
    const status = event.reason === "self_trade" ? "expired_in_match" : "expired";
    const row = this.#row(event.instrument, event.orderId, event.account);
    state(row, event, status, event.reason, event.preventedLots);
  }

  /** In the order of their keys, so that two instances lock rows in the same order. */
  list(): OrderRow[] {
    const rows = [...this.#rows.values()].flatMap((byId) => [...byId.values()]);
    return rows.sort((a, b) => Number(a.instrument) - Number(b.instrument) || Number(a.order_id) - Number(b.order_id));
  }

  #row(instrument: number, orderId: number, account: number): OrderRow {
    let byId = this.#rows.get(instrument);
    if (byId === undefined) {
      byId = new Map();
      this.#rows.set(instrument, byId);
    }
    let row = byId.get(orderId);
    if (row === undefined) {
      row = unsaid(instrument, orderId, account);
      byId.set(orderId, row);
    }
    return row;
  }
}

function unsaid(instrument: number, orderId: number, account: number): OrderRow {
  return {
    instrument,
    order_id: orderId,
    account,
    first_seq: null,
    created_us: null,
    side: null,
    order_type: null,
    time_in_force: null,
    self_trade_mode: null,
    price_ticks: null,
    quote_atoms: null,
    terms_seq: null,
    quantity_lots: null,
    client_order_id: null,
    first_quantity_lots: null,
    first_client_order_id: null,
    last_seq: 0,
    updated_us: 0,
    status: "new",
    expiry_reason: "none",
    prevented_lots: 0,
    executed_lots: 0,
    executed_tick_lots: 0,
    first_trade_id: null,
    last_trade_id: null,
  };
}

function terms(row: OrderRow, event: OrderAccepted | OrderAmended): void {
  row.terms_seq = event.seq;
  row.quantity_lots = event.quantityLots;
  row.client_order_id = event.clientOrderId;
}

function state(
  row: OrderRow,
  event: { readonly seq: number; readonly timeUs: number },
  status: OrderStatus,
  expiryReason: ExpiryReason,
  preventedLots: number,
): void {
  // Trades are folded after the rest, because what counts of them is known only once they are inserted.
  if (event.seq <= Number(row.last_seq)) return;
  row.last_seq = event.seq;
  row.updated_us = event.timeUs;
  row.status = status;
  row.expiry_reason = expiryReason;
  row.prevented_lots = preventedLots;
}
