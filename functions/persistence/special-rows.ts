/**
 * What a batch says of orders beyond their plain terms, of lists, of prevented self-trades and of amendments: folded to rows
 * that the database writes once each, safe in any order of arrival (order-rows.ts says how).
 */
import type { OrderPhase } from "../../engine/domain/order.ts";
import type {
  OrderAccepted,
  OrderActivated,
  OrderAmended,
  OrderExpired,
  OrderListChanged,
  TradePrevented,
} from "../../engine/protocol/events.ts";
import type { Columns } from "../_shared/sql-columns.ts";

export const SPECIAL_ORDER_COLUMNS = {
  instrument: "integer",
  order_id: "bigint",
  order_list_id: "bigint",
  stop_ticks: "bigint",
  trailing_delta_bips: "bigint",
  iceberg_lots: "bigint",
  strategy_id: "bigint",
  strategy_type: "bigint",
  phase_seq: "bigint",
  phase: "text",
  working_seq: "bigint",
  working_us: "bigint",
  trailing_us: "bigint",
  decremented_lots: "bigint",
  prevented_match_id: "bigint",
} as const satisfies Columns;

export const ORDER_LIST_COLUMNS = {
  order_list_id: "bigint",
  instrument: "integer",
  account: "integer",
  contingency: "text",
  list_client_order_id: "text",
  order_id_1: "bigint",
  order_id_2: "bigint",
  order_id_3: "bigint",
  created_us: "bigint",
  last_seq: "bigint",
  updated_us: "bigint",
  status: "text",
} as const satisfies Columns;

export const PREVENTED_MATCH_COLUMNS = {
  seq: "bigint",
  instrument: "integer",
  account: "integer",
  order_id: "bigint",
  counter_order_id: "bigint",
  prevented_lots: "bigint",
  self_trade_mode: "text",
  price_ticks: "bigint",
  time_us: "bigint",
} as const satisfies Columns;

export const AMENDMENT_COLUMNS = {
  seq: "bigint",
  instrument: "integer",
  order_id: "bigint",
  account: "integer",
  quantity_lots: "bigint",
  client_order_id: "text",
  time_us: "bigint",
} as const satisfies Columns;

type RowOf<C extends Columns> = { -readonly [Column in keyof C]: string | number | bigint | null };
type SpecialOrderRow = RowOf<typeof SPECIAL_ORDER_COLUMNS>;
type OrderListRow = RowOf<typeof ORDER_LIST_COLUMNS>;

export class SpecialOrderRows {
  readonly #rows = new Map<string, SpecialOrderRow>();

  /** A plain order has no row. */
  accepted({ special, ...event }: OrderAccepted): void {
    if (special === undefined) return;
    const row = this.#row(event.instrument, event.orderId);
    row.order_list_id = special.orderListId;
    row.stop_ticks = special.conditions.stopTicks;
    row.trailing_delta_bips = special.conditions.trailingDeltaBips;
    row.iceberg_lots = special.conditions.icebergLots;
    row.strategy_id = special.conditions.strategyId;
    row.strategy_type = special.conditions.strategyType;
    phase(row, event, special.phase);
  }

  activated(event: OrderActivated): void {
    phase(this.#row(event.instrument, event.orderId), event, event.phase);
  }

  /** @param isNew whether the event was really inserted: only then does its quantity count. */
  prevented(event: TradePrevented, isNew: boolean): void {
    for (const orderId of [event.takerOrderId, event.makerOrderId]) {
      const row = this.#row(event.instrument, orderId);
      row.prevented_match_id = event.seq;
      if (isNew) row.decremented_lots = BigInt(row.decremented_lots ?? 0) + BigInt(event.preventedLots);
    }
  }

  /** In the order of their keys, so that two instances lock rows in the same order. */
  list(): SpecialOrderRow[] {
    return [...this.#rows.values()].sort(
      (a, b) => Number(a.instrument) - Number(b.instrument) || Number(a.order_id) - Number(b.order_id),
    );
  }

  #row(instrument: number, orderId: number): SpecialOrderRow {
    const key = `${instrument} ${orderId}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = unsaid(instrument, orderId);
      this.#rows.set(key, row);
    }
    return row;
  }
}

function unsaid(instrument: number, orderId: number): SpecialOrderRow {
  return {
    instrument,
    order_id: orderId,
    order_list_id: null,
    stop_ticks: null,
    trailing_delta_bips: null,
    iceberg_lots: null,
    strategy_id: null,
    strategy_type: null,
    phase_seq: null,
    phase: null,
    working_seq: null,
    working_us: null,
    trailing_us: null,
    decremented_lots: 0,
    prevented_match_id: null,
  };
}

function phase(row: SpecialOrderRow, event: { readonly seq: number; readonly timeUs: number }, now: OrderPhase): void {
  row.phase_seq = event.seq;
  row.phase = now;
  if (now === "working") {
    row.working_seq = event.seq;
    row.working_us = event.timeUs;
  }
  if (now === "tracking") row.trailing_us = event.timeUs;
}

/** Every event says the whole list but when it was made, which is the time of its first. */
export class OrderListRows {
  readonly #rows = new Map<number, OrderListRow>();

  changed(event: OrderListChanged): void {
    const [first = 0, second = 0, third = 0] = event.orderIds;
    const before = this.#rows.get(event.orderListId);
    this.#rows.set(event.orderListId, {
      order_list_id: event.orderListId,
      instrument: event.instrument,
      account: event.account,
      contingency: event.contingency,
      list_client_order_id: event.listClientOrderId,
      order_id_1: first,
      order_id_2: second,
      order_id_3: third,
      created_us: event.status === "exec_started" ? event.timeUs : (before?.created_us ?? null),
      last_seq: event.seq,
      updated_us: event.timeUs,
      status: event.status,
    });
  }

  list(): OrderListRow[] {
    return [...this.#rows.values()].sort((a, b) => Number(a.order_list_id) - Number(b.order_list_id));
  }
}

export function preventedRow(event: TradePrevented): RowOf<typeof PREVENTED_MATCH_COLUMNS> {
  return {
    seq: event.seq,
    instrument: event.instrument,
    account: event.account,
    order_id: event.takerOrderId,
    counter_order_id: event.makerOrderId,
    prevented_lots: event.preventedLots,
    self_trade_mode: event.selfTradeMode,
    price_ticks: event.priceTicks,
    time_us: event.timeUs,
  };
}

/** null: it expired for another reason, or behind a trade_prevented, which has said all. */
export function expiredBySelfTradeRow(event: OrderExpired): RowOf<typeof PREVENTED_MATCH_COLUMNS> | null {
  if (event.reason !== "self_trade" || event.preventedLots === 0) return null;
  return {
    seq: event.seq,
    instrument: event.instrument,
    account: event.account,
    order_id: event.orderId,
    counter_order_id: event.counterOrderId,
    prevented_lots: event.preventedLots,
    self_trade_mode: null,
    price_ticks: null,
    time_us: event.timeUs,
  };
}

export function amendmentRow(event: OrderAmended): RowOf<typeof AMENDMENT_COLUMNS> {
  return {
    seq: event.seq,
    instrument: event.instrument,
    order_id: event.orderId,
    account: event.account,
    quantity_lots: event.quantityLots,
    client_order_id: event.clientOrderId,
    time_us: event.timeUs,
  };
}
