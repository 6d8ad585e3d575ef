/**
 * What the engine remembers of an order beside the core: its story in numbers, for replies and account reads.
 */
import type { ExpiryReason, OrderStatus, OrderType, SelfTradeMode, Side, TimeInForce } from "../domain/order.ts";
import { EXPIRY_REASONS, ORDER_TYPES, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE } from "../domain/order.ts";
import type { OrderView } from "../protocol/views.ts";

export type StoredOrder = readonly [
  instrument: number,
  orderId: number,
  account: number,
  flags: number,
  priceTicks: number,
  quantityLots: number,
  executedLots: number,
  preventedLots: number,
  cumulativeQuoteAtoms: string,
  quoteAtoms: string,
  status: string,
  expiryReason: string,
  clientOrderId: string,
  createdUs: number,
  updatedUs: number,
  firstSeq: number,
  lastSeq: number,
];

/** Mutable: one object from acceptance until it is forgotten. Views are copies. */
export class OrderRecord {
  readonly instrument: number;
  readonly orderId: number;
  readonly account: number;
  /** Side, type, time in force, self-trade mode: core/order-table.ts. */
  readonly flags: number;
  readonly priceTicks: number;
  quantityLots: number;
  executedLots = 0;
  preventedLots = 0;
  cumulativeQuoteAtoms = 0n;
  readonly quoteAtoms: bigint;
  status: OrderStatus = "new";
  expiryReason: ExpiryReason = "none";
  clientOrderId: string;
  /** What the last amend found. */
  clientOrderIdBefore = "";
  readonly createdUs: number;
  updatedUs: number;
  readonly firstSeq: number;
  lastSeq: number;
  /** Serial of the capture that has it (read-model-capture.ts). */
  capturedBy = 0;

  constructor(
    instrument: number,
    orderId: number,
    account: number,
    flags: number,
    priceTicks: number,
    quantityLots: number,
    quoteAtoms: bigint,
    clientOrderId: string,
    timeUs: number,
    seq: number,
  ) {
    this.instrument = instrument;
    this.orderId = orderId;
    this.account = account;
    this.flags = flags;
    this.priceTicks = priceTicks;
    this.quantityLots = quantityLots;
    this.quoteAtoms = quoteAtoms;
    this.clientOrderId = clientOrderId;
    this.createdUs = timeUs;
    this.updatedUs = timeUs;
    this.firstSeq = seq;
    this.lastSeq = seq;
  }

  get isOpen(): boolean {
    return this.status === "new" || this.status === "partially_filled";
  }

  filled(lots: number, remainingLots: number, quoteAtoms: bigint, timeUs: number, seq: number): void {
    this.executedLots += lots;
    this.cumulativeQuoteAtoms += quoteAtoms;
    this.status = remainingLots === 0 ? "filled" : "partially_filled";
    this.touch(timeUs, seq);
  }

  ended(status: OrderStatus, reason: ExpiryReason, timeUs: number, seq: number): void {
    this.status = status;
    this.expiryReason = reason;
    this.touch(timeUs, seq);
  }

  touch(timeUs: number, seq: number): void {
    this.updatedUs = timeUs;
    this.lastSeq = seq;
  }

  view(): OrderView {
    const { flags } = this;
    return {
      instrument: this.instrument,
      orderId: this.orderId,
      account: this.account,
      clientOrderId: this.clientOrderId,
      side: SIDES[flags & 1] as Side,
      orderType: ORDER_TYPES[(flags >> 1) & 7] as OrderType,
      timeInForce: TIMES_IN_FORCE[(flags >> 4) & 3] as TimeInForce,
      selfTradeMode: SELF_TRADE_MODES[(flags >> 6) & 7] as SelfTradeMode,
      priceTicks: this.priceTicks,
      quantityLots: this.quantityLots,
      executedLots: this.executedLots,
      preventedLots: this.preventedLots,
      cumulativeQuoteAtoms: this.cumulativeQuoteAtoms,
      quoteAtoms: this.quoteAtoms,
      status: this.status,
      expiryReason: this.expiryReason,
      createdUs: this.createdUs,
      updatedUs: this.updatedUs,
      firstSeq: this.firstSeq,
      lastSeq: this.lastSeq,
    };
  }

  /** For snapshots. */
  store(): StoredOrder {
    return [
      this.instrument,
      this.orderId,
      this.account,
      this.flags,
      this.priceTicks,
      this.quantityLots,
      this.executedLots,
      this.preventedLots,
      String(this.cumulativeQuoteAtoms),
      String(this.quoteAtoms),
      this.status,
      this.expiryReason,
      this.clientOrderId,
      this.createdUs,
      this.updatedUs,
      this.firstSeq,
      this.lastSeq,
    ];
  }

  static from(stored: StoredOrder): OrderRecord {
    const [
      instrument,
      orderId,
      account,
      flags,
      priceTicks,
      quantityLots,
      executedLots,
      preventedLots,
      cumulative,
      quote,
      status,
      reason,
      clientOrderId,
      createdUs,
      updatedUs,
      firstSeq,
      lastSeq,
    ] = stored;
    const record = new OrderRecord(
      instrument,
      orderId,
      account,
      flags,
      priceTicks,
      quantityLots,
      BigInt(quote),
      clientOrderId,
      createdUs,
      firstSeq,
    );
    record.executedLots = executedLots;
    record.preventedLots = preventedLots;
    record.cumulativeQuoteAtoms = BigInt(cumulative);
    record.status = status as OrderStatus;
    record.expiryReason = reason as ExpiryReason;
    record.updatedUs = updatedUs;
    record.lastSeq = lastSeq;
    return record;
  }
}

/** Index of the reasons whose orders end as expired_in_match. */
export const SELF_TRADE_REASON = EXPIRY_REASONS.indexOf("self_trade");
