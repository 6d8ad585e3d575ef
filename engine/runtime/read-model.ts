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
import { multiply, WIDE } from "../core/wide.ts";
import { assert } from "../domain/assert.ts";
import { EXPIRY_REASONS, ORDER_STATUSES } from "../domain/order.ts";
import type { SnapshotSection, StreamedSection } from "../journal/replay-target.ts";
import { decodeRow, rowLength, rowType } from "../protocol/event-decoder.ts";
import { decrementedMatchOf, preventedMatchOf } from "../protocol/order-story.ts";
import type { FillView, OrderView } from "../protocol/views.ts";
import { Fifo } from "./fifo.ts";
import { FillLog } from "./fill-log.ts";
import { Funding } from "./funding.ts";
import { OrderLists } from "./order-lists.ts";
import { OrderStore, type StoredOrder } from "./order-store.ts";
import { bytesOf, Capture, doublesOf, readLines, rowsSection } from "./read-model-capture.ts";
import { NOTHING_DROPPED, Stories } from "./stories.ts";
import { AmendmentLog, PreventedMatchLog } from "./story-log.ts";
import { takerBefore } from "./taker-row.ts";

const SELF_TRADE = EXPIRY_REASONS.indexOf("self_trade");
const CANCELED = ORDER_STATUSES.indexOf("canceled");
const EXPIRED = ORDER_STATUSES.indexOf("expired");
const EXPIRED_IN_MATCH = ORDER_STATUSES.indexOf("expired_in_match");

export class ReadModel {
  private readonly orders = new OrderStore();
  private readonly fillLog = new FillLog();
  readonly lists = new OrderLists();
  readonly prevented = new PreventedMatchLog();
  readonly amendments = new AmendmentLog();
  readonly funding = new Funding();
  private readonly stories = new Stories();
  private readonly closedInOrder = new Fifo<number>();
  /** Newest event of an account that moved its balances, µs; by account. */
  private updatedUs: Float64Array = new Float64Array(64);
  /** Closed orders and fills up to this sequence are forgotten. */
  committedSeq = 0;
  private capturing: Capture | null = null;
  private captures = 0;
  trades = 0;
  rejects = 0;

  /** Takes in the rows of one command, from `start` to the end of the log. */
  apply(state: CoreState, start: number, firstSeq: number, timeUs: number): void {
    const { rows, words, length } = state.events;
    let seq = firstSeq;
    for (let header = start; header < length; header += rowLength(rows, header), seq++) {
      const at = header + 1;
      switch (rowType(rows, header)) {
        case ROW.orderAccepted:
          this.orders.accept(rows, words, at, timeUs, seq, this.captures);
          break;
        case ROW.specialOrderAccepted: {
          const slot = this.orders.accept(rows, words, at, timeUs, seq, this.captures);
          const orderListId = this.orders.acceptSpecial(slot, rows, at, timeUs);
          if (orderListId !== 0) {
            const leg = { orderId: rows[at + 1]!, clientOrderId: this.orders.clientOrderId(slot) };
            this.lists.joined(orderListId, leg);
          }
          break;
        }
        case ROW.orderActivated: {
          const slot = this.orders.slotOf(rows[at]!, rows[at + 1]!);
          this.capturing?.keep(slot);
          this.orders.activated(slot, rows[at + 3]!, timeUs, seq);
          break;
        }
        case ROW.tradePrevented:
          this.decremented(state, header, timeUs, seq);
          break;
        case ROW.orderListChanged: {
          const event = decodeRow(rows, words, header, state.events.texts, seq, timeUs);
          assert(event.type === "order_list_changed", "a row is decoded as what it is");
          this.lists.changed(event, this.committedSeq);
          break;
        }
        case ROW.tradeExecuted:
          this.traded(state, at, timeUs, seq);
          break;
        case ROW.orderCanceled:
          this.end(rows, at, CANCELED, 0, 0, timeUs, seq);
          break;
        case ROW.orderExpired:
          if (rows[at + 4] === SELF_TRADE && seq > this.committedSeq)
            this.selfTradePrevented(state, start, header, timeUs, seq);
          this.end(
            rows,
            at,
            rows[at + 4] === SELF_TRADE ? EXPIRED_IN_MATCH : EXPIRED,
            rows[at + 4]!,
            rows[at + 6]!,
            timeUs,
            seq,
          );
          break;
        case ROW.orderAmended:
          this.amended(rows, words, at, timeUs, seq);
          break;
        case ROW.fundsMoved: {
          const event = decodeRow(rows, words, header, state.events.texts, seq, timeUs);
          assert(event.type === "funds_moved", "a row is decoded as what it is");
          this.funding.moved(event);
          break;
        }
        case ROW.balanceChanged:
          this.touchAccount(rows[at]!, timeUs);
          break;
        case ROW.commandRejected:
          this.rejects += 1;
          break;
        default:
          break;
      }
    }
  }

