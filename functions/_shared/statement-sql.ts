/**
 * What an account's balance of an asset is made of, by SQL: trades from either side, fees, deposits and withdrawals; and the
 * sums by which an audit compares accounts with what came in and went out (the part of History that is about money).
 *
 * An entry's id is its event's sequence times eight and its place among the lines of that event, so that ids are in the order
 * in which things happened. Trades have no index by sequence or time: trade ids, sequences and times grow together, and have
 * no gaps, so the first trade at or above a bound is found by halving. A trade that has not arrived yet ends the search early.
 */
import type { FundsMovedView, History, StatementEntry, StatementKind } from "../../engine/bus/history-client.ts";
import type { FundingKind } from "../../engine/protocol/events.ts";
import type { Database, Row, SqlParameter } from "./database.ts";
import { Conditions, endUsExclusive, type From, listOn, startUs } from "./list-sql.ts";
import { big, whole, wordIn } from "./row-views.ts";

/** Lines of one event at most: 2^3. */
const ENTRY_ID_STEP = 8;
/** The account that fees go to. */
const FEE_ACCOUNT = 0;

type Money = Pick<History, "fundsMoved" | "statement" | "ledgerSums">;

/** Bounds of a list of entries; those of sequences are inclusive. */
interface Bounds {
  readonly untilSeq: number;
  readonly fromEntryId?: number;
  readonly beforeEntryId?: number;
  readonly startUs?: number;
  readonly endUsExclusive?: number;
}

export function statementOnSql(database: Pick<Database, "query">, engine: string): Money {
  const list = listOn(database);

  /** Every event up to here is in the tables. */
  const completeSeq = async (): Promise<number> => {
    const sql = "select last_seq from applied_ranges where engine = $1 and first_seq = 1";
    const [row] = await database.query(sql, [engine]);
    return row === undefined ? 0 : whole(row, "last_seq");
  };

  const openingOf = async (account: number, asset: number, bounds: Bounds): Promise<bigint> => {
    const { sql, parameters } = entriesSql(engine, account, asset, bounds, null);
    const [row] = await database.query(`${sql} select coalesce(sum(change), 0) as total from entries`, parameters);
    return row === undefined ? 0n : big(row, "total");
  };

  return {
    async fundsMoved(account, asked) {
      const conditions = new Conditions().add("f.engine = ?", engine);
      if (account !== null) conditions.add("f.account = ?", account);
      if (asked.asset !== undefined) conditions.add("f.asset = ?", asked.asset);
      if (asked.reference !== undefined) conditions.add("f.reference = ?", asked.reference);
      conditions.add("f.kind = any(string_to_array(?::text, ','))", asked.kinds.join(","));
      if (asked.startMs !== undefined) conditions.add("f.time_us >= ?", startUs(asked.startMs));
      if (asked.endMs !== undefined) conditions.add("f.time_us < ?", endUsExclusive(asked.endMs));
      const from: From = asked.startMs !== undefined ? "oldest" : "newest";
      const rows = await list("select f.* from funding_movements f", conditions, "f.seq", from, asked.limit);
      return rows.map(fundsMovedOf);
    },

    async statement(account, asset, range) {
      const untilSeq = await completeSeq();
      const { fromEntryId, startMs, endMs } = range;
      const bounds: Bounds = {
        untilSeq,
        ...(fromEntryId !== undefined && { fromEntryId }),
        ...(startMs !== undefined && { startUs: startUs(startMs) }),
        ...(endMs !== undefined && { endUsExclusive: endUsExclusive(endMs) }),
      };
      const from: From = startMs !== undefined || fromEntryId !== undefined ? "oldest" : "newest";
      const direction = from === "oldest" ? "asc" : "desc";
      const { sql, parameters } = entriesSql(engine, account, asset, bounds, { from, limit: range.limit });
      const rows = await database.query(
        `${sql} select * from entries order by entry_id ${direction} limit ${range.limit}`,
        parameters,
      );
      const entries = (from === "oldest" ? rows : rows.toReversed()).map(entryOf);
      const openingAtoms = await openingOf(account, asset, before(bounds, entries[0]));
      const changed = entries.reduce((sum, { changeAtoms }) => sum + changeAtoms, 0n);
      return { openingAtoms, entries, closingAtoms: openingAtoms + changed, asOfSeq: untilSeq };
    },

    async ledgerSums(atSeq) {
      const rows = await database.query(
        `with r as (
           select coalesce(max(last_seq) filter (where first_seq = 1), 0) as complete_seq,
             coalesce(max(last_seq), 0) as newest_seq from applied_ranges where engine = $1
         ), b as (
           select asset, sum(free_atoms) + sum(locked_atoms) as atoms from balances where engine = $1 group by asset
         ), f as (
           select asset, coalesce(sum(atoms) filter (where kind = 'deposited'), 0) as deposited,
             coalesce(sum(atoms) filter (where kind = 'withdrawal_settled'), 0) as withdrawn,
             coalesce(sum(atoms) filter (where kind = 'deposited' and seq <= $2::bigint), 0) as deposited_until,
             coalesce(sum(atoms) filter (where kind = 'withdrawal_settled' and seq <= $2::bigint), 0) as withdrawn_until
           from funding_movements where engine = $1 group by asset
         )
         select r.complete_seq, r.newest_seq, k.asset, coalesce(b.atoms, 0) as accounts,
           coalesce(f.deposited, 0) as deposited, coalesce(f.withdrawn, 0) as withdrawn,
           coalesce(f.deposited_until, 0) as deposited_until, coalesce(f.withdrawn_until, 0) as withdrawn_until
         from r left join (select asset from assets where engine = $1 union select asset from b union select asset from f) k
           on true
         left join b on b.asset = k.asset left join f on f.asset = k.asset order by k.asset`,
        [engine, atSeq],
      );
      const [first] = rows;
      return {
        completeSeq: first === undefined ? 0 : whole(first, "complete_seq"),
        newestSeq: first === undefined ? 0 : whole(first, "newest_seq"),
        assets: rows
          .filter(({ asset }) => asset !== null)
          .map((row) => ({
            asset: whole(row, "asset"),
            accountsAtoms: big(row, "accounts"),
            depositedAtoms: big(row, "deposited"),
            withdrawnAtoms: big(row, "withdrawn"),
            depositedUntilAtoms: big(row, "deposited_until"),
            withdrawnUntilAtoms: big(row, "withdrawn_until"),
          })),
      };
    },
  };
}

