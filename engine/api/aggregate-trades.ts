/**
 * Aggregate trades: the trades of one taker order at one price (so of one time) as one row.
 *
 * Its id is its first trade's, as on the stream: it grows, never changes, and fromId finds it. So ids have gaps.
 */
import type { TradeView } from "../bus/stream-client.ts";
import { formatLots, formatTicks } from "../protocol/decimal.ts";
import type { ShapeContext } from "./order-shapes.ts";
import { moment } from "./time-unit.ts";

export interface AggregateTrade {
  readonly first: TradeView;
  readonly lastTradeId: number;
  readonly quantityLots: bigint;
}

/** Whether a trade continues the row of the one before it. */
function isOneRow(before: TradeView, trade: TradeView): boolean {
  return before.takerOrderId === trade.takerOrderId && before.priceTicks === trade.priceTicks;
}

/** @param trades by id, none missing; the rows at both ends are whole only if the trades beside them are there. */
export function aggregated(trades: readonly TradeView[]): AggregateTrade[] {
  const rows: { first: TradeView; lastTradeId: number; quantityLots: bigint }[] = [];
  for (const trade of trades) {
    const row = rows.at(-1);
    if (row !== undefined && isOneRow(row.first, trade)) {
      row.lastTradeId = trade.tradeId;
      row.quantityLots += BigInt(trade.quantityLots);
    } else {
      rows.push({ first: trade, lastTradeId: trade.tradeId, quantityLots: BigInt(trade.quantityLots) });
    }
  }
  return rows;
}

export function aggregateTradeShape({ instrument, unit }: ShapeContext, row: AggregateTrade): object {
  return {
    a: row.first.tradeId,
    p: formatTicks(instrument, row.first.priceTicks),
    q: formatLots(instrument, row.quantityLots),
    f: row.first.tradeId,
    l: row.lastTradeId,
    T: moment(unit, row.first.timeUs),
    m: row.first.takerSide === "sell",
    M: true,
  };
}
