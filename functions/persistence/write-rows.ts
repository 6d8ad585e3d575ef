/**
 * The statements by which a batch's rows reach the tables. Each is one upsert of many rows and says what happens when
 * the row is there already: nothing (facts), the newest sequence wins (states), or sums grow (trades really inserted).
 * `$1` is the engine everywhere.
 */
import type { TradeExecuted } from "../../engine/protocol/events.ts";
import type { Queryable } from "../_shared/database.ts";
import { type Columns, columnLiterals, unnest } from "../_shared/sql-columns.ts";
import { CANDLE_COLUMNS } from "./candle-rows.ts";
import { ORDER_COLUMNS } from "./order-rows.ts";

const ASSET_COLUMNS = {
  asset: "integer",
  name: "text",
  decimals: "smallint",
  seq: "bigint",
} as const satisfies Columns;
const INSTRUMENT_COLUMNS = {
  instrument: "integer",
  symbol: "text",
  base_asset: "integer",
  quote_asset: "integer",
  quote_atoms_per_tick_lot: "bigint",
  status: "text",
  terms: "jsonb",
  seq: "bigint",
} as const satisfies Columns;
const ACCOUNT_COLUMNS = {
  account: "integer",
  name: "text",
  can_trade: "boolean",
  can_withdraw: "boolean",
  seq: "bigint",
} as const satisfies Columns;
const BALANCE_COLUMNS = {
  account: "integer",
  asset: "integer",
  free_atoms: "bigint",
  locked_atoms: "bigint",
  updated_us: "bigint",
  seq: "bigint",
} as const satisfies Columns;
const FUNDING_COLUMNS = {
  seq: "bigint",
  account: "integer",
  asset: "integer",
  kind: "text",
  atoms: "bigint",
  reference: "text",
  time_us: "bigint",
} as const satisfies Columns;
const TRADE_COLUMNS = {
  instrument: "integer",
  trade_id: "bigint",
  seq: "bigint",
  time_us: "bigint",
  taker_side: "text",
  price_ticks: "bigint",
  quantity_lots: "bigint",
  taker_order_id: "bigint",
  maker_order_id: "bigint",
  taker_account: "integer",
  maker_account: "integer",
  taker_fee_atoms: "bigint",
  maker_fee_atoms: "bigint",
} as const satisfies Columns;

function insert(table: string, columns: Columns): string {
  const names = Object.keys(columns).join(", ");
  return `insert into ${table} as t (engine, ${names}) select $1, ${names} from ${unnest(columns, 2)}`;
}

/** The row as it is told newest: every column but the key, if the sequence is above the one that is there. */
function insertNewest(table: string, columns: Columns, key: readonly string[]): string {
  const told = Object.keys(columns).filter((name) => !key.includes(name));
  const set = told.map((name) => `${name} = excluded.${name}`).join(", ");
  return `${insert(table, columns)} on conflict (engine, ${key.join(", ")}) do update set ${set} where t.seq < excluded.seq`;
}

/** Facts once said; `greatest` and `coalesce` pick the side that knows. */
function mergeOrders(): string {
  const once = ["first_seq", "created_us", "side", "order_type", "time_in_force", "self_trade_mode", "price_ticks"];
  const set = [
    ...[...once, "quote_atoms"].map((name) => `${name} = coalesce(t.${name}, excluded.${name})`),
    ...["quantity_lots", "client_order_id"].map(
      (name) =>
        `${name} = case when t.terms_seq is null or excluded.terms_seq > t.terms_seq ` +
        `then excluded.${name} else t.${name} end`,
    ),
    "terms_seq = greatest(t.terms_seq, excluded.terms_seq)",
    ...["updated_us", "status", "expiry_reason", "prevented_lots"].map(
      (name) => `${name} = case when excluded.last_seq > t.last_seq then excluded.${name} else t.${name} end`,
    ),
    "last_seq = greatest(t.last_seq, excluded.last_seq)",
    "executed_lots = t.executed_lots + excluded.executed_lots",
    "executed_tick_lots = t.executed_tick_lots + excluded.executed_tick_lots",
    "first_trade_id = least(t.first_trade_id, excluded.first_trade_id)",
    "last_trade_id = greatest(t.last_trade_id, excluded.last_trade_id)",
  ];
  return `${insert("orders", ORDER_COLUMNS)} on conflict (engine, instrument, order_id) do update set ${set.join(", ")}`;
}

