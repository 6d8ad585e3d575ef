/**
 * Pages of events from rows: which rows are wanted is asked of the row, before anything is decoded.
 */
import { ROW } from "../core/event-log.ts";
import { decodeRow, type EventRows, rowLength, rowType } from "../protocol/event-decoder.ts";
import type { EngineEvent } from "../protocol/events.ts";

/** Rows that one page looks at: where few are wanted, the others' answers must not wait for a walk of all memory. */
const ROWS_LOOKED_AT_MAX = 100_000;

export type WantedRow = (rows: Float64Array, header: number) => boolean;

export function isNoLevel(rows: Float64Array, header: number): boolean {
  return rowType(rows, header) !== ROW.levelChanged;
}

/**
 * Whether a row tells of what happened to some accounts: their orders, trades (either side), lists, balances, funds, the
 * accounts and keys themselves.
 *
 * @param accounts null: all.
 */
export function rowsOfAccounts(accounts: readonly number[] | null): WantedRow {
  if (accounts === null) return (rows, header) => accountAt(rowType(rows, header)) !== NOBODYS;
  const wanted = new Set(accounts);
  return (rows, header) => {
    const type = rowType(rows, header);
    if (type === ROW.tradeExecuted) return wanted.has(rows[header + 8]!) || wanted.has(rows[header + 9]!);
    const at = accountAt(type);
    return at !== NOBODYS && wanted.has(rows[header + at]!);
  };
}

const NOBODYS = 0;

/** Where a row names its account, counted from its header; of a trade the taker's. */
function accountAt(type: number): number {
  switch (type) {
    case ROW.orderAccepted:
    case ROW.specialOrderAccepted:
    case ROW.orderCanceled:
    case ROW.orderExpired:
    case ROW.orderAmended:
    case ROW.orderActivated:
    case ROW.orderListChanged:
      return 3;
    case ROW.tradePrevented:
    case ROW.fundsMoved:
    case ROW.keyChanged:
      return 2;
    case ROW.balanceChanged:
    case ROW.accountChanged:
      return 1;
    case ROW.tradeExecuted:
      return 8;
    default:
      return NOBODYS;
  }
}

/**
 * Decodes what is wanted from a sequence to another, until there is enough; `nextSeq` is behind the last row looked at.
 */
export function decodePage(
  frames: readonly EventRows[],
  fromSeq: number,
  eventsMax: number,
  lastSeq: number,
  isWanted: WantedRow,
): { events: EngineEvent[]; nextSeq: number } {
  const events: EngineEvent[] = [];
  let nextSeq = fromSeq;
  for (const frame of frames) {
    const { rows, length, texts, timeUs } = frame;
    const words = new Uint32Array(rows.buffer, rows.byteOffset, rows.length * 2);
    let seq = frame.firstSeq;
    for (let at = 0; at < length; at += rowLength(rows, at), seq++) {
      if (seq < fromSeq) continue;
      if (events.length >= eventsMax || seq > lastSeq || seq - fromSeq >= ROWS_LOOKED_AT_MAX)
        return { events, nextSeq };
      if (isWanted(rows, at)) events.push(decodeRow(rows, words, at, texts, seq, timeUs));
      nextSeq = seq + 1;
    }
  }
  return { events, nextSeq };
}
