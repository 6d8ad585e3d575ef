/**
 * The statements by which a batch's rows reach the tables. Each is one upsert of many rows and says what happens when
 * the row is there already: nothing (facts), the newest sequence wins (states), or sums grow (trades really inserted).
 * `$1` is the engine everywhere.
 */
import type { TradeExecuted, TradePrevented } from "../../engine/protocol/events.ts";
import type { Queryable, Row } from "../_shared/database.ts";
import { type Columns, columnLiterals, unnest } from "../_shared/sql-columns.ts";
import { CANDLE_COLUMNS } from "./candle-rows.ts";
import { ORDER_COLUMNS } from "./order-rows.ts";
import {
  AMENDMENT_COLUMNS,
  ORDER_LIST_COLUMNS,
  PREVENTED_MATCH_COLUMNS,
  preventedRow,
  SPECIAL_ORDER_COLUMNS,
} from "./special-rows.ts";

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
    ...["quantity_lots", "client_order_id"].map((name) => `first_${name} = ${firstTerm(name)}`),
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

/** What an amended order was taken in with, whichever of the two was told first; null while it is not amended. */
function firstTerm(name: string): string {
  return (
    `coalesce(t.first_${name}, excluded.first_${name}, ` +
    `case when t.terms_seq = t.first_seq and excluded.terms_seq > t.terms_seq then t.${name} ` +
    `when excluded.terms_seq = excluded.first_seq and t.terms_seq > excluded.terms_seq then excluded.${name} end)`
  );
}

function mergeSpecialOrders(): string {
  const once = ["order_list_id", "stop_ticks", "trailing_delta_bips", "iceberg_lots", "strategy_id", "strategy_type"];
  const set = [
    ...[...once, "working_seq", "working_us", "trailing_us"].map(
      (name) => `${name} = coalesce(t.${name}, excluded.${name})`,
    ),
    "phase = case when t.phase_seq is null or excluded.phase_seq > t.phase_seq then excluded.phase else t.phase end",
    "phase_seq = greatest(t.phase_seq, excluded.phase_seq)",
    "decremented_lots = t.decremented_lots + excluded.decremented_lots",
    "prevented_match_id = greatest(t.prevented_match_id, excluded.prevented_match_id)",
  ];
  return (
    `${insert("special_orders", SPECIAL_ORDER_COLUMNS)} on conflict (engine, instrument, order_id) ` +
    `do update set ${set.join(", ")}`
  );
}

function mergeOrderLists(): string {
  const newest = ["updated_us", "status"].map(
    (name) => `${name} = case when excluded.last_seq > t.last_seq then excluded.${name} else t.${name} end`,
  );
  return (
    `${insert("order_lists", ORDER_LIST_COLUMNS)} on conflict (engine, order_list_id) do update set ` +
    `created_us = coalesce(t.created_us, excluded.created_us), ${newest.join(", ")}, ` +
    "last_seq = greatest(t.last_seq, excluded.last_seq)"
  );
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

function insertFresh(table: string, columns: Columns, key: string): string {
  return (
    `with fresh as (${insert(table, columns)} on conflict (${key}) do nothing returning seq) ` +
    "select coalesce(string_agg(seq::text, ','), '') as seqs from fresh"
  );
}

const INSERT_TRADES = insertFresh("trades", TRADE_COLUMNS, "engine, instrument, trade_id");
const INSERT_PREVENTED = insertFresh("prevented_matches", PREVENTED_MATCH_COLUMNS, "engine, seq");

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
  special_orders: { columns: SPECIAL_ORDER_COLUMNS, sql: mergeSpecialOrders() },
  order_lists: { columns: ORDER_LIST_COLUMNS, sql: mergeOrderLists() },
  /** Those that expired; trade_prevented goes by insertPrevented. */
  prevented_matches: {
    columns: PREVENTED_MATCH_COLUMNS,
    sql: `${insert("prevented_matches", PREVENTED_MATCH_COLUMNS)} on conflict (engine, seq) do nothing`,
  },
  amendments: {
    columns: AMENDMENT_COLUMNS,
    sql: `${insert("amendments", AMENDMENT_COLUMNS)} on conflict (engine, instrument, order_id, seq) do nothing`,
  },
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
  return freshSeqs(await tx.query(INSERT_TRADES, [engine, ...columnLiterals(TRADE_COLUMNS, rows)]));
}

/** @returns the sequences of those that were not there before. */
export async function insertPrevented(
  tx: Queryable,
  engine: string,
  prevented: readonly TradePrevented[],
): Promise<ReadonlySet<number>> {
  if (prevented.length === 0) return new Set();
  const literals = columnLiterals(PREVENTED_MATCH_COLUMNS, prevented.map(preventedRow));
  return freshSeqs(await tx.query(INSERT_PREVENTED, [engine, ...literals]));
}

function freshSeqs([answer]: readonly Row[]): ReadonlySet<number> {
  const seqs = String(answer?.seqs ?? "");
  return new Set(seqs === "" ? [] : seqs.split(",").map(Number));
}
