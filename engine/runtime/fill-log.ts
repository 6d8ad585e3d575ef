/**
 * Fills that persistence has not committed yet, in the order of their events.
 */
import { toBigInt } from "../core/wide.ts";
import type { FillView } from "../protocol/views.ts";
import { RowLog } from "./row-log.ts";

const ROW_DOUBLES = 14;
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

export class FillLog extends RowLog {
  constructor() {
    super(ROW_DOUBLES);
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
    const row = this.nextChunk();
    const at = this.nextOffset();
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
    return this.commitRow();
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
}
