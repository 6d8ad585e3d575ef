/**
 * History by SQL, the same on PGlite and Postgres: list-sql.ts states the list rules, row-views.ts the shapes.
 *
 * Ids grow with time within an instrument, so every list is ordered by id. Trades have no index by time: the one-second
 * candles lead from a time to the trade ids around it.
 */

import type { History, TimeRange } from "../../engine/bus/history-client.ts";
import type { Candle } from "../../engine/bus/stream-client.ts";
import { accountListsOnSql } from "./account-lists-sql.ts";
import type { Database, Row } from "./database.ts";
import { Conditions, endUsExclusive, listOn, startUs } from "./list-sql.ts";
import { candleOf, fillOf, orderOf, tradeOf } from "./row-views.ts";
import { statementOnSql } from "./statement-sql.ts";

/** An order whose acceptance has not arrived is not there yet, whatever its fills have told. */
const ORDER_SELECT = `
  select o.*, i.quote_atoms_per_tick_lot, s.order_list_id, s.stop_ticks, s.trailing_delta_bips, s.iceberg_lots,
    s.strategy_id, s.strategy_type, s.phase, s.working_us, s.trailing_us, s.decremented_lots, s.prevented_match_id
  from orders o
  join instruments i on i.engine = o.engine and i.instrument = o.instrument and o.created_us is not null
  left join special_orders s on s.engine = o.engine and s.instrument = o.instrument and s.order_id = o.order_id`;
const CANDLE_SELECT = `
  select c.*, i.quote_atoms_per_tick_lot from candles c
  join instruments i on i.engine = c.engine and i.instrument = c.instrument`;

