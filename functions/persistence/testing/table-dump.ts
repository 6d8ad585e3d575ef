/** Every table of one engine as rows, in the form of fold.ts. engine_head is left out: it holds no effect of an event. */
import type { Database, Row } from "../../_shared/database.ts";
import { dump, type Tables } from "./fold.ts";

const KEYS = {
  applied_ranges: ["first_seq"],
  assets: ["asset"],
  instruments: ["instrument"],
  accounts: ["account"],
  balances: ["account", "asset"],
  funding_movements: ["seq"],
  trades: ["instrument", "trade_id"],
  orders: ["instrument", "order_id"],
  special_orders: ["instrument", "order_id"],
  order_lists: ["order_list_id"],
  prevented_matches: ["seq"],
  amendments: ["seq"],
  candles: ["instrument", "period", "open_ms"],
} as const;

export async function dumpTables(database: Database, engine: string): Promise<Tables> {
  const tables: Record<string, Tables[string]> = {};
  for (const [table, key] of Object.entries(KEYS)) {
    const rows = await database.query(`select * from ${table} where engine = $1`, [engine]);
    tables[table] = dump(engine, table === "orders" ? rows.map(withStatusAsRead) : rows, key);
  }
  return tables;
}

/** Whether an open order is new or partially filled is told by what it has executed (row-views.ts). */
function withStatusAsRead(row: Row): Row {
  if (row.status !== "new" && row.status !== "partially_filled") return row;
  return { ...row, status: BigInt(row.executed_lots as string) > 0n ? "partially_filled" : "new" };
}
