/**
 * Fills that persistence has not committed yet, in the order of their events: rows of doubles in chunks that are written
 * once and dropped whole. So a snapshot can go on reading the chunks of its moment while new fills come and old ones go.
 */
import { toBigInt } from "../core/wide.ts";
import type { FillView } from "../protocol/views.ts";

const ROW_DOUBLES = 14;
const CHUNK_ROWS = 4096;
const INSTRUMENT = 0;
const TRADE_ID = 1;
const ORDER_ID = 2;
const ACCOUNT = 3;
/** 0 a taker's buy, 1 a taker's sell; 2 more for a maker. */
const ROLE = 4;
const PRICE_TICKS = 5;
const LOTS = 6;
const QUOTE = 7;
const FEE = 9;
const FEE_ASSET = 11;
const TIME_US = 12;
const SEQ = 13;

export class FillLog {
  private chunks: Float64Array[] = [];
  /** Index of the first row of the first chunk; of the first that is kept; behind the last. */
  private base = 0;
  private start = 0;
  private end = 0;

  /** Makes room for one more row, and says in which chunk. */
  private chunkOfNext(): Float64Array {
    const chunk = Math.floor((this.end - this.base) / CHUNK_ROWS);
    if (chunk === this.chunks.length) this.chunks.push(new Float64Array(CHUNK_ROWS * ROW_DOUBLES));
    return this.chunks[chunk]!;
  }

  /**
   * @param side 0 buy, 1 sell. @param quote, fees amounts of two limbs; the fee's stand at `feeAt`.
   * @returns the row's index, which names it from now on.
   */
  write(
    instrument: number,
    tradeId: number,
    orderId: number,
    account: number,
    side: number,
    isMaker: boolean,
    priceTicks: number,
    lots: number,
    quote: Float64Array,
    fees: Float64Array,
    feeAt: number,
    feeAsset: number,
    timeUs: number,
    seq: number,
  ): number {
    const row = this.chunkOfNext();
    const at = ((this.end - this.base) % CHUNK_ROWS) * ROW_DOUBLES;
    row[at + INSTRUMENT] = instrument;
    row[at + TRADE_ID] = tradeId;
    row[at + ORDER_ID] = orderId;
    row[at + ACCOUNT] = account;
    row[at + ROLE] = side + (isMaker ? 2 : 0);
    row[at + PRICE_TICKS] = priceTicks;
    row[at + LOTS] = lots;
    row[at + QUOTE] = quote[0]!;
    row[at + QUOTE + 1] = quote[1]!;
    row[at + FEE] = fees[feeAt]!;
    row[at + FEE + 1] = fees[feeAt + 1]!;
    row[at + FEE_ASSET] = feeAsset;
    row[at + TIME_US] = timeUs;
    row[at + SEQ] = seq;
    return this.end++;
  }

  /** The oldest that is kept; null: none. */
  get oldest(): number | null {
    return this.start < this.end ? this.start : null;
  }

  forgetOldest(): void {
    this.start += 1;
    if (this.start - this.base < CHUNK_ROWS) return;
    this.chunks.shift();
    this.base += CHUNK_ROWS;
  }

  private column(index: number, column: number): number {
    const offset = index - this.base;
    return this.chunks[Math.floor(offset / CHUNK_ROWS)]![(offset % CHUNK_ROWS) * ROW_DOUBLES + column]!;
  }

  seq(index: number): number {
    return this.column(index, SEQ);
  }
  account(index: number): number {
    return this.column(index, ACCOUNT);
  }
  instrument(index: number): number {
    return this.column(index, INSTRUMENT);
  }
  tradeId(index: number): number {
    return this.column(index, TRADE_ID);
  }
  timeUs(index: number): number {
    return this.column(index, TIME_US);
  }

  view(index: number): FillView {
    const role = this.column(index, ROLE);
    return {
      instrument: this.instrument(index),
      tradeId: this.tradeId(index),
      orderId: this.column(index, ORDER_ID),
      account: this.account(index),
      side: role % 2 === 0 ? "buy" : "sell",
      priceTicks: this.column(index, PRICE_TICKS),
      quantityLots: this.column(index, LOTS),
      quoteAtoms: toBigInt(this.column(index, QUOTE), this.column(index, QUOTE + 1)),
      commissionAtoms: toBigInt(this.column(index, FEE), this.column(index, FEE + 1)),
      commissionAsset: this.column(index, FEE_ASSET),
      isMaker: role >= 2,
      timeUs: this.timeUs(index),
      seq: this.seq(index),
    };
  }

  /** The rows of this moment, a chunk at a time, whatever comes and goes meanwhile. */
  rowsOfNow(): () => Iterable<Float64Array> {
    const { base, start, end } = this;
    const chunks = this.chunks.slice();
    return function* rows() {
      for (const [number, chunk] of chunks.entries()) {
        const first = base + number * CHUNK_ROWS;
        const from = Math.max(0, start - first);
        const to = Math.min(CHUNK_ROWS, end - first);
        if (from < to) yield chunk.subarray(from * ROW_DOUBLES, to * ROW_DOUBLES);
      }
    };
  }

  /** Takes in rows as `rowsOfNow` gave them. @returns their indexes, oldest first. */
  *load(rows: Float64Array): Iterable<number> {
    for (let from = 0; from < rows.length; from += ROW_DOUBLES) {
      const at = ((this.end - this.base) % CHUNK_ROWS) * ROW_DOUBLES;
      this.chunkOfNext().set(rows.subarray(from, from + ROW_DOUBLES), at);
      yield this.end++;
    }
  }
}