/** Everything that a page's opening balance is the sum of. */
function before(bounds: Bounds, first: StatementEntry | undefined): Bounds {
  const { untilSeq, fromEntryId, startUs: start, endUsExclusive: end } = bounds;
  if (first !== undefined) return { untilSeq, beforeEntryId: first.entryId };
  const ends = [start, end].filter((us) => us !== undefined);
  return {
    untilSeq,
    ...(fromEntryId !== undefined && { beforeEntryId: fromEntryId }),
    ...(ends.length > 0 && { endUsExclusive: Math.min(...ends) }),
  };
}

/** `with … entries as (…)`: the lines of one account and asset within bounds. @param page null: all of them. */
function entriesSql(
  engine: string,
  account: number,
  asset: number,
  bounds: Bounds,
  page: { readonly from: From; readonly limit: number } | null,
): { readonly sql: string; readonly parameters: readonly SqlParameter[] } {
  const parameters: SqlParameter[] = [engine, account, asset];
  const number = (value: number): string => `$${parameters.push(value)}::bigint`;
  const trade: string[] = [];
  const entry: string[] = [];
  const funding: string[] = [];
  /** Everything from a bound on, or everything below it. */
  const limitBy = (column: "seq" | "time_us", value: number, kept: "from" | "below"): void => {
    const bound = number(value);
    const compare = kept === "from" ? ">=" : "<";
    // The halving narrows it down by the index, the column itself decides.
    trade.push(`t.trade_id ${compare} ${firstTradeAt(column, bound, kept)}`, `t.${column} ${compare} ${bound}`);
    funding.push(`f.${column} ${compare} ${bound}`);
  };
  const until = number(bounds.untilSeq);
  trade.push(`t.seq <= ${until}`);
  funding.push(`f.seq <= ${until}`);
  if (bounds.fromEntryId !== undefined) {
    limitBy("seq", Math.floor(bounds.fromEntryId / ENTRY_ID_STEP), "from");
    entry.push(`entry_id >= ${number(bounds.fromEntryId)}`);
  }
  if (bounds.beforeEntryId !== undefined) {
    limitBy("seq", Math.floor(bounds.beforeEntryId / ENTRY_ID_STEP) + 1, "below");
    entry.push(`entry_id < ${number(bounds.beforeEntryId)}`);
  }
  if (bounds.startUs !== undefined) limitBy("time_us", bounds.startUs, "from");
  if (bounds.endUsExclusive !== undefined) limitBy("time_us", bounds.endUsExclusive, "below");
  // A trade has a line of each of its two assets, so one more than the page suffices where the first may be cut.
  const direction = page?.from === "newest" ? "desc" : "asc";
  const cut = page === null ? "" : `order by t.trade_id ${direction} limit ${number(page.limit + 1)}`;

  const side = (role: "taker" | "maker", account: string): string => `
    select t.seq, t.time_us, t.instrument, t.trade_id, '${role}' as role, t.${role}_order_id as order_id,
      t.${role}_fee_atoms as fee, (t.taker_side = 'buy') = ${role === "taker"} as is_buy,
      t.quantity_lots::numeric * i.base_atoms_per_lot as base_atoms,
      t.price_ticks::numeric * t.quantity_lots * i.quote_atoms_per_tick_lot as quote_atoms, i.base_asset, i.quote_asset
    from i cross join lateral (
      select t.* from trades t where t.engine = $1 and t.instrument = i.instrument ${account}
        and ${trade.join(" and ")} ${cut}
    ) t`;
  const own = (role: "taker" | "maker"): string => side(role, `and t.${role}_account = $2::integer`);
  const lines = (earned: boolean): string => {
    const received = "case when s.is_buy then s.base_asset else s.quote_asset end";
    const base = `case when s.role = 'maker' then ${earned ? 7 : 3} else ${earned ? 6 : 0} end`;
    return earned
      ? `(values (${base}, 'fee_earned', ${received}, s.fee::numeric, s.fee::numeric))`
      : `(values (${base}, 'trade_received', ${received}, case when s.is_buy then s.base_atoms else s.quote_atoms end, case when s.is_buy then s.base_atoms else s.quote_atoms end),
         (${base} + 1, 'trade_fee', ${received}, s.fee::numeric, -s.fee::numeric),
         (${base} + 2, 'trade_paid', case when s.is_buy then s.quote_asset else s.base_asset end, case when s.is_buy then s.quote_atoms else s.base_atoms end, -(case when s.is_buy then s.quote_atoms else s.base_atoms end)))`;
  };
  const ofTrades = (sides: string, earned: boolean): string => `
    select s.seq * ${ENTRY_ID_STEP} + e.place as entry_id, s.seq, s.time_us, e.kind, e.atoms, e.change,
      s.instrument, s.trade_id, ${earned ? "null::bigint" : "s.order_id"} as order_id, null::text as reference
    from (${sides}) s cross join lateral ${lines(earned)} as e(place, kind, asset, atoms, change)
    where e.asset = $3::integer and e.atoms > 0`;
  // What every account pays as a fee is what the fee account earns.
  const earned = ofTrades(`${side("taker", "")} union all ${side("maker", "")}`, true);
  const moved = `
    select f.seq * ${ENTRY_ID_STEP} as entry_id, f.seq, f.time_us, f.kind, f.atoms::numeric,
      case f.kind when 'deposited' then f.atoms::numeric when 'withdrawal_settled' then -f.atoms::numeric else 0 end,
      null::integer, null::bigint, null::bigint, f.reference
    from funding_movements f where f.engine = $1 and f.account = $2::integer and f.asset = $3::integer
      and ${funding.join(" and ")}`;
  const parts = [
    ofTrades(`${own("taker")} union all ${own("maker")}`, false),
    ...(account === FEE_ACCOUNT ? [earned] : []),
    moved,
  ];
  const sql = `
    with i as (
      select instrument, base_asset, quote_asset, quote_atoms_per_tick_lot,
        (terms ->> 'baseAtomsPerLot')::bigint as base_atoms_per_lot
      from instruments where engine = $1 and (base_asset = $3::integer or quote_asset = $3::integer)
    ), entries as (
      select * from (${parts.join(" union all ")}) lines ${entry.length === 0 ? "" : `where ${entry.join(" and ")}`}
    )`;
  return { sql, parameters };
}

