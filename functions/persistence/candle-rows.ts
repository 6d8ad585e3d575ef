/**
 * What a batch's new trades add to candles, one row per instrument, interval and opening time.
 *
 * Trades go into one-second candles; those are added up into the other 15 intervals. So the cost is one candle per
 * trade and 15 per second of trading, not 16 per trade.
 */
import { KLINE_INTERVALS, type KlineInterval } from "../../engine/bus/stream-client.ts";
import { candleOpenMs } from "../../engine/protocol/candle-time.ts";
import type { TradeExecuted } from "../../engine/protocol/events.ts";
import type { Columns } from "../_shared/sql-columns.ts";

export const CANDLE_COLUMNS = {
  instrument: "integer",
  period: "text",
  open_ms: "bigint",
  open_ticks: "bigint",
  high_ticks: "bigint",
  low_ticks: "bigint",
  close_ticks: "bigint",
  volume_lots: "numeric",
  tick_lots: "numeric",
  taker_buy_lots: "numeric",
  taker_buy_tick_lots: "numeric",
  first_trade_id: "bigint",
  last_trade_id: "bigint",
  trades: "bigint",
} as const satisfies Columns;

export interface CandleRow {
  readonly instrument: number;
  readonly period: KlineInterval;
  readonly open_ms: number;
  open_ticks: number;
  high_ticks: number;
  low_ticks: number;
  close_ticks: number;
  volume_lots: bigint;
  tick_lots: bigint;
  taker_buy_lots: bigint;
  taker_buy_tick_lots: bigint;
  first_trade_id: number;
  last_trade_id: number;
  trades: number;
}

/** @param trades really inserted, ascending by trade id within each instrument. */
export function candleRowsOf(trades: readonly TradeExecuted[]): CandleRow[] {
  const rows = new Map<string, CandleRow>();
  for (const trade of trades) add(rows, ofOneTrade(trade));
  const seconds = [...rows.values()];
  for (const period of KLINE_INTERVALS) {
    if (period === "1s") continue;
    for (const second of seconds) {
      add(rows, { ...second, period, open_ms: candleOpenMs(period, second.open_ms) });
    }
  }
  return [...rows.values()].sort(
    (a, b) =>
      a.instrument - b.instrument || (a.period < b.period ? -1 : a.period > b.period ? 1 : a.open_ms - b.open_ms),
  );
}

function ofOneTrade(trade: TradeExecuted): CandleRow {
  const lots = BigInt(trade.quantityLots);
  const tickLots = BigInt(trade.priceTicks) * lots;
  const takerBuys = trade.takerSide === "buy";
  return {
    instrument: trade.instrument,
    period: "1s",
    open_ms: candleOpenMs("1s", Math.floor(trade.timeUs / 1_000)),
    open_ticks: trade.priceTicks,
    high_ticks: trade.priceTicks,
    low_ticks: trade.priceTicks,
    close_ticks: trade.priceTicks,
    volume_lots: lots,
    tick_lots: tickLots,
    taker_buy_lots: takerBuys ? lots : 0n,
    taker_buy_tick_lots: takerBuys ? tickLots : 0n,
    first_trade_id: trade.tradeId,
    last_trade_id: trade.tradeId,
    trades: 1,
  };
}

function add(rows: Map<string, CandleRow>, later: CandleRow): void {
  const key = `${later.instrument} ${later.period} ${later.open_ms}`;
  const row = rows.get(key);
  if (row === undefined) {
    rows.set(key, later);
    return;
  }
  if (later.first_trade_id < row.first_trade_id) {
    row.first_trade_id = later.first_trade_id;
    row.open_ticks = later.open_ticks;
  }
  if (later.last_trade_id > row.last_trade_id) {
    row.last_trade_id = later.last_trade_id;
    row.close_ticks = later.close_ticks;
  }
  row.high_ticks = Math.max(row.high_ticks, later.high_ticks);
  row.low_ticks = Math.min(row.low_ticks, later.low_ticks);
  row.volume_lots += later.volume_lots;
  row.tick_lots += later.tick_lots;
  row.taker_buy_lots += later.taker_buy_lots;
  row.taker_buy_tick_lots += later.taker_buy_tick_lots;
  row.trades += later.trades;
}
