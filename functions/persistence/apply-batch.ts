/**
 * Applies a run of events to the tables, in one transaction with its range: any order, any number of times, same tables.
 *
 * Identity is (engine, sequence) and nothing else. Batches of one engine take turns at its row of engine_head, whose
 * epoch is the fence: a sender with a lower one is refused, unless what it brings is here already. Its lineage says which
 * journal these are the effects of: nothing of another one is taken. A range that is covered changes nothing; of one that overlaps, each statement knows what is new (write-rows.ts).
 */
import type { OperationalError } from "../../engine/bus/engine-client.ts";
import { unreachable } from "../../engine/domain/assert.ts";
import type { PublishedEvent } from "../../engine/protocol/event-json.ts";
import type { TradeExecuted, TradePrevented } from "../../engine/protocol/events.ts";
import { answersTo, type Database, historyUnavailable, type Queryable } from "../_shared/database.ts";
import { candleRowsOf } from "./candle-rows.ts";
import { OrderRows } from "./order-rows.ts";
import { amendmentRow, expiredBySelfTradeRow, OrderListRows, SpecialOrderRows } from "./special-rows.ts";
import { insertPrevented, insertTrades, type RowsOf, writeRows } from "./write-rows.ts";

export interface EventRun {
  readonly engine: string;
  /** null: from the engine's own read port, which needs no fence. */
  readonly epoch: number | null;
  /** Of the journal (journal-batch.ts); 0 when not given. */
  readonly lineage?: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly headSeq: number;
  /** Ascending by seq; everything the range holds but level_changed. */
  readonly events: readonly PublishedEvent[];
}

export type ApplyOutcome = "applied" | "duplicate" | "stale_epoch";

/**
 * Rejects with OperationalError `history_unavailable` while the database cannot be asked or holds another journal, or with an SQL error when a value does not fit; the tables are then as before.
 *
 * What does not depend on an answer is sent without waiting for it, in the order that is written here: five trips to the
 * database and back, whatever the batch holds.
 */
export function applyBatch(database: Database, run: EventRun): Promise<ApplyOutcome> {
  return database.transaction(async (tx) => {
    // The first locks the engine's row, so that the second sees what was applied before this turn.
    const [fenced, touching] = await answersTo([raiseHead(tx, run), touches(tx, run)]);
    const joined = joinedWith(touching, run);
    if (joined === "covered") return "duplicate";
    if (fenced) return "stale_epoch";
    await answersTo([writeRange(tx, run.engine, joined), writeEvents(tx, run)]);
    return "applied";
  });
}

/** Takes note of the engine's head. */
export function applyHeartbeat(
  database: Database,
  beat: Omit<EventRun, "firstSeq" | "lastSeq" | "events">,
): Promise<"applied" | "stale_epoch"> {
  return database.transaction(async (tx) => ((await raiseHead(tx, beat)) ? "stale_epoch" : "applied"));
}

/**
 * Locks the engine's row until the transaction ends. @returns whether the epoch is behind one that has written here.
 * Rejects with `history_unavailable` where the tables are another lineage's: its epochs may be lower or higher.
 */
async function raiseHead(
  tx: Queryable,
  { engine, epoch, lineage = 0, headSeq }: Pick<EventRun, "engine" | "epoch" | "lineage" | "headSeq">,
): Promise<boolean> {
  const [row] = await tx.query(
    `insert into engine_head as t (engine, epoch, head_seq, lineage) values ($1, coalesce($2::bigint, 0), $3, $4)
     on conflict (engine) do update set
       head_seq = case when $2::bigint < t.epoch or t.lineage <> excluded.lineage then t.head_seq
         else greatest(t.head_seq, excluded.head_seq) end,
       epoch = case when t.lineage <> excluded.lineage then t.epoch else greatest(t.epoch, excluded.epoch) end
     returning epoch, lineage`,
    [engine, epoch, headSeq, lineage],
  );
  // An engine that has been replaced may still speak, or what it said may come late.
  if (epoch !== null && Number(row?.epoch) > epoch) return true;
  if (Number(row?.lineage) !== lineage) throw anotherJournals(engine);
  return false;
}

export function anotherJournals(engine: string): OperationalError {
  return historyUnavailable(`the tables of ${engine} are another journal's: they have to be emptied`);
}