/** The first trade id of the instrument `i` at or above a bound; where the search ended early, one on the safe side of it. */
function firstTradeAt(column: "seq" | "time_us", bound: string, kept: "from" | "below"): string {
  return `(
    with recursive search(low, high) as (
      select 1::bigint, (select coalesce(max(trade_id), 0) + 1 from trades where engine = $1 and instrument = i.instrument)
      union all
      select case when h.${column} >= ${bound} then s.low else (s.low + s.high) / 2 + 1 end,
        case when h.${column} >= ${bound} then (s.low + s.high) / 2 else s.high end
      from search s join trades h
        on h.engine = $1 and h.instrument = i.instrument and h.trade_id = (s.low + s.high) / 2 where s.low < s.high
    ) select ${kept === "from" ? "max(low)" : "min(high)"} from search)`;
}

function entryOf(row: Row): StatementEntry {
  return {
    entryId: whole(row, "entry_id"),
    seq: whole(row, "seq"),
    timeUs: whole(row, "time_us"),
    kind: wordIn<StatementKind>(row, "kind"),
    atoms: big(row, "atoms"),
    changeAtoms: big(row, "change"),
    ...(row.instrument !== null && { instrument: whole(row, "instrument"), tradeId: whole(row, "trade_id") }),
    ...(row.order_id !== null && { orderId: whole(row, "order_id") }),
    ...(row.reference !== null && { reference: wordIn(row, "reference") }),
  };
}

function fundsMovedOf(row: Row): FundsMovedView {
  return {
    seq: whole(row, "seq"),
    timeUs: whole(row, "time_us"),
    account: whole(row, "account"),
    asset: whole(row, "asset"),
    kind: wordIn<FundingKind>(row, "kind"),
    atoms: big(row, "atoms"),
    reference: wordIn(row, "reference"),
  };
}
