/**
 * Beside the core, rebuilt from the same rows and not part of the state's hash: every open order's story, and every closed
 * order and fill that persistence has not committed yet. Account reads and replies are made from it.
 *
 * Rows: core/emit.ts and core/place.ts. What persistence has committed is forgotten in the order in which it closed.
 * Invariant I27: engine/INVARIANTS.md.
 */

import type { DroppedHistory } from "../bus/engine-client.ts";
import { ROW } from "../core/event-log.ts";
import type { CoreState } from "../core/state.ts";
import { toBigInt } from "../core/wide.ts";
import { unpackClientOrderId } from "../domain/client-order-id.ts";
import { EXPIRY_REASONS } from "../domain/order.ts";
import type { SnapshotSection, StreamedSection } from "../journal/replay-target.ts";
import { rowLength, rowType } from "../protocol/event-decoder.ts";
import type { FillView, OrderView } from "../protocol/views.ts";
import { Fifo } from "./fifo.ts";
import { OrderRecord, SELF_TRADE_REASON } from "./order-record.ts";
import { bytesOf, Capture, doublesOf, fillsSection, readFills, readOrders } from "./read-model-capture.ts";

/** One account's closed orders and fills on one instrument, and what of them has been forgotten. */
interface Story {
  readonly closed: Fifo<OrderRecord>;
  readonly fills: Fifo<FillView>;
  /** The newest closed order by client order id. */
  readonly closedByClientId: Map<string, OrderRecord>;
  readonly dropped: { orderId: number; orderCreatedUs: number; tradeId: number; tradeUs: number };
}

const NOTHING_DROPPED: DroppedHistory = { orderId: 0, orderCreatedUs: 0, tradeId: 0, tradeUs: 0 };
/** Accounts are below 2^24 and instruments below 2^12. */
const INSTRUMENTS_END = 4096;

export class ReadModel {
  private readonly orders: Map<number, OrderRecord>[] = [];
  private readonly stories = new Map<number, Story>();
  private readonly closedInOrder = new Fifo<OrderRecord>();
  private readonly fillsInOrder = new Fifo<FillView>();
  /** Newest event of an account that moved its balances, µs. */
  private readonly updatedUs = new Map<number, number>();
  /** Closed orders and fills up to this sequence are forgotten. */
  committedSeq = 0;
  private capturing: Capture | null = null;
  private captures = 0;
  trades = 0;
  rejects = 0;

  /** Takes in the rows of one command, from `start` to the end of the log. */
  apply(state: CoreState, start: number, firstSeq: number, timeUs: number): void {
    const { rows, length } = state.events;
    let seq = firstSeq;
    for (let header = start; header < length; header += rowLength(rows, header), seq++) {
      switch (rowType(rows, header)) {
        case ROW.orderAccepted:
          this.accepted(state, header + 1, timeUs, seq);
          break;
        case ROW.tradeExecuted:
          this.traded(state, header + 1, timeUs, seq);
          break;
        case ROW.orderCanceled:
          this.end(rows[header + 1]!, rows[header + 2]!, "canceled", 0, timeUs, seq);
          break;
        case ROW.orderExpired:
          this.expired(rows, header + 1, timeUs, seq);
          break;
        case ROW.orderAmended:
          this.amended(state, header + 1, timeUs, seq);
          break;
        case ROW.balanceChanged:
          this.updatedUs.set(rows[header + 1]!, timeUs);
          break;
        case ROW.commandRejected:
          this.rejects += 1;
          break;
        default:
          break;
      }
    }
  }

  private ordersOf(instrument: number): Map<number, OrderRecord> {
    while (this.orders.length <= instrument) this.orders.push(new Map());
    return this.orders[instrument]!;
  }

  private accepted(state: CoreState, at: number, timeUs: number, seq: number): void {
    const { rows } = state.events;
    const record = new OrderRecord(
      rows[at]!,
      rows[at + 1]!,
      rows[at + 2]!,
      rows[at + 3]!,
      rows[at + 4]!,
      rows[at + 5]!,
      toBigInt(rows[at + 6]!, rows[at + 7]!),
      unpackClientOrderId(state.events.words, (at + 8) * 2),
      timeUs,
      seq,
    );
    record.capturedBy = this.captures;
    this.ordersOf(record.instrument).set(record.orderId, record);
  }