  private touchAccount(account: number, timeUs: number): void {
    if (account >= this.updatedUs.length) {
      const larger = new Float64Array(Math.max(this.updatedUs.length * 2, account + 1));
      larger.set(this.updatedUs);
      this.updatedUs = larger;
    }
    this.updatedUs[account] = timeUs;
  }

  private traded(state: CoreState, at: number, timeUs: number, seq: number): void {
    const { rows } = state.events;
    const { definition } = state.instruments[rows[at]!]!;
    multiply(rows[at + 3]! * definition.quoteAtomsPerTickLot, rows[at + 4]!);
    this.trades += 1;
    this.filled(state, at, false, timeUs, seq);
    this.filled(state, at, true, timeUs, seq);
  }

  /** One side of a trade; WIDE is its amount of quote. */
  private filled(state: CoreState, at: number, isMaker: boolean, timeUs: number, seq: number): void {
    const { rows } = state.events;
    const instrument = rows[at]!;
    const tradeId = rows[at + 1]!;
    const orderId = rows[isMaker ? at + 6 : at + 5]!;
    const slot = this.orders.slotOf(instrument, orderId);
    const account = this.orders.account(slot);
    if (seq > this.committedSeq) {
      const side = isMaker ? 1 - rows[at + 2]! : rows[at + 2]!;
      const { baseAsset, quoteAsset } = state.instruments[instrument]!.definition;
      const feeAsset = side === 0 ? baseAsset : quoteAsset;
      const feeAt = isMaker ? at + 11 : at + 9;
      const price = rows[at + 3]!;
      const index = this.fillLog.write(
        instrument,
        tradeId,
        orderId,
        account,
        side,
        isMaker,
        price,
        rows[at + 4]!,
        WIDE,
        rows,
        feeAt,
        feeAsset,
        timeUs,
        seq,
      );
      this.stories.of(account, instrument).fills.push(index);
    } else this.dropFill(account, instrument, tradeId, timeUs);
    this.capturing?.keep(slot);
    const remainingLots = rows[isMaker ? at + 14 : at + 13]!;
    this.orders.filled(slot, rows[at + 4]!, remainingLots, WIDE, timeUs, seq);
    if (remainingLots === 0) this.close(slot);
  }

  private end(
    rows: Float64Array,
    at: number,
    status: number,
    reason: number,
    preventedLots: number,
    timeUs: number,
    seq: number,
  ): void {
    const slot = this.orders.slotOf(rows[at]!, rows[at + 1]!);
    this.capturing?.keep(slot);
    this.orders.ended(slot, status, reason, preventedLots, timeUs, seq);
    this.close(slot);
  }

  private amended(rows: Float64Array, words: Uint32Array, at: number, timeUs: number, seq: number): void {
    const instrument = rows[at]!;
    const orderId = rows[at + 1]!;
    const slot = this.orders.slotOf(instrument, orderId);
    this.capturing?.keep(slot);
    const lots = rows[at + 3]!;
    const idAt = (at + 5) * 2;
    if (seq > this.committedSeq) {
      const { orders, amendments } = this;
      const [before, beforeAt] = orders.clientIdWords(slot);
      const oldLots = orders.quantityLots(slot);
      amendments.write(seq, rows[at + 2]!, instrument, orderId, oldLots, lots, timeUs, before, beforeAt, words, idAt);
    }
    this.orders.amended(slot, lots, words, idAt, timeUs, seq);
  }