function mergeCandles(): string {
  const sums = ["volume_lots", "tick_lots", "taker_buy_lots", "taker_buy_tick_lots", "trades"];
  const set = [
    "open_ticks = case when excluded.first_trade_id < t.first_trade_id then excluded.open_ticks else t.open_ticks end",
    "close_ticks = case when excluded.last_trade_id > t.last_trade_id then excluded.close_ticks else t.close_ticks end",
    "high_ticks = greatest(t.high_ticks, excluded.high_ticks)",
    "low_ticks = least(t.low_ticks, excluded.low_ticks)",
    "first_trade_id = least(t.first_trade_id, excluded.first_trade_id)",
    "last_trade_id = greatest(t.last_trade_id, excluded.last_trade_id)",
    ...sums.map((name) => `${name} = t.${name} + excluded.${name}`),
  ];
  return (
    `${insert("candles", CANDLE_COLUMNS)} on conflict (engine, instrument, period, open_ms) ` +
    `do update set ${set.join(", ")}`
  );
}

const INSERT_TRADES =
  `with fresh as (${insert("trades", TRADE_COLUMNS)} on conflict (engine, instrument, trade_id) do nothing ` +
  "returning seq) select coalesce(string_agg(seq::text, ','), '') as seqs from fresh";

const WRITES = {
  assets: { columns: ASSET_COLUMNS, sql: insertNewest("assets", ASSET_COLUMNS, ["asset"]) },
  instruments: { columns: INSTRUMENT_COLUMNS, sql: insertNewest("instruments", INSTRUMENT_COLUMNS, ["instrument"]) },
  accounts: { columns: ACCOUNT_COLUMNS, sql: insertNewest("accounts", ACCOUNT_COLUMNS, ["account"]) },
  balances: { columns: BALANCE_COLUMNS, sql: insertNewest("balances", BALANCE_COLUMNS, ["account", "asset"]) },
  funding: {
    columns: FUNDING_COLUMNS,
    sql: `${insert("funding_movements", FUNDING_COLUMNS)} on conflict (engine, seq) do nothing`,
  },
  orders: { columns: ORDER_COLUMNS, sql: mergeOrders() },
  candles: { columns: CANDLE_COLUMNS, sql: mergeCandles() },
} as const;

export type RowsOf = keyof typeof WRITES;

/** Each key at most once among the rows: one statement cannot change a row twice. */
export async function writeRows(tx: Queryable, engine: string, table: RowsOf, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const { columns, sql } = WRITES[table];
  await tx.query(sql, [engine, ...columnLiterals(columns, rows)]);
}

/** @returns the sequences of the trades that were not there before. */
export async function insertTrades(
  tx: Queryable,
  engine: string,
  trades: readonly TradeExecuted[],
): Promise<ReadonlySet<number>> {
  if (trades.length === 0) return new Set();
  const rows = trades.map((trade) => ({
    instrument: trade.instrument,
    trade_id: trade.tradeId,
    seq: trade.seq,
    time_us: trade.timeUs,
    taker_side: trade.takerSide,
    price_ticks: trade.priceTicks,
    quantity_lots: trade.quantityLots,
    taker_order_id: trade.takerOrderId,
    maker_order_id: trade.makerOrderId,
    taker_account: trade.takerAccount,
    maker_account: trade.makerAccount,
    taker_fee_atoms: trade.takerFeeAtoms,
    maker_fee_atoms: trade.makerFeeAtoms,
  }));
  const [answer] = await tx.query(INSERT_TRADES, [engine, ...columnLiterals(TRADE_COLUMNS, rows)]);
  const seqs = String(answer?.seqs ?? "");
  return new Set(seqs === "" ? [] : seqs.split(",").map(Number));
}
