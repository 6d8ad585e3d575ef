/**
 * What matching a stream caused, in typed arrays: an outcome per record and a row per trade. Text is made of it later
 * (report-text.ts), so that matching is measured without it, and two logs can be compared record by record.
 */

/** What became of a record. */
export const EXCLUDED = 0;
export const ACCEPTED = 1;
/** Accepted, immediate-or-cancel, and what was left is gone. */
export const ACCEPTED_REST_CANCELLED = 2;
export const CANCELLED = 3;
export const MODIFIED = 4;
export const CANCEL_REFUSED = 5;
export const MODIFY_REFUSED = 6;

/** A trade's row: price, quantity, maker id, taker id. */
export const TRADE_WORDS = 4;

export interface ReportLog {
  readonly outcomes: Uint8Array;
  /** Of a cancelled or modified order: the side it rested on. */
  readonly sides: Uint8Array;
  /** Of a cancelled order: the price it rested at. */
  readonly prices: Int32Array;
  /** How many trades had printed when the record was done. */
  readonly tradeEnds: Uint32Array;
  trades: Uint32Array;
}

/** @param trades for how many memory is taken at once; whoever writes grows it. */
export function makeReportLog(count: number, trades = Math.max(1024, count >>> 3)): ReportLog {
  return {
    outcomes: new Uint8Array(count),
    sides: new Uint8Array(count),
    prices: new Int32Array(count),
    tradeEnds: new Uint32Array(count),
    trades: new Uint32Array(trades * TRADE_WORDS),
  };
}

export function withRoom(trades: Uint32Array): Uint32Array {
  const larger = new Uint32Array(trades.length * 2);
  larger.set(trades);
  return larger;
}

/** Records on which two logs differ, in outcome or in any trade. */
export function differingRecords(one: ReportLog, other: ReportLog): Uint8Array {
  const differs = new Uint8Array(one.outcomes.length);
  let start = 0;
  let otherStart = 0;
  for (let record = 0; record < differs.length; record++) {
    const end = one.tradeEnds[record]!;
    const otherEnd = other.tradeEnds[record]!;
    let same =
      one.outcomes[record] === other.outcomes[record] &&
      one.sides[record] === other.sides[record] &&
      one.prices[record] === other.prices[record] &&
      end - start === otherEnd - otherStart;
    const words = same ? (end - start) * TRADE_WORDS : 0;
    for (let word = 0; word < words; word++) {
      if (one.trades[start * TRADE_WORDS + word] !== other.trades[otherStart * TRADE_WORDS + word]) same = false;
    }
    if (!same) differs[record] = 1;
    start = end;
    otherStart = otherEnd;
  }
  return differs;
}
