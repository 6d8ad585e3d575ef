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
import { EXPIRY_REASONS, ORDER_STATUSES } from "../domain/order.ts";
import type { SnapshotSection, StreamedSection } from "../journal/replay-target.ts";
import { rowLength, rowType } from "../protocol/event-decoder.ts";
import type { FillView, OrderView } from "../protocol/views.ts";
import { Fifo } from "./fifo.ts";
import { FillLog } from "./fill-log.ts";
import { OrderStore } from "./order-store.ts";
import { bytesOf, Capture, doublesOf, readOrders } from "./read-model-capture.ts";

/** One account's closed orders (slots) and fills (indexes) on one instrument, and what of them has been forgotten. */
interface Story {
  readonly closed: Fifo<number>;
  readonly fills: Fifo<number>;
  /** The newest closed order by client order id; made when it is first asked for. */
  closedByClientId: Map<string, number> | null;
  readonly dropped: { orderId: number; orderCreatedUs: number; tradeId: number; tradeUs: number };
}

const NOTHING_DROPPED: DroppedHistory = { orderId: 0, orderCreatedUs: 0, tradeId: 0, tradeUs: 0 };
/** Accounts are below 2^24 and instruments below 2^12. */
const INSTRUMENTS_END = 4096;
const SELF_TRADE = EXPIRY_REASONS.indexOf("self_trade");
const CANCELED = ORDER_STATUSES.indexOf("canceled");
const EXPIRED = ORDER_STATUSES.indexOf("expired");
const EXPIRED_IN_MATCH = ORDER_STATUSES.indexOf("expired_in_match");

export class ReadModel {
  private readonly orders = new OrderStore();
  private readonly fillLog = new FillLog();
  private readonly stories = new Map<number, Story>();
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
        case ROW.tradeExecuted:
          this.traded(state, at, timeUs, seq);
          break;
        case ROW.orderCanceled:
          this.end(rows, at, CANCELED, 0, 0, timeUs, seq);
          break;
        case ROW.orderExpired:
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
      this.storyOf(account, instrument).fills.push(index);
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
    const slot = this.orders.slotOf(rows[at]!, rows[at + 1]!);
    this.capturing?.keep(slot);
    this.orders.amended(slot, rows[at + 3]!, words, (at + 5) * 2, timeUs, seq);
  }

  private close(slot: number): void {
    if (this.orders.lastSeq(slot) <= this.committedSeq) {
      this.drop(slot);
      return;
    }
    const story = this.storyOf(this.orders.account(slot), this.orders.instrument(slot));
    story.closed.push(slot);
    story.closedByClientId?.set(this.orders.clientOrderId(slot), slot);
    this.closedInOrder.push(slot);
  }

  private storyOf(account: number, instrument: number): Story {
    const key = account * INSTRUMENTS_END + instrument;
    let story = this.stories.get(key);
    if (story === undefined) {
      story = { closed: new Fifo(), fills: new Fifo(), closedByClientId: null, dropped: { ...NOTHING_DROPPED } };
      this.stories.set(key, story);
    }
    return story;
  }

  private knownStory(account: number, instrument: number): Story | undefined {
    return this.stories.get(account * INSTRUMENTS_END + instrument);
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
    for (let fill = fillLog.oldest; fill !== null && fillLog.seq(fill) <= seq; fill = fillLog.oldest) {
      const account = fillLog.account(fill);
      const instrument = fillLog.instrument(fill);
      this.storyOf(account, instrument).fills.shift();
      this.dropFill(account, instrument, fillLog.tradeId(fill), fillLog.timeUs(fill));
      fillLog.forgetOldest();
    }
    for (
      let slot = this.closedInOrder.peek();
      slot !== undefined && orders.lastSeq(slot) <= seq;
      slot = this.closedInOrder.peek()
    ) {
      this.closedInOrder.shift();
      const story = this.storyOf(orders.account(slot), orders.instrument(slot));
      story.closed.shift();
      const clientOrderId = story.closedByClientId === null ? "" : orders.clientOrderId(slot);
      if (story.closedByClientId?.get(clientOrderId) === slot) story.closedByClientId.delete(clientOrderId);
      this.drop(slot);
    }
  }

  private dropFill(account: number, instrument: number, tradeId: number, tradeUs: number): void {
    const { dropped } = this.storyOf(account, instrument);
    dropped.tradeId = tradeId;
    dropped.tradeUs = tradeUs;
  }

  private drop(slot: number): void {
    const { orders } = this;
    const { dropped } = this.storyOf(orders.account(slot), orders.instrument(slot));
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
    const story = this.knownStory(account, instrument);
    if (story === undefined) return null;
    story.closedByClientId ??= new Map(story.closed.toArray().map((slot) => [this.orders.clientOrderId(slot), slot]));
    const slot = story.closedByClientId.get(clientOrderId);
    return slot === undefined ? null : this.orders.view(slot);
  }

  closedOrders(account: number, instrument: number): readonly OrderView[] {
    const slots = this.knownStory(account, instrument)?.closed.toArray() ?? [];
    return slots.map((slot) => this.orders.view(slot));
  }

  fills(account: number, instrument: number): readonly FillView[] {
    const indexes = this.knownStory(account, instrument)?.fills.toArray() ?? [];
    return indexes.map((index) => this.fillLog.view(index));
  }

  dropped(account: number, instrument: number): DroppedHistory {
    return { ...(this.knownStory(account, instrument)?.dropped ?? NOTHING_DROPPED) };
  }

  accountUpdatedUs(account: number): number {
    return this.updatedUs[account] ?? 0;
  }

  /** See read-model-capture.ts: a copy of this moment, most of it made later. */
  capture(): readonly (SnapshotSection | StreamedSection)[] {
    this.captures += 1;
    this.capturing = new Capture(this.orders, this.captures);
    const dropped = [...this.stories].flatMap(([key, { dropped: d }]) => [
      key,
      d.orderId,
      d.orderCreatedUs,
      d.tradeId,
      d.tradeUs,
    ]);
    const fillRows = this.fillLog.rowsOfNow();
    function* fills(): Iterable<Uint8Array> {
      for (const rows of fillRows()) yield bytesOf(rows);
    }
    return [
      { name: "head", bytes: bytesOf(Float64Array.of(this.committedSeq, this.trades, this.rejects)) },
      { name: "updated", bytes: bytesOf(this.updatedUs.slice()) },
      { name: "dropped", bytes: bytesOf(Float64Array.from(dropped)) },
      { name: "fills", chunks: fills, release: () => {} },
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
    this.updatedUs = doublesOf(bytesNamed("updated"));
    const closed: number[] = [];
    for (const stored of readOrders(bytesNamed("orders"))) {
      const slot = this.orders.load(stored);
      if (!this.orders.isOpen(slot)) closed.push(slot);
    }
    for (const slot of closed.sort((a, b) => this.orders.lastSeq(a) - this.orders.lastSeq(b))) this.close(slot);
    for (const index of this.fillLog.load(doublesOf(bytesNamed("fills")))) {
      this.storyOf(this.fillLog.account(index), this.fillLog.instrument(index)).fills.push(index);
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