  private traded(state: CoreState, at: number, timeUs: number, seq: number): void {
    const { rows } = state.events;
    const instrument = rows[at]!;
    const { definition } = state.instruments[instrument]!;
    const takerBuys = rows[at + 2] === 0;
    const priceTicks = rows[at + 3]!;
    const quantityLots = rows[at + 4]!;
    const product = priceTicks * definition.quoteAtomsPerTickLot * quantityLots;
    const quoteAtoms = Number.isSafeInteger(product)
      ? BigInt(product)
      : BigInt(priceTicks * definition.quoteAtomsPerTickLot) * BigInt(quantityLots);
    this.trades += 1;
    for (const isMaker of [false, true]) {
      const orderId = rows[isMaker ? at + 6 : at + 5]!;
      const record = this.ordersOf(instrument).get(orderId)!;
      if (seq > this.committedSeq) {
        const side = takerBuys !== isMaker ? "buy" : "sell";
        const fill: FillView = {
          instrument,
          tradeId: rows[at + 1]!,
          orderId,
          account: record.account,
          side,
          priceTicks,
          quantityLots,
          quoteAtoms,
          commissionAtoms: toBigInt(rows[isMaker ? at + 11 : at + 9]!, rows[isMaker ? at + 12 : at + 10]!),
          commissionAsset: side === "buy" ? definition.baseAsset : definition.quoteAsset,
          isMaker,
          timeUs,
          seq,
        };
        this.storyOf(record.account, instrument).fills.push(fill);
        this.fillsInOrder.push(fill);
      } else this.dropFill(record.account, instrument, rows[at + 1]!, timeUs);
      this.capturing?.keep(record);
      record.filled(quantityLots, rows[isMaker ? at + 14 : at + 13]!, quoteAtoms, timeUs, seq);
      if (record.status === "filled") this.close(record);
    }
  }

  private end(
    instrument: number,
    orderId: number,
    status: "canceled" | "expired" | "expired_in_match",
    reason: number,
    timeUs: number,
    seq: number,
  ): void {
    const record = this.ordersOf(instrument).get(orderId)!;
    this.capturing?.keep(record);
    record.ended(status, EXPIRY_REASONS[reason]!, timeUs, seq);
    this.close(record);
  }

  private expired(rows: Float64Array, at: number, timeUs: number, seq: number): void {
    const reason = rows[at + 4]!;
    const record = this.ordersOf(rows[at]!).get(rows[at + 1]!)!;
    this.capturing?.keep(record);
    record.preventedLots += rows[at + 6]!;
    this.end(
      rows[at]!,
      rows[at + 1]!,
      reason === SELF_TRADE_REASON ? "expired_in_match" : "expired",
      reason,
      timeUs,
      seq,
    );
  }

  private amended(state: CoreState, at: number, timeUs: number, seq: number): void {
    const { rows } = state.events;
    const record = this.ordersOf(rows[at]!).get(rows[at + 1]!)!;
    this.capturing?.keep(record);
    record.quantityLots = rows[at + 3]!;
    record.clientOrderIdBefore = record.clientOrderId;
    record.clientOrderId = unpackClientOrderId(state.events.words, (at + 5) * 2);
    record.touch(timeUs, seq);
  }

  private close(record: OrderRecord): void {
    if (record.lastSeq <= this.committedSeq) {
      this.ordersOf(record.instrument).delete(record.orderId);
      this.dropOrder(record);
      return;
    }
    const story = this.storyOf(record.account, record.instrument);
    story.closed.push(record);
    story.closedByClientId.set(record.clientOrderId, record);
    this.closedInOrder.push(record);
  }

  private storyOf(account: number, instrument: number): Story {
    const key = account * INSTRUMENTS_END + instrument;
    let story = this.stories.get(key);
    if (story === undefined) {
      story = { closed: new Fifo(), fills: new Fifo(), closedByClientId: new Map(), dropped: { ...NOTHING_DROPPED } };
      this.stories.set(key, story);
    }
    return story;
  }

  /**
   * Before anything is applied: persistence was known to have committed this much, so that recovery need not keep it. What a
   * snapshot says counts where it is more.
   */
  expectCommitted(seq: number): void {
    this.committedSeq = seq;
  }

  /** Forgets closed orders and fills whose last event persistence has committed. */
  forgetUpTo(seq: number): void {
    if (seq <= this.committedSeq) return;
    this.committedSeq = seq;
    for (let fill = this.fillsInOrder.peek(); fill !== undefined && fill.seq <= seq; fill = this.fillsInOrder.peek()) {
      this.fillsInOrder.shift();
      const story = this.storyOf(fill.account, fill.instrument);
      story.fills.shift();
      this.dropFill(fill.account, fill.instrument, fill.tradeId, fill.timeUs);
    }
    for (
      let record = this.closedInOrder.peek();
      record !== undefined && record.lastSeq <= seq;
      record = this.closedInOrder.peek()
    ) {
      this.closedInOrder.shift();
      this.capturing?.keep(record);
      this.ordersOf(record.instrument).delete(record.orderId);
      const story = this.storyOf(record.account, record.instrument);
      story.closed.shift();
      if (story.closedByClientId.get(record.clientOrderId) === record)
        story.closedByClientId.delete(record.clientOrderId);
      this.dropOrder(record);
    }
  }

