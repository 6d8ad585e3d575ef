/**
 * Rows of history as the views that the edges speak. Columns are those of migrations/; int8 and numeric come as strings.
 * Quote amounts are Σ ticks × lots times the instrument's quote_atoms_per_tick_lot.
 */
import type { Candle, KlineInterval, TradeView } from "../../engine/bus/stream-client.ts";
import { assert } from "../../engine/domain/assert.ts";
import type {
  ExpiryReason,
  OrderStatus,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from "../../engine/domain/order.ts";
import { nextCandleOpenMs } from "../../engine/protocol/candle-time.ts";
import type { FillView, OrderView } from "../../engine/protocol/views.ts";
import type { Row } from "./database.ts";

function whole(row: Row, column: string): number {
  const value = Number(row[column] ?? Number.NaN);
  assert(Number.isSafeInteger(value), `${column} is a whole number below 2^53`);
  return value;
}

function big(row: Row, column: string): bigint {
  const value = row[column];
  assert(typeof value === "string" || typeof value === "number", `${column} is a number`);
  return BigInt(value);
}

/** A word that only persistence wrote, from an event whose words were checked. */
function wordIn<T extends string>(row: Row, column: string): T {
  const value = row[column];
  assert(typeof value === "string", `${column} is text`);
  return value as T;
}

const quoteAtomsOf = (row: Row, column: string): bigint => big(row, column) * big(row, "quote_atoms_per_tick_lot");

export function orderOf(row: Row): OrderView {
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
    executedLots: whole(row, "executed_lots"),
    preventedLots: whole(row, "prevented_lots"),
    cumulativeQuoteAtoms: quoteAtomsOf(row, "executed_tick_lots"),
    quoteAtoms: big(row, "quote_atoms"),
    status: wordIn<OrderStatus>(row, "status"),
    expiryReason: wordIn<ExpiryReason>(row, "expiry_reason"),
    createdUs: whole(row, "created_us"),
    updatedUs: whole(row, "updated_us"),
    firstSeq: whole(row, "first_seq"),
    lastSeq: whole(row, "last_seq"),
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
  };
}

export function tradeOf(row: Row): TradeView {
  return {
    instrument: whole(row, "instrument"),
    tradeId: whole(row, "trade_id"),
    priceTicks: whole(row, "price_ticks"),
    quantityLots: whole(row, "quantity_lots"),
    takerSide: wordIn<Side>(row, "taker_side"),
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
