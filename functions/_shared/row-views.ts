/**
 * Rows of history as the views that the edges speak. Columns are those of migrations/; int8 and numeric come as strings.
 * Quote amounts are Σ ticks × lots times the instrument's quote_atoms_per_tick_lot.
 */
import type { Candle, KlineInterval, TradeView } from "../../engine/bus/stream-client.ts";
import { assert } from "../../engine/domain/assert.ts";
import type {
  ExpiryReason,
  ListContingency,
  ListStatus,
  OrderPhase,
  OrderStatus,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from "../../engine/domain/order.ts";
import { nextCandleOpenMs } from "../../engine/protocol/candle-time.ts";
import type {
  AmendmentView,
  FillView,
  OrderListView,
  OrderView,
  PreventedMatchView,
  SpecialView,
} from "../../engine/protocol/views.ts";
import type { Row } from "./database.ts";

export function whole(row: Row, column: string): number {
  const value = Number(row[column] ?? Number.NaN);
  assert(Number.isSafeInteger(value), `${column} is a whole number below 2^53`);
  return value;
}

export function big(row: Row, column: string): bigint {
  const value = row[column];
  assert(typeof value === "string" || typeof value === "number", `${column} is a number`);
  return BigInt(value);
}

/** A word that only persistence wrote, from an event whose words were checked. */
export function wordIn<T extends string>(row: Row, column: string): T {
  const value = row[column];
  assert(typeof value === "string", `${column} is text`);
  return value as T;
}

const quoteAtomsOf = (row: Row, column: string): bigint => big(row, column) * big(row, "quote_atoms_per_tick_lot");

export function orderOf(row: Row): OrderView {
  const executedLots = whole(row, "executed_lots");
  return {
    instrument: whole(row, "instrument"),
    orderId: whole(row, "order_id"),
    account: whole(row, "account"),
    clientOrderId: wordIn(row, "client_order_id"),
    side: wordIn<Side>(row, "side"),
    orderType: wordIn<OrderType>(row, "order_type"),
    timeInForce: wordIn<TimeInForce>(row, "time_in_force"),
    selfTradeMode: wordIn<SelfTradeMode>(row, "self_trade_mode"),
    priceTicks: whole(row, "price_ticks"),
    quantityLots: whole(row, "quantity_lots"),
    executedLots,
    preventedLots: whole(row, "prevented_lots") + wholeOrZero(row, "decremented_lots"),
    cumulativeQuoteAtoms: quoteAtomsOf(row, "executed_tick_lots"),
    quoteAtoms: big(row, "quote_atoms"),
    status: statusOf(wordIn<OrderStatus>(row, "status"), executedLots),
    expiryReason: wordIn<ExpiryReason>(row, "expiry_reason"),
    createdUs: whole(row, "created_us"),
    updatedUs: whole(row, "updated_us"),
    firstSeq: whole(row, "first_seq"),
    lastSeq: whole(row, "last_seq"),
    ...(row.order_list_id === null && row.prevented_match_id === null ? {} : { special: specialOf(row) }),
  };
}

/** An amendment or a prevented self-trade does not say whether something was executed before. */
function statusOf(told: OrderStatus, executedLots: number): OrderStatus {
  if (told !== "new" && told !== "partially_filled") return told;
  return executedLots > 0 ? "partially_filled" : "new";
}

const wholeOrZero = (row: Row, column: string): number => (row[column] === null ? 0 : whole(row, column));

/** A plain order's too, of which a self-trade was prevented: it has worked since it was taken in. */
function specialOf(row: Row): SpecialView {
  const isPlain = row.order_list_id === null;
  return {
    conditions: {
      stopTicks: wholeOrZero(row, "stop_ticks"),
      trailingDeltaBips: wholeOrZero(row, "trailing_delta_bips"),
      icebergLots: wholeOrZero(row, "iceberg_lots"),
      strategyId: wholeOrZero(row, "strategy_id"),
      strategyType: wholeOrZero(row, "strategy_type"),
    },
    orderListId: wholeOrZero(row, "order_list_id"),
    phase: isPlain ? "working" : wordIn<OrderPhase>(row, "phase"),
    workingUs: isPlain ? whole(row, "created_us") : wholeOrZero(row, "working_us"),
    trailingUs: wholeOrZero(row, "trailing_us"),
    preventedMatchId: wholeOrZero(row, "prevented_match_id"),
  };
}

/** A row of order_lists with the client ids of its orders beside it. */
export function orderListOf(row: Row): OrderListView {
  const legs = [1, 2, 3].filter((leg) => whole(row, `order_id_${leg}`) !== 0);
  return {
    instrument: whole(row, "instrument"),
    orderListId: whole(row, "order_list_id"),
    account: whole(row, "account"),
    contingency: wordIn<ListContingency>(row, "contingency"),
    status: wordIn<ListStatus>(row, "status"),
    listClientOrderId: wordIn(row, "list_client_order_id"),
    orders: legs.map((leg) => ({
      orderId: whole(row, `order_id_${leg}`),
      clientOrderId: wordIn(row, `client_order_id_${leg}`),
    })),
    createdUs: whole(row, "created_us"),
    updatedUs: whole(row, "updated_us"),
    lastSeq: whole(row, "last_seq"),
  };
}

export function preventedMatchOf(row: Row): PreventedMatchView {
  return {
    instrument: whole(row, "instrument"),
    preventedMatchId: whole(row, "seq"),
    account: whole(row, "account"),
    takerOrderId: whole(row, "taker_order_id"),
    makerOrderId: whole(row, "maker_order_id"),
    selfTradeMode: wordIn<SelfTradeMode>(row, "mode"),
    priceTicks: whole(row, "price"),
    takerPreventedLots: whole(row, "taker_prevented_lots"),
    makerPreventedLots: whole(row, "maker_prevented_lots"),
    timeUs: whole(row, "time_us"),
  };
}

export function amendmentOf(row: Row): AmendmentView {
  return {
    instrument: whole(row, "instrument"),
    orderId: whole(row, "order_id"),
    account: whole(row, "account"),
    executionId: whole(row, "seq"),
    origClientOrderId: wordIn(row, "orig_client_order_id"),
    newClientOrderId: wordIn(row, "client_order_id"),
    origQuantityLots: whole(row, "orig_quantity_lots"),
    newQuantityLots: whole(row, "quantity_lots"),
    timeUs: whole(row, "time_us"),
  };
}

/** A row of trades seen from one side, with the instrument's assets beside it. */
export function fillOf(row: Row): FillView {
  const isMaker = row.is_maker === true;
  const takerSide = wordIn<Side>(row, "taker_side");
  const side: Side = (takerSide === "buy") === isMaker ? "sell" : "buy";
  const role = isMaker ? "maker" : "taker";
  return {
    instrument: whole(row, "instrument"),
    tradeId: whole(row, "trade_id"),
    orderId: whole(row, `${role}_order_id`),
    account: whole(row, `${role}_account`),
    side,
    priceTicks: whole(row, "price_ticks"),
    quantityLots: whole(row, "quantity_lots"),
    quoteAtoms: big(row, "price_ticks") * quoteAtomsOf(row, "quantity_lots"),
    commissionAtoms: big(row, `${role}_fee_atoms`),
    commissionAsset: whole(row, side === "buy" ? "base_asset" : "quote_asset"),
    isMaker,
    timeUs: whole(row, "time_us"),
    seq: whole(row, "seq"),
    ...(wholeOrZero(row, "order_list_id") !== 0 && { orderListId: whole(row, "order_list_id") }),
  };
}

export function tradeOf(row: Row): TradeView {
  return {
    instrument: whole(row, "instrument"),
    tradeId: whole(row, "trade_id"),
    priceTicks: whole(row, "price_ticks"),
    quantityLots: whole(row, "quantity_lots"),
    takerSide: wordIn<Side>(row, "taker_side"),
    takerOrderId: whole(row, "taker_order_id"),
    timeUs: whole(row, "time_us"),
  };
}

export function candleOf(row: Row): Candle {
  const openTimeMs = whole(row, "open_ms");
  return {
    openTimeMs,
    closeTimeMs: nextCandleOpenMs(wordIn<KlineInterval>(row, "period"), openTimeMs) - 1,
    openTicks: whole(row, "open_ticks"),
    highTicks: whole(row, "high_ticks"),
    lowTicks: whole(row, "low_ticks"),
    closeTicks: whole(row, "close_ticks"),
    volumeLots: big(row, "volume_lots"),
    quoteAtoms: quoteAtomsOf(row, "tick_lots"),
    takerBuyLots: big(row, "taker_buy_lots"),
    takerBuyQuoteAtoms: quoteAtomsOf(row, "taker_buy_tick_lots"),
    firstTradeId: whole(row, "first_trade_id"),
    lastTradeId: whole(row, "last_trade_id"),
    trades: whole(row, "trades"),
  };
}
