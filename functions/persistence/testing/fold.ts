/**
 * What the tables must hold after a stream of events, by reading it once from first to last. Written from the meaning of
 * the events and sharing no code with what it checks: sums here are recomputed, "newest" is "assigned last".
 */
import type { OrderPhase } from "../../../engine/domain/order.ts";
import type { EngineEvent } from "../../../engine/protocol/events.ts";

/** Rows by table, in the order of their keys; numbers as strings, as int8 comes out of the database. */
export type Tables = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

type MutableRow = Record<string, unknown>;

/** @param headSeq the newest sequence, where the last events are left out of `events` (level_changed, say). */
export function foldEvents(engine: string, events: readonly EngineEvent[], headSeq = events.at(-1)?.seq ?? 0): Tables {
  const assets = new Map<string, MutableRow>();
  const instruments = new Map<string, MutableRow>();
  const accounts = new Map<string, MutableRow>();
  const balances = new Map<string, MutableRow>();
  const orders = new Map<string, MutableRow>();
  const trades: MutableRow[] = [];
  const funding: MutableRow[] = [];
  const specials = new Map<string, MutableRow>();
  const lists = new Map<number, MutableRow>();
  const prevented: MutableRow[] = [];
  const amendments: MutableRow[] = [];

  for (const event of events) {
    const { seq, timeUs } = event;
    if (event.type === "asset_added") {
      const { id, name, decimals } = event.asset;
      assets.set(`${id}`, { asset: id, name, decimals, seq });
    } else if (event.type === "instrument_changed") {
      const { id, symbol, baseAsset, quoteAsset, quoteAtomsPerTickLot, status } = event.instrument;
      instruments.set(`${id}`, {
        instrument: id,
        symbol,
        base_asset: baseAsset,
        quote_asset: quoteAsset,
        quote_atoms_per_tick_lot: quoteAtomsPerTickLot,
        status,
        terms: event.instrument,
        seq,
      });
    } else if (event.type === "account_changed") {
      const { id, name, canTrade, canWithdraw } = event.account;
      accounts.set(`${id}`, { account: id, name, can_trade: canTrade, can_withdraw: canWithdraw, seq });
    } else if (event.type === "balance_changed") {
      const { account, asset, freeAtoms, lockedAtoms } = event;
      const row = { account, asset, free_atoms: freeAtoms, locked_atoms: lockedAtoms, updated_us: timeUs, seq };
      balances.set(`${account}/${asset}`, row);
    } else if (event.type === "funds_moved") {
      const { account, asset, kind, atoms, reference } = event;
      funding.push({ seq, account, asset, kind, atoms, reference, time_us: timeUs });
    } else if (event.type === "order_accepted") {
      orders.set(`${event.instrument}/${event.orderId}`, {
        instrument: event.instrument,
        order_id: event.orderId,
        account: event.account,
        first_seq: seq,
        created_us: timeUs,
        side: event.side,
        order_type: event.orderType,
        time_in_force: event.timeInForce,
        self_trade_mode: event.selfTradeMode,
        price_ticks: event.priceTicks,
        quote_atoms: event.quoteAtoms,
        terms_seq: seq,
        quantity_lots: event.quantityLots,
        client_order_id: event.clientOrderId,
        first_quantity_lots: null,
        first_client_order_id: null,
        last_seq: seq,
        updated_us: timeUs,
        status: event.special?.phase === "pending" ? "pending_new" : "new",
        expiry_reason: "none",
        prevented_lots: 0,
        executed_lots: 0n,
        executed_tick_lots: 0n,
        first_trade_id: null,
        last_trade_id: null,
      });
      if (event.special !== undefined) {
        const { conditions, orderListId, phase } = event.special;
        specials.set(`${event.instrument}/${event.orderId}`, {
          ...plainSpecial(event.instrument, event.orderId),
          order_list_id: orderListId,
          stop_ticks: conditions.stopTicks,
          trailing_delta_bips: conditions.trailingDeltaBips,
          iceberg_lots: conditions.icebergLots,
          strategy_id: conditions.strategyId,
          strategy_type: conditions.strategyType,
          ...inPhase(phase, event),
        });
      }
    } else if (event.type === "order_activated") {
      const key = `${event.instrument}/${event.orderId}`;
      const [order, special] = [orders.get(key), specials.get(key)];
      if (order === undefined || special === undefined) throw new Error(`the stream activates a plain order ${key}`);
      Object.assign(order, { status: "new", last_seq: seq, updated_us: timeUs });
      Object.assign(special, inPhase(event.phase, event));
    } else if (event.type === "trade_prevented") {
      const { instrument, account, takerOrderId, makerOrderId, preventedLots, selfTradeMode, priceTicks } = event;
      prevented.push({
        ...{ seq, instrument, account, order_id: takerOrderId, counter_order_id: makerOrderId },
        ...{ prevented_lots: preventedLots, self_trade_mode: selfTradeMode, price_ticks: priceTicks, time_us: timeUs },
      });
      for (const orderId of [takerOrderId, makerOrderId]) {
        const key = `${instrument}/${orderId}`;
        const order = orders.get(key);
        if (order === undefined) throw new Error(`the stream prevents a trade of an order ${key} it never accepted`);
        Object.assign(order, { last_seq: seq, updated_us: timeUs });
        const special = specials.get(key) ?? plainSpecial(instrument, orderId);
        special.decremented_lots = (special.decremented_lots as number) + preventedLots;
        special.prevented_match_id = seq;
        specials.set(key, special);
      }
    } else if (event.type === "order_list_changed") {
      const { orderListId, instrument, account, contingency, status, listClientOrderId, orderIds } = event;
      lists.set(orderListId, {
        ...{ order_list_id: orderListId, instrument, account, contingency, list_client_order_id: listClientOrderId },
        ...{ order_id_1: orderIds[0], order_id_2: orderIds[1], order_id_3: orderIds[2] ?? 0 },
        created_us: lists.get(orderListId)?.created_us ?? timeUs,
        ...{ last_seq: seq, updated_us: timeUs, status },
      });
    } else if (event.type === "trade_executed") {
      trades.push({
        instrument: event.instrument,
        trade_id: event.tradeId,
        seq,
        time_us: timeUs,
        taker_side: event.takerSide,
        price_ticks: event.priceTicks,
        quantity_lots: event.quantityLots,
        taker_order_id: event.takerOrderId,
        maker_order_id: event.makerOrderId,
        taker_account: event.takerAccount,
        maker_account: event.makerAccount,
        taker_fee_atoms: event.takerFeeAtoms,
        maker_fee_atoms: event.makerFeeAtoms,
      });
      for (const orderId of [event.takerOrderId, event.makerOrderId]) {
        const order = orders.get(`${event.instrument}/${orderId}`);
        if (order === undefined) throw new Error(`the stream trades an order ${orderId} it never accepted`);
        order.executed_lots = (order.executed_lots as bigint) + BigInt(event.quantityLots);
        order.executed_tick_lots =
          (order.executed_tick_lots as bigint) + BigInt(event.quantityLots) * BigInt(event.priceTicks);
        const isTaker = orderId === event.takerOrderId;
        order.status =
          (isTaker ? event.takerRemainingLots : event.makerRemainingLots) === 0 ? "filled" : "partially_filled";
        order.first_trade_id = order.first_trade_id ?? event.tradeId;
        order.last_trade_id = event.tradeId;
        order.last_seq = seq;
        order.updated_us = timeUs;
      }
    } else if (event.type === "order_canceled" || event.type === "order_expired" || event.type === "order_amended") {
      const order = orders.get(`${event.instrument}/${event.orderId}`);
      if (order === undefined) throw new Error(`the stream changes an order ${event.orderId} it never accepted`);
      order.last_seq = seq;
      order.updated_us = timeUs;
      if (event.type === "order_canceled") order.status = "canceled";
      if (event.type === "order_expired") {
        order.status = event.reason === "self_trade" ? "expired_in_match" : "expired";
        order.expiry_reason = event.reason;
        order.prevented_lots = event.preventedLots;
        if (event.reason === "self_trade" && event.preventedLots > 0) {
          const { instrument, account, orderId, counterOrderId, preventedLots } = event;
          prevented.push({
            ...{ seq, instrument, account, order_id: orderId, counter_order_id: counterOrderId },
            ...{ prevented_lots: preventedLots, self_trade_mode: null, price_ticks: null, time_us: timeUs },
          });
        }
      }
      if (event.type === "order_amended") {
        const { instrument, orderId, account, quantityLots, clientOrderId } = event;
        amendments.push({
          ...{ seq, instrument, order_id: orderId, account, quantity_lots: quantityLots },
          ...{ client_order_id: clientOrderId, time_us: timeUs },
        });
        order.first_quantity_lots ??= order.quantity_lots;
        order.first_client_order_id ??= order.client_order_id;
        order.terms_seq = seq;
        order.quantity_lots = event.quantityLots;
        order.client_order_id = event.clientOrderId;
      }
    }
  }

  return {
    applied_ranges: dump(engine, [{ first_seq: 1, last_seq: headSeq }], []),
    assets: dump(engine, [...assets.values()], ["asset"]),
    instruments: dump(engine, [...instruments.values()], ["instrument"]),
    accounts: dump(engine, [...accounts.values()], ["account"]),
    balances: dump(engine, [...balances.values()], ["account", "asset"]),
    funding_movements: dump(engine, funding, ["seq"]),
    trades: dump(engine, trades, ["instrument", "trade_id"]),
    orders: dump(engine, [...orders.values()], ["instrument", "order_id"]),
    special_orders: dump(engine, [...specials.values()], ["instrument", "order_id"]),
    order_lists: dump(engine, [...lists.values()], ["order_list_id"]),
    prevented_matches: dump(engine, prevented, ["seq"]),
    amendments: dump(engine, amendments, ["seq"]),
    candles: dump(engine, candles(trades), ["instrument", "period", "open_ms"]),
  };
}

