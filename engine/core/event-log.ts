/**
 * The events of the commands at hand, as rows of doubles: no object per event.
 *
 * A row is a header (type + 64 × length) and its columns; amounts take two columns (hi, lo), client order ids four
 * (eight 32-bit words). Each row takes the next event sequence. The running hash covers every bit of every row and of
 * the texts, so that two engines with one hash have said the same. protocol/event-decoder.ts reads rows.
 */
import { CLIENT_ORDER_ID_WORDS } from "../domain/client-order-id.ts";

export const ROW = {
  orderAccepted: 1,
  tradeExecuted: 2,
  orderCanceled: 3,
  orderExpired: 4,
  orderAmended: 5,
  commandRejected: 6,
  levelChanged: 7,
  balanceChanged: 8,
  fundsMoved: 9,
  assetAdded: 10,
  instrumentChanged: 11,
  accountChanged: 12,
  keyChanged: 13,
  /** As orderAccepted, then order list id, stop ticks, trailing bips, iceberg lots, strategy id, strategy type, phase. */
  specialOrderAccepted: 14,
  /** Instrument, order id, account, phase. */
  orderActivated: 15,
  /** Instrument, account, taker and maker order id, self-trade mode, price, prevented, taker's and maker's rest. */
  tradePrevented: 16,
  /** Instrument, list id, account, contingency, status, three order ids (0: no third), the list's client id. */
  orderListChanged: 17,
  /** Text rows, two zeros before the text: {limits}; {frozen, reason}. */
  exchangeLimitsChanged: 18,
  withdrawalsFrozen: 19,
} as const;

/** A header is type + 64 × length, a small whole number: read by bits, not by a floating-point remainder. */
export const HEADER_BITS = 6;
export const HEADER_BASE = 1 << HEADER_BITS;
/** The longest row, header included. */
const ROW_DOUBLES_MAX = 24;

export class EventLog {
  rows = new Float64Array(4096);
  /** The same memory as `rows`, as 32-bit words. */
  words = new Uint32Array(this.rows.buffer);
  /** Doubles in use. */
  length = 0;
  /** Texts of the rows that carry one; a row names it by index. */
  readonly texts: string[] = [];
  /** Sequence that the next row gets. */
  nextSeq = 1;
  /** Running hashes of the even and the odd words of all rows, and of all texts. */
  private high = 0x243f6a88;
  private low = 0x85a308d3;
  private textual = 0x13198a2e;
  private hashedLength = 0;

  /** Forgets the rows; sequence and hash go on. */
  clear(): void {
    this.hashRows();
    this.length = 0;
    this.hashedLength = 0;
    this.texts.length = 0;
  }

  /** Starts a row and returns where its first column goes; the caller writes exactly `columns` doubles there. */
  begin(type: number, columns: number): number {
    if (this.length + ROW_DOUBLES_MAX > this.rows.length) this.grow();
    const at = this.length;
    this.rows[at] = type + HEADER_BASE * (columns + 1);
    this.length = at + columns + 1;
    this.nextSeq += 1;
    return at + 1;
  }

  writeClientId(at: number, source: Uint32Array, offset: number): void {
    for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) this.words[at * 2 + word] = source[offset + word]!;
  }

  /** A row that carries a text: two numbers and the text's index. */
  writeText(type: number, first: number, second: number, text: string): void {
    const at = this.begin(type, 3);
    this.rows[at] = first;
    this.rows[at + 1] = second;
    this.rows[at + 2] = this.texts.length;
    this.texts.push(text);
    let hash = this.textual;
    for (let character = 0; character < text.length; character++) {
      hash = Math.imul(hash ^ text.charCodeAt(character), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    this.textual = hash;
  }

  /**
   * The hash of every row and text so far, as two 32-bit halves. A row names its text by its place in the frame, so equal
   * hashes want equal frames: a replay has them.
   */
  hash(): { readonly hi: number; readonly lo: number } {
    this.hashRows();
    // Each part takes part in both halves, so that a difference in one shows in both.
    const lo = Math.imul(this.low ^ Math.imul(this.high, 0xc2b2ae35), 0x27d4eb2f) ^ this.textual;
    const hi = Math.imul(this.high ^ (lo >>> 16), 0x85ebca77) ^ Math.imul(this.textual, 0x9e3779b1);
    return { hi: hi >>> 0, lo: lo >>> 0 };
  }

  /** Where a log stands between two frames: for snapshots. */
  capture(): readonly number[] {
    this.hashRows();
    return [this.nextSeq, this.high, this.low, this.textual];
  }

  restore(captured: readonly number[]): void {
    this.length = 0;
    this.hashedLength = 0;
    this.texts.length = 0;
    this.nextSeq = captured[0] ?? 1;
    this.high = captured[1] ?? 0;
    this.low = captured[2] ?? 0;
    this.textual = captured[3] ?? 0;
  }

  private hashRows(): void {
    let high = this.high;
    let low = this.low;
    const words = this.words;
    const end = this.length * 2;
    for (let word = this.hashedLength * 2; word < end; word += 2) {
      high = Math.imul(high ^ words[word]!, 0x9e3779b1);
      low = Math.imul(low ^ words[word + 1]!, 0x85ebca6b);
      high ^= high >>> 15;
      low ^= low >>> 13;
    }
    this.high = high;
    this.low = low;
    this.hashedLength = this.length;
  }

  private grow(): void {
    const larger = new Float64Array(this.rows.length * 2);
    larger.set(this.rows);
    this.rows = larger;
    this.words = new Uint32Array(larger.buffer);
  }
}
