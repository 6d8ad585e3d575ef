/**
 * The stories of orders beside the core, for replies and account reads: one slot of typed arrays an order, so that a
 * recovery of millions makes no garbage and no object is walked by the collector.
 *
 * Owns: every order from its acceptance until the read model forgets it. Slot 0 does not exist. Views are copies.
 */
import { IdIndex } from "../core/id-index.ts";
import { add, toBigInt } from "../core/wide.ts";
import { CLIENT_ORDER_ID_WORDS, packClientOrderId, unpackClientOrderId } from "../domain/client-order-id.ts";
import {
  EXPIRY_REASONS,
  type ExpiryReason,
  NO_CONDITIONS,
  ORDER_PHASES,
  ORDER_STATUSES,
  ORDER_TYPES,
  type OrderConditions,
  type OrderStatus,
  SELF_TRADE_MODES,
  SIDES,
  TIMES_IN_FORCE,
} from "../domain/order.ts";
import type { OrderView } from "../protocol/views.ts";

/** Doubles of a slot; amounts take two (hi, lo). */
const DOUBLES = 12;
const ORDER_ID = 0;
const QUANTITY = 1;
const EXECUTED = 2;
const PREVENTED = 3;
const CUMULATIVE = 4;
const QUOTE = 6;
const CREATED_US = 8;
const UPDATED_US = 9;
const FIRST_SEQ = 10;
const LAST_SEQ = 11;
/** Words of a slot. FLAGS as in core/order-table.ts; STATUS −1: the slot is free. */
const INTS = 7;
const INSTRUMENT = 0;
const ACCOUNT = 1;
const FLAGS = 2;
const PRICE_TICKS = 3;
const STATUS = 4;
const REASON = 5;
const CAPTURED_BY = 6;
const FREE = -1;

const NEW = ORDER_STATUSES.indexOf("new");
const PARTIALLY_FILLED = ORDER_STATUSES.indexOf("partially_filled");
const FILLED = ORDER_STATUSES.indexOf("filled");
const PENDING_NEW = ORDER_STATUSES.indexOf("pending_new");
const WORKING = ORDER_PHASES.indexOf("working");
const TRACKING = ORDER_PHASES.indexOf("tracking");
const PENDING = ORDER_PHASES.indexOf("pending");

/** Columns of a specialOrderAccepted row behind those of an orderAccepted row (core/event-log.ts). */
const SPECIAL_COLUMNS = 12;

/** What only special orders have. The phase is a code of ORDER_PHASES. */
interface SpecialTerms {
  readonly conditions: OrderConditions;
  readonly orderListId: number;
  phase: number;
  workingUs: number;
  trailingUs: number;
  preventedMatchId: number;
}

/**
 * A slot as a snapshot keeps it: its doubles, its first six words, its client order id; of an amended order the one before
 * (else null), and what is special about it. Older snapshots lack these two.
 */
export type StoredOrder = readonly [
  doubles: readonly number[],
  ints: readonly number[],
  clientOrderId: string,
  clientOrderIdBefore?: string | null,
  special?: Readonly<SpecialTerms>,
];

export class OrderStore {
  private capacity = 1024;
  private doubles = new Float64Array(this.capacity * DOUBLES);
  private ints = new Int32Array(this.capacity * INTS);
  private clientIds = new Uint32Array(this.capacity * CLIENT_ORDER_ID_WORDS);
  private end = 1;
  private readonly free: number[] = [];
  /** By instrument. */
  private readonly ids: IdIndex[] = [];
  /** What the last amend found, by slot. */
  private readonly clientIdsBefore = new Map<number, string>();
  /** Of special orders alone, by slot: a plain one costs nothing here. */
  private readonly specials = new Map<number, SpecialTerms>();

  /** Open orders that are special. */
  openSpecial = 0;

  /** All slots are below this one. */
  get slotEnd(): number {
    return this.end;
  }