  /** Both orders of a self-trade under decrement lost as much. */
  private decremented(state: CoreState, header: number, timeUs: number, seq: number): void {
    const { rows, words, texts } = state.events;
    const event = decodeRow(rows, words, header, texts, seq, timeUs);
    assert(event.type === "trade_prevented", "a row is decoded as what it is");
    for (const orderId of [event.takerOrderId, event.makerOrderId]) {
      const slot = this.orders.slotOf(event.instrument, orderId);
      this.capturing?.keep(slot);
      this.orders.prevented(slot, event.preventedLots, timeUs, seq);
    }
    if (seq > this.committedSeq) this.prevented.write(decrementedMatchOf(event));
  }

  /** Before the order of the row ends: what its expiry tells of a self-trade. @param start the first row of its command. */
  private selfTradePrevented(state: CoreState, start: number, header: number, timeUs: number, seq: number): void {
    const { rows, words, texts } = state.events;
    const event = decodeRow(rows, words, header, texts, seq, timeUs);
    assert(event.type === "order_expired", "a row is decoded as what it is");
    const takerOrderId = takerBefore(rows, start, header, event.instrument);
    const match = preventedMatchOf(event, takerOrderId, (orderId) => {
      const order = this.order(event.instrument, orderId);
      assert(order !== null, "an order that meets another is open");
      return order;
    });
    if (match !== null) this.prevented.write(match);
  }

  private close(slot: number): void {
    if (this.orders.lastSeq(slot) <= this.committedSeq) {
      this.drop(slot);
      return;
    }
    const story = this.stories.of(this.orders.account(slot), this.orders.instrument(slot));
    story.closed.push(slot);
    story.closedByClientId?.set(this.orders.clientOrderId(slot), slot);
    this.closedInOrder.push(slot);
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
    const { fillLog, orders } = this;
    this.lists.forgetUpTo(seq);
    this.prevented.forgetUpTo(seq);
    this.amendments.forgetUpTo(seq);
    for (let fill = fillLog.oldest; fill !== null && fillLog.seq(fill) <= seq; fill = fillLog.oldest) {
      const account = fillLog.account(fill);
      const instrument = fillLog.instrument(fill);
      this.stories.of(account, instrument).fills.shift();
      this.dropFill(account, instrument, fillLog.tradeId(fill), fillLog.timeUs(fill));
      fillLog.forgetOldest();
    }
    for (
      let slot = this.closedInOrder.peek();
      slot !== undefined && orders.lastSeq(slot) <= seq;
      slot = this.closedInOrder.peek()
    ) {
      this.closedInOrder.shift();
      const story = this.stories.of(orders.account(slot), orders.instrument(slot));
      story.closed.shift();
      const clientOrderId = story.closedByClientId === null ? "" : orders.clientOrderId(slot);
      if (story.closedByClientId?.get(clientOrderId) === slot) story.closedByClientId.delete(clientOrderId);
      this.drop(slot);
    }
  }

  private dropFill(account: number, instrument: number, tradeId: number, tradeUs: number): void {
    const { dropped } = this.stories.of(account, instrument);
    dropped.tradeId = tradeId;
    dropped.tradeUs = tradeUs;
  }

  private drop(slot: number): void {
    const { orders } = this;
    const { dropped } = this.stories.of(orders.account(slot), orders.instrument(slot));
    dropped.orderId = Math.max(dropped.orderId, orders.orderId(slot));
    dropped.orderCreatedUs = Math.max(dropped.orderCreatedUs, orders.createdUs(slot));
    this.capturing?.keep(slot);
    orders.forget(slot);
  }

  /** An order as it is now; null: not known, or forgotten. */
  order(instrument: number, orderId: number): OrderView | null {
    const slot = this.orders.slotOf(instrument, orderId);
    return slot === 0 ? null : this.orders.view(slot);
  }

  /** The client order id that the order's last amend found; null: there was none, or it is not known any more. */
  clientOrderIdBefore(instrument: number, orderId: number): string | null {
    return this.orders.clientOrderIdBefore(this.orders.slotOf(instrument, orderId));
  }

