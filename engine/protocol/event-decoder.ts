/**
 * Turns the core's rows into events for whoever stands outside (events.ts). Columns: core/emit.ts, core/place.ts.
 */
import { HEADER_BASE, HEADER_BITS, ROW } from "../core/event-log.ts";
import { toBigInt } from "../core/wide.ts";
import { InvariantViolation } from "../domain/assert.ts";
import { unpackClientOrderId } from "../domain/client-order-id.ts";
import type { Asset, ExchangeLimits, Instrument } from "../domain/instrument.ts";
import type { AccountRecord, KeyRecord } from "../domain/operator.ts";
import {
  CANCEL_CAUSES,
  EXPIRY_REASONS,
  LIST_CONTINGENCIES,
  LIST_STATUSES,
  ORDER_PHASES,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  SIDES,
  TIMES_IN_FORCE,
} from "../domain/order.ts";
import { REJECTS } from "../domain/rejects.ts";
import { type EngineEvent, FUNDING_KINDS, type OrderAccepted } from "./events.ts";

/** Rows of one frame, cut off from the log: a copy that outlives it. */
export interface EventRows {
  readonly rows: Float64Array;
  /** Doubles in use. */
  readonly length: number;
  readonly texts: readonly string[];
  readonly firstSeq: number;
  readonly timeUs: number;
}

/** Columns of a plain order's acceptance; a special one's go on behind them. */
const ACCEPTED_COLUMNS = 12;

export function rowType(rows: Float64Array, at: number): number {
  return (rows[at]! | 0) & (HEADER_BASE - 1);
}

export function rowLength(rows: Float64Array, at: number): number {
  return (rows[at]! | 0) >> HEADER_BITS;
}

/** Decodes every row for which `wanted` says yes by its type. */
export function decodeEvents(batch: EventRows, wanted: (type: number) => boolean = () => true): EngineEvent[] {
  const events: EngineEvent[] = [];
  const words = new Uint32Array(batch.rows.buffer, batch.rows.byteOffset, batch.rows.length * 2);
  let seq = batch.firstSeq;
  for (let at = 0; at < batch.length; at += rowLength(batch.rows, at), seq++) {
    if (wanted(rowType(batch.rows, at))) events.push(decodeRow(batch.rows, words, at, batch.texts, seq, batch.timeUs));
  }
  return events;
}

/** Decodes the row at `header`. @param words the same memory as `rows`, as 32-bit words. */
export function decodeRow(
  rows: Float64Array,
  words: Uint32Array,
  header: number,
  texts: readonly string[],
  seq: number,
  timeUs: number,
): EngineEvent {
  const type = rowType(rows, header);
  const at = header + 1;
  switch (type) {
    case ROW.orderAccepted:
      return acceptedOf(rows, words, at, seq, timeUs);
    case ROW.specialOrderAccepted:
      return { ...acceptedOf(rows, words, at, seq, timeUs), special: specialOf(rows, at + ACCEPTED_COLUMNS) };
    case ROW.tradeExecuted:
      return {
        type: "trade_executed",
        seq,
        timeUs,
        instrument: rows[at]!,
        tradeId: rows[at + 1]!,
        takerSide: SIDES[rows[at + 2]!]!,
        priceTicks: rows[at + 3]!,
        quantityLots: rows[at + 4]!,
        takerOrderId: rows[at + 5]!,
        makerOrderId: rows[at + 6]!,
        takerAccount: rows[at + 7]!,
        makerAccount: rows[at + 8]!,
        takerFeeAtoms: toBigInt(rows[at + 9]!, rows[at + 10]!),
        makerFeeAtoms: toBigInt(rows[at + 11]!, rows[at + 12]!),
        takerRemainingLots: rows[at + 13]!,
        makerRemainingLots: rows[at + 14]!,
      };
    case ROW.orderCanceled:
      return {
        type: "order_canceled",
        seq,
        timeUs,
        instrument: rows[at]!,
        orderId: rows[at + 1]!,
        account: rows[at + 2]!,
        remainingLots: rows[at + 3]!,
        cause: CANCEL_CAUSES[rows[at + 4]!]!,
        cancelClientOrderId: unpackClientOrderId(words, (at + 5) * 2),
      };
    case ROW.orderExpired:
      return {
        type: "order_expired",
        seq,
        timeUs,
        instrument: rows[at]!,
        orderId: rows[at + 1]!,
        account: rows[at + 2]!,
        remainingLots: rows[at + 3]!,
        reason: EXPIRY_REASONS[rows[at + 4]!]!,
        counterOrderId: rows[at + 5]!,
        preventedLots: rows[at + 6]!,
      };
    case ROW.orderAmended:
      return {
        type: "order_amended",
        seq,
        timeUs,
        instrument: rows[at]!,
        orderId: rows[at + 1]!,
        account: rows[at + 2]!,
        quantityLots: rows[at + 3]!,
        remainingLots: rows[at + 4]!,
        clientOrderId: unpackClientOrderId(words, (at + 5) * 2),
      };
    case ROW.commandRejected:
      return {
        type: "command_rejected",
        seq,
        timeUs,
        account: rows[at]!,
        instrument: rows[at + 1]!,
        reason: REJECTS[rows[at + 2]!]!,
      };
    case ROW.levelChanged:
      return {
        type: "level_changed",
        seq,
        timeUs,
        instrument: rows[at]!,
        updateId: rows[at + 1]!,
        side: SIDES[rows[at + 2]!]!,
        priceTicks: rows[at + 3]!,
        quantityLots: rows[at + 4]!,
      };
    case ROW.balanceChanged:
      return {
        type: "balance_changed",
        seq,
        timeUs,
        account: rows[at]!,
        asset: rows[at + 1]!,
        freeAtoms: toBigInt(rows[at + 2]!, rows[at + 3]!),
        lockedAtoms: toBigInt(rows[at + 4]!, rows[at + 5]!),
      };
    case ROW.orderActivated:
      return {
        type: "order_activated",
        seq,
        timeUs,
        instrument: rows[at]!,
        orderId: rows[at + 1]!,
        account: rows[at + 2]!,
        phase: ORDER_PHASES[rows[at + 3]!]!,
      };
    case ROW.tradePrevented:
      return {
        type: "trade_prevented",
        seq,
        timeUs,
        instrument: rows[at]!,
        account: rows[at + 1]!,
        takerOrderId: rows[at + 2]!,
        makerOrderId: rows[at + 3]!,
        selfTradeMode: SELF_TRADE_MODES[rows[at + 4]!]!,
        priceTicks: rows[at + 5]!,
        preventedLots: rows[at + 6]!,
        takerRemainingLots: rows[at + 7]!,
        makerRemainingLots: rows[at + 8]!,
      };
    case ROW.orderListChanged:
      return {
        type: "order_list_changed",
        seq,
        timeUs,
        instrument: rows[at]!,
        orderListId: rows[at + 1]!,
        account: rows[at + 2]!,
        contingency: LIST_CONTINGENCIES[rows[at + 3]!]!,
        status: LIST_STATUSES[rows[at + 4]!]!,
        listClientOrderId: unpackClientOrderId(words, (at + 8) * 2),
        orderIds: Array.from(rows.subarray(at + 5, at + (rows[at + 7] === 0 ? 7 : 8))),
      };
    default:
      return decodeText(type, rows, at, texts, seq, timeUs);
  }
}