  /**
   * @param row columns of an order_accepted row (core/emit.ts), from `at`; `words` is the same memory.
   * @param capturedBy serial of the captures that this order is no part of. @returns its slot.
   */
  accept(row: Float64Array, words: Uint32Array, at: number, timeUs: number, seq: number, capturedBy: number): number {
    const slot = this.take();
    const d = slot * DOUBLES;
    const { doubles } = this;
    doubles[d + ORDER_ID] = row[at + 1]!;
    doubles[d + QUANTITY] = row[at + 5]!;
    doubles[d + EXECUTED] = 0;
    doubles[d + PREVENTED] = 0;
    doubles[d + CUMULATIVE] = 0;
    doubles[d + CUMULATIVE + 1] = 0;
    doubles[d + QUOTE] = row[at + 6]!;
    doubles[d + QUOTE + 1] = row[at + 7]!;
    doubles[d + CREATED_US] = timeUs;
    doubles[d + UPDATED_US] = timeUs;
    doubles[d + FIRST_SEQ] = seq;
    doubles[d + LAST_SEQ] = seq;
    const i = slot * INTS;
    const { ints } = this;
    ints[i + INSTRUMENT] = row[at]!;
    ints[i + ACCOUNT] = row[at + 2]!;
    ints[i + FLAGS] = row[at + 3]!;
    ints[i + PRICE_TICKS] = row[at + 4]!;
    ints[i + STATUS] = NEW;
    ints[i + REASON] = 0;
    ints[i + CAPTURED_BY] = capturedBy;
    const from = (at + 8) * 2;
    for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++)
      this.clientIds[slot * CLIENT_ORDER_ID_WORDS + word] = words[from + word]!;
    this.idsOf(row[at]!).set(row[at + 1]!, slot);
    return slot;
  }

  /** The rest of a specialOrderAccepted row, whose columns begin at `at`. @returns the order's list; 0: none. */
  acceptSpecial(slot: number, row: Float64Array, at: number, timeUs: number): number {
    const [orderListId, stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType, phase] = row.subarray(
      at + SPECIAL_COLUMNS,
      at + SPECIAL_COLUMNS + 7,
    ) as unknown as readonly [number, number, number, number, number, number, number];
    this.specials.set(slot, {
      conditions: { stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType },
      orderListId,
      phase,
      workingUs: phase === WORKING ? timeUs : 0,
      trailingUs: phase === TRACKING ? timeUs : 0,
      preventedMatchId: 0,
    });
    this.openSpecial += 1;
    if (phase === PENDING) this.ints[slot * INTS + STATUS] = PENDING_NEW;
    return orderListId;
  }

  /** @param phase code of ORDER_PHASES. */
  activated(slot: number, phase: number, timeUs: number, seq: number): void {
    const special = this.specialOf(slot);
    special.phase = phase;
    if (phase === WORKING) special.workingUs = timeUs;
    if (phase === TRACKING) special.trailingUs = timeUs;
    if (this.ints[slot * INTS + STATUS] === PENDING_NEW) this.ints[slot * INTS + STATUS] = NEW;
    this.touch(slot, timeUs, seq);
  }

  /** It met an order of its own account under decrement. */
  prevented(slot: number, lots: number, timeUs: number, seq: number): void {
    this.doubles[slot * DOUBLES + PREVENTED] = this.doubles[slot * DOUBLES + PREVENTED]! + lots;
    this.specialOf(slot).preventedMatchId = seq;
    this.touch(slot, timeUs, seq);
  }

  private specialOf(slot: number): SpecialTerms {
    const known = this.specials.get(slot);
    if (known !== undefined) return known;
    const workingUs = this.createdUs(slot);
    const made = { conditions: NO_CONDITIONS, orderListId: 0, phase: WORKING, workingUs, trailingUs: 0 };
    const special: SpecialTerms = { ...made, preventedMatchId: 0 };
    this.specials.set(slot, special);
    this.openSpecial += 1;
    return special;
  }

  /** 0: not known, or forgotten. */
  slotOf(instrument: number, orderId: number): number {
    return this.ids[instrument]?.get(orderId) ?? 0;
  }

  /** @param quote two limbs: what the fill's lots cost. */
  filled(slot: number, lots: number, remainingLots: number, quote: Float64Array, timeUs: number, seq: number): void {
    const d = slot * DOUBLES;
    this.doubles[d + EXECUTED] = this.doubles[d + EXECUTED]! + lots;
    add(this.doubles, d + CUMULATIVE, quote, 0);
    this.ints[slot * INTS + STATUS] = remainingLots === 0 ? FILLED : PARTIALLY_FILLED;
    if (remainingLots === 0) this.closed(slot);
    this.touch(slot, timeUs, seq);
  }

  /** @param status, reason codes of ORDER_STATUSES and EXPIRY_REASONS. */
  ended(slot: number, status: number, reason: number, preventedLots: number, timeUs: number, seq: number): void {
    const d = slot * DOUBLES;
    this.doubles[d + PREVENTED] = this.doubles[d + PREVENTED]! + preventedLots;
    this.ints[slot * INTS + STATUS] = status;
    this.ints[slot * INTS + REASON] = reason;
    this.closed(slot);
    this.touch(slot, timeUs, seq);
  }

  private closed(slot: number): void {
    if (this.specials.size > 0 && this.specials.has(slot)) this.openSpecial -= 1;
  }

  amended(slot: number, quantityLots: number, words: Uint32Array, offset: number, timeUs: number, seq: number): void {
    this.clientIdsBefore.set(slot, this.clientOrderId(slot));
    this.doubles[slot * DOUBLES + QUANTITY] = quantityLots;
    this.clientIds.set(words.subarray(offset, offset + CLIENT_ORDER_ID_WORDS), slot * CLIENT_ORDER_ID_WORDS);
    this.touch(slot, timeUs, seq);
  }

  private touch(slot: number, timeUs: number, seq: number): void {
    this.doubles[slot * DOUBLES + UPDATED_US] = timeUs;
    this.doubles[slot * DOUBLES + LAST_SEQ] = seq;
  }

  instrument(slot: number): number {
    return this.ints[slot * INTS + INSTRUMENT]!;
  }
  account(slot: number): number {
    return this.ints[slot * INTS + ACCOUNT]!;
  }
  orderId(slot: number): number {
    return this.doubles[slot * DOUBLES + ORDER_ID]!;
  }
  quantityLots(slot: number): number {
    return this.doubles[slot * DOUBLES + QUANTITY]!;
  }
  createdUs(slot: number): number {
    return this.doubles[slot * DOUBLES + CREATED_US]!;
  }
  lastSeq(slot: number): number {
    return this.doubles[slot * DOUBLES + LAST_SEQ]!;
  }
  /** The words of its client order id, and where they begin. */
  clientIdWords(slot: number): readonly [words: Uint32Array, at: number] {
    return [this.clientIds, slot * CLIENT_ORDER_ID_WORDS];
  }
  clientOrderId(slot: number): string {
    return unpackClientOrderId(this.clientIds, slot * CLIENT_ORDER_ID_WORDS);
  }
  /** Before the last amend; null: there was none, or it is not known any more. */
  clientOrderIdBefore(slot: number): string | null {
    return this.clientIdsBefore.get(slot) ?? null;
  }
  isOpen(slot: number): boolean {
    const status = this.ints[slot * INTS + STATUS]!;
    return status === NEW || status === PARTIALLY_FILLED || status === PENDING_NEW;
  }
  isFree(slot: number): boolean {
    return this.ints[slot * INTS + STATUS] === FREE;
  }
  capturedBy(slot: number): number {
    return this.ints[slot * INTS + CAPTURED_BY]!;
  }
  setCapturedBy(slot: number, serial: number): void {
    this.ints[slot * INTS + CAPTURED_BY] = serial;
  }

  forget(slot: number): void {
    this.idsOf(this.instrument(slot)).clear(this.orderId(slot));
    this.clientIdsBefore.delete(slot);
    if (this.specials.size > 0) this.specials.delete(slot);
    this.ints[slot * INTS + STATUS] = FREE;
    this.free.push(slot);
  }

  /** 0: in none. */
  orderListId(slot: number): number {
    return this.specials.get(slot)?.orderListId ?? 0;
  }

  view(slot: number): OrderView {
    const d = slot * DOUBLES;
    const i = slot * INTS;
    const { doubles, ints } = this;
    const flags = ints[i + FLAGS]!;
    const special = this.specials.get(slot);
    const view: OrderView = {
      instrument: ints[i + INSTRUMENT]!,
      orderId: doubles[d + ORDER_ID]!,
      account: ints[i + ACCOUNT]!,
      clientOrderId: this.clientOrderId(slot),
      side: SIDES[flags & 1]!,
      orderType: ORDER_TYPES[(flags >> 1) & 7]!,
      timeInForce: TIMES_IN_FORCE[(flags >> 4) & 3]!,
      selfTradeMode: SELF_TRADE_MODES[(flags >> 6) & 7]!,
      priceTicks: ints[i + PRICE_TICKS]!,
      quantityLots: doubles[d + QUANTITY]!,
      executedLots: doubles[d + EXECUTED]!,
      preventedLots: doubles[d + PREVENTED]!,
      cumulativeQuoteAtoms: toBigInt(doubles[d + CUMULATIVE]!, doubles[d + CUMULATIVE + 1]!),
      quoteAtoms: toBigInt(doubles[d + QUOTE]!, doubles[d + QUOTE + 1]!),
      status: ORDER_STATUSES[ints[i + STATUS]!] as OrderStatus,
      expiryReason: EXPIRY_REASONS[ints[i + REASON]!] as ExpiryReason,
      createdUs: doubles[d + CREATED_US]!,
      updatedUs: doubles[d + UPDATED_US]!,
      firstSeq: doubles[d + FIRST_SEQ]!,
      lastSeq: doubles[d + LAST_SEQ]!,
    };
    return special === undefined ? view : { ...view, special: { ...special, phase: ORDER_PHASES[special.phase]! } };
  }

  store(slot: number): StoredOrder {
    const d = slot * DOUBLES;
    const i = slot * INTS;
    const stored = [
      [...this.doubles.subarray(d, d + DOUBLES)],
      [...this.ints.subarray(i, i + CAPTURED_BY)],
      this.clientOrderId(slot),
    ] as const;
    const before = this.clientOrderIdBefore(slot);
    const special = this.specials.get(slot);
    if (special !== undefined) return [...stored, before, { ...special }];
    return before === null ? stored : [...stored, before];
  }

  /** @returns its slot. */
  load([doubles, ints, clientOrderId, clientOrderIdBefore, special]: StoredOrder): number {
    const slot = this.take();
    this.doubles.set(doubles, slot * DOUBLES);
    this.ints.set(ints, slot * INTS);
    this.ints[slot * INTS + CAPTURED_BY] = 0;
    packClientOrderId(clientOrderId, this.clientIds, slot * CLIENT_ORDER_ID_WORDS);
    if (special !== undefined) {
      this.specials.set(slot, { ...special });
      if (this.isOpen(slot)) this.openSpecial += 1;
    }
    if (typeof clientOrderIdBefore === "string") this.clientIdsBefore.set(slot, clientOrderIdBefore);
    this.idsOf(this.instrument(slot)).set(this.orderId(slot), slot);
    return slot;
  }

  private idsOf(instrument: number): IdIndex {
    while (this.ids.length <= instrument) this.ids.push(new IdIndex());
    return this.ids[instrument]!;
  }

  private take(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    if (this.end === this.capacity) this.grow();
    return this.end++;
  }

  private grow(): void {
    this.capacity *= 2;
    const doubles = new Float64Array(this.capacity * DOUBLES);
    doubles.set(this.doubles);
    this.doubles = doubles;
    const ints = new Int32Array(this.capacity * INTS);
    ints.set(this.ints);
    this.ints = ints;
    const clientIds = new Uint32Array(this.capacity * CLIENT_ORDER_ID_WORDS);
    clientIds.set(this.clientIds);
    this.clientIds = clientIds;
  }
}