  newestClosedByClientId(account: number, instrument: number, clientOrderId: string): OrderView | null {
    const story = this.stories.known(account, instrument);
    if (story === undefined) return null;
    story.closedByClientId ??= new Map(story.closed.toArray().map((slot) => [this.orders.clientOrderId(slot), slot]));
    const slot = story.closedByClientId.get(clientOrderId);
    return slot === undefined ? null : this.orders.view(slot);
  }

  closedOrders(account: number, instrument: number): readonly OrderView[] {
    const slots = this.stories.known(account, instrument)?.closed.toArray() ?? [];
    return slots.map((slot) => this.orders.view(slot));
  }

  fills(account: number, instrument: number): readonly FillView[] {
    const indexes = this.stories.known(account, instrument)?.fills.toArray() ?? [];
    return indexes.map((index) => this.fillAt(index));
  }

  /** Its order is still here: an order is forgotten after all of its fills. */
  private fillAt(index: number): FillView {
    const fill = this.fillLog.view(index);
    const orderListId = this.orders.orderListId(this.orders.slotOf(fill.instrument, fill.orderId));
    return orderListId === 0 ? fill : { ...fill, orderListId };
  }

  dropped(account: number, instrument: number): DroppedHistory {
    return { ...(this.stories.known(account, instrument)?.dropped ?? NOTHING_DROPPED) };
  }

  /** Open orders that have a condition, stand in a list or have lost something to decrement. */
  get openSpecialOrders(): number {
    return this.orders.openSpecial;
  }

  accountUpdatedUs(account: number): number {
    return this.updatedUs[account] ?? 0;
  }

  /** See read-model-capture.ts: a copy of this moment, most of it made later. */
  capture(): readonly (SnapshotSection | StreamedSection)[] {
    this.captures += 1;
    this.capturing = new Capture(this.orders, this.captures);
    return [
      { name: "head", bytes: bytesOf(Float64Array.of(this.committedSeq, this.trades, this.rejects)) },
      { name: "updated", bytes: bytesOf(this.updatedUs.slice()) },
      { name: "dropped", bytes: bytesOf(this.stories.captureDropped()) },
      rowsSection("fills", this.fillLog),
      rowsSection("prevented", this.prevented),
      rowsSection("amendments", this.amendments),
      this.lists.section(),
      this.funding.section(),
      this.capturing.section(() => {
        this.capturing = null;
      }),
    ];
  }

  /** @param state of the core, which is restored already. */
  restore(sections: readonly SnapshotSection[], state: CoreState): void {
    const bytesNamed = (name: string): Uint8Array =>
      sections.find((section) => section.name === name)?.bytes ?? new Uint8Array();
    const [committedSeq = 0, trades = 0, rejects = 0] = doublesOf(bytesNamed("head"));
    const knownSeq = this.committedSeq;
    this.committedSeq = committedSeq;
    this.trades = trades;
    this.rejects = rejects;
    this.updatedUs = doublesOf(bytesNamed("updated"));
    const closed: number[] = [];
    for (const stored of readLines<StoredOrder>(bytesNamed("orders"))) {
      const slot = this.orders.load(stored);
      if (!this.orders.isOpen(slot)) closed.push(slot);
    }
    for (const slot of closed.sort((a, b) => this.orders.lastSeq(a) - this.orders.lastSeq(b))) this.close(slot);
    for (const index of this.fillLog.load(doublesOf(bytesNamed("fills")))) {
      this.stories.of(this.fillLog.account(index), this.fillLog.instrument(index)).fills.push(index);
    }
    // Snapshots from before there were special orders have none of these four.
    this.lists.restore(bytesNamed("lists"));
    this.prevented.restore(doublesOf(bytesNamed("prevented")));
    this.amendments.restore(doublesOf(bytesNamed("amendments")));
    this.funding.restore(bytesNamed("funding"), state);
    this.stories.restoreDropped(bytesNamed("dropped"));
    // More may have been committed since the snapshot was taken.
    this.forgetUpTo(knownSeq);
  }
}