/** What a plain order has in special_orders, once a self-trade was prevented. */
function plainSpecial(instrument: number, orderId: number): MutableRow {
  return {
    ...{ instrument, order_id: orderId, order_list_id: null, stop_ticks: null, trailing_delta_bips: null },
    ...{ iceberg_lots: null, strategy_id: null, strategy_type: null, phase_seq: null, phase: null },
    ...{ working_seq: null, working_us: null, trailing_us: null, decremented_lots: 0, prevented_match_id: null },
  };
}

function inPhase(phase: OrderPhase, { seq, timeUs }: { readonly seq: number; readonly timeUs: number }): MutableRow {
  return {
    phase,
    phase_seq: seq,
    ...(phase === "working" && { working_seq: seq, working_us: timeUs }),
    ...(phase === "tracking" && { trailing_us: timeUs }),
  };
}

const LENGTHS_MINUTES = { "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240 } as const;
const MORE_LENGTHS_MINUTES = { "6h": 360, "8h": 480, "12h": 720, "1d": 1_440, "3d": 4_320 } as const;

/** Opening times by the calendar's own words, one interval after the other. */
function openTimes(timeMs: number): Record<string, number> {
  const at = new Date(timeMs);
  const day = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  const daysSinceMonday = (at.getUTCDay() + 6) % 7;
  const opens: Record<string, number> = {
    "1s": timeMs - at.getUTCMilliseconds(),
    "1w": day - daysSinceMonday * 86_400_000,
    "1M": Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1),
  };
  for (const [period, minutes] of Object.entries({ ...LENGTHS_MINUTES, ...MORE_LENGTHS_MINUTES })) {
    opens[period] = timeMs - (timeMs % (minutes * 60_000));
  }
  return opens;
}