  private dropFill(account: number, instrument: number, tradeId: number, tradeUs: number): void {
    const { dropped } = this.storyOf(account, instrument);
    dropped.tradeId = tradeId;
    dropped.tradeUs = tradeUs;
  }

  private dropOrder(record: OrderRecord): void {
    const { dropped } = this.storyOf(record.account, record.instrument);
    dropped.orderId = Math.max(dropped.orderId, record.orderId);
    dropped.orderCreatedUs = Math.max(dropped.orderCreatedUs, record.createdUs);
  }

  record(instrument: number, orderId: number): OrderRecord | undefined {
    return this.orders[instrument]?.get(orderId);
  }

  newestClosedByClientId(account: number, instrument: number, clientOrderId: string): OrderRecord | undefined {
    return this.stories.get(account * INSTRUMENTS_END + instrument)?.closedByClientId.get(clientOrderId);
  }

  closedOrders(account: number, instrument: number): readonly OrderView[] {
    return (
      this.stories
        .get(account * INSTRUMENTS_END + instrument)
        ?.closed.toArray()
        .map((record) => record.view()) ?? []
    );
  }

  fills(account: number, instrument: number): readonly FillView[] {
    return this.stories.get(account * INSTRUMENTS_END + instrument)?.fills.toArray() ?? [];
  }

  dropped(account: number, instrument: number): DroppedHistory {
    return { ...(this.stories.get(account * INSTRUMENTS_END + instrument)?.dropped ?? NOTHING_DROPPED) };
  }

  accountUpdatedUs(account: number): number {
    return this.updatedUs.get(account) ?? 0;
  }

  /** See read-model-capture.ts: a copy of this moment, most of it made later. */
  capture(): readonly (SnapshotSection | StreamedSection)[] {
    this.capturing = new Capture(this.orders, this.captures + 1);
    this.captures += 1;
    const dropped = [...this.stories].flatMap(([key, { dropped: d }]) => [
      key,
      d.orderId,
      d.orderCreatedUs,
      d.tradeId,
      d.tradeUs,
    ]);
    return [
      { name: "head", bytes: bytesOf(Float64Array.of(this.committedSeq, this.trades, this.rejects)) },
      { name: "updated", bytes: bytesOf(Float64Array.from([...this.updatedUs].flat())) },
      { name: "dropped", bytes: bytesOf(Float64Array.from(dropped)) },
      fillsSection(this.fillsInOrder.toArray()),
      this.capturing.section(() => {
        this.capturing = null;
      }),
    ];
  }

  restore(sections: readonly SnapshotSection[]): void {
    const bytesNamed = (name: string): Uint8Array =>
      sections.find((section) => section.name === name)?.bytes ?? new Uint8Array();
    const [committedSeq = 0, trades = 0, rejects = 0] = doublesOf(bytesNamed("head"));
    const knownSeq = this.committedSeq;
    this.committedSeq = committedSeq;
    this.trades = trades;
    this.rejects = rejects;
    const updated = doublesOf(bytesNamed("updated"));
    for (let at = 0; at < updated.length; at += 2) this.updatedUs.set(updated[at]!, updated[at + 1]!);
    const closed: OrderRecord[] = [];
    for (const record of readOrders(bytesNamed("orders"))) {
      this.ordersOf(record.instrument).set(record.orderId, record);
      if (!record.isOpen) closed.push(record);
    }
    for (const record of closed.sort((a, b) => a.lastSeq - b.lastSeq)) this.close(record);
    for (const fill of readFills(bytesNamed("fills"))) {
      this.storyOf(fill.account, fill.instrument).fills.push(fill);
      this.fillsInOrder.push(fill);
    }
    const dropped = doublesOf(bytesNamed("dropped"));
    for (let at = 0; at < dropped.length; at += 5) {
      const [key = 0, orderId = 0, orderCreatedUs = 0, tradeId = 0, tradeUs = 0] = dropped.subarray(at, at + 5);
      const story = this.storyOf(Math.floor(key / INSTRUMENTS_END), key % INSTRUMENTS_END);
      Object.assign(story.dropped, { orderId, orderCreatedUs, tradeId, tradeUs });
    }
    // More may have been committed since the snapshot was taken.
    this.forgetUpTo(knownSeq);
  }
}