export function historyOnSql(database: Pick<Database, "query">, engine: string): History {
  const list = listOn(database);

  const tradesBetween = (conditions: Conditions, instrument: number, range: TimeRange): void => {
    if (range.startMs !== undefined) {
      const second = conditions.parameter(Math.floor(range.startMs / 1_000) * 1_000);
      conditions.add(
        `t.trade_id >= (select c.first_trade_id from candles c where c.engine = $1 and c.instrument = ? and
         c.period = '1s' and c.open_ms >= ${second} order by c.open_ms limit 1)`,
        instrument,
      );
      conditions.add("t.time_us >= ?", startUs(range.startMs));
    }
    if (range.endMs !== undefined) {
      const end = conditions.parameter(range.endMs);
      conditions.add(
        `t.trade_id <= (select c.last_trade_id from candles c where c.engine = $1 and c.instrument = ? and
         c.period = '1s' and c.open_ms <= ${end} order by c.open_ms desc limit 1)`,
        instrument,
      );
      conditions.add("t.time_us < ?", endUsExclusive(range.endMs));
    }
  };

  return {
    ...accountListsOnSql(database, engine),
    ...statementOnSql(database, engine),

    async order(account, instrument, orderId, clientOrderId) {
      const conditions = new Conditions()
        .add("o.engine = ?", engine)
        .add("o.instrument = ?", instrument)
        .add("o.account = ?", account);
      if (orderId !== 0) conditions.add("o.order_id = ?", orderId);
      else conditions.add("o.client_order_id = ?", clientOrderId);
      const rows = await database.query(
        `${ORDER_SELECT} where ${conditions.where()} order by o.order_id desc limit 1`,
        conditions.parameters,
      );
      return rows[0] === undefined ? null : orderOf(rows[0]);
    },

    async orders(account, instrument, range) {
      const conditions = new Conditions()
        .add("o.engine = ?", engine)
        .add("o.account = ?", account)
        .add("o.instrument = ?", instrument);
      if (range.startMs !== undefined) conditions.add("o.created_us >= ?", startUs(range.startMs));
      if (range.endMs !== undefined) conditions.add("o.created_us < ?", endUsExclusive(range.endMs));
      if (range.fromOrderId !== undefined) {
        // The index is by time; the id's own time leads into it, and later ids have later times.
        conditions.add(
          `o.order_id >= ? and o.created_us >= (select p.created_us from orders p where p.engine = $1 and
           p.instrument = $3 and p.order_id >= ? and p.created_us is not null order by p.order_id limit 1)`,
          range.fromOrderId,
        );
      }
      const from = range.startMs !== undefined || range.fromOrderId !== undefined ? "oldest" : "newest";
      const order = from === "oldest" ? "o.created_us asc, o.order_id" : "o.created_us desc, o.order_id";
      return (await list(ORDER_SELECT, conditions, order, from, range.limit)).map(orderOf);
    },

    async fills(account, instrument, range) {
      const from = range.startMs !== undefined || range.fromTradeId !== undefined ? "oldest" : "newest";
      const direction = from === "oldest" ? "asc" : "desc";
      const conditions = new Conditions().add("t.engine = ?", engine).add("t.instrument = ?", instrument);
      const accountParameter = conditions.parameter(account);
      tradesBetween(conditions, instrument, range);
      if (range.fromTradeId !== undefined) conditions.add("t.trade_id >= ?", range.fromTradeId);
      let orderIdParameter: string | null = null;
      if (range.orderId !== undefined) {
        // An order knows its first and last trade: between them lie few of the account's trades, or all its own.
        orderIdParameter = conditions.parameter(range.orderId);
        conditions.add(
          `t.trade_id between (select first_trade_id from orders where engine = $1 and instrument = $2 and order_id = ?)
           and (select last_trade_id from orders where engine = $1 and instrument = $2 and order_id = ?)`,
          range.orderId,
        );
      }
      const limit = conditions.parameter(range.limit);
      const side = (role: "taker" | "maker"): string => `
        (select t.*, ${role === "maker"} as is_maker from trades t where ${conditions.where()}
         and t.${role}_account = ${accountParameter}::integer
         ${orderIdParameter === null ? "" : `and t.${role}_order_id = ${orderIdParameter}::bigint`}
         order by t.trade_id ${direction} limit ${limit}::bigint)`;
      const rows = await database.query(
        `select f.*, i.base_asset, i.quote_asset, i.quote_atoms_per_tick_lot, s.order_list_id
         from (${side("taker")} union all ${side("maker")}) f
         join instruments i on i.engine = f.engine and i.instrument = f.instrument
         left join special_orders s on s.engine = f.engine and s.instrument = f.instrument
           and s.order_id = case when f.is_maker then f.maker_order_id else f.taker_order_id end
         order by f.trade_id ${direction}, f.is_maker ${direction} limit ${limit}::bigint`,
        conditions.parameters,
      );
      return (from === "oldest" ? rows : rows.toReversed()).map(fillOf);
    },

    async trades(instrument, range) {
      const conditions = new Conditions().add("t.engine = ?", engine).add("t.instrument = ?", instrument);
      tradesBetween(conditions, instrument, range);
      if (range.fromTradeId !== undefined) conditions.add("t.trade_id >= ?", range.fromTradeId);
      const from = range.startMs !== undefined || range.fromTradeId !== undefined ? "oldest" : "newest";
      return (await list("select t.* from trades t", conditions, "t.trade_id", from, range.limit)).map(tradeOf);
    },

    async candles(instrument, interval, range) {
      const conditions = new Conditions()
        .add("c.engine = ?", engine)
        .add("c.instrument = ?", instrument)
        .add("c.period = ?", interval);
      if (range.startMs !== undefined) conditions.add("c.open_ms >= ?", range.startMs);
      if (range.endMs !== undefined) conditions.add("c.open_ms <= ?", range.endMs);
      const from = range.startMs !== undefined ? "oldest" : "newest";
      return (await list(CANDLE_SELECT, conditions, "c.open_ms", from, range.limit)).map(candleOf);
    },

    async candleBefore(instrument, interval, openTimeMs): Promise<Candle | null> {
      const rows: readonly Row[] = await database.query(
        `${CANDLE_SELECT} where c.engine = $1 and c.instrument = $2 and c.period = $3 and c.open_ms < $4
         order by c.open_ms desc limit 1`,
        [engine, instrument, interval, openTimeMs],
      );
      return rows[0] === undefined ? null : candleOf(rows[0]);
    },
  };
}