interface Range {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** The ranges that this one overlaps, or continues without a gap. */
async function touches(tx: Queryable, run: EventRun): Promise<readonly Range[]> {
  const rows = await tx.query(
    "select first_seq, last_seq from applied_ranges where engine = $1 and first_seq <= $3::bigint + 1 and last_seq >= $2::bigint - 1",
    [run.engine, run.firstSeq, run.lastSeq],
  );
  return rows.map((row) => ({ firstSeq: Number(row.first_seq), lastSeq: Number(row.last_seq) }));
}

function joinedWith(touching: readonly Range[], run: Range): Range | "covered" {
  let { firstSeq, lastSeq } = run;
  for (const range of touching) {
    if (range.firstSeq <= run.firstSeq && range.lastSeq >= run.lastSeq) return "covered";
    firstSeq = Math.min(firstSeq, range.firstSeq);
    lastSeq = Math.max(lastSeq, range.lastSeq);
  }
  return { firstSeq, lastSeq };
}

/** In the place of those it is joined with. */
async function writeRange(tx: Queryable, engine: string, { firstSeq, lastSeq }: Range): Promise<void> {
  await answersTo([
    tx.query("delete from applied_ranges where engine = $1 and first_seq > $2 and first_seq <= $3", [
      engine,
      firstSeq,
      lastSeq,
    ]),
    tx.query(
      `insert into applied_ranges (engine, first_seq, last_seq) values ($1, $2, $3)
       on conflict (engine, first_seq) do update set last_seq = excluded.last_seq`,
      [engine, firstSeq, lastSeq],
    ),
  ]);
}

/** Those that are folded by a class of their own. */
type FoldedRows = "orders" | "special_orders" | "order_lists" | "candles";

async function writeEvents(tx: Queryable, run: EventRun): Promise<void> {
  const trades: TradeExecuted[] = [];
  const prevented: TradePrevented[] = [];
  const orders = new OrderRows();
  const specials = new SpecialOrderRows();
  const lists = new OrderListRows();
  // Keyed, so that the newest of a batch is written alone.
  const rows: Record<Exclude<RowsOf, FoldedRows>, Map<string | number, object>> = {
    assets: new Map(),
    instruments: new Map(),
    accounts: new Map(),
    balances: new Map(),
    funding: new Map(),
    prevented_matches: new Map(),
    amendments: new Map(),
  };
  for (const event of run.events) {
    const { seq } = event;
    switch (event.type) {
      case "trade_executed":
        trades.push(event);
        break;
      case "order_accepted":
        orders.accepted(event);
        specials.accepted(event);
        break;
      case "order_activated":
        orders.activated(event);
        specials.activated(event);
        break;
      case "trade_prevented":
        prevented.push(event);
        orders.prevented(event);
        break;
      case "order_list_changed":
        lists.changed(event);
        break;
      case "order_amended":
        orders.amended(event);
        rows.amendments.set(seq, amendmentRow(event));
        break;
      case "order_canceled":
        orders.canceled(event);
        break;
      case "order_expired": {
        orders.expired(event);
        const selfTrade = expiredBySelfTradeRow(event);
        if (selfTrade !== null) rows.prevented_matches.set(seq, selfTrade);
        break;
      }
      case "balance_changed": {
        const { account, asset, freeAtoms, lockedAtoms, timeUs } = event;
        const balance = { account, asset, free_atoms: freeAtoms, locked_atoms: lockedAtoms, updated_us: timeUs, seq };
        rows.balances.set(`${account} ${asset}`, balance);
        break;
      }
      case "funds_moved": {
        const { account, asset, kind, atoms, reference, timeUs } = event;
        rows.funding.set(seq, { seq, account, asset, kind, atoms, reference, time_us: timeUs });
        break;
      }
      case "asset_added": {
        const { id, name, decimals } = event.asset;
        rows.assets.set(id, { asset: id, name, decimals, seq });
        break;
      }
      case "instrument_changed": {
        const { id, symbol, baseAsset, quoteAsset, quoteAtomsPerTickLot, status } = event.instrument;
        rows.instruments.set(id, {
          instrument: id,
          symbol,
          base_asset: baseAsset,
          quote_asset: quoteAsset,
          quote_atoms_per_tick_lot: quoteAtomsPerTickLot,
          status,
          terms: JSON.stringify(event.instrument),
          seq,
        });
        break;
      }
      case "account_changed": {
        const { id, name, canTrade, canWithdraw } = event.account;
        rows.accounts.set(id, { account: id, name, can_trade: canTrade, can_withdraw: canWithdraw, seq });
        break;
      }
      // Nobody asks history for refused commands; keys, limits and whether withdrawals are frozen are read from the engine.
      case "command_rejected":
      case "key_changed":
      case "exchange_limits_changed":
      case "withdrawals_frozen":
        break;
      default:
        unreachable(event);
    }
  }
  const [fresh, freshPrevented] = await answersTo([
    insertTrades(tx, run.engine, trades),
    insertPrevented(tx, run.engine, prevented),
  ]);
  for (const trade of trades) orders.trade(trade, fresh.has(trade.seq));
  for (const event of prevented) specials.prevented(event, freshPrevented.has(event.seq));
  await answersTo([
    writeRows(tx, run.engine, "orders", orders.list()),
    writeRows(tx, run.engine, "special_orders", specials.list()),
    writeRows(tx, run.engine, "order_lists", lists.list()),
    writeRows(tx, run.engine, "candles", candleRowsOf(trades.filter((trade) => fresh.has(trade.seq)))),
    ...Object.entries(rows).map(([table, byKey]) =>
      writeRows(tx, run.engine, table as keyof typeof rows, [...byKey.values()]),
    ),
  ]);
}