function acceptedOf(rows: Float64Array, words: Uint32Array, at: number, seq: number, timeUs: number): OrderAccepted {
  const flags = rows[at + 3]!;
  return {
    type: "order_accepted",
    seq,
    timeUs,
    instrument: rows[at]!,
    orderId: rows[at + 1]!,
    account: rows[at + 2]!,
    side: SIDES[flags & 1]!,
    orderType: ORDER_TYPES[(flags >> 1) & 7]!,
    timeInForce: TIMES_IN_FORCE[(flags >> 4) & 3]!,
    selfTradeMode: SELF_TRADE_MODES[(flags >> 6) & 7]!,
    priceTicks: rows[at + 4]!,
    quantityLots: rows[at + 5]!,
    quoteAtoms: toBigInt(rows[at + 6]!, rows[at + 7]!),
    clientOrderId: unpackClientOrderId(words, (at + 8) * 2),
  };
}

function specialOf(rows: Float64Array, at: number): NonNullable<OrderAccepted["special"]> {
  return {
    conditions: {
      stopTicks: rows[at + 1]!,
      trailingDeltaBips: rows[at + 2]!,
      icebergLots: rows[at + 3]!,
      strategyId: rows[at + 4]!,
      strategyType: rows[at + 5]!,
    },
    orderListId: rows[at]!,
    phase: ORDER_PHASES[rows[at + 6]!]!,
  };
}

function decodeText(
  type: number,
  rows: Float64Array,
  at: number,
  texts: readonly string[],
  seq: number,
  timeUs: number,
): EngineEvent {
  const text = texts[rows[at + 2]!]!;
  switch (type) {
    case ROW.fundsMoved: {
      const { asset, atoms, reference } = JSON.parse(text) as { asset: number; atoms: string; reference: string };
      return {
        type: "funds_moved",
        seq,
        timeUs,
        account: rows[at + 1]!,
        asset,
        kind: FUNDING_KINDS[rows[at]!]!,
        atoms: BigInt(atoms),
        reference,
      };
    }
    case ROW.assetAdded:
      return { type: "asset_added", seq, timeUs, asset: JSON.parse(text) as Asset };
    case ROW.instrumentChanged:
      return { type: "instrument_changed", seq, timeUs, instrument: JSON.parse(text) as Instrument };
    case ROW.accountChanged:
      return { type: "account_changed", seq, timeUs, account: JSON.parse(text) as AccountRecord };
    case ROW.keyChanged:
      return { type: "key_changed", seq, timeUs, key: JSON.parse(text) as KeyRecord };
    case ROW.exchangeLimitsChanged: {
      const { limits } = JSON.parse(text) as { limits: ExchangeLimits };
      return { type: "exchange_limits_changed", seq, timeUs, limits };
    }
    case ROW.withdrawalsFrozen: {
      const { frozen, reason } = JSON.parse(text) as { frozen: boolean; reason: string };
      return { type: "withdrawals_frozen", seq, timeUs, frozen, reason };
    }
    default:
      throw new InvariantViolation(`a row is of a known type, not ${type}`);
  }
}