function candles(trades: readonly MutableRow[]): MutableRow[] {
  const members = new Map<string, MutableRow[]>();
  for (const trade of trades) {
    for (const [period, openMs] of Object.entries(openTimes(Math.floor(Number(trade.time_us) / 1_000)))) {
      const key = JSON.stringify([trade.instrument, period, openMs]);
      const known = members.get(key);
      if (known === undefined) members.set(key, [trade]);
      else known.push(trade);
    }
  }
  const sum = (rows: readonly MutableRow[], value: (row: MutableRow) => bigint): bigint =>
    rows.reduce((total, row) => total + value(row), 0n);
  const lotsOf = (row: MutableRow): bigint => BigInt(row.quantity_lots as number);
  const tickLotsOf = (row: MutableRow): bigint => BigInt(row.price_ticks as number) * lotsOf(row);
  return [...members].map(([key, rows]) => {
    const [instrument, period, openMs] = JSON.parse(key) as [number, string, number];
    const prices = rows.map((row) => Number(row.price_ticks));
    const bought = rows.filter((row) => row.taker_side === "buy");
    return {
      instrument,
      period,
      open_ms: openMs,
      open_ticks: prices[0],
      high_ticks: Math.max(...prices),
      low_ticks: Math.min(...prices),
      close_ticks: prices.at(-1),
      volume_lots: sum(rows, lotsOf),
      tick_lots: sum(rows, tickLotsOf),
      taker_buy_lots: sum(bought, lotsOf),
      taker_buy_tick_lots: sum(bought, tickLotsOf),
      first_trade_id: rows[0]?.trade_id,
      last_trade_id: rows.at(-1)?.trade_id,
      trades: rows.length,
    };
  });
}

/** The form in which tables are compared: engine added, numbers as text, rows in the order of their key. */
export function dump(engine: string, rows: readonly MutableRow[], key: readonly string[]): MutableRow[] {
  const plain = rows.map((row) => {
    const entries = Object.entries({ engine, ...row }).map(([name, value]) => [
      name,
      typeof value === "number" || typeof value === "bigint" ? String(value) : value,
    ]);
    return Object.fromEntries(entries) as MutableRow;
  });
  const compare = (a: unknown, b: unknown): number =>
    Number(a) - Number(b) || (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0);
  return plain.sort((a, b) => key.map((name) => compare(a[name], b[name])).find((order) => order !== 0) ?? 0);
}

/** Tables as one text, a line a row: what is compared byte by byte where there are too many rows for a difference to be read. */
export function textOf(tables: Tables): string {
  return Object.entries(tables)
    .flatMap(([table, rows]) => rows.map((row) => `${table} ${JSON.stringify(row, inOrder)}`))
    .join("\n");
}

/** Fields by name: a database keeps them in an order of its own. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
