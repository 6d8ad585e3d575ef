/**
 * An account's lists of orders, prevented self-trades and amendments by SQL (the part of History that is theirs).
 *
 * Who was the taker of a self-trade is in no event of an expiry: it is the order that began to work later, for it met one
 * that worked already. Under expire_both each of the two orders expires; the maker's event stands for the pair.
 */
import type { History } from "../../engine/bus/history-client.ts";
import type { Database } from "./database.ts";
import { Conditions, endUsExclusive, listOn, startUs } from "./list-sql.ts";
import { amendmentOf, orderListOf, preventedMatchOf } from "./row-views.ts";

const leg = (number: 1 | 2 | 3): string => `
  left join orders o${number} on o${number}.engine = l.engine and o${number}.instrument = l.instrument
    and o${number}.order_id = l.order_id_${number} and o${number}.created_us is not null`;

/** A list of which an order has not arrived is not there yet. */
const LIST_SELECT = `
  select l.*, o1.client_order_id as client_order_id_1, o2.client_order_id as client_order_id_2,
    o3.client_order_id as client_order_id_3
  from order_lists l ${leg(1)} ${leg(2)} ${leg(3)}`;
const LIST_IS_WHOLE =
  "l.created_us is not null and o1.order_id is not null and o2.order_id is not null " +
  "and (l.order_id_3 = 0 or o3.order_id is not null)";

const order = (alias: string, id: string): string => `
  join orders ${alias} on ${alias}.engine = p.engine and ${alias}.instrument = p.instrument
    and ${alias}.order_id = p.${id} and ${alias}.created_us is not null
  left join special_orders ${alias}_special on ${alias}_special.engine = p.engine
    and ${alias}_special.instrument = p.instrument and ${alias}_special.order_id = p.${id}`;
const workingSeq = (alias: string): string => `coalesce(${alias}_special.working_seq, ${alias}.first_seq)`;

const PREVENTED_SELECT = `
  select * from (
    select p.engine, p.seq, p.instrument, p.account, p.time_us, p.order_id, p.counter_order_id,
      coalesce(p.self_trade_mode, case when t.is_taker then x.self_trade_mode else c.self_trade_mode end) as mode,
      coalesce(p.price_ticks, case when t.is_taker then c.price_ticks else x.price_ticks end) as price,
      case when t.is_taker then p.order_id else p.counter_order_id end as taker_order_id,
      case when t.is_taker then p.counter_order_id else p.order_id end as maker_order_id,
      case when t.is_taker then p.prevented_lots else coalesce(pair.prevented_lots, 0) end as taker_prevented_lots,
      case when p.self_trade_mode is null and t.is_taker then 0 else p.prevented_lots end as maker_prevented_lots,
      p.self_trade_mode is null and t.is_taker and x.self_trade_mode = 'expire_both' as is_told_by_maker
    from prevented_matches p ${order("x", "order_id")} ${order("c", "counter_order_id")}
    cross join lateral (
      select p.self_trade_mode is not null or ${workingSeq("x")} > ${workingSeq("c")} as is_taker
    ) t
    left join prevented_matches pair on p.self_trade_mode is null and pair.engine = p.engine
      and pair.instrument = p.instrument and pair.order_id = p.counter_order_id
      and pair.counter_order_id = p.order_id and pair.self_trade_mode is null
  ) m`;

type AccountLists = Pick<History, "orderLists" | "orderList" | "preventedMatches" | "amendments">;

export function accountListsOnSql(database: Pick<Database, "query">, engine: string): AccountLists {
  const list = listOn(database);
  return {
    async orderLists(account, range) {
      const conditions = new Conditions().add("l.engine = ?", engine).add("l.account = ?", account);
      if (range.startMs !== undefined) conditions.add("l.created_us >= ?", startUs(range.startMs));
      if (range.endMs !== undefined) conditions.add("l.created_us < ?", endUsExclusive(range.endMs));
      if (range.fromOrderListId !== undefined) conditions.add("l.order_list_id >= ?", range.fromOrderListId);
      const from = range.startMs !== undefined || range.fromOrderListId !== undefined ? "oldest" : "newest";
      const orderBy = from === "oldest" ? "l.created_us asc, l.order_list_id" : "l.created_us desc, l.order_list_id";
      const rows = await list(LIST_SELECT, conditions.say(LIST_IS_WHOLE), orderBy, from, range.limit);
      return rows.map(orderListOf);
    },

    async orderList(account, orderListId, listClientOrderId) {
      const conditions = new Conditions().add("l.engine = ?", engine).add("l.account = ?", account);
      if (orderListId !== 0) conditions.add("l.order_list_id = ?", orderListId);
      else conditions.add("l.list_client_order_id = ?", listClientOrderId);
      const rows = await list(LIST_SELECT, conditions.say(LIST_IS_WHOLE), "l.order_list_id", "newest", 1);
      return rows[0] === undefined ? null : orderListOf(rows[0]);
    },

    async preventedMatches(account, instrument, asked) {
      const conditions = new Conditions()
        .add("m.engine = ?", engine)
        .add("m.account = ?", account)
        .add("m.instrument = ?", instrument)
        .say("not m.is_told_by_maker");
      if (asked.preventedMatchId !== undefined) conditions.add("m.seq = ?", asked.preventedMatchId);
      if (asked.orderId !== undefined) conditions.add("(m.order_id = ? or m.counter_order_id = ?)", asked.orderId);
      if (asked.fromPreventedMatchId !== undefined) conditions.add("m.seq >= ?", asked.fromPreventedMatchId);
      const from = asked.fromPreventedMatchId !== undefined ? "oldest" : "newest";
      return (await list(PREVENTED_SELECT, conditions, "m.seq", from, asked.limit)).map(preventedMatchOf);
    },

    async amendments(account, instrument, orderId, range) {
      const inner = new Conditions()
        .add("a.engine = ?", engine)
        .add("a.instrument = ?", instrument)
        .add("a.order_id = ?", orderId)
        .add("a.account = ?", account);
      const since = inner.parameter(range.fromExecutionId ?? 0);
      // The one before may lie before the page: all of an order's are numbered first; an order has few.
      const rows = await database.query(
        `select * from (
           select a.*, coalesce(lag(a.quantity_lots) over earlier, o.first_quantity_lots) as orig_quantity_lots,
             coalesce(lag(a.client_order_id) over earlier, o.first_client_order_id) as orig_client_order_id
           from amendments a join orders o on o.engine = a.engine and o.instrument = a.instrument
             and o.order_id = a.order_id and o.first_quantity_lots is not null
           where ${inner.where()} window earlier as (order by a.seq)
         ) n where n.seq >= ${since}::bigint order by n.seq limit ${inner.parameter(range.limit)}::bigint`,
        inner.parameters,
      );
      return rows.map(amendmentOf);
    },
  };
}
